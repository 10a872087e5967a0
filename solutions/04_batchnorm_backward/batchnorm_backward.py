# %% [markdown]
# # Lesson 04: batch norm, backward
#
# **You will be able to**
#
# - carry a gradient back through a graph, node by node, and know the shape of every piece before you compute it;
# - write batch norm's backward pass twice, in steps and in closed form, and hold it against measured slopes;
# - say which directions of a batch never receive a gradient, and why a bias in front of batch norm is one of them;
# - tell what breaks when $\mu$ or $\sigma$ is treated as a constant, and why a small error can still ruin a training.
#
# **Time:** about 110 minutes. **Graded:** three functions (12 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer:
#
# - Batch norm's forward pass on a batch `x` of shape $(N, D)$, statistics per column, variance divided by $N$:
#   $\hat x=(x-\mu)\,r$ with $r=1/\sqrt{\sigma^2+\epsilon}$, and $y=\gamma\hat x+\beta$. It stands below, ready.
# - The chain rule: if $L$ depends on $a$ through several intermediate values $v_1, v_2, \dots$, then
#   $\frac{\partial L}{\partial a}=\sum_k \frac{\partial L}{\partial v_k}\frac{\partial v_k}{\partial a}$.
# - Central differences, $f'(a)\approx\frac{f(a+h)-f(a-h)}{2h}$, have an error that falls as $h^2$, until rounding,
#   which grows as $1/h$, takes over.
# - [BN] is the paper that all this comes from (Ioffe & Szegedy 2015). A line `claim 23: T` holds a sentence from
#   lecture notes against the numbers: T for true, F for false, D for "it depends". A line `effect: …` gives one finding
#   as mean ± standard deviation over five seeds, and in how many of the five it is above 0.
#
# We write `dv` for $\partial L/\partial v$. It always has the shape of $v$, because $L$ is one number.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)

