# %% [markdown]
# # Lesson 12: thirty verdicts
#
# Five people took notes in lectures on batch norm. You have spent eleven lessons with what they wrote; here are thirty
# of their claims, in our words, without our verdicts. Yours are asked for now, and with each the thing that makes a
# verdict worth reading: **a measurement that could have come out the other way.**
#
# **You will be able to**
#
# - turn a sentence into a number that decides it;
# - tell a claim that is false from one that is true under a condition it does not mention;
# - find the case in which your own measurement would mislead you, before someone else does.
#
# **Time:** about 150 minutes. **Graded:** thirty claims in twelve functions (30 points) and an essay (4 points).
#
# **What you need from before**: everything, but nothing you wrote. `normalize` below is restated; all else is NumPy.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)


def normalize(x, eps=1e-5):
    """Batch norm without γ and β: x (N, D) -> xhat (N, D), by the mean and biased variance of each feature."""
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)

# %% [markdown]
# ## 1. Predict first
#
# Read the thirty claims below once, quickly, and write down what you believe *now*: thirty letters, `T` for true, `D`
# for "it depends", `F` for false. Nobody marks them. On the last page a guess stands before your verdict where the two
# differ.

# %%
import textwrap

from bnlib import certificate, data, plots, widgets
from bnlib.claims import CLAIMS

guesses = ""  # thirty letters, for example "TTFD…"; empty if you would rather not

for claim, text in CLAIMS.items():
    print(textwrap.fill(text, 88, initial_indent=f"{claim:2d}  ", subsequent_indent="    "))

# %% [markdown]
# ## 2. The rules of evidence
#
# 1. **A measurement that cannot come out otherwise proves nothing.** If your function returned 0 for *every* layer, its
#    0 for batch norm would be worthless. So it does not only get batch norm: the check also hands it layers that
#    normalize rows, that mix, that do nothing, and expects the number that belongs to *them*.
# 2. **One counterexample ends a claim that says "whatever", "every", "no".** No number of examples proves one. What
#    proves is algebra; a measurement then guards against a slip in it.
# 3. **T**: true as it is worded. **F**: false as it is worded, in the ordinary case (that it comes out right
#    for one lucky value does not save it), or by one counterexample to "every". **D**: true under a condition that the
#    claim does not mention, and false without it. A `D` without the condition is a shrug: you must be able to show
#    *both sides*, one material in which the claim holds and one in which it fails. Look for them in the case file.
# 4. **The largest change, not the mean.** One large effect among a thousand zeros is an effect. Take absolute values
#    before the maximum, or half of the effects hide behind their sign.
# 5. **Leave out what you moved yourself.** That a row changes when you change it is no news.
# 6. **Compare like with like**: the same batch with and without the change, the same unit, the same number of values.
# 7. **Read each word.** Many a claim is true of the mean and false of the variance, or true in one mode only.
#
# ### What you write
#
# Twelve functions. Each returns first a dict of verdicts and then its evidence, in the order its docstring gives, and
# leaves what it was given as it was. A variance or σ, of whatever it is, divides by the count, as batch norm's does.
#
# ```python
# def evidence_of_something(x):
#     verdicts = {101: "T", 102: "D"}   # your letters
#     ...                               # your measurement
#     return verdicts, first_number, second_number
# ```
#
# The check in this notebook tries your *evidence* on fresh data. It does not know the verdicts; they are not on this
# computer. One claim, one point, and the point needs both: evidence that holds up, on harder data too when the lesson
# is graded, and the verdict that it speaks for. A verdict without evidence earns nothing, however right it is.

# %% [markdown]
# ### One claim, worked
#
# > *The slope of a function in the direction θ is $f_x\cos\theta+f_y\sin\theta$.*
#
# The number that decides it: how far the measured slope is from the formula. First attempt: measure along the axes,
# where it is easy.

