# %% [markdown]
# # Lesson 01: feature scaling
#
# **You will be able to**
#
# - standardize a data set feature by feature, and use the *same* numbers on data that come later;
# - derive the gradient of a least-squares loss and train with it;
# - read from one number, the condition number, how long gradient descent will take;
# - say when standardizing makes the loss surface round, and when it cannot.
#
# **Time:** about 80 minutes. **Graded:** five functions (12 points) and two questions in prose (4 points).
#
# **What you need from before:** matrix products and partial derivatives. The convention of the whole course, said
# once: `x` has shape $(N, D)$, $N$ examples as rows and $D$ features as columns. `axis=0` runs down a column, over
# the examples.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

# %% [markdown]
# The demonstrations need a little more; your answers are NumPy and nothing else.

# %%
SEEDS = range(5)

from sklearn.datasets import load_diabetes

from bnlib import plots, widgets
from bnlib.findings import effect

NAMES = load_diabetes().feature_names
patients, progression = load_diabetes(return_X_y=True, scaled=False)


def split(seed):
    """332 patients to train on and 110 to test on: x_train, y_train, x_test, y_test."""
    order = np.random.default_rng(seed).permutation(len(patients))
    train, test = order[:332], order[332:]
    return patients[train], progression[train], patients[test], progression[test]


# %% [markdown]
# ## 1. A puzzle: a cautious learning rate
#
# For 442 patients with diabetes we have ten measurements (age in years, blood pressure, cholesterol in mg/dl and so
# on) and, one year later, a score of how far the disease has progressed. We predict the score linearly, $\hat y =
# x\cdot w + b$, by gradient descent on the mean squared error, from $w=0$, $b=0$. Predicting 0 for everybody costs
# about 29000. The learning rate is 0.01, which nobody would call bold.
#
# **Predict first.** What is the loss after ten steps?

# %%
guess = None  # for example 5000

# %%
x_train, y_train, x_test, y_test = split(0)
w, b = np.zeros(10), 0.0
for _ in range(10):
    error = x_train @ w + b - y_train
    w, b = w - 0.01 * 2 * x_train.T @ error / len(error), b - 0.01 * 2 * error.mean()
print("your guess:", guess)
print(f"loss after ten steps: {np.mean((x_train @ w + b - y_train) ** 2):.0e}")
for name, mean, std in zip(NAMES, x_train.mean(axis=0), x_train.std(axis=0), strict=True):
    print(f"{name:>4}: mean {mean:6.1f}, std {std:5.1f}")

# %% [markdown]
# That is no bug in the loop. Look at the table: `s1` lives near 190, `s5` near 5 with a spread of a half. The
# patients are ordinary, the model is a straight line, and *the units* broke the training. Had somebody recorded
# cholesterol in mmol/l, the same code would have behaved differently. This lesson is about why, and about the two
# lines that cure it.
#
# ## 2. One mean and one σ per feature
#
# Units are a property of a column. So for each feature $d$ take
#
# $$\mu_d=\frac1N\sum_{n=1}^N x_{nd},\qquad \sigma_d=\sqrt{\frac1N\sum_{n=1}^N\left(x_{nd}-\mu_d\right)^2}.$$
#
# The sum uses up $n$, and $d$ survives: both results have shape $(D,)$, however many examples there are. The mean
# carries the unit of its column, and so does $\sigma_d$. That is why we take the root: the variance would carry the
# unit squared.
#
# **Exercise 1.** Write it. Centre first, then square: $\overline{x^2}-\mu^2$ subtracts two nearly equal numbers when
# the mean is large.

# %% solution="feature_statistics"
def feature_statistics(x):
    """Mean and standard deviation of every feature: x (N, D) -> mean (D,), std (D,).

    The variance divides by N. x is left as it was; it may hold whole numbers.
    """
    # about three lines
    ### BEGIN SOLUTION
    mean = x.mean(axis=0)  # (D,)
    std = np.sqrt(((x - mean) ** 2).mean(axis=0))  # (D,), centred first
    return mean, std
    ### END SOLUTION

# %% tests="feature_statistics_check" points=3
check("feature_statistics", feature_statistics)

# %% [markdown]
# ### The notes say, the numbers say: how long are these vectors?
#
# Under this heading we hold statements from lecture notes against an experiment. Each ends in a line `claim number:
# verdict`: T for true, F for false, D for "it depends". Where chance plays, lines `effect: …` follow: one finding as
# mean ± standard deviation over five seeds, and in how many of the five it is above 0.
#
# One set of notes gives $m$ and $\sigma$ (their $m$ is our $\mu$) the length $N$, the number of data. Try both axes.

