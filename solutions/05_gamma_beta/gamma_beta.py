# %% [markdown]
# # Lesson 05: γ and β
#
# **You will be able to**
#
# - say what $\gamma$ and $\beta$ are for, and show that they can undo all that batch norm did;
# - say why a bias in front of batch norm is dead weight, and prove it by its gradient;
# - make a layer of your two passes, one that remembers for the way back what the way forward knew;
# - take a step of gradient descent for a whole network, and watch $\gamma$ and $\beta$ leave 1 and 0;
# - tell what $\gamma$ is (a standard deviation) from what it is often called (a variance, a bound).
#
# **Time:** about 90 minutes. **Graded:** two functions and a class (10 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer. For a batch $x$ of
# shape $(N, D)$, with one mean $\mu$, variance $\sigma^2$, scale $\gamma$ and shift $\beta$ per feature,
#
# $$\hat x=\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}},\qquad y=\gamma\,\hat x+\beta .$$
#
# Columns of $\hat x$ have mean 0 and variance just below 1. Both passes stand below, the way back in the closed form of
# lesson 04. [BN] is the paper that all this comes from (Ioffe & Szegedy 2015). A line `claim 32: T` holds a sentence
# from lecture notes against the numbers: T for true, F for false, D for "it depends". A line `effect: …` gives one
# finding as mean ± standard deviation over five seeds, and in how many of the five it is above 0.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)