# %%
def slope(f, theta, t=1e-6):
    """The slope of f at (0, 0) in the direction theta, one-sided: (f(t·u) − f(0)) / t."""
    return (f(t * np.cos(theta), t * np.sin(theta)) - f(0.0, 0.0)) / t


def gap(f, thetas):
    """The largest distance between the measured slope and the formula, over the directions `thetas`."""
    fx, fy = slope(f, 0.0), slope(f, np.pi / 2)
    return max(abs(slope(f, theta) - (fx * np.cos(theta) + fy * np.sin(theta))) for theta in thetas)


def smooth(x, y):
    return np.sin(x) + 2 * y + x * y


def folded(x, y):
    """x²y/(x⁴ + y²): it has a slope in every direction at (0, 0), yet no tangent plane."""
    return 0.0 if x == y == 0 else x**2 * y / (x**4 + y**2)


axes_only = [0.0, np.pi / 2]
everywhere = np.linspace(0, 2 * np.pi, 361)
for name, f in (("smooth", smooth), ("folded", folded)):
    print(f"{name}: gap {gap(f, axes_only):.3f} along the axes, {gap(f, everywhere):.3f} in all directions")

# %% [markdown]
# Along the axes the gap is 0 for *both* functions. It could not have been otherwise: there the formula is what it was
# made from. Rule 1, and the first measurement goes into the bin. In all directions the two part company.

# %%
fig, plane = plots.new(1, 2, width=8, height=2.8)
for ax, (name, f) in zip(plane, (("smooth", smooth), ("folded", folded)), strict=True):
    fx, fy = slope(f, 0.0), slope(f, np.pi / 2)
    ax.plot(np.degrees(everywhere), fx * np.cos(everywhere) + fy * np.sin(everywhere), color=plots.BLUE,
            label="formula")
    ax.plot(np.degrees(everywhere[::12]), [slope(f, theta) for theta in everywhere[::12]], "o", color=plots.ORANGE,
            markersize=4, label="measured")
    ax.set(title=name, xlabel="θ in degrees", ylabel="slope", xticks=[0, 90, 180, 270, 360])
    ax.legend(loc="upper right")
plots.show(fig, alt="Slope against direction for two functions. For the smooth one the measured points lie on the "
                    "formula's curve; for the folded one the formula says zero everywhere and the measured slopes "
                    "swing far up and down, meeting it only along the axes.")

# %% [markdown]
# The verdict is **D**: the formula holds where $f$ is differentiable, a condition that the claim does not mention;
# the folded function has a slope in every direction and the formula is wrong in all of them but four. Both sides are
# shown, by a number that would have been 0 twice if the claim were simply true. (Lesson 02 has the limit behind it.)
#
# Now you. The next cell opens a case file: after each section it sends real material through your function, prints
# what came out, and keeps it for the last page.

# %%
file = certificate.CaseFile()
digits = data.load_digits()
x = digits.x_train[:, digits.x_train.std(axis=0) > 0.05]  # (1348, D): pixels that vary
labels = digits.y_train
rng = np.random.default_rng(12)


def batchnorm(x):
    return normalize(x)


def rownorm(x):
    return normalize(x.T).T


def relu(x):
    return np.maximum(x, 0)

# %% [markdown]
# ## 3. Scale
#
# > **1.** Where one feature spreads much wider than another, the loss is much steeper along its weight.
# >
# > **2.** On such a surface one learning rate for all weights is slow: a rate that the steep direction bears leaves
# > most of the error along the flat one.
# >
# > **3.** Standardize the features, and the contours of the squared loss are circles.
#
# A linear model, squared loss. A bias takes care of the means, so look at centred features: the Hessian in the
# weights is $H=\frac2N X_c^\top X_c$. Along one weight alone the curvature is $H_{dd}$. At the learning rate
# $1/\lambda_\max$ a step multiplies the error along an eigenvector by the factor $1-\lambda/\lambda_\max$.