# %% readonly="forward"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """Batch norm in training mode: x (N, D), gamma (D,), beta (D,) -> y (N, D), cache for the way back."""
    mean = x.mean(axis=0)  # (D,)
    var = ((x - mean) ** 2).mean(axis=0)  # (D,)
    rstd = 1 / np.sqrt(var + eps)  # (D,), "r" in the text
    xhat = (x - mean) * rstd  # (N, D)
    cache = {"x": x, "mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}
    return gamma * xhat + beta, cache

# %% [markdown]
# The demonstrations need a little more. Your answers never do: they are NumPy and nothing else.

# %%
import torch

from bnlib import data, plots, widgets
from bnlib.findings import effect

torch.set_num_threads(1)  # the same sums in the same order on every machine
digits = data.load_digits()
SEEDS = range(5)


def look(k):
    """Colour, line and marker number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k], "marker": plots.MARKERS[k]}


def distance(a, b):
    """How far a is from b, as a share of the length of b."""
    return np.linalg.norm(a - b) / np.linalg.norm(b)

# %% [markdown]
# ## 1. A puzzle: the gradient of a constant shift
#
# A linear layer turns 64 digits into five features, $z=uW+b$. Something behind it turns $z$ into a loss. How much would
# the loss change if we moved the first entry of the bias? Without batch norm the answer is some number: here about
# $-1.1$. Now we put batch norm between $z$ and the rest, same weights, same loss.
#
# **Predict first.** What is $\partial L/\partial b_1$ now? Larger, smaller, of the other sign? Write a number.

# %%
guess = None  # for example -2.0

# %%
rng = np.random.default_rng(1)
u, weight, upstream = digits.x_train[:64], rng.normal(size=(64, 5)) / 4, rng.normal(size=(64, 5))


def slope(loss, h=1e-5):
    """The derivative of loss(t) at t = 0, measured: no formula, no backward pass."""
    return (loss(h) - loss(-h)) / (2 * h)


def loss_after_shift(t, norm):
    z = u @ weight + t * np.eye(5)[0]  # the bias of the first feature, moved by t
    if norm:
        z = batchnorm_forward(z, np.ones(5), np.zeros(5))[0]
    return np.sum(upstream * z)


bare = slope(lambda t: loss_after_shift(t, norm=False))
normed = slope(lambda t: loss_after_shift(t, norm=True))
print(f"without batch norm: {bare:.3f}")
print(f"with batch norm:    0 but for rounding (below 1e-8: {abs(normed) < 1e-8})")
print("your guess:", guess)

# %% [markdown]
# Zero, to the last digit the computer has. Look at the forward pass and it could not be otherwise: a shift of the whole
# column shifts $\mu$ by as much, and $x-\mu$ never hears of it.
#
# And yet the most natural way to write the backward pass gets this wrong. "$\hat x$ is $x$ minus a number, times a
# number" gives $dx=dy\cdot\gamma r$, and the gradient of the bias, $\sum_n dx_n$, is not zero. The error is to think
# that $\mu$ and $\sigma$ are numbers. **They are functions of the batch**, every entry of $x$ reaches the loss through
# them as well, and the way back has to walk every way that the way forward took.
#
# ## 2. Back through the graph, node by node
#
# So let us draw the ways. One feature, four examples, $x=(1,2,4,5)$, with an $\epsilon$ of 1.5 so that the numbers come
# out round: $\sigma^2+\epsilon=4$ and $r=\frac12$. Blue numbers flow to the right. At the far end someone hands us
# $dy=(1,0,0,0)$: only the first output matters to the loss. Orange numbers flow to the left. (They come from PyTorch's
# automatic differentiation; soon from you.)

# %%
def tiny_batch():
    """Values and gradients of every node for x = (1, 2, 4, 5), gamma = 2, beta = 1, eps = 1.5."""
    nodes = {"x": torch.tensor([1.0, 2.0, 4.0, 5.0], dtype=torch.float64, requires_grad=True)}
    nodes["μ"] = nodes["x"].mean()
    nodes["c = x − μ"] = nodes["x"] - nodes["μ"]
    nodes["σ²"] = (nodes["c = x − μ"] ** 2).mean()
    nodes["r"] = (nodes["σ²"] + 1.5) ** -0.5
    nodes["x̂ = c·r"] = nodes["c = x − μ"] * nodes["r"]
    nodes["γ"], nodes["β"] = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (2.0, 1.0))
    nodes["y = γx̂ + β"] = nodes["γ"] * nodes["x̂ = c·r"] + nodes["β"]
    for node in nodes.values():
        node.retain_grad()
    nodes["y = γx̂ + β"].backward(torch.tensor([1.0, 0, 0, 0], dtype=torch.float64))
    return {name: (node.detach().numpy(), node.grad.numpy()) for name, node in nodes.items()}


PLACES = {"x": (0, 1), "μ": (1.15, 2), "c = x − μ": (2.3, 1), "σ²": (3.1, 2), "r": (4.25, 2), "x̂ = c·r": (4.9, 1),
          "γ": (6.1, 2), "β": (7.3, 2), "y = γx̂ + β": (7.5, 1)}
ARROWS = [("x", "μ"), ("x", "c = x − μ"), ("μ", "c = x − μ"), ("c = x − μ", "σ²"), ("σ²", "r"), ("r", "x̂ = c·r"),
          ("c = x − μ", "x̂ = c·r"), ("x̂ = c·r", "y = γx̂ + β"), ("γ", "y = γx̂ + β"), ("β", "y = γx̂ + β")]


def short(values):
    texts = [f"{v:.3f}".rstrip("0").rstrip(".") for v in np.atleast_1d(values) + 0.0]
    return ", ".join(texts).replace("-", "−")


fig, ax = plots.new(width=9.2, height=3.6)
for start, end in ARROWS:
    ax.annotate("", PLACES[end], PLACES[start], zorder=1,
                arrowprops={"arrowstyle": "->", "color": "grey", "shrinkA": 24,
                            "shrinkB": 42 if PLACES[start][1] == PLACES[end][1] == 1 else 24})
for name, (value, gradient) in tiny_batch().items():
    x0, y0 = PLACES[name]
    box = {"boxstyle": "round", "facecolor": "white", "edgecolor": plots.BLACK}
    side = 1 if y0 == 2 else -1  # the numbers stand outside the graph
    ax.text(x0, y0, name, ha="center", va="center", bbox=box, fontsize=10, zorder=3)
    ax.text(x0, y0 + side * 0.36, short(value), ha="center", va="center", color=plots.BLUE, fontsize=9)
    ax.text(x0, y0 + side * 0.58, f"d: {short(gradient)}", ha="center", va="center", color=plots.RED, fontsize=9,
            style="italic")
ax.set(xlim=(-0.8, 8.5), ylim=(0.2, 2.8), title="x = (1, 2, 4, 5), γ = 2, β = 1, ε = 1.5: values in blue, gradients "
                                               "in orange after “d:”")
ax.set_axis_off()
plots.show(fig, alt="The graph of batch norm for four numbers. x goes to the mean and to c = x minus mean; c goes to "
                    "the variance, then r, and to x-hat = c times r; x-hat, gamma and beta go to y. Values: mean 3, "
                    "variance 2.5, r 0.5, x-hat -1, -0.5, 0.5, 1. Gradients: dx-hat 2, 0, 0, 0; dr -4; dvar 0.25; dc "
                    "0.75, -0.125, 0.125, 0.25; dmean -1; dx 0.5, -0.375, -0.125, 0.")

# %% [markdown]
# Two things are worth a second look. Only the first output matters, yet the second and third *inputs* get a gradient:
# they reach it through $\mu$ and $\sigma$. And the gradients of $x$ add up to 0: there is the puzzle.
#
# Now the rules by which orange numbers travel. Three of them are enough for this graph and for most others.
#
# 1. **Arrows out add up.** A node's gradient is the sum over the arrows that leave it: what the arrow's head received,
#    times the local derivative. Two arrows leave $c$, two leave $x$.
# 2. **Stretched forward, summed backward.** $\mu$, $r$, $\gamma$, $\beta$ are $(D,)$ and are used in all $N$ rows.
#    Their gradient is the sum of what the $N$ rows send back: `axis=0`.
# 3. **Averaged forward, spread backward.** $\mu=\frac1N\sum_n x_n$ sends $\frac1N d\mu$ to each row.
#
# The local derivatives, one node at a time, everything per feature:
#
# | node | shape | local derivatives |
# |---|---|---|
# | $y=\gamma\hat x+\beta$ | $(N,D)$ | by $\hat x$: $\gamma$; by $\gamma$: $\hat x$; by $\beta$: $1$ |
# | $\hat x=c\,r$ | $(N,D)$ | by $c$: $r$; by $r$: $c$ |
# | $r=(\sigma^2+\epsilon)^{-1/2}$ | $(D,)$ | by $\sigma^2$: $-\frac12(\sigma^2+\epsilon)^{-3/2}$ |
# | $\sigma^2=\frac1N\sum_n c_n^2$ | $(D,)$ | by $c_n$: $\frac2N c_n$ |
# | $c=x-\mu$ | $(N,D)$ | by $x$: $1$; by $\mu$: $-1$ |
# | $\mu=\frac1N\sum_n x_n$ | $(D,)$ | by $x_n$: $\frac1N$ |
#
# Check one orange number by hand: $dr=\sum_n d\hat x_n\,c_n=2\cdot(-2)=-4$, and so
# $d\sigma^2=-\frac12\cdot\frac18\cdot(-4)=\frac14$.
#
# One term is a gift. Through $c$, the variance sends $\mu$ the amount
# $-\frac2N\sum_n(x_n-\mu)\cdot d\sigma^2$. The paper writes it out ([BN] §3, the line for $\partial\ell/\partial\mu$).
# But deviations from the mean add up to zero, so the term is 0, always. Keep it or leave it; the check takes both.
#
# **Exercise 1.** The first half of the way: from $dy$ to the three gradients that $dx$ will be made of. `cache` is
# the dict that the forward pass above returns.

# %% solution="backward_intermediates"
def backward_intermediates(dy, cache):
    """The gradients inside the graph: dy (N, D) -> dxhat (N, D), dvar (D,), dmean (D,).

    cache has x, xhat (N, D), mean, var, rstd, gamma (D,) and the number eps. dy and cache are left as they were.
    """
    # about four lines
    ### BEGIN SOLUTION
    rstd = cache["rstd"]
    dxhat = dy * cache["gamma"]  # (N, D)
    dvar = np.sum(dxhat * (cache["x"] - cache["mean"]), axis=0) * -0.5 * rstd**3  # (D,)
    dmean = -np.sum(dxhat, axis=0) * rstd  # (D,); the variance's share is 0
    return dxhat, dvar, dmean
    ### END SOLUTION

# %% tests="backward_intermediates_check" points=4
check("backward_intermediates", backward_intermediates)

# %% [markdown]
# ### What it does: the term that is zero
#
# Not small: zero, up to rounding, whatever the data.

# %%
terms, means = [], []
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy = 3 + 2 * rng.normal(size=(64, 10)), rng.normal(size=(64, 10))
    cache = batchnorm_forward(x, np.full(10, 2.0), np.zeros(10))[1]
    _, dvar, dmean = backward_intermediates(dy, cache)
    terms.append(np.abs(-2 / 64 * np.sum(x - cache["mean"], axis=0) * dvar).max())
    means.append(np.abs(dmean).mean())
print(f"the term −2/N Σ(x−μ)·dvar: below 1e-12 in 5 seeds: {max(terms) < 1e-12}; dmean itself is {np.mean(means):.1f} "
      f"± {np.std(means):.1f} in size")

# %% [markdown]
# **Exercise 2.** The second half. Three ways bring a gradient to $x_n$: the straight one through $\hat x$, the one
# through $\sigma^2$, and the one through $\mu$. Add them. And do not forget the two gradients that the optimizer is
# waiting for, $d\gamma$ and $d\beta$, of shape $(D,)$ (rule 2). Use your first function.

# %% solution="batchnorm_backward"
def batchnorm_backward(dy, cache):
    """Batch norm's way back, node by node: dy (N, D) -> dx (N, D), dgamma (D,), dbeta (D,).

    cache has x, xhat (N, D), mean, var, rstd, gamma (D,) and the number eps. dy and cache are left as they were.
    """
    # about five lines
    ### BEGIN SOLUTION
    n = len(dy)
    dxhat, dvar, dmean = backward_intermediates(dy, cache)
    dx = dxhat * cache["rstd"]  # straight
    dx = dx + 2 / n * (cache["x"] - cache["mean"]) * dvar  # through the variance
    dx = dx + dmean / n  # through the mean
    return dx, np.sum(dy * cache["xhat"], axis=0), np.sum(dy, axis=0)
    ### END SOLUTION

# %% tests="batchnorm_backward_check" points=5
check("batchnorm_backward", batchnorm_backward)

# %% [markdown]
# ### What it does: the gradient check
#
# Would you have known without us? You can always ask the forward pass. Fix a *random* $dy$, let $L=\sum dy\cdot y$,
# move every entry of $x$ by $\pm h$, and compare. How small should $h$ be? You know the shape of the answer: on the
# right the error falls as $h^2$, on the left rounding rises as $1/h$.

# %%
def measured_dx(forward, dy, x, h):
    """dx (N, D) of L = Σ dy·forward(x), by central differences."""
    dx = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        dx[place] = np.sum(dy * (forward(x + step) - forward(x - step))) / (2 * h)
    return dx


GAMMA, BETA = np.array([2.0, 0.5, 1.0, 3.0]), np.array([1.0, 0.0, -1.0, 2.0])


def forward_only(x):
    return batchnorm_forward(x, GAMMA, BETA)[0]


steps = np.logspace(-12, 0, 25)
errors = []
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy = 3 + 2 * rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    own = batchnorm_backward(dy, batchnorm_forward(x, GAMMA, BETA)[1])[0]
    errors.append([distance(own, measured_dx(forward_only, dy, x, h)) for h in steps])
errors = np.array(errors)
fig, ax = plots.new()
ax.loglog(steps, errors.mean(axis=0), **look(0), label="your dx against the measured one")
ax.fill_between(steps, errors.min(axis=0), errors.max(axis=0), color=plots.COLORS[0], alpha=0.2)
right, left = steps[13:23], steps[:11]
ax.loglog(right, errors.mean(axis=0)[18] * (right / steps[18]) ** 2, ":", color=plots.BLACK, label="h²: truncation")
ax.loglog(left, errors.mean(axis=0)[6] * steps[6] / left, "--", color=plots.RED, label="1/h: rounding")
ax.set(xlabel="step h", ylabel="relative distance", title="Gradient check of your backward pass (5 seeds)")
ax.legend(loc="upper center")
plots.show(fig, alt="Relative distance between the coded and the measured gradient against the step h on log axes: a "
                    "V, falling as h squared from the right, rising as 1/h to the left, lowest near h = 1e-5.")
best = errors.min(axis=1)
print(f"best h between 1e-6 and 1e-4 in all seeds: {all(1e-6 <= steps[k] <= 1e-4 for k in errors.argmin(axis=1))}; "
      f"distance there below 1e-8: {best.max() < 1e-8}")

# %% [markdown]
# Two warnings, both learned the hard way.
#
# **Take a random $dy$.** With $L=\sum y$, the most convenient loss, every column of $\hat x$ sums to 0 and $dx$ is
# zero: you compare rounding with rounding. With $L=\sum y^2$ (at $\gamma=1$, $\beta=0$) what is left is almost pure
# $\epsilon$.
#
# **A gradient check proves that the way back fits the way forward.** It does not prove that the way forward is batch
# norm. Here is a layer that takes its statistics along the wrong axis, both ways.

# %%
def wrong_axis(x):
    return batchnorm_forward(x.T, np.ones(6), np.zeros(6))[0].T  # one mean per example: not batch norm


checks, gaps = [], []
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy = 3 + 2 * rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    back = batchnorm_backward(dy.T, batchnorm_forward(x.T, np.ones(6), np.zeros(6))[1])[0].T
    checks.append(distance(back, measured_dx(wrong_axis, dy, x, 1e-5)))
    gaps.append(distance(wrong_axis(x), batchnorm_forward(x, np.ones(4), np.zeros(4))[0]))
print(f"wrong axis both ways: gradient check below 1e-7 in 5 seeds: {max(checks) < 1e-7}; its output is "
      f"{np.mean(gaps):.0%} ± {np.std(gaps):.0%} away from batch norm's")

# %% [markdown]
# ### The three identities
#
# What the forward pass cannot see, the backward pass cannot ask for. Batch norm does not see three things, and each
# leaves a law in $dx$ that you can use as a test on any code, in one line, without an $h$.
#
# 1. **Shift a column:** nothing changes, so the derivative in the direction $(1,\dots,1)$ is zero:
#    $\sum_n dx_n=0$. Exactly.
# 2. **Stretch a column about its mean:** nothing changes *but for $\epsilon$*. The direction is $x-\mu$, that is,
#    $\hat x$: so $\sum_n dx_n\hat x_n\approx 0$. How nearly? From $\frac1N\sum\hat x_n^2=1-\epsilon r^2$ one finds
#    $\sum_n dx_n\hat x_n=\gamma r\,d\gamma\cdot\epsilon r^2$: proportional to $\epsilon r^2$, which is $10^{-5}$ for a
#    feature of variance 1, and *not* small for a feature that hardly varies.
# 3. **Scale all inputs, $x\to kx$:** the outputs stay. If twice the input gives the same output, each unit of input
#    matters half as much: $dx\to dx/k$ (exactly so if $\epsilon\to k^2\epsilon$).

# %%
rows = []
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy, gamma = 3 + 2 * rng.normal(size=(64, 10)), rng.normal(size=(64, 10)), rng.uniform(1.5, 3, 10)
    row = []
    for eps in (1e-5, 1e-1):
        cache = batchnorm_forward(x, gamma, np.zeros(10), eps)[1]
        dx, dgamma, _ = batchnorm_backward(dy, cache)
        stretch = np.sum(dx * cache["xhat"], axis=0)
        law = gamma * cache["rstd"] * dgamma * eps * cache["rstd"] ** 2
        row += [np.abs(dx.sum(axis=0)).max(), np.abs(stretch).max(), np.abs(stretch - law).max()]
    cache = batchnorm_forward(x, gamma, np.zeros(10))[1]
    scaled = batchnorm_forward(10 * x, gamma, np.zeros(10))[1]
    row.append(distance(10 * batchnorm_backward(dy, scaled)[0], batchnorm_backward(dy, cache)[0]))
    rows.append(row)
rows = np.array(rows)
print(f"1. Σdx, below 1e-12 in 5 seeds: {rows[:, [0, 3]].max() < 1e-12}")
print(f"2. largest |Σdx·x̂|: {rows[:, 1].mean():.1e} for ε = 1e-5, {rows[:, 4].mean():.1e} for ε = 0.1; the law holds "
      f"to 1e-12: {rows[:, [2, 5]].max() < 1e-12}")
print(f"3. 10·dx of 10x against dx of x: a relative distance below 1e-5: {rows[:, 6].max() < 1e-5}")

# %% [markdown]
# ## 3. The closed form
#
# Walking the graph visits $x$ three times. But how every output depends on every input is known in one matrix: for one
# feature (lesson 03, by the product rule on $\hat x=c\,r$),
#
# $$\frac{\partial\hat x_n}{\partial x_m}=r\Big(\delta_{nm}-\frac1N-\frac{\hat x_n\hat x_m}{N}\Big),
# \qquad dx_m=\sum_{n=1}^N d\hat x_n\,\frac{\partial\hat x_n}{\partial x_m}.$$
#
# Never build that $N\times N$ matrix. Put it into the sum on the right and carry the sum out, term by term, on paper:
# $\delta_{nm}$ (1 if $n=m$, else 0) picks one entry, $\frac1N$ makes a mean, and $\hat x_m$, which does not depend on
# $n$, leaves its sum. What remains are two means per column. You may recognise them: apart from a factor (which?
# $d\hat x$ is not $dy$), they are $d\beta$ and $d\gamma$. So the way back needs two sums over the batch, just as the
# way forward did, and no $x$, $\mu$ or $\sigma^2$ at all.
#
# In words: **take the gradient, remove its mean, remove its component along $\hat x$ (up to $\epsilon$), scale.** The
# same two directions as in the identities: what the forward pass ignores, the backward pass removes.
#
# **Exercise 3.** Write it without calling your other two functions.

# %% solution="batchnorm_backward_fused"
def batchnorm_backward_fused(dy, cache):
    """Batch norm's way back in closed form: dy (N, D) -> dx (N, D), dgamma (D,), dbeta (D,).

    Uses xhat (N, D), rstd and gamma (D,) of the cache, and nothing else. dy and cache are left as they were.
    """
    # about four lines
    ### BEGIN SOLUTION
    n, xhat = len(dy), cache["xhat"]
    dgamma, dbeta = np.sum(dy * xhat, axis=0), np.sum(dy, axis=0)  # (D,)
    dx = cache["gamma"] * cache["rstd"] * (dy - dbeta / n - xhat * dgamma / n)  # (N, D)
    return dx, dgamma, dbeta
    ### END SOLUTION

# %% tests="batchnorm_backward_fused_check" points=3
check("batchnorm_backward_fused", batchnorm_backward_fused)

# %%
gaps = []
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy, gamma = 3 + 2 * rng.normal(size=(64, 10)), rng.normal(size=(64, 10)), rng.uniform(1.5, 3, 10)
    cache = batchnorm_forward(x, gamma, np.zeros(10))[1]
    pairs = zip(batchnorm_backward(dy, cache), batchnorm_backward_fused(dy, cache), strict=True)
    gaps.append(max(np.abs(a - b).max() for a, b in pairs))
print("node by node and closed form agree to 1e-12 in 5 seeds:", max(gaps) < 1e-12)

# %% [markdown]
# ## 4. What a missing path costs
#
# Now we cut branches on purpose. PyTorch's `detach()` lets a value through on the way forward and stops the gradient
# on the way back; `backward_with_cuts` keeps a share of each branch, from 0 (cut) to 1 (whole).
#
# **Predict first.** Batch of 64, random $dy$, both branches cut. How wrong is $dx$, in percent?

# %%
percent = None  # for example 80

# %%
def backward_with_cuts(dy, cache, keep_mean=1.0, keep_var=1.0):
    """dx (N, D) with only a share of the gradient let through μ and through σ²."""
    x = torch.from_numpy(cache["x"]).requires_grad_()
    mean, var = x.mean(dim=0), x.var(dim=0, unbiased=False)
    mean = keep_mean * mean + (1 - keep_mean) * mean.detach()
    var = keep_var * var + (1 - keep_var) * var.detach()
    y = torch.from_numpy(cache["gamma"]) * (x - mean) / torch.sqrt(var + cache["eps"])
    (dx,) = torch.autograd.grad(y, x, torch.from_numpy(dy))
    return dx.numpy()


CUTS = {"μ cut": (0.0, 1.0), "σ cut": (1.0, 0.0), "both cut": (0.0, 0.0)}
sizes = np.array([4, 8, 16, 32, 64, 128, 256])
lost = np.zeros((3, len(SEEDS), len(sizes)))
for s in SEEDS:
    for j, n in enumerate(sizes):
        rng = np.random.default_rng(s)
        x, dy = 3 + 2 * rng.normal(size=(n, 20)), rng.normal(size=(n, 20))
        cache = batchnorm_forward(x, np.ones(20), np.zeros(20))[1]
        whole = batchnorm_backward(dy, cache)[0]
        lost[:, s, j] = [distance(backward_with_cuts(dy, cache, *keep), whole) for keep in CUTS.values()]
fig, ax = plots.new()
for k, name in enumerate(CUTS):
    ax.loglog(sizes, lost[k].mean(axis=0), **look(k), label=name)
    ax.fill_between(sizes, lost[k].min(axis=0), lost[k].max(axis=0), color=plots.COLORS[k], alpha=0.2)
ax.set(xlabel="batch size N", ylabel="relative error of dx", xticks=sizes, xticklabels=sizes,
       title="A missing path, random dy (5 seeds)")
ax.minorticks_off()
ax.legend()
plots.show(fig, alt="Relative error of dx against the batch size on log axes for the mean path cut, the sigma path "
                    "cut and both cut: all fall as one over the root of N, from about 0.8 to 1.1 at N = 4 to "
                    "below 0.1 at 256.")
for k, name in enumerate(CUTS):
    at64 = lost[k][:, list(sizes).index(64)]
    print(f"{name:9s} N = 64: dx is off by {at64.mean():.1%} ± {at64.std():.1%}")
print("your guess:", percent)

# %% [markdown]
# Less than one feared! Of $N$ directions in a column only two are wrong, and a random $dy$ has about
# $\sqrt{2/N}$ of its length there. Stochastic gradients are noisier than that. So does it matter?
#
# It does, because these two directions are not random. They are *the same two at every step*: shift and stretch, the
# very ones that the forward pass ignores. An error there is never seen by the loss, hence never corrected; it only
# accumulates.
#
# ### The runaway bias
#
# This is the example by which the paper motivates everything ([BN] §2). A layer adds a bias $b$ and centres:
# $\hat x=x-\mathrm{E}[x]$ with $x=u+b$. An optimizer that takes $\mathrm{E}[x]$ for a constant computes
# $db=\sum_n d\hat x_n$ and steps. The next forward pass subtracts the new mean, bias and all: the output is what it
# was, so is the loss, so is the gradient, and the next step is the same again. Let us run it: 1348 digits, 50 hidden
# ReLUs, everything frozen but $b$.

# %%
def softmax_loss(scores, labels):
    """Mean cross-entropy, a number, and its gradient (N, classes) by the scores."""
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    return -np.log(p[rows, labels]).mean(), (p - np.eye(scores.shape[1])[labels]) / len(labels)


def runaway(seed, keep, steps=1000, lr=0.5):
    """|b| and the loss at every step when only a share `keep` of the gradient passes through the mean."""
    rng = np.random.default_rng(seed)
    uw = digits.x_train @ rng.normal(size=(64, 50)) / 8
    v = rng.normal(size=(50, 10)) / 5
    b, sizes, losses = np.zeros(50), [], []
    for _ in range(steps):
        z = uw + b
        centred = z - z.mean(axis=0)
        loss, dscores = softmax_loss(np.maximum(centred, 0) @ v, digits.y_train)
        db = np.sum((dscores @ v.T) * (centred > 0), axis=0)
        b = b - lr * (1 - keep) * db  # the path through the mean brings back −db
        sizes.append(np.linalg.norm(b))
        losses.append(loss)
    return np.array(sizes), np.array(losses)


runs = {keep: [runaway(s, keep) for s in SEEDS] for keep in (0.0, 1.0)}
fig, axes = plots.new(1, 2, width=7.6)
for k, (keep, name) in enumerate({0.0: "path through the mean cut", 1.0: "whole gradient"}.items()):
    for ax, part in zip(axes, (0, 1), strict=True):
        curves = np.array([run[part] for run in runs[keep]])
        ax.plot(curves.mean(axis=0), color=plots.COLORS[k], linestyle=plots.LINES[k], linewidth=2, label=name)
        if part == 0:
            ax.fill_between(range(1000), curves.min(axis=0), curves.max(axis=0), color=plots.COLORS[k], alpha=0.2)
axes[0].set(xlabel="step", ylabel="‖b‖", title="the bias")
axes[1].set(xlabel="step", ylabel="loss", ylim=(0, 3), title="the loss (both lines coincide)")
axes[0].legend(loc="upper left")
plots.show(fig, alt="Left: with the path through the mean cut the length of the bias grows in a straight line for "
                    "1000 steps; with the whole gradient it stays 0. Right: the loss is flat and the same in both.")
early, late = (np.array([run[0][k] for run in runs[0.0]]) for k in (99, 999))
flat = max(np.ptp(run[1]) for run in runs[0.0])

# %% [markdown]
# The slider lets a share of the gradient pass through the mean. Half of it, and the bias runs at half the speed; 99 %,
# and it still runs. Only 1 stops it: the cancellation is exact or it is none.

# %%
def draw_share(keep):
    sizes, losses = runaway(0, keep, steps=300)
    fig, ax = plots.new(height=2.5)
    ax.plot(sizes, color=plots.BLUE, label="‖b‖")
    ax.plot(losses, color=plots.ORANGE, linestyle="--", label="loss")
    ax.set(xlabel="step", ylabel="‖b‖, and the loss", ylim=(-0.5, 25),
           title=f"share of the path through μ: {keep:g}; ‖b‖ ends at {sizes[-1]:.2g}")
    ax.legend(loc="upper left")
    plots.show(fig, alt=f"With a share of {keep:g} of the gradient through the mean the bias reaches length "
                        f"{sizes[-1]:.2g} after 300 steps while the loss stays at {losses[-1]:.2f}.")


widgets.slider(draw_share, "share kept", [0.0, 0.25, 0.5, 0.75, 0.9, 0.99, 1.0], 0.0)

# %% [markdown]
# ## 5. Your own code put to work
#
# A network without PyTorch: 64 pixels, a linear layer *with a bias*, batch norm, ReLU, a linear layer, softmax, plain
# gradient descent. `bnlib.layers` has its layers; `BatchNorm` computes with the two functions it is given, here the
# forward pass from above and your `batchnorm_backward_fused`. Every gradient that reaches the first layer passes
# through your code. (We test with the statistics of all test digits; serving one digit at a time is lesson 06.) Beside
# it, the same network with the cut versions, which are PyTorch's.

# %%
from bnlib.layers import BatchNorm, Linear, ReLU, Sequential


def train(seed, backward=batchnorm_backward_fused, steps=300, batch=64, lr=0.5):
    """A net 64–50–10 with batch norm and the given way back. Losses, accuracy, |b| and |W| at the end."""
    rng = np.random.default_rng(seed)
    first, norm = Linear(64, 50, rng), BatchNorm(50, forward=batchnorm_forward, backward=backward)
    net = Sequential([first, norm, ReLU(), Linear(50, 10, rng)])
    losses = []
    for _ in range(steps):
        chosen = rng.choice(len(digits.x_train), size=batch, replace=False)
        loss, dscores = softmax_loss(net.forward(digits.x_train[chosen]), digits.y_train[chosen])
        net.backward(dscores)
        net.params = [p - lr * g for p, g in zip(net.params, net.grads, strict=True)]
        losses.append(loss)
    right = np.argmax(net.forward(digits.x_test), axis=1) == digits.y_test
    w, b = first.params
    return {"loss": losses, "accuracy": right.mean(), "b": np.linalg.norm(b), "w": np.linalg.norm(w)}


def cut(keep_mean, keep_var):
    """Your way back with another dx: a share of each branch kept."""
    def backward(dy, cache):
        return backward_with_cuts(dy, cache, keep_mean, keep_var), *batchnorm_backward_fused(dy, cache)[1:]

    return backward


WAYS = {"your backward": batchnorm_backward_fused, **{name: cut(*keep) for name, keep in CUTS.items()}}
trained = {name: [train(s, way) for s in SEEDS] for name, way in WAYS.items()}
print("                 test accuracy   ‖b‖ at the end   ‖W‖ at the end")
for name, results in trained.items():
    score, b, w = (np.array([r[key] for r in results]) for key in ("accuracy", "b", "w"))
    print(f"{name:15s}  {score.mean():.2f} ± {score.std():.2f}     {b.mean():5.2f} ± {b.std():.2f}     "
          f"{w.mean():5.1f} ± {w.std():.1f}")
print("your network, more than 0.9 right in every seed:", min(r["accuracy"] for r in trained["your backward"]) > 0.9)

# %% [markdown]
# The table deserves an honest reading. **On this small net the cut versions train almost as well.** Where $\mu$ is cut
# the bias has run away, the weights are up to two and a half times as long as they should be, and the accuracy has
# hardly noticed: batch norm takes out again what the wrong steps put in. The damage is silent, and grows step by step:
#
# - a runaway $b$ costs digits: in float32, $z$ with a mean of $10^4$ has only three decimals left for what differs
#   between examples;
# - a growing $W$ slows the learning down, as the next lines show.
#
# ### A weight matrix of any length
#
# Multiply $W$ by $k$: $z$, its mean and its $\sigma$ are all multiplied by $k$, and the output stays. So the third
# identity speaks: the gradient to $z$ is divided by $k$, and with it the one to $W$ ([BN] §3.3). A layer whose weights
# have doubled takes half the step, relative to itself a quarter.

# %% claims="27"
factors = np.logspace(-1, 2, 13)
factors[4] = 1.0  # to the last digit
change, length = np.zeros((len(SEEDS), len(factors))), np.zeros((len(SEEDS), len(factors)))
along = []
for s in SEEDS:
    rng = np.random.default_rng(s)
    u, weight, dy = digits.x_train[:64], rng.normal(size=(64, 50)) / 8, rng.normal(size=(64, 50))
    for j, k in enumerate(factors):
        y, cache = batchnorm_forward(u @ (k * weight), np.ones(50), np.zeros(50))
        change[s, j] = distance(y, batchnorm_forward(u @ weight, np.ones(50), np.zeros(50))[0])
        dw = u.T @ batchnorm_backward_fused(dy, cache)[0]
        length[s, j] = np.linalg.norm(dw)
        along.append(abs(np.sum(dw * weight)) / (np.linalg.norm(dw) * np.linalg.norm(weight)))
relative = length / length[:, [4]]
fig, ax = plots.new()
ax.loglog(factors, relative.mean(axis=0), **look(0), label="length of dW")
ax.loglog(factors, 1 / factors, ":", color=plots.BLACK, label="1/k")
ax.loglog(factors, np.where(factors == 1, np.nan, change.mean(axis=0)), **look(1), label="change of the output y")
ax.set(xlabel="factor k on W", ylabel="relative to k = 1", title="W → kW in front of batch norm (5 seeds)")
ax.legend(loc="upper right")
plots.show(fig, alt="Against the factor k on the weights, log axes: the length of the gradient falls along "
                    "1/k from 10 to 0.01, while the output changes by less than one percent throughout.")
print(f"angle between dW and W: |cosine| below 1e-3: {max(along) < 1e-3} (steps at right angles to W lengthen it)")
print(f"claim 27: T — W→kW leaves the output as it was: for k = 10 it changes by {change[:, 8].mean():.1e} (that is "
      f"ε), and the gradient to W is {relative[:, 8].mean():.3f} ± {relative[:, 8].std():.3f} times as long: "
      "1/k (5 seeds)")
effect(27, "share of the gradient's length that is lost from k = 1 to k = 10", 1 - relative[:, 8])

# %% [markdown]
# ## 6. The notes say, the numbers say
#
# **"Gradients must pass through $\mu$ and $\sigma$; they are not constants."** Three of the notes say so. The measured
# gradient decides.

# %% claims="23"
names = list(CUTS)
off = {name: [] for name in ["whole", *names]}
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy = 3 + 2 * rng.normal(size=(8, 4)), rng.normal(size=(8, 4))
    cache = batchnorm_forward(x, GAMMA, BETA)[1]
    truth = measured_dx(forward_only, dy, x, 1e-5)
    off["whole"].append(distance(batchnorm_backward(dy, cache)[0], truth))
    for name, keep in CUTS.items():
        off[name].append(distance(backward_with_cuts(dy, cache, *keep), truth))
text = ", ".join(f"{np.mean(off[name]):.0%} ± {np.std(off[name]):.0%} ({name})" for name in names)
print(f"claim 23: T — gradients must pass through μ and σ: with N = 8 the gradient check is off by {text}; whole, it "
      f"agrees to 1e-7: {max(off['whole']) < 1e-7} (5 seeds)")
for name in names:
    effect(23, f"distance from the measured gradient, {name}, less 1e-7", np.array(off[name]) - 1e-7)

# %% [markdown]
# **"If the optimizer ignores the normalization, the two cancel: the loss is constant and a parameter grows without
# bound."** You have seen the figure; here are its numbers.

# %% claims="24"
print(f"claim 24: T — ignore the normalization and b grows while the loss stays: ‖b‖ is {early.mean():.1f} ± "
      f"{early.std():.1f} after 100 steps and {late.mean():.1f} ± {late.std():.1f} after 1000, the loss moved by less "
      f"than 1e-10: {flat < 1e-10} (5 seeds)")
effect(24, "‖b‖ after 1000 steps − after 100", late - early, digits=1)

# %% [markdown]
# **"$\partial L/\partial\gamma=\partial L/\partial y\cdot\hat x$."** That is the share of one example. But $\gamma$ is
# one number per feature, used in all $N$ rows (rule 2), and what the note leaves out is the sum.

# %% claims="26"
sums, means, shapes = [], [], set()
for s in SEEDS:
    rng = np.random.default_rng(s)
    x, dy = 3 + 2 * rng.normal(size=(64, 4)), rng.normal(size=(64, 4))
    cache = batchnorm_forward(x, GAMMA, BETA)[1]
    _, dgamma, dbeta = batchnorm_backward(dy, cache)
    h = 1e-4 * np.eye(4)
    for own, moved in ((dgamma, lambda t, x=x: batchnorm_forward(x, GAMMA + t, BETA)[0]),
                       (dbeta, lambda t, x=x: batchnorm_forward(x, GAMMA, BETA + t)[0])):
        measured = np.array([np.sum(dy * (moved(h[d]) - moved(-h[d]))) / 2e-4 for d in range(4)])
        sums.append(distance(own, measured))
        means.append(distance(own / 64, measured))
    shapes.add((dy * cache["xhat"]).shape)
print(f"claim 26: T — ∂L/∂γ = ∂L/∂y·x̂ and ∂L/∂β = ∂L/∂y, summed over the batch: unsummed it has shape {shapes.pop()}; "
      f"the sum agrees with the measured gradient to 1e-8: {max(sums) < 1e-8}; a mean is off by {np.mean(means):.0%} "
      "(5 seeds)")

# %% [markdown]
# **"$\mu$ and $\sigma$ are network parameters."** Lesson 03 decided it (claim 14): they are not. Yet they do have
# gradients: you computed `dvar` and `dmean`. The difference is that a parameter is a *leaf* of the graph, a place where
# a gradient stops and is used for a step. At $\mu$ it does not stop; it moves on to $x$, and from there to the weights.

# %% claims="14"
x = torch.from_numpy(np.random.default_rng(0).normal(3, 2, size=(64, 10))).requires_grad_()
mean = x.mean(dim=0)
mean.retain_grad()
y = (x - mean) / torch.sqrt(((x - mean) ** 2).mean(dim=0) + 1e-5)
dy = torch.from_numpy(np.random.default_rng(1).normal(size=(64, 10)))
y.backward(dy)
own = backward_intermediates(dy.numpy(), batchnorm_forward(x.detach().numpy(), np.ones(10), np.zeros(10))[1])[2]
learned = [name for name, _ in torch.nn.BatchNorm1d(10).named_parameters()]
print("PyTorch's learned arrays, the only ones that a step updates:", learned, "(γ and β)")
print(f"PyTorch's gradient at μ and your dmean agree to 1e-10: {np.abs(mean.grad.numpy() - own).max() < 1e-10}")
print(f"claim 14: F — “μ and σ are network parameters”: μ is a leaf of the graph: {mean.is_leaf}; a gradient of up to "
      f"{np.abs(own).max():.1f} passes through it, but none of the {len(learned)} arrays that a step updates is μ or σ")

# %% [markdown]
# ## 7. In your own words

# %% [markdown] manual="the_bias_before_batch_norm" points=2
# **Question 1.** Many networks are written as `Linear(64, 50, bias=False)` wherever batch norm follows at once. Explain
# with the forward pass *and* with the backward pass why the bias is useless there, and say which parameter does its
# work. What would happen to a bias that is there all the same, with the correct backward pass, and with the path
# through $\mu$ cut? (Four to six sentences.)
#
# ### BEGIN SOLUTION
# Forward: a bias shifts a whole column, the mean shifts with it, and $x-\mu$ is what it was; no value of $b$ changes
# the output. Backward: $db=\sum_n dx_n$, and the columns of $dx$ sum to 0, so $b$ never receives a gradient. Its work,
# moving the centre of what reaches the activation, is done by $\beta$, which stands behind the normalization. With the
# correct backward pass a superfluous bias stays at its first value (weight decay would shrink it to 0). With the path
# through $\mu$ cut, $db=\sum_n d\hat x_n\,r$ is not 0, each step leaves output and loss as they were, and so the bias
# runs away: about ten times as long after 1000 steps as after 100, at the same loss.
#
# *Rubric.* 1 point: both directions, forward (the shift cancels in $x-\mu$) and backward ($\sum_n dx_n=0$), and $\beta$
# named. 1 point: stays put with the whole gradient; grows without bound at a constant loss with the path cut, because
# nothing that the loss sees ever answers the step.
# ### END SOLUTION

# %% [markdown] manual="an_error_of_nineteen_percent" points=2
# **Question 2.** A colleague treats $\mu$ and $\sigma$ as constants in the backward pass. "At $N=64$ my $dx$ is off by
# 19 percent, the noise of a batch is larger than that, and the test accuracy is the same. Why should I care?" Answer,
# with at least two numbers from this lesson. Say where the argument is right, and what distinguishes this error from
# noise. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# Right: the error of one step is modest, about $\sqrt{2/64}\approx18\,\%$ of a random gradient, and after 300 steps our
# cut network still had a test accuracy of 0.98. But noise has another direction at each step and averages out; this
# error always lies in the same two directions per feature, the shift and the stretch. The forward pass ignores just
# these, so the loss never sees the error and no later gradient corrects it: $\|b\|$ went from 0 to about 4 and
# $\|W\|$ was about twice as long (16 instead of 7.5). A longer $W$ means a smaller gradient, by $1/k$, so learning
# slows down without anyone having chosen to; a long bias eats up digits in float32. And the fix is nearly free: two
# sums per feature, which $d\beta$ and $d\gamma$ need anyway.
#
# *Rubric.* 1 point: what is right (small for one step, or the accuracy holds) with a number, and that noise averages
# out while this error is systematic and lies in directions that the forward pass ignores. 1 point: the consequence (a
# bias or weights that grow, the gradient falling as $1/k$) with a number. A bare "it is mathematically wrong" earns
# nothing.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A gradient has the shape of its value. Arrows out add up; what was stretched over the rows is summed over the rows;
#   what was averaged is spread by $1/N$.
# - $\mu$ and $\sigma$ are functions of the batch, inside the graph. Three ways lead back to $x$: straight, through
#   $\sigma^2$, through $\mu$. The term $-\frac2N\sum(x-\mu)\,d\sigma^2$ is 0. $d\gamma$ and $d\beta$ are sums.
# - In closed form: take the gradient, remove its mean, remove its component along $\hat x$, scale.
# - Three one-line tests for any implementation: $\sum_n dx_n=0$;
#   $\sum_n dx_n\hat x_n=\gamma r\,d\gamma\cdot\epsilon r^2\approx0$; $x\to kx$ gives $dx/k$. A gradient check needs a
#   random $dy$ and an $h$ near $10^{-5}$, and proves only that backward fits forward.
# - A cut path costs about $\sqrt{1/N}$ of a random $dx$, but always in directions that the loss cannot see: nothing
#   corrects it, and bias and weights run away while the loss looks as it should.
# - $W\to kW$ leaves the output and divides the gradient by $k$.
#
# **Next.** Lesson 05 makes a layer of the two passes, and looks at what $\gamma$ and $\beta$ are for.
#
# ## To read
#
# - [BN] Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2 the
#   runaway bias, §3 the chain of derivatives as you wrote it in exercises 1 and 2, §3.3 the scale of the weights.
# - Baydin et al. 2018, *Automatic Differentiation in Machine Learning: a Survey*
#   ([1502.05767](https://arxiv.org/abs/1502.05767)): §3.2, the reverse mode, is what you did by hand.
# - van Laarhoven 2017, *L2 Regularization versus Batch and Weight Normalization*
#   ([1706.05350](https://arxiv.org/abs/1706.05350)): the effective learning rate. Lesson 08 comes back to it.