def batchnorm(x, gamma, beta, eps=1e-5):
    """Batch norm of x (N, D) in training."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta


def batchnorm_forward(x, gamma, beta, eps=1e-5):
    """The same, x (N, D) -> y (N, D), and the cache that the way back needs."""
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, {"xhat": xhat, "rstd": rstd, "gamma": gamma}


def batchnorm_backward(dy, cache):
    """dy (N, D), cache -> dx (N, D), dgamma (D,), dbeta (D,)."""
    dgamma, dbeta = (dy * cache["xhat"]).sum(axis=0), dy.sum(axis=0)
    dx = cache["gamma"] * cache["rstd"] * (dy - (dbeta + cache["xhat"] * dgamma) / len(dy))
    return dx, dgamma, dbeta

# %% [markdown]
# The demonstrations need a little more. Your answers never do.

# %%
from bnlib import data, plots, widgets
from bnlib.findings import effect
from bnlib.layers import BatchNorm, Linear, ReLU, Sequential, Sigmoid, softmax_loss

SEEDS = range(5)
digits = data.load_digits()

# %% [markdown]
# ## 1. A puzzle: a network that lost its curves
#
# A sigmoid bends. Near 0 it is almost the straight line $\frac12+\frac z4$; the bends are further out. Without a bend a
# layer is a linear map, and ten linear maps in a row are one linear map.
#
# Batch norm brings every feature to mean 0 and standard deviation 1. Put it in front of a sigmoid, and nearly
# everything lands between $-2$ and $2$.
#
# **Predict first.** Suppose normalized values go into a sigmoid. How much of what comes out (as a share of its
# variance) does a *straight line* explain? 50 %? 80 %? 99 %?

# %%
guess = None  # for example 80

# %% claims="32"
def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def straight_share(z):
    """The part of the variance of sigmoid(z) that the best straight line in z explains, and the line."""
    a = sigmoid(z)
    line = np.polyfit(z, a, 1)
    return 1 - (a - np.polyval(line, z)).var() / a.var(), line


def bend(z):
    """Second derivative of the sigmoid."""
    s = sigmoid(z)
    return s * (1 - s) * (1 - 2 * s)


shares, wide_shares, bends = [], [], []
for seed in SEEDS:
    z = np.random.default_rng(seed).normal(size=(2000, 1))
    middle, wide, aside = (batchnorm(z, gamma, beta)[:, 0] for gamma, beta in ((1.0, 0.0), (6.0, 0.0), (1.0, 1.3)))
    shares.append(straight_share(middle)[0])
    wide_shares.append(straight_share(wide)[0])
    bends.append([bend(middle).mean(), bend(aside).mean()])
at_zero, at_bend = np.abs(np.mean(bends, axis=0))
print(f"explained by a straight line, γ = 1: {100 * np.mean(shares):.1f} % ± {100 * np.std(shares):.1f} (5 seeds)")
print(f"explained by a straight line, γ = 6: {100 * np.mean(wide_shares):.1f} % ± {100 * np.std(wide_shares):.1f}")
print(f"second derivative, mean over the inputs: {at_zero:.2f} for β = 0, where the two bends cancel, {at_bend:.2f} in "
      f"size for β = 1.3 (the most there is: {np.abs(bend(np.linspace(-5, 5, 1001))).max():.2f})")
print("your guess:", guess)
print("claim 32: T — without γ and β a sigmoid runs almost on its linear part: a straight line explains "
      f"{100 * np.mean(shares):.1f} % ± {100 * np.std(shares):.1f} of the variance behind it with γ = 1, "
      f"{100 * np.mean(wide_shares):.1f} % ± {100 * np.std(wide_shares):.1f} with γ = 6 (5 seeds)")
effect(32, "share that a straight line explains, γ = 1 − γ = 6", np.subtract(shares, wide_shares), digits=3)

# %%
z = np.random.default_rng(0).normal(size=4000)
grid = np.linspace(-16, 16, 200)
fig, (left, right) = plots.new(1, 2, width=7.0, height=3.0, sharey=True)
for ax, gamma in ((left, 1.0), (right, 6.0)):
    ax.plot(grid, sigmoid(grid), color=plots.BLUE, label="sigmoid")
    ax.plot(grid, np.polyval(straight_share(gamma * z)[1], grid), color=plots.ORANGE, ls="--",
            label="best straight line")
    counts, edges = np.histogram(gamma * z, bins=40, range=(-16, 16))
    ax.bar(edges[:-1], 0.5 * counts / counts.max(), width=0.8, align="edge", color=plots.SKY, alpha=0.5,
           label="where the inputs lie")
    ax.set(xlabel="input of the sigmoid", title=f"γ = {gamma:g}", ylim=(-0.1, 1.1))
left.set_ylabel("output")
left.legend(loc="upper left", fontsize=8)
plots.show(fig, alt="Two panels with a sigmoid, its best straight line, and a histogram of the inputs. With gamma 1 "
           "the inputs lie where the line and the sigmoid nearly agree; with gamma 6 they reach the flat parts.")

# %% [markdown]
# Had we stopped at $\hat x$, every layer would be chained to the middle of its sigmoid. The authors saw this, and gave
# each feature two numbers back: $\gamma$ says over how much of the curve it spreads, $\beta$ where (at 1.3 it sits on a
# bend: the second derivative). They are there so that normalizing takes nothing away that the layer could express
# before. How much can they give back? Everything.

# %% [markdown]
# ## 2. γ and β can undo everything
#
# We look for $\gamma$ and $\beta$, one per feature, such that for this batch $y = x$:
#
# $$\gamma\,\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}+\beta=x .$$
#
# Compare what multiplies $x$ on both sides, and then what is left.
#
# **Exercise 1.** Write the function that finds them. Mind the $\epsilon$: batch norm divides by a little *more* than
# $\sigma$.

# %% solution="restoring_parameters"
def restoring_parameters(x, eps):
    """The gamma, beta (D,) for which batch norm of x (N, D) gives x back. x is left as it was."""
    # about three lines
    ### BEGIN SOLUTION
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    return np.sqrt(var + eps), mean
    ### END SOLUTION

# %% tests="restoring_parameters_check" points=3
check("restoring_parameters", restoring_parameters)

# %% [markdown]
# ### The notes say, the numbers say: what the pair is for
#
# One of the notes says that $\gamma$ and $\beta$ were introduced because whitening with the covariance matrix is too
# dear: they *can* restore the input, but that is not the reason. The reasons can be looked up in [BN] §3: the price of
# whitening led to normalizing each feature by itself; and since that alone changes what a layer can express, each
# feature got a $\gamma$ and a $\beta$, so that the whole can be the identity. Whether it can, your function decides.

# %% claims="31"
gaps = []
for seed in SEEDS:
    x = np.random.default_rng(seed).normal(5, 3, size=(32, 6))
    gamma, beta = restoring_parameters(x, 0.1)
    gaps.append(np.abs(batchnorm(x, gamma, beta, 0.1) - x).max())
print("claim 31: F — γ, β exist because whitening is dear, not to restore the input: the price of whitening led to "
      "normalizing each feature by itself; being able to restore the input is the reason that [BN] §3 gives for the "
      f"pair, and with γ = √(σ²+ε), β = μ the output equals the input to 1e-12: {max(gaps) < 1e-12} (5 seeds)")

# %% [markdown]
# So batch norm with $\gamma$ and $\beta$ can be the identity. It rarely is; but it *can* be, and so can anything
# between.
#
# ## 3. What γ and β are, and are not
#
# Columns of $\hat x$ have mean 0 and standard deviation (nearly) 1. Multiply by $\gamma$, add $\beta$: mean $\beta$,
# standard deviation $|\gamma|$. That is the whole truth about them. Now four sentences of the notes.

# %% claims="29,30,33,34"
rng = np.random.default_rng(0)
x = rng.normal(2, 3, size=(4000, 1))
y = batchnorm(x, 3.0, -1.0)
n = 50
lonely = np.zeros((n, 1))
lonely[0] = 1.0  # one example stands apart from n − 1 equal ones
reached = np.abs(batchnorm(lonely, 3.0, -1.0, eps=0.0) + 1.0).max()
print(f"γ = 3, β = −1: mean {y.mean():.2f}, standard deviation {y.std():.2f}, variance {y.var():.2f}")
print(f"claim 33: F — β is the mean and γ the variance of the output: with γ = 3 the variance is {y.var():.2f}, the "
      f"standard deviation {y.std():.2f}")
print(f"claim 34: F — the output occurs only within an interval round β: one example apart from {n - 1} equal ones "
      f"lies {reached:.1f} from β, which is √(N−1)·γ = {3 * np.sqrt(n - 1):.1f} and grows with N: no interval holds it")

norm = BatchNorm(3)
norm.forward(rng.normal(size=(8, 3)))
norm.backward(rng.normal(size=(8, 3)))
others = sum(p.size for p in norm.params) - norm.params[0].size - norm.params[1].size
print(f"claim 29: F — γ, β are set by hand, μ, σ are learned: of {sum(p.size for p in norm.params)} parameters "
      f"{norm.params[0].size} are γ and {norm.params[1].size} β, with gradients of up to "
      f"{max(np.abs(g).max() for g in norm.grads):.1f}, and {others} are μ or σ, which each batch brings along")


def identity_error(with_affine, seed):
    """How well batch norm, with or without γ and β, can copy a feature with mean 3 and standard deviation 2."""
    x = np.random.default_rng(seed).normal(3, 2, size=(256, 1))
    xhat = batchnorm(x, 1.0, 0.0)
    if not with_affine:
        return np.sqrt(np.mean((xhat - x) ** 2))
    gamma, beta = np.polyfit(xhat[:, 0], x[:, 0], 1)
    return np.sqrt(np.mean((gamma * xhat + beta - x) ** 2))


without = [identity_error(False, s) for s in SEEDS]
with_each = [identity_error(True, s) for s in SEEDS]
print("claim 30: D — γ, β are only for activations whose best range is elsewhere: before a sigmoid they are for that "
      "(claim 32), but they keep what the layer can express, whatever follows; copying a feature without them errs by "
      f"{np.mean(without):.2f} ± {np.std(without):.2f}, with them by less than 1e-12: {max(with_each) < 1e-12} "
      "(5 seeds)")
effect(30, "error of copying a feature, without γ and β − with", np.subtract(without, with_each))

# %% [markdown]
# ## 4. A bias before batch norm is dead
#
# The layer before is usually $z=xW+b$. Batch norm subtracts the mean of $z$ over the batch. But $b$ is the same for
# every example: it *is* part of that mean. Whatever $b$ is, $\hat z$ does not notice, so the loss does not notice, so
# its gradient is exactly zero. $\beta$ has taken over its job. (That is why you see `bias=False` in front of batch
# norm.)

# %% claims="36"
largest, alive = [], []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    for norm, found in ((True, largest), (False, alive)):
        first = Linear(64, 20, rng)
        net = Sequential([first, *([BatchNorm(20)] if norm else []), ReLU(), Linear(20, 10, rng)])
        _, dz = softmax_loss(net.forward(digits.x_train[:64]), digits.y_train[:64])
        net.backward(dz)
        found.append(np.abs(first.grads[1]).max())
print(f"claim 36: T — a bias before batch norm is dead weight: its largest gradient is below 1e-12: "
      f"{max(largest) < 1e-12}; without batch norm it is {np.mean(alive):.3f} ± {np.std(alive):.3f} (5 seeds)")
effect(36, "largest gradient of a bias, without batch norm − with it", np.subtract(alive, largest), digits=3)

# %% [markdown]
# ## 5. A layer of your own
#
# You have had both passes since lesson 04, as two functions. A network wants a *layer*: an object that answers
# `forward(x)` on the way to the loss and `backward(dy)` on the way back, and holds its parameters in `params` and their
# gradients in `grads`, in the same order. Here is the shortest layer there is, to see the form; multiplying by a number
# per feature:
#
# ```python
# class Scale:
#     def __init__(self, num_features):
#         self.params = [np.ones(num_features)]
#         self.grads = [np.zeros(num_features)]
#
#     def forward(self, x):
#         self.x = x                                    # the way back will ask for it
#         return self.params[0] * x
#
#     def backward(self, dy):
#         self.grads = [(dy * self.x).sum(axis=0)]      # for the optimizer
#         return self.params[0] * dy                    # for the layer below
# ```
#
# Look at what is remembered, and where. All layers go forward before the first one goes back, and a network may hold
# ten batch norms: each must find *its own* cache, of *this* batch, when its turn comes. And between two batches the
# optimizer puts new arrays into `params`, so read them at each call.
#
# **Exercise 2.** Batch norm as a layer. Call `batchnorm_forward` and `batchnorm_backward` from above.

# %% solution="BatchNormLayer"
class BatchNormLayer:
    """Batch norm in training: params is [gamma, beta], ones and zeros at first; grads is [dgamma, dbeta]."""

    def __init__(self, num_features, eps=1e-5):
        # about three lines
        ### BEGIN SOLUTION
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        ### END SOLUTION

    def forward(self, x):
        """x (N, D) -> y (N, D)."""
        # about two lines
        ### BEGIN SOLUTION
        y, self.cache = batchnorm_forward(x, self.params[0], self.params[1], self.eps)
        return y
        ### END SOLUTION

    def backward(self, dy):
        """dy (N, D) -> dx (N, D); leaves dgamma and dbeta in self.grads."""
        # about three lines
        ### BEGIN SOLUTION
        dx, dgamma, dbeta = batchnorm_backward(dy, self.cache)
        self.grads = [dgamma, dbeta]
        return dx
        ### END SOLUTION

# %% tests="BatchNormLayer_check" points=4
check("BatchNormLayer", BatchNormLayer)

# %% [markdown]
# ## 6. One step
#
# $\gamma$ and $\beta$ are parameters like any weight: they have a gradient, and each step of gradient descent moves
# them,
#
# $$p\leftarrow p-\eta\,\frac{\partial L}{\partial p}\qquad\text{for every parameter } p .$$
#
# **Exercise 3.** Write one step for a whole network: `params` and `grads` are lists of arrays of matching shapes.
# Return a new list; the arrays you were given belong to somebody else.

# %% solution="sgd_step"
def sgd_step(params, grads, lr):
    """One step of gradient descent: lists of arrays in, a new list out."""
    # one line
    ### BEGIN SOLUTION
    return [p - lr * g for p, g in zip(params, grads, strict=True)]
    ### END SOLUTION

# %% tests="sgd_step_check" points=3
check("sgd_step", sgd_step)

# %% [markdown]
# ### Your own code put to work: watch them leave
#
# A network of two hidden layers of 40 sigmoids, on handwritten digits: two of your `BatchNormLayer`s in it, and every
# step taken by your `sgd_step`. We keep all $\gamma$ and $\beta$ of the first layer at every step.

# %%
def train(seed, steps=250, lr=0.5, batch_size=64, norm=True):
    """Loss by step, gamma and beta of the first layer by step, accuracy on the test set as one batch."""
    rng = np.random.default_rng(seed)
    layers = []
    for inputs, outputs in ((64, 40), (40, 40)):
        layers += [Linear(inputs, outputs, rng), *([BatchNormLayer(outputs)] if norm else []), Sigmoid()]
    net = Sequential([*layers, Linear(40, 10, rng)])
    losses, gammas, betas = [], [], []
    while len(losses) < steps:
        for x, y in data.batches(digits.x_train, digits.y_train, batch_size, rng):
            if norm:
                gammas.append(net.layers[1].params[0])
                betas.append(net.layers[1].params[1])
            loss, dz = softmax_loss(net.forward(x), y)
            net.backward(dz)
            net.params = sgd_step(net.params, net.grads, lr)
            losses.append(loss)
    accuracy = (net.forward(digits.x_test).argmax(axis=1) == digits.y_test).mean()
    return np.array(losses[:steps]), np.array(gammas[:steps]), np.array(betas[:steps]), accuracy


runs = [train(seed) for seed in SEEDS]
bare = [train(seed, norm=False) for seed in SEEDS]
for name, group in (("with batch norm", runs), ("without", bare)):
    accuracies = [run[3] for run in group]
    print(f"{name:>16}: accuracy on the test set as one batch {np.mean(accuracies):.3f} ± {np.std(accuracies):.3f} "
          "after 250 steps (5 seeds)")

# %%
losses, gammas, betas, _ = runs[0]
fig, (left, right) = plots.new(1, 2, width=7.0, height=3.0)
left.plot(gammas, color=plots.BLUE, lw=0.7, alpha=0.6)
right.plot(betas, color=plots.ORANGE, lw=0.7, alpha=0.6)
for ax, start, name in ((left, 1.0, "γ"), (right, 0.0, "β")):
    ax.axhline(start, color=plots.BLACK, ls=":")
    ax.set(xlabel="step", ylabel=f"{name} of the 40 features")
plots.show(fig, alt="Forty curves of gamma against the step, all starting at 1 and spreading to both sides from the "
           "first step on, and forty curves of beta, all starting at 0 and spreading likewise.")

# %% [markdown]
# ### The notes say, the numbers say: from 1 and 0
#
# Four sentences about how $\gamma$ and $\beta$ move: they start at ones and zeros; they leave the
# equal scaling alone at first; they are updated with every mini-batch; they are added slowly, once the weights have
# found a good region. Which of the four is wrong? The figure above knows; decide before you run the cell.

# %% claims="28,35,72,78"
first_move = [np.abs(r[1][1] - 1).max() for r in runs]
spread = [r[1][-1].std() for r in runs]
equal_at_start = [r[1][0].std() for r in runs]
beta_end = [r[2][-1].std() for r in runs]
early = [np.abs(np.diff(r[1], axis=0)).mean(axis=1)[:25].mean() for r in runs]
late = [np.abs(np.diff(r[1], axis=0)).mean(axis=1)[-25:].mean() for r in runs]
pace = np.array(early) / np.array(late)
still = [np.all(np.any(r[1][1:] != r[1][:-1], axis=1)) for r in runs]
print("claim 28: T — γ starts at ones, β at zeros, both learned, one per feature: after 250 steps the 40 γ have a "
      f"standard deviation of {np.mean(spread):.2f} ± {np.std(spread):.2f}, the 40 β of {np.mean(beta_end):.2f} ± "
      f"{np.std(beta_end):.2f} (5 seeds)")
effect(28, "standard deviation of the 40 γ at step 250", spread)
effect(28, "standard deviation of the 40 β at step 250", beta_end)
effect(35, "spread of the 40 scales, step 250 − step 0", np.subtract(spread, equal_at_start))
print(f"claim 35: T — at the start γ, β leave the equal scaling alone, later the net chooses: the spread of the scales "
      f"is {max(equal_at_start):.0f} at step 0 and {np.mean(spread):.2f} ± {np.std(spread):.2f} at step 250 (5 seeds)")
print("claim 72: T — γ, β are updated with every mini-batch and carried on like W: they changed in every one of 249 "
      f"steps, in all 5 runs: {all(still)}")
print("claim 78: F — γ, β are added slowly once a good region is reached: there is no schedule; the very first step "
      f"moves γ by up to {np.mean(first_move):.3f} ± {np.std(first_move):.3f}, and the first 25 steps move it "
      f"{np.mean(pace):.1f} ± {np.std(pace):.1f} times as fast as the last 25 (5 seeds)")
effect(78, "largest move of a γ in the very first step", first_move, digits=3)

# %% [markdown]
# Did they not undo the equal scaling that we worked so hard for? At the start they do nothing ($\gamma=1$, $\beta=0$);
# later they do what lowers the loss. The difference from before is *who decides the scale*: without batch norm it is a
# side effect of every weight below; with it, it is one number, $\gamma$, that a gradient step can set directly.
#
# ### A knob to turn
#
# Move $\gamma$ and see what comes out of a sigmoid behind it, and how much of that is a straight line.

# %%
def draw_knob(gamma):
    """Histogram of the sigmoid's outputs for one γ."""
    a = sigmoid(gamma * z)
    share = straight_share(gamma * z)[0] if gamma else 1.0
    fig, ax = plots.new(width=5.2, height=2.8)
    ax.hist(a, bins=40, range=(0, 1), color=plots.BLUE)
    ax.set(xlabel="output of the sigmoid", ylabel="examples", title=f"γ = {gamma:g}: {100 * share:.1f} % a line")
    plots.show(fig, alt=f"Histogram of a sigmoid's outputs for gamma {gamma:g}; a straight line explains "
               f"{100 * share:.1f} percent of their variance.")