# %% claims="4"
mean, std = feature_statistics(x_train)
by_row = x_train.mean(axis=1)
print("the notes say: m and σ are vectors of length N, the number of data")
print(f"axis=0: shape {mean.shape}; axis=1: shape {by_row.shape}, whose first entry, {by_row[0]:.1f}, is an average "
      "of years, mmHg and mg/dl")
print(f"claim 4: F — m and σ have length N, the number of data: not so, for {len(x_train)} patients with "
      f"{x_train.shape[1]} features they have length {len(mean)}, one entry a feature; a vector of length "
      f"{len(by_row)} could not even be applied to the {len(x_test)} test patients")

# %% [markdown]
# Why do people disagree? Because books index differently. One writes $x^r_i$ for feature $i$ of example $r$, another
# lays the batch out as (features, batch). Neither is wrong, but an axis number means nothing until you know the
# layout.

# %% claims="10"
columns_first = x_train.T  # (D, N), the other convention
print("the other layout:", columns_first.shape, "- its statistics per feature run over axis 1")
agree = np.allclose(columns_first.mean(axis=1), mean) and np.allclose(columns_first.std(axis=1), std)
print(f"your function on it, untransposed, gives {len(feature_statistics(columns_first)[0])} means")
print("claim 10: D — which index is the feature is a convention, and the axis follows it: axis 1 of the (D, N) = "
      f"{columns_first.shape} matrix and axis 0 of the (N, D) one give the same {len(mean)} numbers, {agree}; this "
      "course writes (N, D)")

# %% [markdown]
# ## 3. Standardizing, with statistics that are given
#
# $$\tilde x_{nd}=\frac{x_{nd}-\mu_d}{\sigma_d}$$
#
# Numerator and denominator carry the same unit, so $\tilde x$ has none: "how many standard deviations above average".
# In shapes: $(N,D)-(D,)$ broadcasts $\mu$ down the rows.
#
# The function below does not compute $\mu$ and $\sigma$. It is *given* them, and that is deliberate: it must work on
# a single new patient, who has no spread. And one trap: a feature that was the same for everybody has $\sigma_d=0$
# and $x_{nd}-\mu_d=0$. It tells us nothing; make it 0, not $0/0$.
#
# **Exercise 2.** Write it, without a warning on a constant feature. (The check looks at values only: whether NumPy
# warns, you must look yourself.)

# %% solution="standardize"
def standardize(x, mean, std):
    """(x - mean) / std: x (N, D), mean (D,), std (D,) -> (N, D).

    A constant feature (std 0) becomes 0, without a warning. x is left as it was; it may hold whole numbers.
    """
    # about two lines
    ### BEGIN SOLUTION
    safe = np.where(std > 0, std, 1)  # a constant feature's numerator is 0 already
    return (x - mean) / safe
    ### END SOLUTION

# %% tests="standardize_check" points=2
check("standardize", standardize)

# %% [markdown]
# ### What it does, and what else one could do
#
# Standardizing is one choice among several. Min-max puts each feature between 0 and 1; the robust one subtracts the
# median and divides by the distance between the quartiles; L2 divides each *example* by its length. They differ most
# when something is wrong with the data. Here 100 blood pressures, and one typing error.

# %% claims="6"
def min_max(v):
    return (v - v.min()) / (v.max() - v.min())


def robust(v):
    low, middle, high = np.percentile(v, [25, 50, 75])
    return (v - middle) / (high - low)


def standardized(v):
    return standardize(v[:, None], *feature_statistics(v[:, None]))[:, 0]


clean = patients[:100, 3]
dirty = np.append(clean, 9400.0)  # somebody left out the decimal point
scalings = {"standardize": standardized, "min-max": min_max, "robust": robust}
fig, axes = plots.new(1, 3, height=2.4, sharey=True)
kept = {}
for ax, (name, scale) in zip(axes, scalings.items(), strict=True):
    before, after = scale(clean), scale(dirty)[:100]
    kept[name] = after.std() / before.std()
    for row, values in enumerate((after, before)):
        ax.plot(values, np.full(100, row), plots.MARKERS[row], color=plots.COLORS[row], alpha=0.4, markersize=4)
    ax.set(title=name, xlabel="scaled blood pressure", yticks=[0, 1], yticklabels=["with the\ntyping error", "clean"],
           ylim=(-0.5, 1.5))
plots.show(fig, alt="The same 100 blood pressures under three scalings, clean and with one typing error: standardize "
           "and min-max squeeze them into a point once the error is there, the robust scaling leaves them spread.")
by_length = patients / np.linalg.norm(patients, axis=1, keepdims=True)
lengths = np.linalg.norm(by_length, axis=1)
stds = by_length.std(axis=0)
print(f"L2: every patient's length becomes {lengths.min():.0f}, but the features' stds still differ "
      f"{stds.max() / stds.min():.0f}-fold")