# %% solution="evidence_scale"
def evidence_scale(x, steps):
    """x (N, D), steps -> verdicts, ratio, left, condition

    ratio: the largest curvature along one weight over the smallest (centred x);
    left: the part of the error along the flattest direction that is left after `steps`
        steps at the rate 1/λmax;
    condition: λmax/λmin of the Hessian once the features are standardized (centred, divided
        by std).
    """
    # verdicts = {1: "?", 2: "?", 3: "?"} with your letters, then about nine lines
    ### BEGIN SOLUTION
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition
    ### END SOLUTION

# %% tests="evidence_scale_check" points=3
check("evidence_scale", evidence_scale)

# %%
together = np.corrcoef(x.T) - np.eye(x.shape[1])
tied = list(np.unravel_index(np.argmax(together), together.shape))
loose = list(np.unravel_index(np.argmin(np.abs(together) + np.eye(x.shape[1])), together.shape))
file.add(evidence_scale, "two pixels that have little to do with each other, one in units 30 times smaller",
         x[:, loose] * [1, 30], 1000)
file.add(evidence_scale, "the two pixels most alike, in the same units", x[:, tied], 1000)

# %% [markdown]
# ## 4. Whose mean?
#
# > **4.** In batch norm, a batch has as many means as it has examples.
# >
# > **5.** Batch norm's μ is the mean over the components of one example.
#
# Do not look into the layer; ask it. If it subtracts a mean for each feature, then adding a constant to a whole
# feature must change nothing.

# %% solution="evidence_axes"
def evidence_axes(forward, x, per_feature, per_example):
    """forward: (N, D) -> (N, D), x (N, D), per_feature (D,), per_example (N,)
    -> verdicts, by_feature, by_example

    by_feature: the largest absolute change of forward(x) when per_feature[d] is added to
        feature d of every row;
    by_example: the same when per_example[n] is added to all features of row n.
    """
    # verdicts = {4: "?", 5: "?"} with your letters, then about four lines
    ### BEGIN SOLUTION
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example
    ### END SOLUTION

# %% tests="evidence_axes_check" points=2
check("evidence_axes", evidence_axes)

# %%
shifts = rng.uniform(1, 2, x.shape[1]), rng.uniform(1, 2, 64)
file.add(evidence_axes, "batch norm, 64 digits", batchnorm, x[:64], *shifts)
file.add(evidence_axes, "a layer that normalizes each digit by itself", rownorm, x[:64], *shifts)

# %% [markdown]
# ## 5. Company
#
# > **6.** Batch norm ties the examples of a batch together: move one, and the outputs of others move.
# >
# > **7.** A training batch of a single feature vector is useless: whatever it holds, the same comes out.

# %% solution="evidence_coupling"
def evidence_coupling(forward, x, n, step):
    """forward, x (N, D), row number n, step (D,) -> verdicts, others, alone

    others: the largest absolute change in the outputs of the *other* rows when step is
        added to row n;
    alone: the largest absolute change in row n's output when it is sent by itself, as a
        batch (1, D), with and without the step.
    x is left as it was.
    """
    # verdicts = {6: "?", 7: "?"} with your letters, then about five lines
    ### BEGIN SOLUTION
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone
    ### END SOLUTION

# %% tests="evidence_coupling_check" points=2
check("evidence_coupling", evidence_coupling)

# %%
file.add(evidence_coupling, "batch norm, 8 digits", batchnorm, x[:8], 0, np.ones(x.shape[1]))
file.add(evidence_coupling, "ReLU, 8 digits", relu, x[:8], 0, np.ones(x.shape[1]))

# %% [markdown]
# ## 6. Far out
#
# > **8.** Normalized values keep within a fixed interval, the same for batches of every size.
# >
# > **9.** Normalizing makes a batch robust: an outlier hardly changes what becomes of the others.
# >
# > **10.** At prediction, normalizing pulls an example that lies far from the training data back among them.
#
# One row of a batch is replaced by something absurd. There are three questions: where does the absurd row end up in
# the batch, what happens to the rest, and where would it end up at prediction, normalized by the statistics of a
# batch that it was never part of?

