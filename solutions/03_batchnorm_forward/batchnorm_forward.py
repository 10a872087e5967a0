# %% [markdown]
# # Lesson 03: batch norm, forward
#
# **You will be able to**
#
# - write batch norm's forward pass from its formula, with every mean taken over the right axis;
# - say what each symbol is for: $\mu$, $\sigma^2$, $\epsilon$, $\gamma$, $\beta$, and which of them are learned;
# - measure how one example of a batch changes the output of another, and explain the matrix you get;
# - tell what batch norm promises (two moments) from what it is often said to promise (a bell curve, safety from
#   outliers).
#
# **Time:** about 100 minutes. **Graded:** four functions (12 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer:
#
# - `x` has shape $(N, D)$: $N$ examples as rows, $D$ features as columns. `axis=0` runs down a column, over the
#   examples.
# - The *biased* variance of a column is $\frac1N\sum_n (x_n-\mu)^2$: divide by $N$, not by $N-1$.
# - A derivative can be measured by central differences: $f'(a) \approx \dfrac{f(a+h)-f(a-h)}{2h}$, with an error that
#   falls as $h^2$.
# - A line `claim 11: T` holds a sentence from lecture notes against the numbers: T for true, F for false, D for "it
#   depends". A line `effect: …` gives one finding as mean ± standard deviation over five seeds, and in how many of the
#   five it is above 0.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)

# %% [markdown]
# The demonstrations need a little more. Your answers never do: they are NumPy and nothing else.

# %%
import math
import timeit

import torch

from bnlib import data, nets, plots, widgets
from bnlib.findings import effect

torch.set_num_threads(1)  # the same sums in the same order on every machine,
torch.set_default_dtype(torch.float64)  # and rounding too small for training to blow up
digits = data.load_digits()
digits.x_train.setflags(write=False)  # whatever your functions do, the digits stay as they are
SEEDS = range(5)
WIDTHS = [64, 100, 100, 100, 10]  # pixels, three hidden layers, classes


def look(k):
    """Colour, line and marker number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k], "marker": plots.MARKERS[k]}

# %% [markdown]
# ## 1. A puzzle: what reaches layer ten?
#
# Here are 1348 handwritten digits, each feature standardized, so the numbers that enter are as well-behaved as numbers
# can be: mean 0, standard deviation 1. We send them through ten layers of 100 ReLUs. Weights and biases are drawn as
# PyTorch's `nn.Linear` draws them when you do not ask for anything else: uniformly between $\pm 1/\sqrt{D_\text{in}}$.
#
# At every layer we ask one thing: how much do *different digits* differ there? That is the standard deviation over the
# examples, averaged over the features. At the entrance it is about 1.
#
# **Predict first.** What is it at layer 10? Write your guess as a number; nobody marks it, but you will learn more from
# a wrong guess than from no guess.

# %%
guess = None  # for example 0.5

# %%
def pre_activations(x, rng, depth=10, width=100, between=lambda z: z):
    """The z of each layer, (N, width) each; `between(z)` stands between a layer's z and its ReLU."""
    zs, a = [], x
    for _ in range(depth):
        limit = 1 / np.sqrt(a.shape[1])
        weight, bias = rng.uniform(-limit, limit, (a.shape[1], width)), rng.uniform(-limit, limit, width)
        zs.append(a @ weight + bias)
        a = np.maximum(between(zs[-1]), 0)
    return zs


def spread(z):
    """Standard deviation over the examples, averaged over the features."""
    return z.std(axis=0).mean()


inputs = digits.x_train - digits.x_train.mean(axis=0)
inputs = inputs / np.where(inputs.std(axis=0) > 0, inputs.std(axis=0), 1)  # three pixels are always 0
inputs.setflags(write=False)
plain = np.array([[spread(z) for z in pre_activations(inputs, np.random.default_rng(s))] for s in SEEDS])
print(f"layer  1: {plain[:, 0].mean():.3f}")
print(f"layer  5: {plain[:, 4].mean():.4f}")
print(f"layer 10: {plain[:, 9].mean():.6f}  (five draws of the weights: {plain[:, 9].min():.6f} to "
      f"{plain[:, 9].max():.6f})")
print("your guess:", guess)

# %% [markdown]
# Four zeros. Nobody did anything wrong: the inputs were perfect, the weights were the library's own. Each layer lets
# about $1/\sqrt6$ of the spread through ($1/\sqrt3$ because the weights have variance $1/(3D_\text{in})$, $1/\sqrt2$
# because about half of the ReLUs are shut), and ten such factors leave a ten-thousandth. To layer ten, a 3 and an 8
# look the same, and a gradient coming back has as little to say.
#
# We standardized the *inputs*, once. But every layer has inputs of its own, and to a layer in the middle they are as
# raw as pixels were to the first. Hence the thought that is all of this lesson: **standardize in the middle, too.**

# %% claims="11"
rows = []
for s in SEEDS:
    zs = pre_activations(inputs, np.random.default_rng(s))
    stds = zs[0].std(axis=0)
    rows.append([stds.min(), stds.max(), np.abs(zs[0].mean(axis=0)).max(), zs[9].std(axis=0).max()])
low, high, off, last = np.mean(rows, axis=0)
print("claim 11: T — after the first layer, normalized inputs are normalized no longer: their stds were 1; one layer "
      f"later they run from {low:.2f} to {high:.2f} and the means reach {off:.2f}; at layer 10 no std is above "
      f"{last:.4f} (5 seeds)")
effect(11, "powers of ten that the spread loses from layer 1 to layer 10", np.log10(plain[:, 0] / plain[:, 9]))

# %% [markdown]
# ## 2. One mean and one variance per feature
#
# In the middle of a network there is no "data set" to take statistics of: the features there move whenever the weights
# before them move. What we do have, at each step, is a batch. So let $x$ be the batch as it arrives at some layer,
# $(N, D)$, and take for each feature $d$
#
# $$\mu_d=\frac1N\sum_{n=1}^N x_{nd},\qquad \sigma_d^2=\frac1N\sum_{n=1}^N\left(x_{nd}-\mu_d\right)^2 .$$
#
# The sum runs over $n$ and *uses it up*; $d$ survives. That settles every question about shapes: $\mu$ and $\sigma^2$
# have shape $(D,)$, whatever $N$ is. And look where the square stands: inside the sum, on each deviation. Outside, it
# would square $\sum_n (x_{nd}-\mu_d)$, which is $N\mu_d - N\mu_d = 0$.
#
# Two ways to compute a variance are equal on paper: centre first and then square, or $\frac1N\sum x^2-\mu^2$, which
# needs one pass over the data only. On a computer they are not equal at all. We will see it in a moment; centre first.
#
# **Exercise 1.** Write it.

# %% solution="batch_statistics"
def batch_statistics(x):
    """Mean and biased variance of every feature: x (N, D) -> mean (D,), var (D,).

    The variance divides by N. x is left as it was; it may hold whole numbers.
    """
    # about three lines
    ### BEGIN SOLUTION
    mean = x.mean(axis=0)  # (D,)
    var = ((x - mean) ** 2).mean(axis=0)  # (D,), centred first
    return mean, var
    ### END SOLUTION

# %% tests="batch_statistics_check" points=3
check("batch_statistics", batch_statistics)