print("claim 6: T — standardizing is one of several feature normalizations: with one outlier beside 100 values they "
      "keep " + ", ".join(f"{share:.1%} of their spread ({name})" for name, share in kept.items()))

# %% [markdown]
# Keep two things. One outlier moves the mean and σ of everybody: standardizing is *not* robust. And L2 works along
# the other axis, so it does not mend unlike units at all.
#
# ## 4. The slope along each weight
#
# Now the model: $\hat y=xw+b$ with $w$ $(D,)$, and the loss over $N$ examples
#
# $$L(w,b)=\frac1N\sum_{n}e_n^2,\qquad e=xw+b-y\quad(N,).$$
#
# The error $e_n$ moves by $x_{nd}$ when $w_d$ moves by 1, and by 1 when $b$ does. With the chain rule, $\partial
# e_n^2=2e_n\,\partial e_n$:
#
# $$\frac{\partial L}{\partial w}=\frac2N x^\top e\quad(D,),\qquad\frac{\partial L}{\partial b}=\frac2N\sum_n e_n .$$
#
# Read the first one slowly, for it is the whole lesson: **the slope along $w_d$ carries $x_{nd}$ as a factor**. A
# feature in the hundreds makes a slope in the hundreds.
#
# **Exercise 3.** Write it.

# %% solution="mse_and_gradient"
def mse_and_gradient(w, b, x, y):
    """Mean squared error of x @ w + b and its gradient: w (D,), b number, x (N, D), y (N,) -> loss, dw (D,), db.

    loss and db are numbers. No ½ in the loss. No argument is changed; x and y may hold whole numbers.
    """
    # about four lines
    ### BEGIN SOLUTION
    error = x @ w + b - y  # (N,)
    dw = 2 * x.T @ error / len(y)  # (D,)
    db = 2 * error.mean()
    return np.mean(error**2), dw, db
    ### END SOLUTION

# %% tests="mse_and_gradient_check" points=3
check("mse_and_gradient", mse_and_gradient)

# %% [markdown]
# ### The notes say, the numbers say: small feature, flat slope
#
# The notes' example has a feature $x_1$ with values 1, 2, 3 and a feature $x_2$ with 100, 200, 300. Two ways to read
# it. Row by row, the data are $(1,100),(2,200),(3,300)$; or all nine combinations occur. The slopes agree; something
# else does not, so keep an eye on the eigenvalues of the Hessian $H=\frac2N x^\top x$, the matrix of the second
# derivatives: a large one is a direction in which the loss curves steeply, 0 one in which it is flat. Section 6 says
# more. ($H/2$ of standardized data is the matrix of correlations.)

# %% claims="1"
rows = np.array([[1.0, 100.0], [2.0, 200.0], [3.0, 300.0]])
grid = np.array([[first, second] for first in (1.0, 2.0, 3.0) for second in (100.0, 200.0, 300.0)])


def eigenvalues(x):
    """Of the Hessian 2/N xᵀx, from small to large; rounding below 1e-9 of the largest is 0."""
    values = np.linalg.eigvalsh(2 / len(x) * x.T @ x)
    return np.where(values < 1e-9 * values.max(), 0.0, values)


slopes = []
for seed in SEEDS:
    y = np.random.default_rng(seed).normal(5, 1, len(grid))
    _, dw, _ = mse_and_gradient(np.zeros(2), 0.0, grid, y)
    slopes.append(dw[1] / dw[0])
_, dw, _ = mse_and_gradient(np.zeros(2), 0.0, rows, np.array([1.0, 2.0, 3.0]))
z_rows, z_grid = (standardize(x, *feature_statistics(x)) for x in (rows, grid))
print(f"three rows: slope along w2 / slope along w1 = {dw[1] / dw[0]:.0f}")
print(f"nine rows, five random targets: {np.mean(slopes):.0f} (std {np.std(slopes):.0f})")
low, high = eigenvalues(grid)
print(f"nine rows: eigenvalues {low:.2f} and {high:.0f}; standardized: {eigenvalues(z_grid).round(2).tolist()}")
print(f"three rows, standardized: H has eigenvalues {eigenvalues(z_rows).round(2).tolist()}, "
      f"the correlation matrix H/2 has {(eigenvalues(z_rows) / 2).round(2).tolist()}")
print(f"claim 1: T — features of unlike scale give slopes of unlike size: that along w2 is about {np.mean(slopes):.0f} "
      f"times that along w1, and λmax/λmin is {high / low:.0f} raw, "
      f"{eigenvalues(z_grid)[1] / eigenvalues(z_grid)[0]:.0f} standardized; read as three rows the features are "
      f"collinear, with standardized eigenvalues "
      f"{eigenvalues(z_rows)[0]:.0f} and {eigenvalues(z_rows)[1] / 2:.0f} (of the correlation matrix)")