# %% solution="evidence_extremes"
def evidence_extremes(x, far, row):
    """x (N, D), far (D,), row number row -> verdicts, largest, spread (D,), tested (D,)

    largest: the largest |xhat| in that row when far stands in its place and the batch is
        normalized;
    spread: the standard deviation (divide by the count) of the *other* rows' xhat in that
        batch;
    tested: far normalized by the mean and variance of x as it was, without far.
    x is left as it was.
    """
    # verdicts = {8: "?", 9: "?", 10: "?"} with your letters, then about six lines
    ### BEGIN SOLUTION
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested
    ### END SOLUTION

# %% tests="evidence_extremes_check" points=3
check("evidence_extremes", evidence_extremes)

# %%
for n in (5, 50, 500):
    batch = rng.normal(size=(n, 20))
    file.add(evidence_extremes, f"one row of {n} at 100 σ", batch, batch.mean(axis=0) + 100 * batch.std(axis=0), 0)

# %% [markdown]
# Turn the knob: the outlier walks away from 31 quiet companions.

# %%
quiet = np.random.default_rng(0).normal(size=(32, 1))


def draw_outlier(distance):
    batch = quiet.copy()
    batch[0] = distance
    fig, ax = plots.new(height=2.2)
    ax.plot(normalize(quiet)[1:, 0], np.ones(31), "|", color=plots.BLUE, markersize=14)
    ax.plot(normalize(batch)[1:, 0], np.zeros(31), "|", color=plots.ORANGE, markersize=14)
    ax.plot(normalize(batch)[0, 0], 0, "s", color=plots.RED)
    ax.set(yticks=[0, 1], yticklabels=["with the outlier (■)", "without"], ylim=(-0.6, 1.6), xlim=(-3.2, 6),
           xlabel="normalized value", title=f"the outlier at {distance}")
    plots.show(fig, alt=f"The normalized values of 31 examples without and with an outlier at {distance}, and the "
                        "outlier itself.")


widgets.slider(draw_outlier, "outlier at", [0, 2, 5, 10, 30, 100, 1000], 10)

# %% [markdown]
# ## 7. Shape
#
# > **11.** After normalizing, a feature is distributed like a standard normal.
# >
# > **12.** Whatever two batches hold: once each is normalized, they have one and the same distribution.
# >
# > **13.** A discriminator with batch norm that gets real and generated data in separate batches cannot tell them
# > apart.
#
# Two tools. The *kurtosis* $\frac1N\sum(x-\mu)^4/\sigma^4$ describes the shape of a feature and nothing else; it is 3
# for a normal. And two batches of equal size can be laid side by side: sort both, and look at the largest distance
# between values of equal rank. It is 0 if they hold the same values.

# %% solution="evidence_shape"
def evidence_shape(a, b):
    """a (N, D), b (N, D) -> verdicts, before, after, separate, together, each (D,)

    before, after: the kurtosis of a, and that of normalize(a);
    separate: the largest distance between values of equal rank when a and b are each
        normalized by themselves;
    together: the same when they are normalized in one batch of 2N rows.
    """
    # verdicts = {11: "?", 12: "?", 13: "?"} with your letters, then about eight lines
    ### BEGIN SOLUTION
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])
    ### END SOLUTION

# %% tests="evidence_shape_check" points=3
check("evidence_shape", evidence_shape)

# %%
pixel = int(np.argmin([np.mean(normalize(column) ** 4) for column in x.T]))  # the pixel furthest from a bell
real = x[:120, [pixel]]
file.add(evidence_shape, "a pixel, and a generator that makes it 3 times too large and 5 too high", real, 3 * real + 5)
file.add(evidence_shape, "a pixel, and a generator that hits its mean and spread but draws a bell", real,
         real.mean() + real.std() * rng.normal(size=real.shape))