# %% [markdown]
# ### What it does: why we centre first
#
# Take a feature with standard deviation 1 and mean $10^4$: a temperature in some odd unit, a year, a sum of many
# positive weights. In float32 a number near $x^2=10^8$ is stored to the nearest 8. The variance we want is 1. So
# $\frac1N\sum x^2-\mu^2$ subtracts two numbers whose last digits are worth 8 from each other and hopes for a 1.
# Centring first subtracts numbers near $10^4$, stored to the nearest thousandth, and squares what is left.

# %%
def one_pass(x):
    return (x**2).mean(axis=0) - x.mean(axis=0) ** 2


offsets = [1.0, 10.0, 1e2, 1e3, 1e4, 1e5]
errors = {"one pass: E[x²] − E[x]²": [], "two passes: your batch_statistics": []}
for offset in offsets:
    worst = []
    for s in SEEDS:
        x32 = (offset + np.random.default_rng(s).normal(size=(1000, 50))).astype(np.float32)
        truth = x32.astype(np.float64).var(axis=0)
        worst.append([np.abs(v / truth - 1).max() for v in (one_pass(x32), batch_statistics(x32)[1])])
    for name, error in zip(errors, np.mean(worst, axis=0), strict=True):
        errors[name].append(error)

fig, ax = plots.new()
for k, (name, error) in enumerate(errors.items()):
    ax.loglog(offsets, error, **look(k), label=name)
ax.axhline(1, color=plots.BLACK, linewidth=0.8)
ax.text(1.1e5, 1.4, "wrong by 100 %", fontsize=8, ha="right")
ax.set(xlabel="mean of the feature (its std is 1)", ylabel="largest relative error of the variance",
       title="float32, 1000 examples")
ax.legend(loc="upper left")
plots.show(fig, alt="Largest relative error of a float32 variance against the feature's mean, log axes: one pass "
                    "grows with the square of the mean and passes 100 percent near a mean of 1000, two passes stay "
                    "below one percent all the way to 100000.")
x32 = (1e4 + np.random.default_rng(0).normal(size=(1000, 50))).astype(np.float32)
print(f"mean 1e4, float32: one pass gives a negative variance for {np.sum(one_pass(x32) < 0)} of 50 features, two "
      f"passes for {np.sum(batch_statistics(x32)[1] < 0)}")
print("one pass is wrong by more than 100 %:", errors["one pass: E[x²] − E[x]²"][4] > 1)
print("two passes are wrong by less than 1 %:", errors["two passes: your batch_statistics"][4] < 0.01)

# %% [markdown]
# A negative variance goes under a square root next. So much for a formula that is "the same".
#
# ### The notes say, the numbers say: axes and squares
#
# All five of these sentences stand in lecture notes from which people learn. One number each decides them.

# %% claims="5,10,13,19,73"
rng = np.random.default_rng(3)
x = 3 + 2 * rng.normal(size=(64, 10))
mean, var = batch_statistics(x)
print("claim 5: F — “μ and σ of a batch have the length of the batch size”: for a batch of 64 with 10 features they "
      f"have shape {mean.shape}")

columns = x.T  # (D, N), as the notes that write features first would store it
same = np.array_equal(mean, columns.mean(axis=1))
print("claim 10: D — examples first or features first is a convention: (D, N) reduced over axis 1 gives the same "
      f"{mean.size} numbers as (N, D) over axis 0: {same}; this course writes (N, D), always")

alone = np.array([[batch_statistics(x[:, [d]])[k][0] for d in range(10)] for k in range(2)])
print("claim 13: T — mean, square, root and division act feature by feature: taken one feature at a time or all at "
      f"once, {mean.size} means and variances agree to 1e-12: {np.abs(alone - (mean, var)).max() < 1e-12}")

outside = (x - mean).sum(axis=0) ** 2 / 64
print(f"claim 19: F — “σ² = (Σ(z−μ))²/m”: that is 0 but for rounding (below 1e-20: {outside.max() < 1e-20}), where no "
      f"variance is below {var.min():.1f}")

layer_norm, batch_norm = torch.nn.functional.layer_norm, torch.nn.functional.batch_norm
per_row = layer_norm(torch.from_numpy(x), (10,)).numpy()
per_column = batch_norm(torch.from_numpy(x), None, None, training=True).numpy()
transposed = layer_norm(torch.from_numpy(x.T.copy()), (64,)).numpy().T
print("claim 73: F — “μ is the mean of the features of each instance”: that is layer norm, up to "
      f"{np.abs(per_row - per_column).max():.1f} away from batch norm; layer norm of the transposed matrix is batch "
      f"norm to 1e-12: {np.abs(transposed - per_column).max() < 1e-12}")

# %% [markdown]
# ## 3. The forward pass in four lines
#
# Now the whole of it, algorithm 1 of Ioffe and Szegedy (2015; below: [BN]):
#
# $$\hat x_{nd}=\frac{x_{nd}-\mu_d}{\sqrt{\sigma_d^2+\epsilon}},\qquad y_{nd}=\gamma_d\,\hat x_{nd}+\beta_d .$$
#
# $x,\hat x,y$ are $(N,D)$; $\mu,\sigma^2,\gamma,\beta$ are $(D,)$ and stretch over the rows by themselves. Term by
# term:
#
# - **Subtract $\mu$**: each column of $\hat x$ now sums to 0.
# - **Divide by $\sqrt{\sigma^2+\epsilon}$**: the variance of a column of $\hat x$ is
#   $\frac{\sigma^2}{\sigma^2+\epsilon}$, just under 1. The $\epsilon$ stands *inside* the root, with the variance. It
#   is there for features that do not vary: with $\sigma^2=0$ the numerator is 0 as well, and $0/\sqrt{\epsilon}=0$ is
#   an answer where $0/0$ is none.
# - **$\gamma$ and $\beta$**: the next layer may prefer another scale and another centre. They start at 1 and 0, and
#   gradient descent moves them. They are the *only* things here that are learned.
#
# **Exercise 2.** Return $y$ and a `cache`: whatever you would want to keep for the way back (lesson 04). What you put
# in it is your choice.