effect(1, "slope along w2 in slopes along w1, minus 1", np.array(slopes) - 1, digits=0)

# %% [markdown]
# So the notes are right about the slopes. But the three rows as printed are *collinear*: $x_2=100\,x_1$. Then one
# direction of the weight space changes nothing at all, its eigenvalue is 0, and scaling does not help: standardized,
# both columns become the very same column.
#
# ## 5. Walking down
#
# One step of gradient descent with learning rate $\eta$ takes both gradients at the same point, then moves both:
# $w\leftarrow w-\eta\,\partial L/\partial w$, $b\leftarrow b-\eta\,\partial L/\partial b$.
#
# **Exercise 4.** Record the loss before the first step and after every step: `steps + 1` numbers. Leave the caller's
# `w` alone: `w -= …` on an array changes it for everybody who holds it.

# %% solution="gradient_descent"
def gradient_descent(w, b, x, y, lr, steps):
    """Losses of `steps` steps of gradient descent from w (D,), b on x (N, D), y (N,) -> losses (steps + 1,).

    losses[0] belongs to the given w and b, losses[k] to those after k steps. No argument is changed.
    """
    # about seven lines
    ### BEGIN SOLUTION
    losses = []
    for _ in range(steps + 1):
        loss, dw, db = mse_and_gradient(w, b, x, y)
        losses.append(loss)
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)
    ### END SOLUTION

# %% tests="gradient_descent_check" points=2
check("gradient_descent", gradient_descent)

# %% [markdown]
# ### Your code at work: the patients again
#
# Your four functions, five random splits. Raw, we use a rate made to measure (one over the largest eigenvalue of the
# Hessian, $b$ included; section 6 says why); standardized, simply 0.1. The floor is the best any line can do.

# %%
curves, floors, above = {"raw units": [], "standardized": []}, [], []
for seed in SEEDS:
    x_train, y_train, _, _ = split(seed)
    with_ones = np.hstack([x_train, np.ones((len(x_train), 1))])
    safe_lr = 1 / np.linalg.eigvalsh(2 / len(x_train) * with_ones.T @ with_ones).max()
    z_train = standardize(x_train, *feature_statistics(x_train))
    curves["raw units"].append(gradient_descent(np.zeros(10), 0.0, x_train, y_train, safe_lr, 1000))
    curves["standardized"].append(gradient_descent(np.zeros(10), 0.0, z_train, y_train, 0.1, 1000))
    best = with_ones @ np.linalg.lstsq(with_ones, y_train, rcond=None)[0]
    floors.append(np.mean((best - y_train) ** 2))
fig, ax = plots.new()
for k, (name, losses) in enumerate(curves.items()):
    ax.loglog(np.arange(1, 1002), np.mean(losses, axis=0), color=plots.COLORS[k], linestyle=plots.LINES[k], label=name)
ax.axhline(np.mean(floors), color=plots.BLACK, linewidth=0.8, linestyle=":", label="best line")
ax.set(xlabel="k-th loss (the first is before any step)", ylabel="mean squared error",
       title="442 patients, mean of 5 splits", yticks=[3000, 5000, 10000, 30000],
       yticklabels=["3000", "5000", "10000", "30000"])
ax.minorticks_off()
ax.legend()
plots.show(fig, alt="Loss against steps on log axes, mean of five splits: standardized, it reaches the best line "
           "within about thirty steps; in raw units it is still well above after a thousand.")
for name, losses in curves.items():
    excess = [curve[[30, 1000]] / floor - 1 for curve, floor in zip(losses, floors, strict=True)]
    mean_excess, spread = np.mean(excess, axis=0), np.std(excess, axis=0)
    print(f"{name:>12}: above the best line by {mean_excess[0]:.1%} ± {spread[0]:.1%} after 30 steps, "
          f"{mean_excess[1]:.2%} ± {spread[1]:.2%} after 1000")

# %% [markdown]
# ### What it looks like: three ways down one valley
#
# With two features we can see the surface. Below, $x_2$ is ten times as wide as $x_1$. Gradient descent must take a
# rate that is safe for the steep direction, and then crawls along the flat one. Two cures: mend the data
# (standardize), or mend the optimizer (Adam gives each weight a step size of its own, dividing by a running root mean
# square of its gradient). The star is the minimum, here and below.

# %%
def two_features(ratio, seed=0, correlation=0.0, rows=200, effects=(1.0, 1.0)):
    """Centred x (N, 2) with stds about 1 and `ratio`, and y (N,), which one std of each moves by `effects`.

    The best b is 0.
    """
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(rows, 2))
    z[:, 1] = correlation * z[:, 0] + np.sqrt(1 - correlation**2) * z[:, 1]
    x = (z - z.mean(axis=0)) * (1.0, ratio)
    return x, x @ (np.array(effects) / (1.0, ratio))