# %% [markdown]
# ## 8. γ and β
#
# > **14.** No choice of γ and β makes batch norm give its input back.
# >
# > **15.** After batch norm, β is the mean of a feature and γ is its variance.
# >
# > **16.** On the nearly bell-shaped weighted sums of a layer: with γ = 1 and β = 0, a sigmoid behind batch norm runs
# > almost on a straight line.
#
# How straight is a sigmoid? Over the values that reach it, fit a line to its output. The share of the variance that
# the line explains is the squared correlation of input and output: 1 for a line, less for anything bent.

# %% solution="evidence_gamma_beta"
def evidence_gamma_beta(x, gamma, beta, eps):
    """x (N, D), gamma (D,), beta (D,), eps
    -> verdicts, gamma_back, beta_back, variance, straight, each (D,)

    gamma_back, beta_back: the parameters with which batch norm of x (with this eps) comes
        nearest to giving x back;
    variance: that of each feature of gamma·xhat + beta;
    straight: the squared correlation of xhat and sigmoid(xhat).
    """
    # verdicts = {14: "?", 15: "?", 16: "?"} with your letters, then about six lines
    ### BEGIN SOLUTION
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight
    ### END SOLUTION

# %% tests="evidence_gamma_beta_check" points=3
check("evidence_gamma_beta", evidence_gamma_beta)

# %%
few = x[:256] @ rng.normal(size=(x.shape[1], 4))  # the weighted sums of a layer of four
sparse = x[:256, [int(np.argmin((x[:256] > 0).mean(axis=0)))]]
for name, z, g in (("weighted sums, γ = 1, β = 2", few, 1.0), ("weighted sums, γ = 3, β = 2", few, 3.0),
                   ("a pixel that is nearly always blank, γ = 1, β = 2", sparse, 1.0)):
    width = z.shape[1]
    file.add(evidence_gamma_beta, name, z, np.full(width, g), np.full(width, 2.0), 1e-5)

# %% [markdown]
# ## 9. What cancels
#
# > **17.** A bias added right before batch norm changes nothing in training.
# >
# > **18.** Multiply the weights right before batch norm by k > 0, and (ε aside) the output stays what it was.

# %% solution="evidence_invariance"
def evidence_invariance(forward, x, weight, bias, k):
    """forward, x (N, D_in), weight (D_in, D_out), bias (D_out,), k
    -> verdicts, biased, scaled

    biased: the largest absolute change of forward(x @ weight) when bias is added to x @
        weight;
    scaled: the same when the weight is multiplied by k (and there is no bias).
    """
    # verdicts = {17: "?", 18: "?"} with your letters, then about four lines
    ### BEGIN SOLUTION
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled
    ### END SOLUTION

# %% tests="evidence_invariance_check" points=2
check("evidence_invariance", evidence_invariance)

# %%
weight, bias = rng.normal(size=(x.shape[1], 20)), rng.normal(size=20)
file.add(evidence_invariance, "batch norm behind a layer of 20, k = 10", batchnorm, x[:64], weight, bias, 10)
file.add(evidence_invariance, "ReLU behind the same layer", relu, x[:64], weight, bias, 10)

# %% [markdown]
# ## 10. An optimizer that does not know
#
# > **19.** An optimizer that does not know of the normalization can let a bias grow on and on while the loss stands
# > still.
# >
# > **20.** The gradient has to pass through μ: taken for a constant, it gives a slope that the loss does not have.
#
# Here is such an optimizer. A bias $b$ is added to $x$, then comes a layer, and the loss is
# $L(b)=\sum_d\frac1N\sum_n\big(\text{forward}(x+b)-t\big)_{nd}^2$. It believes that the layer passes $b$ on as it is,
# $\partial\,\text{forward}/\partial b=1$, and so takes $2\cdot\frac1N\sum_n(\text{forward}(x+b)-t)_n$ for the
# gradient. That is what one gets for a layer that subtracts the batch's mean when $\mu$ is taken for a constant.