widgets.slider(draw_knob, "γ", [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0], 1.0)

# %% [markdown]
# ## 7. In your own words

# %% [markdown] manual="why_affine" points=2
# **Question 1.** A friend proposes to drop $\gamma$ and $\beta$: "batch norm exists to fix the scale, and they unfix
# it." Answer in four or five sentences. Say what would be lost, in front of a sigmoid and in general, and why having
# them does not bring back the trouble batch norm was meant to cure.
#
# ### BEGIN SOLUTION
# Without them the inputs of a sigmoid are fixed at mean 0 and standard deviation 1, where it is almost linear: the
# layer loses its bend (a straight line explains about 98 % of it). In general the layer could no longer express what
# it could before, not even the identity; with γ = √(σ²+ε), β = μ it can. They do not bring the trouble back: before,
# the scale of a feature hung on all the weights below and moved whenever they did; now it is one parameter with its
# own gradient, independent of the weights below, and it starts at 1.
#
# Rubric: 1 point for what is lost (linear part, or the identity/expressiveness); 1 point for scale set by one parameter
# instead of by all weights below.
# ### END SOLUTION

# %% [markdown] manual="dead_bias" points=2
# **Question 2.** You find a model with `Linear(64, 100, bias=True)` straight in front of batch norm. Is it wrong? What
# happens to the bias during training with plain gradient descent, and with weight decay (each step also shrinks every
# parameter a little)? What would you write instead?
#
# ### BEGIN SOLUTION
# Not wrong, but wasteful: the bias is part of the batch mean and is subtracted, so the output does not depend on it and
# its gradient is exactly 0. Plain gradient descent leaves it where it started; weight decay, which acts without a
# gradient, shrinks it to 0, changing nothing. Write bias=False; β does its job behind the normalization.
#
# Rubric: 1 point for "subtracted with the mean, gradient 0"; 1 point for what happens under both rules and the remedy.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - $y=\gamma\hat x+\beta$: mean $\beta$, standard deviation $|\gamma|$, one of each per feature, learned from the first
#   step, starting at 1 and 0.
# - With $\gamma=\sqrt{\sigma^2+\epsilon}$ and $\beta=\mu$ batch norm is the identity: nothing a layer could express is
#   lost. That is their purpose.
# - Without them a sigmoid runs almost on its linear part.
# - No interval holds the output: one example among $N$ can lie $\sqrt{N-1}\,|\gamma|$ from $\beta$.
# - A bias in front of batch norm has gradient 0. Leave it out.
# - A layer keeps its cache in itself, anew at each forward pass, and `grads` in the order of `params`.
#
# **Next.** Lesson 06 asks where $\mu$ and $\sigma$ come from when a single example wants an answer.
#
# ## To read
#
# - [BN] Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §3, why
#   the layer must be able to be the identity; §3.2, leaving out the bias.
# - Frankle, Schwab & Morcos 2020, *Training BatchNorm and Only BatchNorm*
#   ([2003.00152](https://arxiv.org/abs/2003.00152)): what $\gamma$ and $\beta$ can learn when nothing else may.