def gradient_path(x, y, lr, steps):
    """The weights at every step, (steps + 1, 2), from w = 0."""
    path = [np.zeros(2)]
    for _ in range(steps):
        path.append(path[-1] - lr * mse_and_gradient(path[-1], 0.0, x, y)[1])
    return np.array(path)


def adam_path(x, y, lr, steps, decay=(0.9, 0.999)):
    """The same with Adam (Kingma & Ba 2014, algorithm 1)."""
    path, m, v = [np.zeros(2)], np.zeros(2), np.zeros(2)
    for t in range(1, steps + 1):
        dw = mse_and_gradient(path[-1], 0.0, x, y)[1]
        m, v = decay[0] * m + (1 - decay[0]) * dw, decay[1] * v + (1 - decay[1]) * dw**2
        step = m / (1 - decay[0] ** t) / (np.sqrt(v / (1 - decay[1] ** t)) + 1e-8)
        path.append(path[-1] - lr * step)
    return np.array(path)


def largest_eigenvalue(x):
    return eigenvalues(x)[-1]


def draw_path(ax, x, y, path, title, k, target, span):
    """Contours of the loss over the weights round `target`, and the way taken."""
    first, second = (np.linspace(t - s, t + s, 120) for t, s in zip(target, span, strict=True))
    surface = [[np.mean((x @ np.array([u, v]) - y) ** 2) for u in first] for v in second]
    ax.contour(first, second, surface, levels=np.array([0.02, 0.1, 0.3, 0.7, 1.3, 2.2]) * np.mean(y**2), colors="0.65",
               linewidths=0.8)
    ax.plot(*path.T, color=plots.COLORS[k], marker=plots.MARKERS[k], markersize=3, linewidth=1)
    ax.plot(*target, "*", color=plots.BLACK, markersize=9)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", title=title)


x, y = two_features(10)
z = standardize(x, *feature_statistics(x))
z_target = np.linalg.lstsq(z, y, rcond=None)[0]
fig, axes = plots.new(1, 3, width=8.4, height=3.0)
raw_span = (1.5, 0.5)  # the second axis is stretched threefold, or the paths would be hidden
draw_path(axes[0], x, y, gradient_path(x, y, 1.8 / largest_eigenvalue(x), 30), "raw, gradient descent", 0, (1.0, 0.1),
          raw_span)
draw_path(axes[1], z, y, gradient_path(z, y, 0.3, 30), "standardized, gradient descent", 1, z_target, (1.5, 1.5))
draw_path(axes[2], x, y, adam_path(x, y, 0.05, 30), "raw, Adam", 2, (1.0, 0.1), raw_span)
for ax in axes[[0, 2]]:
    ax.set_ylabel("$w_2$ (stretched 3 times)")
plots.show(fig, alt="Contours of the loss with thirty steps from the origin to the minimum, a star. Raw: a narrow "
           "valley in which gradient descent zigzags and is not half way after thirty steps. Standardized: circles, "
           "and it goes straight to the star. Raw with Adam: the valley is as narrow, but the path runs along it and "
           "reaches the star.")

# %% [markdown]
# Now count, with $x_2$ a hundred times as wide. A run is done when the loss is below 1 % of its start. For Adam we
# take the best of four rates, so that it is not beaten by a bad choice of ours.

# %% claims="2"
def steps_needed(x, y, path):
    """The first step at which the loss is below 1 % of its start; None if never."""
    losses = ((path @ x.T - y) ** 2).mean(axis=1)
    below = np.flatnonzero(losses < 0.01 * losses[0])
    return int(below[0]) if len(below) else None


counts = {"gradient descent, raw": [], "gradient descent, standardized": [], "Adam, raw": []}
for seed in SEEDS:
    x, y = two_features(100, seed)
    z = standardize(x, *feature_statistics(x))
    counts["gradient descent, raw"].append(steps_needed(x, y, gradient_path(x, y, 1 / largest_eigenvalue(x), 25_000)))
    straight = gradient_path(z, y, 1 / largest_eigenvalue(z), 100)
    counts["gradient descent, standardized"].append(steps_needed(z, y, straight))
    tries = [steps_needed(x, y, adam_path(x, y, lr, 1500)) for lr in (0.003, 0.01, 0.03, 0.1)]
    counts["Adam, raw"].append(min(n for n in tries if n is not None))
for name, found in counts.items():
    print(f"{name:>31}: {np.mean(found):8.1f} steps (5 seeds, {min(found)} to {max(found)})")
nine = grid - feature_statistics(grid)[0]  # the nine rows of claim 1, centred: uncorrelated
bold = gradient_path(nine, nine @ np.array([1.0, 0.01]), 0.01, 4)
print(f"the nine rows at a rate of 0.01, after four steps: w1 = {bold[-1, 0]:.2f} on its way to 1, but "
      f"w2 = {bold[-1, 1]:.0e} on its way to 0.01")