# %% solution="evidence_runaway"
def evidence_runaway(forward, x, target, lr, steps):
    """forward, x (N, D), target (N, D), lr, steps -> verdicts, b (D,), change, slope (D,)

    b: the bias, from zeros, after `steps` steps of gradient descent with the believed
        gradient;
    change: L(b) − L(0);
    slope: the true slopes of L at b = 0, by central differences (a step of 1e-5 will do).
    """
    # verdicts = {19: "?", 20: "?"} with your letters, then about eight lines
    ### BEGIN SOLUTION
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope
    ### END SOLUTION

# %% tests="evidence_runaway_check" points=2
check("evidence_runaway", evidence_runaway)

# %%
def centre(x):
    return x - x.mean(axis=0)


def nothing(x):
    return x


for steps in (100, 1000):
    file.add(evidence_runaway, f"a layer that subtracts the batch's mean, {steps} steps", centre, few,
             np.ones_like(few), 0.1, steps)
file.add(evidence_runaway, "no layer at all, 100 steps", nothing, few, np.ones_like(few), 0.1, 100)

# %% [markdown]
# ## 11. Averages of averages
#
# > **21.** The averages of the batches' means and variances are, within a few percent, those of the whole data.
# >
# > **22.** One may as well average σ over the batches: its mean, squared, is the variance.
# >
# > **23.** Data must be shuffled: in batches sorted by class, a batch's variance is far below that of the data.
#
# "Averaging over the batches" means what it says: every batch counts once, however many rows it has, and its variance
# is the one batch norm computes, divided by the number of its rows.

# %% solution="evidence_batches"
def evidence_batches(batches):
    """batches, a list of arrays (n, D) with n >= 2
    -> verdicts, mean_off, variance, squared_std, each (D,)

    mean_off: |the mean of the batch means − the mean of all rows|;
    variance: the mean of the batch variances, over the variance of all rows;
    squared_std: the mean of the batch standard deviations, squared, over the variance of
        all rows.
    """
    # verdicts = {21: "?", 22: "?", 23: "?"} with your letters, then about four lines
    ### BEGIN SOLUTION
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std
    ### END SOLUTION

# %% tests="evidence_batches_check" points=3
check("evidence_batches", evidence_batches)