# %% solution="batchnorm_forward"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """Batch norm in training mode: x (N, D), gamma (D,), beta (D,) -> y (N, D), cache.

    Statistics are those of this batch, variance biased, eps inside the root. The inputs are left as they were;
    x may hold whole numbers. cache is anything you like.
    """
    # about four lines
    ### BEGIN SOLUTION
    mean, var = x.mean(axis=0), ((x - x.mean(axis=0)) ** 2).mean(axis=0)  # (D,)
    rstd = 1 / np.sqrt(var + eps)  # (D,), computed once: the way back needs it again
    xhat = (x - mean) * rstd  # (N, D)
    return gamma * xhat + beta, (xhat, rstd, gamma)
    ### END SOLUTION

# %% tests="batchnorm_forward_check" points=5
check("batchnorm_forward", batchnorm_forward)

# %% [markdown]
# ### What it does: the puzzle, again
#
# The same ten layers, the same seeds, with your function standing before each ReLU. To be fair we do not plot $\hat x$,
# whose spread is 1 because we made it so; we plot $z$, as the linear layer delivers it, *before* it is normalized.

# %%
def normalized(z):
    """Your batch norm as it starts: γ = 1, β = 0."""
    return batchnorm_forward(z, np.ones(z.shape[1]), np.zeros(z.shape[1]))[0]


with_bn = np.array([[spread(z) for z in pre_activations(inputs, np.random.default_rng(s), between=normalized)]
                    for s in SEEDS])
depth = np.arange(1, 11)
fig, ax = plots.new()
for k, (name, values) in enumerate({"without batch norm": plain, "with your batch norm": with_bn}.items()):
    ax.semilogy(depth, values.mean(axis=0), **look(k), label=name)
    ax.fill_between(depth, values.min(axis=0), values.max(axis=0), color=plots.COLORS[k], alpha=0.25)
ax.set(xlabel="layer", ylabel="spread of z over the examples",
       title="What is left of the difference between digits (5 seeds)")
ax.legend()
plots.show(fig, alt="Spread of the pre-activations against depth on a log axis: without batch norm it falls in a "
                    "straight line from 0.56 to below 0.0001 at layer 10, with batch norm it stays near 0.35 from "
                    "layer 2 on.")
print(f"layer 10: {plain[:, 9].mean():.6f} without, {with_bn[:, 9].mean():.2f} ± {with_bn[:, 9].std():.2f} with batch "
      "norm")

# %% [markdown]
# ### What it does: a sigmoid's slope
#
# Large weights do the opposite harm. Where a sigmoid has the value $s$, its slope is $s(1-s)$, at most $\frac14$ and
# nearly 0 once $|z|$ passes 5; a unit out there has stopped listening to its gradient. Below: standardized digits,
# weights of standard deviation 1, so that $z$ has a standard deviation near 8. Normalizing $z$ moves it to where the
# curve is steep.

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


rng = np.random.default_rng(0)
z = inputs @ rng.normal(size=(64, 100))
shares = []
for s in SEEDS:
    zs = inputs @ np.random.default_rng(s).normal(size=(64, 100))
    shares.append([np.mean(sigmoid(v) * (1 - sigmoid(v)) < 0.05) for v in (zs, normalized(zs))])
fig, axes = plots.new(1, 2, width=7.2, sharey=True)
line = np.linspace(-20, 20, 400)
for ax, values, name, k in zip(axes, (z, normalized(z)), ("z", "z after batch norm"), (0, 1), strict=True):
    ax.hist(values.ravel(), bins=60, range=(-20, 20), weights=np.full(values.size, 1 / values.size),
            color=plots.COLORS[k], alpha=0.6, label="share of the values")
    ax.plot(line, sigmoid(line) * (1 - sigmoid(line)), color=plots.BLACK, linestyle="--", label="slope of the sigmoid")
    ax.set(xlabel=name, ylim=(0, 0.4))
    ax.legend(loc="upper right")
axes[0].set_ylabel("share of the values, slope")
plots.show(fig, alt="Two histograms over the sigmoid's slope: raw pre-activations spread from -20 to 20, mostly where "
                    "the slope is zero; after batch norm they all lie within -4 to 4, under the slope's hump.")
flat, steep = np.array(shares).T
print(f"share of units with a slope below 0.05 (a fifth of the largest): {flat.mean():.2f} ± {flat.std():.2f} raw, "
      f"{steep.mean():.3f} ± {steep.std():.3f} after batch norm")

# %% [markdown]
# ### What it does: ε, on a feature that hardly varies
#
# Three of the 64 pixels are 0 in every digit. They are not a curiosity: a ReLU that is dead for a whole batch looks
# just like them. One of the notes writes the formula for prediction without $\epsilon$, and mentions it afterwards
# "against division by zero". It is part of the formula, in training and in prediction alike.

# %% claims="20"
pixels = digits.x_train
mean, var = batch_statistics(pixels)
with np.errstate(invalid="ignore"):
    without_eps = (pixels - mean) / np.sqrt(var)
served = torch.nn.functional.batch_norm(
    *(torch.tensor(a) for a in (pixels, mean, var)), training=False, eps=1e-5).numpy()
trained = batchnorm_forward(pixels, np.ones(64), np.zeros(64))[0]
print(f"constant pixels: {np.sum(var == 0)}; values that are not numbers without ε: {np.sum(np.isnan(without_eps))}")
print(f"claim 20: F — “(x − E[x])/√Var[x]” at prediction: NaN in {np.mean(np.isnan(without_eps)):.1%} of all values; "
      f"with ε inside the root {np.sum(np.isnan(trained))} in training and {np.sum(np.isnan(served))} at prediction, "
      f"and for the same statistics the two agree to 1e-12: {np.abs(trained - served).max() < 1e-12}")

# %% [markdown]
# The slider shows the other side of $\epsilon$. The upper feature has a standard deviation of 0.001, sensor noise, say.
# A tiny $\epsilon$ blows it up to the size of the honest feature below it; a larger one leaves it small. $\epsilon$ is
# a statement about how small a variation you are willing to believe in: features with $\sigma\ll\sqrt\epsilon$ are left
# near 0.

# %%
def draw_eps(eps):
    rng = np.random.default_rng(1)
    x = np.stack([1 + 0.001 * rng.normal(size=40), 1 + rng.normal(size=40)], axis=1)
    xhat = batchnorm_forward(x, np.ones(2), np.zeros(2), eps)[0]
    fig, ax = plots.new(height=2.2)
    for d in range(2):
        ax.plot(xhat[:, d], np.full(40, 1 - d), plots.MARKERS[d], color=plots.COLORS[d], alpha=0.6)
        ax.text(3.1, 1.3 - d, f"std of x̂: {xhat[:, d].std():.3f}", va="center", fontsize=8)
    ax.set(xlim=(-3, 4.4), ylim=(-0.6, 1.6), xlabel="x̂", title=f"ε = {eps:g}", yticks=[1, 0],
           yticklabels=["feature with\nstd 0.001", "feature with\nstd 1"])
    plots.show(fig, alt="Forty examples of a nearly constant and an ordinary feature after batch norm with eps "
                        f"{eps:g}: standard deviations {xhat[:, 0].std():.3f} and {xhat[:, 1].std():.3f}.")


widgets.slider(draw_eps, "ε", [1e-12, 1e-8, 1e-6, 1e-5, 1e-4, 1e-2, 1.0], 1e-5)

# %% [markdown]
# ### What it does: a batch of one
#
# With $N=1$ the mean *is* the example. The numerator is 0, and $y=\beta$ whatever came in: the layer has gone deaf.
# PyTorch refuses to train on it. An image is another matter: there the statistics run over the pixels as well (lesson
# 07).

# %% claims="17"
gamma, beta = np.array([2.0, 3.0, 4.0]), np.array([-1.0, 0.0, 1.0])
for row in ([[1.0, 2.0, 3.0]], [[-500.0, 0.0, 8.0]]):
    print(f"x = {row[0]} gives y = {batchnorm_forward(np.array(row), gamma, beta)[0][0].tolist()}")
try:
    torch.nn.BatchNorm1d(3)(torch.ones(1, 3))
except ValueError as refusal:
    print("PyTorch:", refusal)
image = torch.from_numpy(np.random.default_rng(0).normal(5, 2, size=(1, 3, 8, 8)))
image_out = torch.nn.BatchNorm2d(3, dtype=torch.float64)(image)
same = np.array_equal(batchnorm_forward(np.array([[-500.0, 0.0, 8.0]]), gamma, beta)[0][0], beta)
print("claim 17: D — a batch of one is meaningless: true for (1, D), where the output is β exactly, whatever the input "
      f"({same}); not so for images: (1, 3, 8, 8) has 64 values a channel and comes out with std "
      f"{image_out.std().item():.2f}")

# %% [markdown]
# ## 4. Who moves whom
#
# **A second puzzle.** Three students have marks 40, 50 and 60, and the teacher standardizes them: $-1.22,\ 0,\ 1.22$.
# The third paper is marked again and gets 90. Nobody touched the first paper. **Predict:** does the first student's
# standardized mark rise, fall, or stay?

# %%
rise_fall_or_stay = None  # "rise", "fall" or "stay"

# %%
for marks in ([40.0, 50.0, 60.0], [40.0, 50.0, 90.0]):
    print(marks, "->", normalized(np.array(marks)[:, None])[:, 0].round(2).tolist())
print("your prediction for the first student:", rise_fall_or_stay)

# %% [markdown]
# It *rises*, from $-1.22$ to $-0.93$: the mean went up, which alone would push her down, but the spread went up more.
# The second student falls from 0 to $-0.46$. Through $\mu$ and $\sigma$, every row has a say in every other row.
#
# How much of a say? Fix a feature and write $x_m$ for row $m$'s value. We want $J_{nm}=\partial \hat x_n/\partial x_m$,
# shape $(N,N)$. With $r=(\sigma^2+\epsilon)^{-1/2}$, $\hat x_n=(x_n-\mu)\,r$, and $\delta_{nm}$ for 1 if $n=m$ and 0
# otherwise:
#
# $$\frac{\partial \mu}{\partial x_m}=\frac1N,\qquad
# \frac{\partial \sigma^2}{\partial x_m}=\frac2N(x_m-\mu),\qquad
# \frac{\partial r}{\partial x_m}=-\tfrac12 r^3\cdot\frac2N(x_m-\mu)=-\frac{r^2}{N}\,\hat x_m ,$$
#
# (in the second, $\mu$ moves too, but contributes $-\frac2N\cdot\frac1N\sum_n(x_n-\mu)=0$), and by the product rule
#
# $$\boxed{\,J_{nm}=r\left(\delta_{nm}-\frac1N-\frac{\hat x_n\hat x_m}{N}\right)}$$
#
# Read it from left to right. $\delta_{nm}$: your own input moves you. $-\frac1N$: everyone pays for a rise in the mean.
# $-\hat x_n\hat x_m/N$: a row that moves further out stretches $\sigma$, and a larger $\sigma$ draws everyone towards
# the middle. Those on its own side fall, those on the other side rise; that is how the first student rose. Lesson 04
# needs nothing but this matrix. (It is symmetric, so batch norm cannot tell $J$ from its transpose; the check uses
# functions that can.)
#
# **Exercise 3.** Do not trust the algebra: measure. `forward` is any function from $(N,D)$ to $(N,D)$. Move $x_{mi}$ a
# little up and a little down, and watch feature $i$ of all rows.

# %% solution="influence_matrix"
def influence_matrix(forward, x, i):
    """How each row's output moves with each row's input, at feature i: x (N, D) -> (N, N).

    Entry [n, m] is the derivative of forward(x)[n, i] by x[m, i], by central differences with a small step.
    forward maps (N, D) to (N, D). x is left as it was.
    """
    # about seven lines
    ### BEGIN SOLUTION
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros(x.shape)
        step[m, i] = h
        influence[:, m] = (forward(x + step) - forward(x - step))[:, i] / (2 * h)
    return influence
    ### END SOLUTION

# %% tests="influence_matrix_check" points=3
check("influence_matrix", influence_matrix)

# %% [markdown]
# ### What it does: a network that eats a batch at once
#
# Twelve digits, one layer with random weights, one of its features. On the left the layer ends in a tanh and nothing
# else; on the right your batch norm comes before the tanh. (Nearly white rows on the right: their tanh is saturated.)

# %% claims="15"
rng = np.random.default_rng(2)
z12 = (inputs @ rng.normal(size=(64, 5)) / 8)[:12]


def tanh_of_normalized(z):
    return np.tanh(normalized(z))


without, dense = influence_matrix(np.tanh, z12, 0), influence_matrix(tanh_of_normalized, z12, 0)
fig, axes = plots.new(1, 2, width=7.2, height=3.4)
for ax, matrix, title in zip(axes, (without, dense), ("tanh(z)", "tanh(batch norm of z)"), strict=True):
    picture = ax.imshow(matrix, cmap="PuOr", vmin=-0.3, vmax=0.3)
    below = np.argwhere(matrix < -0.02)  # a minus where the picture's grey would not tell orange from purple
    ax.plot(below[:, 1], below[:, 0], "_", color=plots.BLACK, markersize=4)
    ax.grid(False)
    ax.set(xlabel="input of row m", ylabel="output of row n", title=title, xticks=range(0, 12, 2),
           yticks=range(0, 12, 2))
fig.colorbar(picture, ax=axes, label="∂ output / ∂ input", shrink=0.9, extend="both")
plots.show(fig, alt="Two 12 by 12 heat maps of how outputs move with inputs: without batch norm only the diagonal is "
                    "coloured, with batch norm the off-diagonal entries are coloured too, most of them negative "
                    "(marked by a minus).")

off_diagonal, off_formula = [], []
for s in SEEDS:
    z12 = (inputs @ np.random.default_rng(s).normal(size=(64, 5)) / 8)[:12]
    rows = ~np.eye(12, dtype=bool)
    off_diagonal.append([np.abs(influence_matrix(f, z12, 0)[rows]).mean() for f in (np.tanh, tanh_of_normalized)])
    xhat, r = normalized(z12)[:, 0], 1 / np.sqrt(z12[:, 0].var() + 1e-5)
    formula = r * (np.eye(12) - 1 / 12 - np.outer(xhat, xhat) / 12)
    off_formula.append(np.abs(influence_matrix(normalized, z12, 0) - formula).max())
zero, some = np.mean(off_diagonal, axis=0)
print("measured and boxed formula agree to 1e-8:", max(off_formula) < 1e-8)
print(f"claim 15: T — the examples of a batch become coupled: another row's mean influence on this one is {zero:.3f} "
      f"without batch norm, {some:.3f} with it (5 seeds)")
without, coupled = np.array(off_diagonal).T
effect(15, "influence of another row, with batch norm − without", coupled - without, digits=3)

# %% [markdown]
# Two directions are lost for good. Add the same number to every row: $\hat x$ does not notice, so the rows of $J$ sum
# to 0. Stretch all rows about their mean: again nothing (but for $\epsilon$), so $J\hat x\approx0$. Of $N$ directions,
# $N-2$ get through. For $N=2$ that leaves none: **a batch of two always comes out as $-1$ and $+1$**, and only the
# order of the two survives.

# %% claims="76"
x12 = np.random.default_rng(4).normal(size=(12, 3))
J = influence_matrix(normalized, x12, 1)
print("rank of J for 12 rows:", np.linalg.matrix_rank(J, tol=1e-3))
for pair in ([3.0, 4.0], [-70.0, 1000.0]):
    print(f"{pair} -> {normalized(np.array(pair)[:, None])[:, 0].round(3).tolist()}")


def totals(forward):
    """An objective summed over the 12 examples: all at once, in two halves, and one by one."""
    return [sum(np.sum(forward(part) ** 3) for part in np.split(x12, pieces)) for pieces in (1, 2, 12)]


for name, found in (("without", totals(np.tanh)), ("with", totals(tanh_of_normalized))):
    print(f"{name:>7} batch norm: together {found[0]:.3f}, in two halves {found[1]:.3f}, one by one {found[2]:.3f}")
print("claim 76: F — “the examples are computed independently and only added at the end”: with batch norm the sum is "
      f"{found[0]:.3f} together, {found[1]:.3f} in two halves, {found[2]:.3f} one by one")

# %% [markdown]
# ## 5. How far out can one example lie?
#
# $\hat x$ has mean 0 and variance 1 (take $\epsilon=0$). People conclude that it stays "within a few units". It need
# not; but there is a wall, and it depends on $N$ alone. Let $d_n=x_n-\mu$. The deviations sum to 0, so the first is
# minus the sum of the others, and by Cauchy and Schwarz
#
# $$d_1^2=\Big(\sum_{n\ge2}1\cdot d_n\Big)^2\le (N-1)\sum_{n\ge 2}d_n^2=(N-1)\left(N\sigma^2-d_1^2\right).$$
#
# Collect $d_1^2$ on the left: $N d_1^2\le (N-1)N\sigma^2$. That is it:
#
# $$|\hat x_1|=\frac{|d_1|}{\sigma}\le\sqrt{N-1},$$
#
# with equality exactly when $d_2,\dots,d_N$ are all equal: one example against a crowd that agrees. (Samuelson 1968.)
# For $N=2$ the wall stands at 1, and everybody is standing against it.
#
# **Exercise 4.**

# %% solution="largest_xhat"
def largest_xhat(n):
    """The largest value an entry of xhat can take in a batch of n examples (n >= 1, eps next to nothing): a float."""
    # one line
    ### BEGIN SOLUTION
    return float(np.sqrt(n - 1))
    ### END SOLUTION

# %% tests="largest_xhat_check" points=1
check("largest_xhat", largest_xhat)

# %% [markdown]
# ### What it does: one outlier, and everybody else
#
# One of the notes says batch norm is "more robust to outliers". Let us take 32 ordinary values and drag one of them
# away.

# %% claims="53"
rng = np.random.default_rng(0)
crowd = rng.normal(size=32)
sizes = np.logspace(0, 3, 25)


def dragged(values, size):
    """x̂ (N,) when the first value is dragged to `size`."""
    return normalized(np.concatenate([[size], values[1:]])[:, None])[:, 0]


fig, axes = plots.new(1, 2, width=7.2)
for k, size in enumerate([1, 10, 100]):
    xhat = dragged(crowd, size)
    axes[0].plot(xhat[1:], np.full(31, -k), plots.MARKERS[k], color=plots.COLORS[k], alpha=0.6, markersize=5)
    axes[0].plot(xhat[0], -k, "*", color=plots.BLACK, markersize=9)
axes[0].set(xlabel="x̂ (star: the outlier)", ylabel="outlier", ylim=(-2.4, 0.4), yticks=[0, -1, -2],
            yticklabels=["at 1", "at 10", "at 100"])
axes[1].loglog(sizes, [dragged(crowd, s)[0] for s in sizes], color=plots.BLACK, label="x̂ of the outlier")
axes[1].loglog(sizes, [dragged(crowd, s)[1:].std() for s in sizes], color=plots.ORANGE, linestyle="--",
               label="spread of the other 31")
axes[1].axhline(largest_xhat(32), color=plots.BLUE, linestyle=":", label="your largest_xhat(32)")
axes[1].set(xlabel="the outlier's x, in σ of the others", ylabel="x̂, spread of x̂")
axes[1].legend(fontsize=8)
plots.show(fig, alt="Left: as one value is dragged to 1, 10 and 100, the other 31 normalized values are squeezed into "
                    "a point. Right: the outlier's normalized value levels off at the square root of 31 while the "
                    "spread of the others falls below 0.01.")
squeezed = [[dragged(np.random.default_rng(s).normal(size=32), size)[1:].std() for size in (1, 100)] for s in SEEDS]
before, after = np.mean(squeezed, axis=0)
print(f"x̂ of the outlier at 1000: {dragged(crowd, 1000.0)[0]:.3f}; the wall: {largest_xhat(32):.3f}")
print("claim 53: F — “batch norm is robust to outliers”: one outlier at 100 σ shrinks the spread of the other 31 "
      f"examples from {before:.2f} to {after:.3f} (5 seeds), for it moves μ and σ of all")
effect(53, "spread of the other 31, outlier at 1 σ − at 100 σ", -np.diff(squeezed)[:, 0])

# %% [markdown]
# The outlier itself is tamed, that much is true. The price is paid by the other 31: their differences, which the next
# layer was meant to learn from, are now eighteen times smaller. Robust would have been a median.
#
# ## 6. Two moments are not a distribution
#
# Batch norm shifts and scales. A straight line cannot bend anything: whatever *shape* a feature's histogram had, it has
# after. In numbers: the kurtosis $\frac1N\sum_n \hat x_n^4$ does not change; a standard normal has 3. (The last claim
# is about a name. When the distribution of a hidden feature moves because the layers before it learn, [BN] calls it
# *internal covariate shift*, ICS.)

# %% claims="21,74,75"
def kurtosis(v):
    return np.mean(((v - v.mean()) / v.std()) ** 4)


def largest_gap(u, v):
    """Largest distance of two empirical distribution functions (Kolmogorov, Smirnov): 0 the same, 1 apart."""
    points = np.sort(np.concatenate([u, v]))
    below_u, below_v = (np.searchsorted(np.sort(values), points, "right") / len(values) for values in (u, v))
    return np.abs(below_u - below_v).max()


pixel = int(np.argmin([kurtosis(p) if p.std() > 0.3 else 9.0 for p in digits.x_train.T]))  # the most two-sided pixel
feature = digits.x_train[:, pixel]
xhat = normalized(feature[:, None])[:, 0]
fig, axes = plots.new(1, 2, width=7.2)
for ax, values, name, k in zip(axes, (feature, xhat), ("brightness", "x̂"), (0, 1), strict=True):
    ax.hist(values, bins=17, density=True, color=plots.COLORS[k], alpha=0.7)
    ax.set(xlabel=f"pixel {pixel}: {name}", ylabel="density")
bell = np.linspace(-3, 3, 200)
axes[1].plot(bell, np.exp(-bell**2 / 2) / math.sqrt(2 * math.pi), color=plots.BLACK, linestyle="--",
             label="standard normal")
axes[1].set(ylim=(0, 3.4))
axes[1].legend(fontsize=8, loc="upper center")
plots.show(fig, alt="A pixel's brightness has two peaks, dark and bright; after batch norm the histogram has the same "
                    "two peaks, now near -1 and +1.4, with a valley at 0 where the standard normal curve is highest.")
normal = np.random.default_rng(0).normal(size=100_000)
print(f"claim 74: F — “after normalizing, data are standard normal”: pixel {pixel} has kurtosis "
      f"{kurtosis(feature):.2f} before and {kurtosis(xhat):.2f} after; a standard normal has {kurtosis(normal):.2f}")

zeros, ones = (normalized(digits.x_train[digits.y_train == c][:, [pixel]])[:, 0] for c in (0, 1))
print("claim 75: F — “the data of every batch are put under one distribution”: a batch of digits 0 and one of 1s, "
      f"each with mean 0 and std 1, still differ by {largest_gap(zeros, ones):.2f} in pixel {pixel} (0: the same, 1: "
      "disjoint)")
shifted = feature + 1
print(f"claim 21: F — “ICS is internal variance shift”: a *covariate* shift of {largest_gap(feature, shifted):.2f} of "
      f"the distribution leaves the variance at {feature.var():.3f} and {shifted.var():.3f}")

# %% [markdown]
# ## 7. The batch stands in for the data set
#
# The $\mu$ and $\sigma$ of a batch are *estimates* of those of the whole data set. The mean of $N$ independent values
# has a standard deviation of $\sigma/\sqrt N$; so has, up to a constant, the estimated $\sigma$. On log axes: slope
# $-\frac12$. To halve the error you need four times the batch.

# %% claims="16"
population = digits.x_train @ np.random.default_rng(0).normal(size=64)  # one feature of a first layer, for all digits
sizes = np.array([2, 4, 8, 16, 32, 64, 128, 256, 512])
curves = np.zeros((2, len(SEEDS), len(sizes)))
for s in SEEDS:
    rng = np.random.default_rng(s)
    for k, n in enumerate(sizes):
        mean, var = batch_statistics(rng.choice(population, size=(n, 2000)))  # 2000 batches, one a column
        curves[0, s, k] = np.sqrt(np.mean((mean - population.mean()) ** 2)) / population.std()
        curves[1, s, k] = np.sqrt(np.mean((np.sqrt(var) / population.std() - 1) ** 2))
fig, ax = plots.new()
for k, name in enumerate(["error of μ, in units of σ", "relative error of σ"]):
    for s in SEEDS:
        ax.loglog(sizes, curves[k, s], color=plots.COLORS[k], alpha=0.3)
    ax.loglog(sizes, curves[k].mean(axis=0), **look(k), label=name)
ax.loglog(sizes, 1 / np.sqrt(sizes), color=plots.BLACK, linestyle=":", label="1/√N")
ax.set(xlabel="batch size N", ylabel="root mean square error", title="How well a batch knows its data set (5 seeds)")
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.set_yticks([0.05, 0.1, 0.2, 0.5], ["0.05", "0.1", "0.2", "0.5"])
ax.minorticks_off()
ax.legend()
plots.show(fig, alt="Errors of a batch's mean and standard deviation against batch size on log axes: two straight "
                    "lines of slope minus one half; at 64 the mean is off by an eighth of a standard deviation.")
slopes = np.array([[np.polyfit(np.log(sizes[2:]), np.log(curves[k, s, 2:]), 1)[0] for s in SEEDS] for k in range(2)])

accuracies = {}
for size in (2, 8, 64):
    for norm in (None, "before"):
        scores = [nets.train(nets.mlp(WIDTHS, "relu", norm, s), digits, lr=0.05, steps=400, batch_size=size,
                             seed=s)["accuracy"][-1] for s in SEEDS]
        accuracies[size, norm] = np.array(scores)
        found = f"{np.mean(scores):.2f} ± {np.std(scores):.2f}"
        if norm and size == 2:
            found = f"below 0.75 in {np.sum(accuracies[2, 'before'] < 0.75)} of 5 seeds"
        print(f"batch of {size:2d}, {'with batch norm' if norm else 'without batch norm':18s}: test accuracy {found}")
few, many = np.sum(accuracies[2, "before"] < 0.75), np.mean(accuracies[64, "before"])
print("claim 16: T — a batch must be large enough to stand for the data: errors fall with slope "
      f"{slopes[0].mean():.2f} ± {slopes[0].std():.2f} (μ) and {slopes[1].mean():.2f} ± {slopes[1].std():.2f} (σ); "
      f"with batch norm, batches of 2 stay below accuracy 0.75 in {few} of 5 seeds, batches of 64 reach {many:.2f}")
effect(16, "power of N with which the error of μ falls", -slopes[0])
effect(16, "power of N with which the error of σ falls", -slopes[1])

# %% [markdown]
# "Below 0.75" is all that can be said of batches of two on every machine. Where both examples agree in a feature,
# $\sigma=0$ and the gradient comes back $1/\sqrt\epsilon=316$ times as long, in three layers in a row: a rounding error
# of $10^{-16}$ in the first weights has grown to the size of the weights within a hundred steps. With batches of eight
# it is still $10^{-15}$ after four hundred. What came out on the machine that made this lesson:

# %% varies=true
effect(16, "accuracy with batch norm, batches of 64 − of 2", accuracies[64, "before"] - accuracies[2, "before"])

# %% [markdown]
# A net on batches of two is blind to everything but who is larger. And a larger batch is not only a better estimate, it
# is a *quieter* one: follow a single digit through many batches, with other companions each time. Its input never
# changes; its $\hat x$ does. The dotted lines are your $\pm\sqrt{N-1}$.

# %%
standing = (population - population.mean()) / population.std()
someone = int(np.argmin(np.abs(standing - 1.5)))  # a digit 1.5 σ above the mean of all


def draw_companions(n):
    rng = np.random.default_rng(0)
    companions = rng.choice(population, size=(n, 1000))
    companions[0] = population[someone]  # the same example in every batch
    xhat = normalized(companions)[0]
    wall = largest_xhat(n)
    fig, ax = plots.new(height=2.9)
    ax.hist(xhat, bins=np.linspace(-4, 4, 81), color=plots.BLUE, alpha=0.7)
    for side in (-wall, wall):
        ax.axvline(side, color=plots.RED, linestyle=":", label="your ±√(N − 1)" if side > 0 else None)
    ax.axvline(standing[someone], color=plots.BLACK, linestyle="--",
               label="with the statistics of all digits")
    ax.set(xlim=(-4, 4), xlabel="x̂ of one and the same digit", ylabel="batches of 1000",
           title=f"N = {n}: std over companions {xhat.std():.2f}")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=2, fontsize=8)
    plots.show(fig, alt=f"Histogram of one digit's normalized value over 1000 batches of {n}: it varies with a "
                        f"standard deviation of {xhat.std():.2f} though the digit is always the same.")


widgets.slider(draw_companions, "N", [2, 4, 8, 16, 32, 64, 128, 256], 8)

# %% [markdown]
# **The notes say** that we use batches because the whole data set does not fit into memory. So let us take a data set
# that does fit.

# %% claims="77"
x_all = torch.tensor(digits.x_train)
megabytes = digits.x_train.nbytes / 1e6
drift = []
for s in SEEDS:
    net = nets.mlp(WIDTHS, "relu", seed=s)
    second = torch.nn.Sequential(*list(net)[:3])  # up to z of the second layer
    with torch.no_grad():
        z0 = second(x_all)
    nets.train(net, digits, lr=0.1, steps=100, batch_size=64, seed=s)
    with torch.no_grad():
        z1 = second(x_all)
    stale = (z1 - z0.mean(dim=0)) / z0.std(dim=0)
    drift.append([stale.mean(dim=0).abs().max().item(), stale.std(dim=0).max().item()])
drift = np.array(drift)
print(f"all training digits: {megabytes:.2f} MB; in batches of 64: {len(x_all) // 64} forward passes for each update "
      "with fresh statistics")
print(f"claim 77: D — “batches are used because of memory”: not alone; these data are {megabytes:.2f} MB, yet after "
      f"100 updates statistics of all of them are off by up to {drift[:, 0].mean():.1f} ± {drift[:, 0].std():.1f} σ in "
      f"a mean and a factor of {drift[:, 1].mean():.1f} in a σ (5 seeds)")
effect(77, "σ by which a mean is off after 100 updates", drift[:, 0])
effect(77, "factor by which a σ is off, minus 1", drift[:, 1] - 1)

# %% [markdown]
# Every update of the weights makes yesterday's statistics wrong. Fresh ones for the whole set would cost a pass over
# all the data for each step, and the gradient would have to run through all of it. The batch's own statistics are
# always fresh, and cost nothing extra.
#
# ## 8. The rest of the notes, and the numbers
#
# **Are $\mu$ and $\sigma$ parameters of the network?** They live inside the graph, between $x$ and $\hat x$, like any
# other value computed on the way. Ask PyTorch what gradient descent may touch.

# %% claims="14"
layer = torch.nn.BatchNorm1d(10)
learned = [name for name, _ in layer.named_parameters()]
kept = [name for name, buffer in layer.named_buffers() if not buffer.requires_grad]
weight = np.random.default_rng(0).normal(size=(64, 10)) / 8
first, second = (batch_statistics(digits.x_train[k : k + 64] @ weight)[0] for k in (0, 64))
print("learned:", learned, "(γ and β); kept, without a gradient:", kept)
print(f"claim 14: F — “μ and σ are network parameters”: the {len(learned)} learned arrays are γ and β, and under the "
      f"same weights two batches have means that differ by up to {np.abs(first - second).max():.2f}")

rng = np.random.default_rng(0)
batch, to_hidden = (torch.from_numpy(rng.normal(size=size)) for size in ((1000, 64), (64, 100)))
gap = (batch @ to_hidden - torch.stack([row @ to_hidden for row in batch])).abs().max()
print(f"one matrix product and 1000 vector products agree to 1e-12: {gap < 1e-12}")

# %% claims="18" varies=true
one_product = min(timeit.repeat(lambda: batch @ to_hidden, number=1, repeat=100))  # the best: others use the CPU, too
one_by_one = min(timeit.repeat(lambda: torch.stack([row @ to_hidden for row in batch]), number=1, repeat=20))
print(f"claim 18: T — a batch goes through as one matrix product: 1000 examples in one product took "
      f"{1e3 * one_product:.2f} ms, in 1000 vector products {1e3 * one_by_one:.1f} ms, {one_by_one / one_product:.0f} "
      "times as long (on the machine that made this lesson)")

# %% [markdown]
# **Does batch norm normalize "the input of each layer"?** The paper normalizes $Wu+b$, *after* the multiplication and
# before the nonlinearity, and says why it does not normalize the layer's input $u$ (§3.2): $u$ comes out of another
# nonlinearity, its distribution is lopsided and sparse, and two moments describe it badly; $Wu+b$ adds up many terms
# and is nearer to a bell. Check that on trained networks, and check whether a normalized $u$ would give a normalized
# $Wu+b$.

# %% claims="22"
rows = []
for s in SEEDS:
    net = nets.mlp(WIDTHS, "relu", seed=s)
    nets.train(net, digits, lr=0.1, steps=150, batch_size=64, seed=s)
    with torch.no_grad():
        u, z3 = (torch.nn.Sequential(*list(net)[:k])(x_all).numpy() for k in (4, 5))  # into and out of layer 3
    w, b = (p.detach().numpy() for p in net[4].parameters())
    skewness = [np.median(np.abs(np.mean(normalized(v) ** 3, axis=0))) for v in (u, z3)]
    after_u = (normalized(u) @ w.T + b).std(axis=0)
    rows.append([np.mean(u == 0), np.mean(z3 == 0), *skewness, after_u.min(), after_u.max()])
zeros_u, zeros_z, skew_u, skew_z, least, most = np.mean(rows, axis=0)
print(f"claim 22: D — “batch norm normalizes the input of each layer”: the paper takes Wu+b, with {zeros_z:.0%} zeros "
      f"and a median |skewness| of {skew_z:.2f}, not u, with {zeros_u:.0%} and {skew_u:.2f}; normalizing u leaves Wu+b "
      f"with stds from {least:.2f} to {most:.2f} (5 seeds)")
rows = np.array(rows)
effect(22, "median size of the skewness, of u − of Wu+b", rows[:, 2] - rows[:, 3])
effect(22, "largest std of Wu+b behind a normalized u, minus the smallest", rows[:, 5] - rows[:, 4])

# %% [markdown]
# ## 9. Your own code put to work
#
# Passing a check is one thing. Here your `batchnorm_forward` becomes a layer of a network with three hidden layers of
# 100 *sigmoids*, the kind that deep nets gave up on. The layer's values are yours; its gradient is lent to you until
# you write it in lesson 04. Beside it: the same net with PyTorch's layer, and with none. (When we test, your layer
# normalizes with the statistics of the test digits, all 449 at once. What a service does that sees one digit at a time
# is lesson 06.)

# %%
def own_layer(features):
    return nets.StudentBatchNorm(batchnorm_forward, features)


runs = {"no batch norm": [], "PyTorch's batch norm": [], "your batch norm": []}
for s in SEEDS:
    built = (nets.mlp(WIDTHS, "sigmoid", None, s), nets.mlp(WIDTHS, "sigmoid", "before", s),
             nets.mlp(WIDTHS, "sigmoid", "before", s, layer=own_layer))
    for name, net in zip(runs, built, strict=True):
        runs[name].append(nets.train(net, digits, lr=0.1, steps=100, batch_size=64, seed=s))
fig, ax = plots.new()
for k, (name, histories) in enumerate(runs.items()):
    losses = np.array([h["loss"] for h in histories])
    own = name == "your batch norm"  # dots on PyTorch's line
    ax.plot(range(1, 101), losses.mean(axis=0), color=plots.COLORS[k], linestyle="" if own else plots.LINES[k],
            marker=plots.MARKERS[k] if own else "", markevery=6, label=name)
    ax.fill_between(range(1, 101), losses.min(axis=0), losses.max(axis=0), color=plots.COLORS[k], alpha=0.15)
ax.set(xlabel="step", ylabel="training loss", ylim=(0, 2.6), title="Three hidden layers of sigmoids, 5 seeds")
ax.legend(loc="lower left")
plots.show(fig, alt="Training loss over 100 steps: without batch norm it stays at 2.3, the loss of a blind guess; "
                    "with PyTorch's and with your batch norm it falls on one and the same curve to about 0.6.")
for name, histories in runs.items():
    scores = [h["accuracy"][-1] for h in histories]
    print(f"{name:22s} test accuracy after 100 steps: {np.mean(scores):.2f} ± {np.std(scores):.2f}")
pairs = zip(runs["your batch norm"], runs["PyTorch's batch norm"], strict=True)
print("your losses and PyTorch's agree to 1e-6, step by step:",
      all(np.allclose(a["loss"], b["loss"], rtol=0, atol=1e-6) for a, b in pairs))
none, yours = (np.array([h["accuracy"][-1] for h in runs[name]]) for name in ("no batch norm", "your batch norm"))
effect(None, "accuracy of three layers of sigmoids after 100 steps, your batch norm − none", yours - none)

# %% [markdown]
# ### Before or after the activation?
#
# **The notes say** it hardly matters, but for a sigmoid better before. Both halves can be tried: ReLU and sigmoid,
# weights as they should be and weights 30 times too large.

# %% claims="12"
placed = {}
print("activation  weights   before the activation   after it")
for activation in ("relu", "sigmoid"):
    for scale in (1.0, 30.0):
        for norm in ("before", "after"):
            placed[activation, scale, norm] = [
                nets.train(nets.mlp(WIDTHS, activation, norm, s, scale=scale), digits, lr=0.1, steps=150, batch_size=64,
                           seed=s)["accuracy"][-1] for s in SEEDS]
        both = [np.array(placed[activation, scale, norm]) for norm in ("before", "after")]
        text = [f"{scores.mean():.2f} ± {scores.std():.2f}" for scores in both]
        if (activation, scale) == ("sigmoid", 30.0):  # units that are 0 for all but one: rounding grows, as above
            text[1] = f"below 0.65 in {np.sum(both[1] < 0.65)} of 5 seeds"
        print(f"{activation:10s}  × {scale:<6g}   {text[0]:22s}  {text[1]}")
mild = [np.mean(placed["sigmoid", 1.0, norm]) for norm in ("before", "after")]
harsh = [np.array(placed["sigmoid", 30.0, norm]) for norm in ("before", "after")]
relu = [np.mean(placed["relu", 30.0, norm]) for norm in ("before", "after")]
print("claim 12: D — before or after the activation is about the same: a sigmoid with good weights reaches "
      f"{mild[0]:.2f} (before) and {mild[1]:.2f} (after), but with weights 30 times too large {harsh[0].mean():.2f} "
      f"and less than 0.65 (in {np.sum(harsh[1] < 0.65)} of 5 seeds), where a ReLU reaches {relu[0]:.2f} and "
      f"{relu[1]:.2f}")

# %% varies=true
effect(12, "accuracy of sigmoids with weights 30 times too large, before − after", harsh[0] - harsh[1])

# %% [markdown]
# After a saturated sigmoid there is nothing left to rescue: its outputs are 0s and 1s, and so is what batch norm makes
# of them but for scale; the slope that the gradient must pass is gone already. *Before* it, the scale of the weights
# cancels. A ReLU has no scale to saturate at ($\mathrm{relu}(kz)=k\,\mathrm{relu}(z)$), so either place does. (What
# 0.84 lacks of the upper rows is another matter: weights 30 times as large hardly turn in as many steps. Lesson 08.)

# %% [markdown]
# ## 10. In your own words

# %% [markdown] manual="why_every_answer_is_the_same" points=2
# **Question 1.** A colleague puts a trained network with batch norm (on feature vectors, $(N, D)$) into service.
# Requests come in one at a time, and each is sent through the *training* forward pass that you wrote. Every request
# gets the same answer. Explain from the formulas why, say what the answer is made of, and say why waiting for two
# requests would hardly help. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# With $N=1$ the batch mean is the example itself, so $x-\mu=0$ and $\hat x=0/\sqrt{0+\epsilon}=0$ whatever the input.
# The layer returns $y=\beta$, and everything behind it computes a constant made of $\beta$ and the later weights: the
# information is gone at the first batch norm. With $N=2$ the two deviations are equal and opposite, $\pm d$, and
# $\sigma=|d|$, so $\hat x=\pm1$ in each feature (as long as $\sigma^2\gg\epsilon$): only which of the two is larger
# survives, and each customer's answer depends on a stranger. What is needed is a $\mu$ and a $\sigma$ that do not come
# from the request: statistics kept from training (lesson 06).
#
# *Rubric.* 1 point: $\mu=x$ for $N=1$, hence $\hat x=0$ and $y=\beta$ regardless of the input. 1 point: for $N=2$ the
# output is $\pm1$ (or the rank $N-2=0$, or $\sqrt{N-1}=1$), so hardly anything of the input survives. Naming $\epsilon$
# alone as the cause earns nothing.
# ### END SOLUTION

# %% [markdown] manual="why_not_once_and_for_all" points=2
# **Question 2.** "Your data set fits into memory. So compute the mean and variance of every hidden layer over *all*
# examples once, before training, and normalize with those. It is cheaper and less noisy than batch statistics." What is
# right about this, and what goes wrong? Use at least one number from this lesson. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# Right: statistics of all 1348 digits are free of the sampling error of a batch, which falls only as $1/\sqrt N$ (about
# $1/8$ of a $\sigma$ at $N=64$), and they do not couple the examples of a batch. Wrong: hidden features are functions
# of the weights, so the statistics are out of date after the first update; in section 7, 100 steps left means off by up
# to 4 $\sigma$. To keep them right one would have to pass the whole data set before every update (21 batches' worth of
# work for one step). And constants have no gradient: the optimizer would be free to move a bias or scale weights
# against a normalization that no longer answers, which is the runaway of [BN] §2 (lesson 04).
#
# *Rubric.* 1 point: less noise is right, with a number or the $1/\sqrt N$ law. 1 point: statistics go stale because the
# weights move, with a number or the cost of refreshing them. The remark on gradients is welcome and can replace either
# half of the second point.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - For a batch $x$, $(N,D)$: $\mu,\sigma^2$ per feature over `axis=0`, biased;
#   $\hat x=(x-\mu)/\sqrt{\sigma^2+\epsilon}$; $y=\gamma\hat x+\beta$. Centre first, then square.
# - $\gamma,\beta$, of shape $(D,)$, are learned. $\mu,\sigma$ are computed, from this batch, each time. $\epsilon$ is
#   inside the root, always.
# - The signal neither dies nor saturates on its way through a deep net, whatever the scale of the weights, because that
#   scale cancels.
# - The price: rows see each other, $J_{nm}=r(\delta_{nm}-\frac1N-\frac{\hat x_n\hat x_m}N)$. A batch of one comes out
#   as $\beta$, a batch of two as $\beta\pm\gamma$, and one outlier squeezes everyone else. No $|\hat x|$ exceeds
#   $\sqrt{N-1}$.
# - It fixes two moments and no shape: a feature with two peaks keeps two peaks.
# - A batch knows the data set's $\mu$ and $\sigma$ to about $1/\sqrt N$; but it is always up to date, which statistics
#   of the whole set are not.
#
# **Next.** $\mu$ and $\sigma$ depend on every $x$, so a gradient must pass through them. Lesson 04 takes the matrix $J$
# backwards.
#
# ## To read
#
# - Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2 for why
#   normalizing must be part of the network, §3 with algorithm 1 for what you wrote, §3.2 for "$Wu+b$, not $u$", §4.1
#   for sigmoids' inputs over time.
# - Santurkar et al. 2018 ([1805.11604](https://arxiv.org/abs/1805.11604)): §2 doubts the covariate shift; lesson 08
#   repeats their experiments.
# - Ba, Kiros & Hinton 2016, *Layer Normalization* ([1607.06450](https://arxiv.org/abs/1607.06450)): §3, the other axis.
# - Wu & Johnson 2021, *Rethinking "Batch" in BatchNorm* ([2105.07576](https://arxiv.org/abs/2105.07576)): §3, what the
#   statistics of the whole population are worth.
# - Samuelson 1968, *How Deviant Can You Be?*, J. Am. Stat. Assoc. 63: the wall at $\sqrt{N-1}$.
# - Chan, Golub & LeVeque 1983, *Algorithms for Computing the Sample Variance*, The American Statistician 37: why two
#   passes.