raw, scaled, adam = (np.mean(found) for found in counts.values())
print("claim 2: T — unlike scales are hard to train at one fixed rate, and a rate per direction helps: to 1 % of the "
      f"loss {raw:.0f} steps raw, {scaled:.0f} standardized, {adam:.0f} with Adam on raw data (mean of 5 seeds)")
raw, scaled, adam = (np.array(found) for found in counts.values())
effect(2, "steps to 1 % of the loss, raw − standardized", raw - scaled, digits=0)
effect(2, "steps to 1 % of the loss on raw data, one rate for all − Adam", raw - adam, digits=0)

# %% [markdown]
# ## 6. How elongated is the bowl?
#
# Differentiate the gradient once more: $\partial^2L/\partial w\,\partial w^\top=H=\frac2N x^\top x$, $(D,D)$, the
# same everywhere, for the loss is quadratic. Along an eigenvector of $H$ with eigenvalue $\lambda$, one step
# multiplies the distance to the minimum by $1-\eta\lambda$. To be stable along the steepest direction we need
# $\eta<2/\lambda_{\max}$. With $\eta=1/\lambda_{\max}$ a step multiplies the distance along the flattest direction by
# $1-\lambda_{\min}/\lambda_{\max}$, hardly less than 1. So the number of steps grows like the **condition number**
#
# $$\kappa=\frac{\lambda_{\max}}{\lambda_{\min}}\ \ge 1 .$$
#
# $\kappa=1$ is a round bowl. Scaling one column by 10 multiplies its entry of $x^\top x$ by 100: the ratio of scales
# enters *squared*.
#
# **Exercise 5.** The condition number of $H$ in $w$ alone, of $x$ as it is (not centred, no column of ones). Any
# factor before $x^\top x$ cancels.

# %% solution="hessian_condition"
def hessian_condition(x):
    """Condition number of the Hessian 2/N xᵀx of the mean squared error: x (N, D) -> a number, at least 1.

    x is left as it was.
    """
    # about two lines
    ### BEGIN SOLUTION
    values = np.linalg.eigvalsh(2 / len(x) * x.T @ x)  # (D,), from small to large
    return values[-1] / values[0]
    ### END SOLUTION

# %% tests="hessian_condition_check" points=2
check("hessian_condition", hessian_condition)

# %% [markdown]
# ### Turn the knob
#
# The slider sets the ratio of the two scales. Both axes have the same unit, so what looks long is long; the rate is
# $1/\lambda_{\max}$ throughout. Watch what 20 steps achieve.

# %%
def draw_ratio(ratio):
    x, y = two_features(ratio)
    path = gradient_path(x, y, 1 / largest_eigenvalue(x), 20)
    left = np.mean((x @ path[-1] - y) ** 2) / np.mean(y**2)
    fig, ax = plots.new(width=4.8, height=3.4)
    draw_path(ax, x, y, path, f"ratio {ratio:g}: κ = {hessian_condition(x):.3g}, {left:.0%} of the loss left", 0,
              (1.0, 1.0 / ratio), (1.5, 1.5))
    ax.set(xlim=(-0.5, 2.5), ylim=(-0.5, 1.5), aspect="equal")
    plots.show(fig, alt=f"Contours of the loss when one feature is {ratio:g} times as wide as the other, and 20 "
               f"steps of gradient descent: the condition number is {hessian_condition(x):.3g} and {left:.0%} of the "
               "loss is left.")


widgets.slider(draw_ratio, "ratio of scales", [1, 2, 3, 5, 10, 30], 5)

# %% [markdown]
# ### The notes say, the numbers say: does standardizing make the contours round?
#
# Standardized, every diagonal entry of $H/2$ is 1, and the others are the *correlations*. If they are 0, $H$ is a
# multiple of the identity and the contours are circles. If two features correlate with $\rho$, the eigenvalues of $H/2$
# are $1\pm\rho$ and $\kappa=\frac{1+|\rho|}{1-|\rho|}$, whatever the units were. To make such a bowl round one must
# rotate: *whitening* multiplies the centred data by $\Sigma^{-1/2}$. ($\Sigma$: their covariance matrix.) Networks do
# not do that at each layer: [BN] (see “To read”) §2 counts the cost, and §3 adds that it is not everywhere
# differentiable.

# %% claims="3"
def whiten(x):
    centred = x - feature_statistics(x)[0]
    values, vectors = np.linalg.eigh(centred.T @ centred / len(x))
    return centred @ vectors / np.sqrt(values) @ vectors.T