# %%
some = x[:, 20:24]
shuffled = rng.permutation(1344)
by_class = np.argsort(labels[:1344], kind="stable")
for name, order, size in (("shuffled, batches of 2", shuffled, 2), ("shuffled, batches of 64", shuffled, 64),
                          ("sorted by class, batches of 64", by_class, 64)):
    file.add(evidence_batches, name, np.split(some[order], 1344 // size))
file.add(evidence_batches, "unequal batches, sorted by class", [some[by_class[:64]], some[by_class[64:1344]]])

# %% [markdown]
# ## 12. How large is large enough?
#
# > **24.** A batch must be large enough to stand for the data: the error of its mean falls as the batch grows.
# >
# > **25.** Because each batch has a μ of its own, batch norm shakes every activation by a good part of its σ, and so
# > regularizes.
# >
# > **26.** The average of batch means comes near the mean of the data because, by the central limit theorem, batch
# > means are normally distributed.
#
# Cut the rows, in the order they come, into batches of $m$ ($m$ divides $N$). The error of a batch mean is counted in
# units of $\sigma$ of all rows, and a typical error is the root of the mean square, over batches and features.

# %% solution="evidence_size"
def evidence_size(x, small, large):
    """x (N, D), two batch sizes that divide N
    -> verdicts, error_small, error_large, kurtosis (D,)

    error_small, error_large: the root mean square of (batch mean − mean of all rows) / σ of
        all rows, over batches and features, for batches of either size;
    kurtosis: that of the *means* of the small batches (3 for a normal).
    """
    # verdicts = {24: "?", 25: "?", 26: "?"} with your letters, then about six lines
    ### BEGIN SOLUTION
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis
    ### END SOLUTION

# %% tests="evidence_size_check" points=3
check("evidence_size", evidence_size)

# %%
rare = x[shuffled][:, np.argsort((x > 0).mean(axis=0))[:3]]  # three pixels that are nearly always blank
file.add(evidence_size, "four pixels, batches of 2 and of 448", some[shuffled], 2, 448)
file.add(evidence_size, "three pixels that are nearly always blank, batches of 2 and of 64", rare, 2, 64)

# %% [markdown]
# ## 13. Memory
#
# > **27.** In PyTorch, momentum = 0.1 is what the old running mean weighs.
# >
# > **28.** While the weights still move, an average that weighs late batches more is nearer to the truth than the
# > plain average over all batches.
#
# For the first of these we asked PyTorch. A `torch.nn.BatchNorm1d(3, momentum=0.1)` had the running means in the first
# row below; in train mode it saw a batch with the means in the second row; afterwards its running means were those in
# the third. Your function gets such records, of layers with other settings, too.

# %%
record = np.array([
    [0.0000, 2.0000, -1.0000],
    [1.0000, 1.0000, 3.0000],
    [0.1000, 1.9000, -0.6000],
])

# %% solution="evidence_memory"
def evidence_memory(record, means, truth, momentum):
    """record (3, D), means (T, D), truth (D,), momentum
    -> verdicts, weight (D,), exponential, plain

    weight: what the *new* value weighs in the record, whose rows are the running mean
        before, the mean of the batch, the running mean after;
    exponential: |running − truth|, the largest of the D, once a running mean that starts from
        zeros has taken in all rows of `means` in order, each new one weighing `momentum`;
    plain: the largest |average of all rows − truth| of the D.
    """
    # verdicts = {27: "?", 28: "?"} with your letters, then about seven lines
    ### BEGIN SOLUTION
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain
    ### END SOLUTION

# %% tests="evidence_memory_check" points=2
check("evidence_memory", evidence_memory)

# %%
drift = np.concatenate([np.linspace(0, 5, 100), np.full(100, 5.0)])[:, None]
noise = np.random.default_rng(3).normal(size=(200, 3))
file.add(evidence_memory, "means that travel for 100 steps and then rest", record, drift + noise, np.full(3, 5.0), 0.1)
file.add(evidence_memory, "means that never moved", record, 5 + noise, np.full(3, 5.0), 0.1)

# %% [markdown]
# ## 14. In service
#
# > **29.** In training mode an answer depends on who else is in the batch; with statistics kept from training it does
# > not.
# >
# > **30.** Since PyTorch keeps running statistics by itself, an answer at test time does not depend on its
# > companions.
#
# `train` and `evaluate` are two functions that a service might use for an answer: the layer in either of its modes, or
# what someone took for it.

# %% solution="evidence_prediction"
def evidence_prediction(train, evaluate, x, companions):
    """train, evaluate (each a forward), x (N, D), companions (M, D)
    -> verdicts, train_change, eval_change

    train_change, eval_change: the largest absolute change in the output of row 0 when all
        other rows of x are replaced by `companions`, with the one function and with the
        other.
    """
    # verdicts = {29: "?", 30: "?"} with your letters, then about three lines
    ### BEGIN SOLUTION
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change
    ### END SOLUTION

# %% tests="evidence_prediction_check" points=2
check("evidence_prediction", evidence_prediction)

# %%
kept_mean, kept_var = x.mean(axis=0), x.var(axis=0)


def in_eval_mode(x):
    return (x - kept_mean) / np.sqrt(kept_var + 1e-5)


file.add(evidence_prediction, "a layer in train mode and in eval mode", batchnorm, in_eval_mode, x[:8], x[100:107])
file.add(evidence_prediction, "a layer that nobody switched to eval mode", batchnorm, batchnorm, x[:8], x[100:107])

# %% [markdown]
# ## 15. Your certificate
#
# Put your name in and run the cell. `file.save("certificate.html", student, guesses)` writes the same page to a file:
# open it in a browser and print it, it fits three sheets.

# %%
student = ""  # your name
file.show(student, guesses)

# %% [markdown] manual="what_thirty_numbers_prove" points=4
# ## 16. The objection
#
# **Essay.** Someone reads your certificate and says: "Thirty numbers from 8 × 8 digits and random arrays. None of this
# says anything about my network with a hundred layers and a million images."
#
# Answer in about 250 words. Take *two* of the thirty claims: one for which the objection fails, and one for which it
# holds. For each say what your verdict rests on (algebra, a counterexample, or the size of an effect that was
# measured), quote your number, and say what the million images could change about it. For the second, describe the
# measurement that you would ask for, and the outcome that would make you change your verdict.
#
# ### BEGIN SOLUTION
# *A model answer.* The objection fails for claim 17, a bias before batch norm. The verdict rests on algebra: whatever
# is added to a whole feature is added to its mean as well, $(z+b)-(\mu+b)=z-\mu$. No size of network or data enters.
# My number, 0 for batch norm against 1.8 behind a ReLU, is not the proof; it guards against a slip in the algebra,
# and the ReLU shows that the measurement could have seen an effect. A million images can change nothing. (Claim 12
# would do as well: it says "whatever", so a single pair of batches that stay apart refutes it, for networks of any
# size.)
#
# The objection holds for claim 16, the straight line behind a sigmoid. It says "almost", which is a size, and "nearly
# bell-shaped", which a large network may not be. I measured 0.97 and more for weighted sums of pixels, and much less
# for a pixel that is nearly always blank: normalizing fixes only two moments, and a feature with a long tail sends
# its few large values onto the flat part. I would ask for the squared correlation at every sigmoid of the large
# network, over a few thousand images, at the start and at the end of training, with γ = 1 and β = 0 kept fixed, and I
# would look at the smallest, not at the mean. If for a good part of the units it fell below, say, 0.9, I would change
# the verdict to D: true as long as the sums have no long tails.
#
# *Rubric.* 1 point: a claim for which the objection fails, with the right reason (algebra, or a counterexample to a
# claim about every case). 1 point: one for which it holds, because the verdict rests on the size of an effect that
# depends on data, batch size or network. 1 point: own numbers quoted, with what they were compared to (a material in
# which the number is different). 1 point: a measurement that could overturn the second verdict, with an outcome fixed
# in advance. Claims that differ from ours earn full points if they are argued so; "more data is always better" earns
# none.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A sentence becomes decidable when one says which number would be different if it were false.
# - A measurement earns its trust on material where the claim fails. Whoever only looks where it holds will find that it
#   holds.
# - "It depends" is a verdict only together with the condition it depends on, and a number from both sides of it.
# - Algebra and counterexamples carry over to every network. Sizes of effects do not: they come with the data, the batch
#   size and the depth they were measured at.
# - The most useful sentence in any set of notes is the one that makes you want to measure.
#
# **What now?** Take a claim from a blog, a talk or a model's answer, and do to it what you did here.
#
# ## To read
#
# - Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2 to §3.2. You
#   can now put a number beside each sentence.
# - Santurkar et al. 2018 ([1805.11604](https://arxiv.org/abs/1805.11604)): §2, how to test an explanation by removing
#   what it explains with.
# - Wu & Johnson 2021, *Rethinking "Batch" in BatchNorm* ([2105.07576](https://arxiv.org/abs/2105.07576)): a whole paper
#   of claims that turned out to depend on something.
# - Lipton & Steinhardt 2018, *Troubling Trends in Machine Learning Scholarship*
#   ([1807.03341](https://arxiv.org/abs/1807.03341)): §3.1 and §3.2, explanation against speculation, and knowing where
#   a gain comes from.