table, kappas = {}, {}
for correlation in (0.0, 0.99):
    found = []
    for seed in SEEDS:
        x, y = two_features(100, seed, correlation, rows=2000, effects=(1.0, -0.5))
        z = standardize(x, *feature_statistics(x))
        found.append([hessian_condition(x), hessian_condition(z), hessian_condition(whiten(x)),
                      steps_needed(z, y, gradient_path(z, y, 1 / largest_eigenvalue(z), 2000))])
    kappas[correlation] = np.array(found)[:, 1]
    table[correlation] = np.mean(found, axis=0), np.std(found, axis=0)
    mean, spread = table[correlation]
    print(f"correlation {correlation}: κ raw {mean[0]:.0f} ± {spread[0]:.0f}, standardized {mean[1]:.2f} ± "
          f"{spread[1]:.2f}, whitened {mean[2]:.2f}; steps to 1 %, standardized: {mean[3]:.0f} ± {spread[3]:.0f}")
centred = patients - feature_statistics(patients)[0]
z = standardize(patients, *feature_statistics(patients))
print(f"the patients, centred: κ = {hessian_condition(centred):.0f}; standardized: {hessian_condition(z):.0f}; "
      f"whitened: {hessian_condition(whiten(patients)):.2f}; s1 and s2 correlate with "
      f"{np.corrcoef(z[:, 4], z[:, 5])[0, 1]:.2f}")
print("claim 3: D — standardizing makes the contours round unless features correlate: standardized, κ is "
      f"{table[0.0][0][1]:.2f} without correlation, but {table[0.99][0][1]:.0f} ± {table[0.99][1][1]:.0f} at "
      f"correlation 0.99 (by the formula {1.99 / 0.01:.0f}); whitening brings it to {table[0.99][0][2]:.2f}")
effect(3, "κ of standardized data, correlation 0.99 − correlation 0", kappas[0.99] - kappas[0.0], digits=0)

# %%
x, y = two_features(3, correlation=0.95, effects=(1.0, -0.4))
mean, std = feature_statistics(x)
fig, axes = plots.new(1, 3, width=8.4, height=3.0)
views = {"raw": x, "standardized": standardize(x, mean, std), "whitened": whiten(x)}
for k, (ax, (name, v)) in enumerate(zip(axes, views.items(), strict=True)):
    target = np.linalg.lstsq(v, y, rcond=None)[0]
    path = gradient_path(v, y, 1 / largest_eigenvalue(v), 25)
    size = 1.6 * np.abs(target).max()
    draw_path(ax, v, y, path, f"{name}: κ = {hessian_condition(v):.3g}", k, target, (size, size))
    ax.plot(0, 0, "+", color=plots.BLACK)
plots.show(fig, alt="Contours of the loss for two features with correlation 0.95: raw and standardized they are a "
           "narrow diagonal valley, whitened they are circles, which gradient descent crosses in one step.")

# %% [markdown]
# The middle picture is the one to remember: equal scales, and still a valley, now along the diagonal.
#
# ## 7. A pitfall: whose statistics?
#
# A model is trained on standardized data. New patients arrive. Three ways to standardize them: with the training
# statistics; with their own; or one patient at a time with "their own", which makes every feature 0. The weights
# expect *training* standard deviations. To see it bite, let the clinic that uses the model treat heavier patients:
# the third of the test set with the highest body mass index.

# %%
results = {"training statistics": [], "statistics of the new patients": [], "each patient alone": []}
for seed in SEEDS:
    x_train, y_train, x_test, y_test = split(seed)
    mean, std = feature_statistics(x_train)
    z_train = standardize(x_train, mean, std)
    w, b = np.zeros(10), 0.0
    for _ in range(300):
        _, dw, db = mse_and_gradient(w, b, z_train, y_train)
        w, b = w - 0.1 * dw, b - 0.1 * db
    heavy = np.argsort(x_test[:, 2], kind="stable")[-37:]
    x_new, y_new = x_test[heavy], y_test[heavy]
    alone = np.vstack([standardize(row[None], *feature_statistics(row[None])) for row in x_new])
    together = standardize(x_new, *feature_statistics(x_new))
    for name, z in zip(results, (standardize(x_new, mean, std), together, alone), strict=True):
        results[name].append([np.sqrt(np.mean((z @ w + b - y_new) ** 2)), np.mean(z @ w + b - y_new)])
for name, found in results.items():
    (size, off), (spread, off_spread) = np.mean(found, axis=0), np.std(found, axis=0)
    print(f"{name:>31}: typical error {size:5.1f} ± {spread:.1f}, on average off by {off:+6.1f} ± {off_spread:.1f}")
sizes = np.array(list(results.values()))[..., 0]  # (ways, seeds)
effect(None, "typical error on new patients, their own statistics − those of training", sizes[1] - sizes[0], digits=1)

# %% [markdown]
# Standardized with their own statistics, the heavier patients are told that they are average: exactly the difference
# the model had learned to use is subtracted away. (Both wrong ways are off by the same on average, and must be: every
# feature has mean 0, so the mean prediction is $b$.) And statistics computed over training and test *together* leak the
# test set into training. One rule covers all of it: **statistics are part of the model. Fit them on the training set,
# store them, apply them.** You will meet the same rule as "running statistics" in lesson 06.
#
# ## 8. In your own words

# %% [markdown] manual="why_the_small_feature_stalls" points=2
# **Question 1.** A friend trains a linear model on age in years and income in yen (about 5 000 000), gets NaN at
# learning rate 0.01, and no progress on the weight of age at a rate that is stable. Explain both from the formula of
# the gradient and the eigenvalues of the Hessian. Would Adam help? (Four to six sentences.)
#
# ### BEGIN SOLUTION
# The slope along a weight is $\frac2N\sum_n e_nx_{nd}$: it carries the feature as a factor, so the slope along the
# income weight is about $10^5$ times that along age. The second derivatives go with the square, so the Hessian's
# eigenvalues differ by about $10^{10}$. Stability needs $\eta<2/\lambda_{\max}$, about $10^{-13}$: a rate of 0.01
# multiplies the error along the income direction by an enormous factor at every step and overflows to NaN. At a stable
# rate the age direction is multiplied by $1-\lambda_{\min}/\lambda_{\max}\approx1-10^{-10}$ a step: it stands still.
# Adam divides each weight's step by the size of its own gradients and so removes most of the difference in scale, but
# standardizing removes it at the root.
#
# *Rubric.* 1 point: the feature as a factor in the gradient (or its square in the Hessian) and
# $\eta<2/\lambda_{\max}$ as the cause of the NaN. 1 point: at a stable rate the flat direction moves as
# $\lambda_{\min}/\lambda_{\max}$, and Adam helps because its step is per weight. "The numbers are too large" alone
# earns nothing.
# ### END SOLUTION

# %% [markdown] manual="what_standardizing_cannot_do" points=2
# **Question 2.** "After standardizing, all features have mean 0 and standard deviation 1, so the contours of the loss
# are circles." Give a data set for which this is false, its condition number, and what would be needed instead. Why
# is it not done at every layer of a network? (Three to five sentences.)
#
# ### BEGIN SOLUTION
# Two features with correlation 0.99, height in centimetres and height in inches with a measurement error, say:
# standardized, the Hessian is $2\begin{pmatrix}1&0.99\\0.99&1\end{pmatrix}$ with eigenvalues $2\cdot1.99$ and
# $2\cdot0.01$, so $\kappa=199$. The notes' rows (1, 100), (2, 200), (3, 300) are the extreme: correlation 1,
# eigenvalue 0, $\kappa$ infinite. Circles need uncorrelated features: whitening, a multiplication by $\Sigma^{-1/2}$.
# In a network the covariance would have to be estimated, decomposed and differentiated at each layer and each step
# ([BN] §2 and §3), which is dear, and singular when the batch is smaller than the layer.
#
# *Rubric.* 1 point: a correlated (or collinear) example with its $\kappa=(1+\rho)/(1-\rho)$ or infinity. 1 point:
# whitening or decorrelation, and its cost or its singular covariance as the reason.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Statistics belong to features: $\mu$ and $\sigma$ have shape $(D,)$, taken over `axis=0` of an $(N,D)$ matrix.
# - $\tilde x=(x-\mu)/\sigma$ has no units. A constant feature becomes 0. One outlier moves everybody.
# - $\partial L/\partial w=\frac2Nx^\top e$ carries the feature as a factor, the Hessian $\frac2Nx^\top x$ its square.
# - Gradient descent needs $\eta<2/\lambda_{\max}$ and takes a number of steps in proportion to
#   $\kappa=\lambda_{\max}/\lambda_{\min}$. Unlike scales make $\kappa$ huge; standardizing removes that part of it,
#   and correlation is the part that stays.
# - Adam mends the optimizer where standardizing mends the data.
# - The statistics of the training set are part of the model: test data get *those*.
#
# **Next.** We standardized the inputs of a line. A network is many layers, and each has inputs of its own that move
# while it learns: that is batch norm's question (lesson 03). First, lesson 02 asks what a gradient *is*.
#
# ## To read
#
# - LeCun, Bottou, Orr & Müller 1998, *Efficient BackProp*: §4.3 on normalizing inputs, §5 on the eigenvalues of the
#   Hessian.
# - [BN] Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2 on
#   whitening, §3 on normalizing each feature alone.
# - Kingma & Ba 2014, *Adam* ([1412.6980](https://arxiv.org/abs/1412.6980)): algorithm 1.
