# %% [markdown]
# # Lesson 06: running statistics
#
# **You will be able to**
#
# - keep a running mean and variance while a network trains, and say what every factor in the update is for;
# - write a batch norm layer with its two modes, and recognize the two bugs that come from forgetting to switch;
# - compute the statistics of a whole training set in one pass, from batches of any size;
# - fold a trained batch norm into the layer before it, so that it costs nothing at all.
#
# **Time:** about 110 minutes. **Graded:** five functions and a class (16 points), two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer. For a batch $x$ of
# shape $(N, D)$, with mean $\mu$ and *biased* variance $\sigma^2$ (divided by $N$) of each feature over `axis=0`,
#
# $$\hat x=\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}},\qquad y=\gamma\,\hat x+\beta .$$
#
# $\gamma,\beta$, of shape $(D,)$, are learned; $\mu,\sigma^2$ are computed anew from each batch. The function
# `batchnorm` below does this for you. [BN] is the paper that all this comes from (Ioffe & Szegedy 2015). A line
# `claim 37: T` holds a sentence from lecture notes against the numbers: T for true, F for false, D for "it depends". A
# line `effect: …` gives one finding as mean ± standard deviation over five seeds, and in how many of the five it is
# above 0.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)


def batchnorm(x, gamma, beta, eps=1e-5):
    """Batch norm in training: x (N, D), gamma (D,), beta (D,) -> y (N, D), by the statistics of this batch."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta

# %% [markdown]
# The demonstrations need a little more. Your answers never do: they are NumPy and nothing else.

# %%
import copy
import timeit

import torch
from torch import nn

from bnlib import data, nets, plots, widgets
from bnlib.findings import effect

torch.set_num_threads(1)  # the same sums in the same order on every machine,
torch.set_default_dtype(torch.float64)  # and rounding too small for training to blow up
digits = data.load_digits()
digits.x_train.setflags(write=False)  # whatever your functions do, the digits stay as they are
x_all, y_all = nets.as_tensors(digits.x_train, digits.y_train)
x_test, y_test = nets.as_tensors(digits.x_test, digits.y_test)
SEEDS = range(5)
WIDTHS = [64, 100, 100, 100, 10]  # pixels, three hidden layers, classes


def look(k):
    """Colour and line number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k % len(plots.LINES)]}


def network(seed, momentum=0.1):
    """Three hidden layers of ReLUs, PyTorch's batch norm before each."""
    return nets.mlp(WIDTHS, "relu", "before", seed, layer=lambda width: nn.BatchNorm1d(width, momentum=momentum))


def answers(net, x):
    """The classes that `net`, in the mode it is in, names for x (N, 64)."""
    with torch.no_grad():
        return net(x).argmax(dim=1)


def loss_of(net, x, y):
    """Cross-entropy in the mode the net is in."""
    with torch.no_grad():
        return nn.functional.cross_entropy(net(x), y).item()


def spread(values):
    return f"{np.mean(values):.2f} ± {np.std(values):.2f}"

# %% [markdown]
# ## 1. A puzzle: the digit and its companions
#
# A network with batch norm has been trained, and put into service exactly as it was in training: it normalizes each
# request with the statistics of the batch that it came in. Requests are gathered eight at a time. Yours is one digit;
# the other seven belong to strangers.
#
# **Predict first.** The same digit is sent ten times, each time with seven other companions. The image does not change
# by a pixel, nor do the weights. For what share of all digits does the network not always give the same answer?

# %%
guess = None  # a share, for example 0.01

# %% claims="37"
trained = []
for s in SEEDS:
    net = network(s)
    nets.train(net, digits, lr=0.1, steps=150, batch_size=64, seed=s)
    trained.append(net)


def named(net, digit, rng):
    """The names that test digit number `digit` gets in ten batches of eight, with random companions each."""
    names = []
    for _ in range(10):
        rows = np.concatenate([[digit], rng.choice(len(x_test), size=7, replace=False)])
        names.append(answers(net, x_test[torch.from_numpy(rows)])[0].item())
    return names


changed = {True: [], False: []}
for s, net in zip(SEEDS, trained, strict=True):
    for training in (True, False):
        service = copy.deepcopy(net).train(training)
        rng = np.random.default_rng(s)
        changed[training].append(np.mean([len(set(named(service, digit, rng))) > 1 for digit in range(60)]))
service = copy.deepcopy(trained[0]).train()
ten_times = [named(service, digit, np.random.default_rng(digit)) for digit in range(60)]
fickle = int(np.argmax([len(set(names)) for names in ten_times]))
print(f"test digit {fickle}, a {y_test[fickle].item()}, ten times: {ten_times[fickle]}")
print("your guess:", guess)
print("claim 37: T — a service cannot wait for a batch, it uses averages kept in training: with other companions the "
      f"answer changes for {spread(changed[True])} of the digits in train mode, for {spread(changed[False])} in eval "
      "mode (5 seeds)")
effect(37, "share of the digits whose name changes, train mode − eval mode", np.subtract(changed[True], changed[False]))

# %% [markdown]
# Half of all digits are at the mercy of strangers. And if your request comes alone, it is worse: with $N=1$ we have
# $x-\mu=0$ and every request gets the same answer.
#
# So at prediction $\mu$ and $\sigma^2$ must come from somewhere else: from training. The question of this lesson is
# *how to get them*, and there are two honest ways. Keep an average while training goes on (sections 2 to 4), or go
# through the data once more when it is over (section 5).

# %% [markdown]
# ## 2. A running estimate
#
# Every training step computes a $\mu$ and a $\sigma^2$ of its batch anyway. Let us not throw them away. The obvious
# average, over all batches so far, has a flaw: the weights before the layer move, so a mean from step 1 describes a
# network that no longer exists. We would like to forget. An *exponential* average does, and needs to store one number:
#
# $$\bar\mu\leftarrow(1-p)\,\bar\mu+p\,\mu .$$
#
# Unroll it over steps $t, t-1, \dots$ and see who is remembered:
# $\bar\mu_t = p\,\mu_t + p(1-p)\,\mu_{t-1} + p(1-p)^2\mu_{t-2}+\dots+(1-p)^t\bar\mu_0$. The weights sum to 1. If the
# batches are independent and the network stands still, the variance of $\bar\mu$ is that of one batch mean times
#
# $$\sum_{k\ge0}p^2(1-p)^{2k}=\frac{p^2}{1-(1-p)^2}=\frac{p}{2-p},$$
#
# as if we had averaged $\frac{2-p}{p}$ batches: 19 for $p=0.1$, 199 for $p=0.01$. A small $p$ is quieter, and slower.
# That is the whole trade. In this course, as in PyTorch, `momentum` is this $p$: **the weight of the new batch**, 0.1
# by default.
#
# **The variance wants a correction.** We do not want the variance of *these* $m$ examples (that is right inside the
# training batch, lesson 03) but an estimate of the population's. Deviations are taken from the batch's own mean, which
# sits in the middle of its batch, so they are a little too small. Exactly: for independent examples (counted from the
# population's mean, so that $\mathbb E[x]=0$)
#
# $$\mathbb E\Big[\frac1m\sum_n(x_n-\mu)^2\Big]=\mathbb E[x^2]-\mathbb E[\mu^2]
# =\sigma_\text{pop}^2-\frac{\sigma_\text{pop}^2}{m}=\frac{m-1}{m}\,\sigma_\text{pop}^2 .$$
#
# Hence the factor $\frac m{m-1}$ of [BN]'s algorithm 2. The mean needs none: $\mathbb E[\mu]$ is right as it is.
# And it is the *variance* that is averaged, never $\sigma$. Why, you will see in a moment.
#
# A batch of one says nothing about a spread: $\frac{m}{m-1}$ is $\frac10$. NumPy would answer with NaN, and the running
# variance would be NaN ever after. Refuse such a batch, as PyTorch does: raise a `ValueError`.
#
# **Exercise 1.** Return new arrays; leave those you were given alone.

# %% solution="update_running"
def update_running(running_mean, running_var, x, momentum=0.1):
    """One step of the running statistics: (D,), (D,), x (N, D) -> new running_mean (D,), running_var (D,).

    momentum weighs the new batch; the batch's variance enters unbiased. No argument is changed; x may hold whole
    numbers. ValueError if N is 1.
    """
    # about six lines
    ### BEGIN SOLUTION
    if len(x) == 1:
        raise ValueError("a batch of one has no unbiased variance")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)  # (D,); ddof=1 divides by N - 1
    new_mean = (1 - momentum) * running_mean + momentum * mean
    new_var = (1 - momentum) * running_var + momentum * var
    return new_mean, new_var
    ### END SOLUTION

# %% tests="update_running_check" points=3
check("update_running", update_running)

# %% [markdown]
# ### What it does: four estimates of a moving thing
#
# We train a network at learning rate 1, so that its weights travel, and look at the first layer's $z$ at each step.
# With the weights of that step we can send *all* 1348 digits through and know the truth. Four estimates try
# to guess it:
#
# - **exponential**: your `update_running` with $p=0.1$;
# - **cumulative**: the plain mean over all batches so far;
# - **last batch**: no memory at all;
# - **recomputed**: 512 training digits, sent through the weights of *this* step, pooled. ("Precise batch norm", Wu &
#   Johnson §3.)

# %%
STEPS = 150


def follow(seed):
    """Batches of z (64, 100) at the first batch norm, the true (mean, var) at each step, and the recomputed ones."""
    net, batches, truth, recomputed = network(seed), [], [], []
    rng = np.random.default_rng(seed)

    def watch(layer, inputs):
        if layer.training:
            with torch.no_grad():
                z = net[0](x_all).numpy()  # all digits, by the same weights
            some = z[rng.choice(len(z), size=512, replace=False)]
            batches.append(inputs[0].detach().numpy())
            truth.append((z.mean(axis=0), z.var(axis=0)))
            recomputed.append((some.mean(axis=0), some.var(axis=0, ddof=1)))

    net[1].register_forward_pre_hook(watch)
    nets.train(net, digits, lr=1.0, steps=STEPS, batch_size=64, seed=seed)
    return batches, truth, recomputed


def exponential(batches, momentum):
    """Running (mean, var) after each batch, from 0 and 1 on, by your update_running."""
    state, path = (np.zeros(100), np.ones(100)), []
    for z in batches:
        state = update_running(*state, z, momentum)
        path.append(state)
    return path


def cumulative(pairs):
    """The plain mean of all (mean, var) so far."""
    return list(np.cumsum(pairs, axis=0) / np.arange(1, len(pairs) + 1)[:, None, None])


def error_of_mean(path, truth):
    """Root mean square error of the means over the features, in units of the true σ, at each step."""
    return np.array([np.sqrt(np.mean((p[0] - t[0]) ** 2 / t[1])) for p, t in zip(path, truth, strict=True)])


followed = [follow(s) for s in SEEDS]
NAMES = ("exponential, p = 0.1", "cumulative (plain mean)", "last batch", "recomputed")
errors = {name: [] for name in NAMES}
for batches, truth, recomputed in followed:
    single = [(z.mean(axis=0), z.var(axis=0, ddof=1)) for z in batches]
    paths = (exponential(batches, 0.1), cumulative(single), single, recomputed)
    for name, path in zip(NAMES, paths, strict=True):
        errors[name].append(error_of_mean(path, truth))

# %% claims="39"
batches, truth, recomputed = followed[0]
single = [(z.mean(axis=0), z.var(axis=0, ddof=1)) for z in batches]
paths = (exponential(batches, 0.1), cumulative(single), single, recomputed)
feature = int(np.argmax(np.abs(truth[-1][0] - truth[20][0])))  # the mean that travelled furthest
steps = np.arange(1, STEPS + 1)
fig, axes = plots.new(1, 2, width=8.2, height=3.4)
for k, (name, path) in enumerate(zip(NAMES, paths, strict=True)):
    values = [p[0][feature] for p in path]
    if name == "last batch":
        axes[0].plot(steps, values, ".", color=plots.COLORS[k], markersize=3, label=name)
    else:
        axes[0].plot(steps, values, **look(k), label=name)
    axes[1].semilogy(steps, np.mean(errors[name], axis=0), **look(k), label=name)
axes[0].plot(steps, [t[0][feature] for t in truth], color=plots.BLACK, linewidth=0.9, label="truth: all digits")
axes[0].set(xlabel="step", ylabel="mean of z", title="one feature (seed 0)")
axes[1].set(xlabel="step", ylabel="error of the means, in σ", title="all features, 5 seeds", ylim=(0.02, 3))
axes[0].legend(fontsize=7)
axes[1].legend(fontsize=7)
plots.show(fig, alt="Left: while the true mean of one feature travels, the exponential average follows a little late, "
                    "the plain mean stays far behind and single batches scatter around it. Right: the error at the "
                    "end is largest for the plain mean, then the last batch, then the exponential average, and "
                    "smallest for recomputed statistics.")
final = {name: np.array(e)[:, -30:].mean(axis=1) for name, e in errors.items()}
for name, e in final.items():
    print(f"{name:24s} error over the last 30 steps: {spread(e)} σ")
print("claim 39: T — do not average all μ of the training, weigh the last ones: the plain mean is off by "
      f"{spread(final[NAMES[1]])} σ, the exponential one by {spread(final[NAMES[0]])}, recomputed statistics by "
      f"{spread(final[NAMES[3]])} (5 seeds)")
effect(39, "error of the means in σ, plain − exponential", final[NAMES[1]] - final[NAMES[0]])

# %% [markdown]
# Turn the knob. At small $p$ the estimate sleeps near its start at 0; at $p=1$ it *is* the last batch.

# %%
def draw_momentum(momentum):
    path = exponential(batches, momentum)
    fig, ax = plots.new(height=2.8)
    ax.plot(steps, [t[0][feature] for t in truth], color=plots.BLACK, linewidth=0.9, label="truth")
    ax.plot(steps, [p[0][feature] for p in path], color=plots.BLUE, linestyle="--", label="exponential")
    off = error_of_mean(path, truth)[-30:].mean()
    ax.set(xlabel="step", ylabel="mean of z", title=f"p = {momentum:g}: off by {off:.2f} σ (all features, last 30 "
                                                    "steps)")
    ax.legend(fontsize=8)
    plots.show(fig, alt=f"The running mean of one feature against its true mean over 150 steps for momentum "
                        f"{momentum:g}; over all features it is off by {off:.2f} standard deviations at the end.")


widgets.slider(draw_momentum, "momentum", [0.003, 0.01, 0.03, 0.1, 0.3, 1.0], 0.1)

# %% [markdown]
# (On deeper layers the two averages are three to five times nearer to the truth. A batch norm below fixes the mean of
# what comes up, so there is less left to wander. The first layer has the raw pixels below it.)

# %% [markdown]
# ### What it does: variance, not σ
#
# One of the notes keeps a moving average "of $\mu$ and $\sigma$". A root is concave: it pulls large values in more than
# it lifts small ones, so the mean of the roots lies below the root of the mean. For $m=2$ and a normal population it
# can be done in closed form: $\sigma=|x_1-x_2|/2$, its mean is $\sigma_\text{pop}/\sqrt\pi$, squared
# $\sigma_\text{pop}^2/\pi$. A variance of 9 would be taken for 2.86.

# %% claims="79"
sizes = [2, 4, 8, 16, 32, 64]
kept = np.zeros((3, len(SEEDS), len(sizes)))
for s in SEEDS:
    for k, m in enumerate(sizes):
        var = (3 * np.random.default_rng(s).normal(size=(m, 400_000 // m))).var(axis=0)  # variance 9
        kept[:, s, k] = np.sqrt(var).mean() ** 2, var.mean(), var.mean() * m / (m - 1)
fig, ax = plots.new(height=2.8)
for k, name in enumerate(("mean of σ, squared", "mean of σ²", "mean of σ² · m/(m − 1)")):
    ax.semilogx(sizes, kept[k].mean(axis=0), **look(k), marker=plots.MARKERS[k], label=name)
ax.axhline(9, color=plots.BLACK, linewidth=0.8)
ax.set_xticks(sizes, [str(m) for m in sizes])
ax.minorticks_off()
ax.set(xlabel="batch size m", ylabel="estimate of the variance 9", ylim=(0, 10))
ax.legend()
plots.show(fig, alt="Three estimates of a variance of 9 against the batch size: the squared mean of sigma starts at "
                    "2.9, the mean of the biased variance at 4.5, both rising towards 9; with the factor m over m "
                    "minus 1 the estimate is 9 throughout.")
print(f"claim 79: F — “keep the moving average of μ and σ”: the mean of σ, squared, is {kept[0, :, 0].mean():.2f} ± "
      f"{kept[0, :, 0].std():.2f} for a variance of 9 at m = 2; the mean of σ² with m/(m − 1) is "
      f"{kept[2, :, 0].mean():.2f} ± {kept[2, :, 0].std():.2f} (5 seeds)")
effect(79, "variance of 9 minus the squared mean of σ, m = 2", 9 - kept[0, :, 0])

# %% [markdown]
# ## 3. One example at a time
#
# With $\bar\mu$ and $\overline{\sigma^2}$ at hand, prediction is the same formula with other statistics:
#
# $$y=\gamma\,\frac{x-\bar\mu}{\sqrt{\overline{\sigma^2}+\epsilon}}+\beta .$$
#
# $\epsilon$ stands where it stood in training, inside the root. Nothing here depends on the other rows; each row goes
# through alone, be it one of a thousand or the only one.
#
# **Exercise 2.**

# %% solution="batchnorm_inference"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    """Batch norm at prediction: x (N, D) with N >= 1, all others (D,) -> y (N, D).

    No argument is changed; x may hold whole numbers.
    """
    # one or two lines
    ### BEGIN SOLUTION
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    ### END SOLUTION

# %% tests="batchnorm_inference_check" points=2
check("batchnorm_inference", batchnorm_inference)

# %% [markdown]
# ### The notes say, the numbers say: ε, and far-off samples
#
# Two sentences from lecture notes. The first writes the prediction without $\epsilon$. The second says that batch norm
# prevents overfitting because a far-off test sample "has its shift reduced". Look at the formula: the statistics are
# constants now. What does a constant scale and a constant shift do to someone twice as far away?

# %% claims="20,52"
pixels = digits.x_train
state = pixels.mean(axis=0), pixels.var(axis=0)
with np.errstate(invalid="ignore"):
    without_eps = (pixels - state[0]) / np.sqrt(state[1])
with_eps = batchnorm_inference(pixels, np.ones(64), np.zeros(64), *state)
print("claim 20: F — “(x − E[x])/√Var[x]” at prediction: three pixels never vary, so without ε "
      f"{np.mean(np.isnan(without_eps)):.1%} of all values are NaN, with ε inside the root "
      f"{np.mean(np.isnan(with_eps)):.1%}")

rng = np.random.default_rng(0)
crowd = rng.normal(size=(32, 1))
one, zero = np.ones(1), np.zeros(1)
distances = np.array([1.0, 3.0, 10.0, 30.0, 100.0])
in_train = [batchnorm(np.vstack([[[d]], crowd[1:]]), one, zero)[0, 0] for d in distances]
in_eval = [batchnorm_inference(np.array([[d]]), one, zero, zero, one)[0, 0] for d in distances]
fig, ax = plots.new(height=2.8)
for k, (name, values) in enumerate({"eval: running statistics 0 and 1": in_eval,
                                    "train: in a batch with 31 ordinary ones": in_train}.items()):
    ax.loglog(distances, values, **look(k), marker=plots.MARKERS[k], label=name)
ax.set(xlabel="distance of the sample from the mean, in σ", ylabel="its normalized value")
ax.legend()
plots.show(fig, alt="Normalized value of one far-off sample against its distance, log axes: in eval mode a straight "
                    "line of slope one up to 100, in train mode a curve that levels off below 6.")
print("claim 52: F — “a far-off test sample has its shift reduced”: at test batch norm is a fixed affine map, a sample "
      f"at 100 σ comes out at {in_eval[-1]:.1f} (in a training batch of 32 it would be {in_train[-1]:.1f})")

# %% [markdown]
# ## 4. The layer: two modes and a memory
#
# Now put it together. A layer that trains *and* serves needs
#
# - two **parameters**, `gamma` (ones at the start) and `beta` (zeros), which the optimizer moves;
# - two **buffers**, `running_mean` (zeros) and `running_var` (**ones**: a fresh layer in eval mode should change
#   nothing, and not divide by $\sqrt\epsilon$), which only the data move;
# - a **mode**. In train mode it normalizes with the batch's own biased statistics *and* updates the buffers. In eval
#   mode it uses the buffers and changes nothing;
# - a **state** to be saved: all four arrays. A layer restored without its buffers predicts with 0 and 1.
#
# **Exercise 3.** You have written the parts; put them together. A saved state must not change when training goes on.

# %% solution="BatchNorm1d"
class BatchNorm1d:
    """Batch norm of (N, D) with two modes: layer(x) -> y, both (N, D). A new layer is in train mode.

    Attributes: gamma, beta, running_mean, running_var, arrays (D,); eps; momentum (the weight of the new batch).
    """

    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        # about three lines
        ### BEGIN SOLUTION
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        ### END SOLUTION

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        """x (N, D) -> y (N, D) as the mode wants it; in train mode the running statistics are updated."""
        # about four lines
        ### BEGIN SOLUTION
        if not self.training:
            return batchnorm_inference(x, self.gamma, self.beta, self.running_mean, self.running_var, self.eps)
        self.running_mean, self.running_var = update_running(self.running_mean, self.running_var, x, self.momentum)
        return batchnorm(x, self.gamma, self.beta, self.eps)
        ### END SOLUTION

    def state_dict(self):
        """Copies of the four arrays by the names in STATE: {"gamma": ..., ...}."""
        # one line
        ### BEGIN SOLUTION
        return {name: getattr(self, name).copy() for name in self.STATE}
        ### END SOLUTION

    def load_state_dict(self, state):
        """Take over copies of a saved state's four arrays."""
        # about two lines
        ### BEGIN SOLUTION
        for name in self.STATE:
            setattr(self, name, np.array(state[name]))
        ### END SOLUTION

# %% tests="BatchNorm1d_check" points=4
check("BatchNorm1d", BatchNorm1d)

# %% [markdown]
# ### Your own code put to work: a service in NumPy
#
# PyTorch trains a network. Your three layers sit beside its three batch norms, see every training batch that they see,
# and remember. When training is over, PyTorch is sent home: the test digits go through plain NumPy, your layers in eval
# mode, **one digit at a time**.

# %%
def serve(x, linears, layers):
    """Scores (N, 10) of a trained net in NumPy: linear, your batch norm, ReLU, three times, and a last linear."""
    for (weight, bias), layer in zip(linears[:-1], layers, strict=True):
        x = np.maximum(layer(x @ weight + bias), 0)
    weight, bias = linears[-1]
    return x @ weight + bias


def linears_of(net):
    """[(weight (D_in, D_out), bias (D_out,)), …] of a trained PyTorch net, as arrays."""
    return [(m.weight.detach().numpy().T, m.bias.detach().numpy())
            for m in net if isinstance(m, nn.Linear)]


def shadow(torch_layer, own):
    """Let `own` see every training batch that `torch_layer` sees."""
    def watch(module, inputs):
        if module.training:
            own(inputs[0].detach().numpy())

    torch_layer.register_forward_pre_hook(watch)


served = []
for s in SEEDS:
    net, layers = network(s), [BatchNorm1d(100) for _ in range(3)]
    for torch_layer, own in zip((net[1], net[4], net[7]), layers, strict=True):
        shadow(torch_layer, own)
    accuracy = nets.train(net, digits, lr=0.1, steps=150, batch_size=64, seed=s)["accuracy"][-1]
    for torch_layer, own in zip((net[1], net[4], net[7]), layers, strict=True):
        own.gamma, own.beta = (p.detach().numpy() for p in torch_layer.parameters())
        own.eval()
    net.eval()
    scores = np.concatenate([serve(row[None], linears_of(net), layers) for row in digits.x_test])
    with torch.no_grad():
        theirs = net(x_test).numpy()
    served.append([np.mean(scores.argmax(axis=1) == digits.y_test), accuracy, np.abs(scores - theirs).max() < 1e-6])
mine, torchs, equal = np.array(served).T
print(f"test accuracy, one digit at a time: your layers {spread(mine)}, PyTorch {spread(torchs)}")
print("scores agree with PyTorch's to 1e-6, all seeds:", bool(equal.all()))

# %% [markdown]
# ### The notes say: "with PyTorch there is nothing to do at test time"
#
# There is one thing: `eval()`. And one thing after it, when training goes on: `train()`. Forget the first, and answers
# depend on companions; forget the second, and the network trains with constants in place of its statistics. Neither
# raises an error. Below, requests come class by class, as they do from a client who scans all his 3s at once; and
# training continues at learning rate 1, which batch norm can stand (lesson 08) and constants cannot.

# %% claims="44"
forgot_eval, forgot_train, drifted, right = [], [], [], []
for s, net in zip(SEEDS, trained, strict=True):
    service = copy.deepcopy(net).eval()
    right.append(nets.accuracy(service, digits))
    service.train()  # eval() forgotten
    before = service[1].running_mean.clone()
    forgot_eval.append(np.mean([(answers(service, x_test[y_test == c]) == c).double().mean() for c in range(10)]))
    drifted.append(((service[1].running_mean - before).abs() / net[1].running_var.sqrt()).max().item())
    scores = []
    for training in (True, False):
        more = copy.deepcopy(net)
        if not training:  # train() forgotten: the layers' own switch stays at eval
            for layer in (more[1], more[4], more[7]):
                layer.train = lambda mode=True, layer=layer: layer
                layer.training = False
        scores.append(nets.train(more, digits, lr=1.0, steps=60, batch_size=64, seed=s)["accuracy"][-1])
    forgot_train.append(scores)
kept, frozen = np.array(forgot_train).T
print(f"eval() called: {spread(right)}; eval() forgotten, one class per batch: {spread(forgot_eval)}")
print(f"and the requests moved the running mean of some feature by {spread(drifted)} σ: the service has changed itself")
print(f"60 more steps at lr 1, train() called: {spread(kept)}; train() forgotten: {spread(frozen)}")
print("claim 44: D — with PyTorch there is nothing to do at test time: you must call eval(); forgotten, accuracy falls "
      f"from {spread(right)} to {spread(forgot_eval)}, and train() forgotten afterwards ends at {spread(frozen)} "
      f"instead of {spread(kept)} (5 seeds)")
effect(44, "accuracy on requests of one class, eval() called − forgotten", np.subtract(right, forgot_eval))
effect(44, "accuracy after 60 more steps, train() called − forgotten", kept - frozen)

# %% [markdown]
# ### Why not train with the running statistics, too?
#
# It would be so tidy: one formula for both modes, and no companions. But then $\mu$ and $\sigma$ are constants to the
# gradient. It does not know that a larger $w$ will only be divided out again, so it pushes $w$, the average follows a
# little later and undoes the push, and the gradient pushes once more. The paper names this at the start (§2): "the
# model blows up".

# %% claims="25"
class RunningNorm(nn.Module):
    """Normalizes with running statistics in training, too; no gradient goes through them."""

    def __init__(self, width):
        super().__init__()
        self.gamma, self.beta = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("var", torch.ones(width))

    def forward(self, x):
        if self.training:
            with torch.no_grad():
                self.mean.lerp_(x.mean(dim=0), 0.1)
                self.var.lerp_(x.var(dim=0), 0.1)
        return self.gamma * (x - self.mean) / torch.sqrt(self.var + 1e-5) + self.beta


def lengths(layer, seed, lr):
    """|W| of all weights before each of 100 steps, and the accuracy at the end."""
    net, norms = nets.mlp(WIDTHS, "relu", "before", seed, layer=layer), []

    def watch(module, inputs):
        if module.training:
            norms.append(torch.stack([m.weight.norm() for m in net if isinstance(m, nn.Linear)]).norm().item())

    net.register_forward_pre_hook(watch)
    accuracy = nets.train(net, digits, lr=lr, steps=100, batch_size=64, seed=seed)["accuracy"][-1]
    return np.array(norms), accuracy


KINDS = {"batch statistics": nn.BatchNorm1d, "running statistics": RunningNorm}
fig, ax = plots.new()
blown, powers = {}, {}
for k, (name, kind) in enumerate(KINDS.items()):
    runs = [lengths(kind, s, 1.0) for s in SEEDS]
    for s, (norms, _) in zip(SEEDS, runs, strict=True):
        finite = np.isfinite(norms)
        ax.semilogy(np.arange(100)[finite], norms[finite], **look(k), label=name if s == 0 else None)
    blown[name] = sum(not norms[-1] < 1e5 for norms, _ in runs)  # a NaN is not below anything, either
    powers[name] = np.array([np.log10(np.nan_to_num(norms, nan=np.inf) / norms[0]).clip(max=5).max()
                             for norms, _ in runs])
ax.set(xlabel="step", ylabel="length of all weights", title="learning rate 1, 5 seeds each")
ax.legend(loc=(0.4, 0.3))
plots.show(fig, alt="Length of all weights over 100 steps on a log axis: with batch statistics it stays level at about "
                    "25, with running statistics it shoots up within 20 steps by more than five powers of ten, in "
                    "every seed, and then stands still: nothing is learned any more.")
mild = [np.mean([lengths(kind, s, 0.1)[1] for s in SEEDS]) for kind in KINDS.values()]
print(f"at the small learning rate 0.1 nothing explodes; accuracy after 100 steps: {mild[0]:.2f} with batch, "
      f"{mild[1]:.2f} with running statistics")
print("claim 25: T — moving averages in training blow the model up: at learning rate 1 the weights grow a "
      f"thousandfold and more in {blown['running statistics']} of 5 seeds, with batch statistics in "
      f"{blown['batch statistics']}")
effect(25, "powers of ten that the weights grow by (5 at most are counted), running statistics − batch statistics",
       powers["running statistics"] - powers["batch statistics"])

# %% [markdown]
# ### What it does: the gap between train and eval
#
# Running statistics do not touch the training. They decide only how well eval mode repeats it. Here is the price of a
# wrong momentum: the test loss in eval mode, minus the test loss of the *same weights* with recomputed statistics.
# Batches of 16, 100 and 300 steps.

# %%
def refreshed(net):
    """A copy of `net` in eval mode, with statistics of all training digits under its final weights."""
    exact = copy.deepcopy(net)
    for layer in exact:
        if isinstance(layer, nn.BatchNorm1d):
            layer.momentum = 1.0  # the only batch there is takes all
    exact.train()
    answers(exact, x_all)
    return exact.eval()


MOMENTA = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0]
gaps = np.zeros((2, len(SEEDS), len(MOMENTA)))
for row, count in enumerate((100, 300)):
    for s in SEEDS:
        for k, momentum in enumerate(MOMENTA if count == 100 else MOMENTA[1::2]):
            net = network(s, momentum)
            nets.train(net, digits, lr=0.1, steps=count, batch_size=16, seed=s)
            gap = loss_of(net.eval(), x_test, y_test) - loss_of(refreshed(net), x_test, y_test)
            gaps[row, s, k if count == 100 else 2 * k + 1] = gap
fig, ax = plots.new()
for row, (count, used) in enumerate(((100, slice(None)), (300, slice(1, None, 2)))):
    ax.errorbar(MOMENTA[used], gaps[row].mean(axis=0)[used], yerr=gaps[row].std(axis=0)[used], **look(row),
                marker=plots.MARKERS[row], capsize=3, label=f"{count} steps")
ax.set_xscale("log")
ax.set_xticks(MOMENTA, [f"{p:g}" for p in MOMENTA])
ax.minorticks_off()
ax.set(xlabel="momentum p (weight of the new batch)", ylabel="eval loss − loss with\nrecomputed statistics",
       title="Too slow on the left, too noisy on the right (5 seeds)")
ax.legend()
plots.show(fig, alt="Gap between eval mode and recomputed statistics against momentum: after 100 steps it is large at "
                    "momentum 0.003, smallest near 0.1 and rises again at 1; after 300 steps it is near zero at 0.01 "
                    "and 0.1 and largest at 1.")
for k, momentum in enumerate(MOMENTA):
    late = f"; after 300 steps {spread(gaps[1, :, k])}" if k % 2 else ""
    print(f"p = {momentum:<5g} gap after 100 steps: {spread(gaps[0, :, k])}{late}")

# %% [markdown]
# With $p=0.003$ and 100 steps, $(1-p)^{100}=0.74$ of the running mean is still the zero it started from. That is not a
# bad estimate; it is hardly an estimate yet.
#
# What the averages are for is *watching*: one of the notes says that with them accuracy can be tracked while training
# goes on. We stop every 20 steps and compare the accuracy in eval mode with that of recomputed statistics.

# %% claims="43"
tracked = []
for s in SEEDS:
    net, pairs = network(s), []
    for stop in range(10):
        accuracy = nets.train(net, digits, lr=0.1, steps=20, batch_size=64, seed=100 * s + stop)["accuracy"][-1]
        pairs.append([accuracy, nets.accuracy(refreshed(net), digits)])
    tracked.append(pairs)
tracked = np.array(tracked)  # (seeds, stops, running or recomputed)
off = np.abs(tracked[..., 0] - tracked[..., 1])
fig, ax = plots.new(height=2.6)
for k, name in enumerate(("running statistics, at no cost", "recomputed at each stop")):
    ax.plot(np.arange(20, 201, 20), tracked[..., k].mean(axis=0), **look(k), marker=plots.MARKERS[k], label=name)
ax.set(xlabel="step", ylabel="test accuracy", title="mean of 5 seeds", xticks=range(20, 201, 20))
ax.legend()
plots.show(fig, alt="Test accuracy every 20 steps: the curve with running statistics and the one with recomputed "
                    "statistics rise together to 0.98 and are hardly told apart after step 40.")
print("claim 43: T — with moving averages accuracy can be tracked during training: from step 60 on it differs from "
      f"that with recomputed statistics by {off[:, 2:].mean():.3f} on average, {off[:, 2:].max():.3f} at most "
      "(5 seeds)")
effect(43, "accuracy gained from step 60 to step 200, minus the mean error of tracking it",
       tracked[:, -1, 1] - tracked[:, 2, 1] - off[:, 2:].mean(axis=1), digits=3)

# %% [markdown]
# ## 5. All batches, one pass
#
# When training is over, the weights stand still, and there is no reason left to forget anything. Now we want the mean
# and variance of *all* training examples. They come in batches, of any sizes, and are seen once. "Over the whole
# training set this cannot be computed when it is large", says one of the notes. Let us see.
#
# Two groups, with counts $n_a, n_b$, means $\mu_a,\mu_b$ and sums of squared deviations $M_a,M_b$ (each about its own
# mean). What are $n,\mu,M$ of both together? Write $\delta=\mu_b-\mu_a$. Clearly $n=n_a+n_b$ and
# $\mu=\mu_a+\delta\,\frac{n_b}{n}$. For $M$, move each group's reference point from its own mean to $\mu$. Cross terms
# vanish (deviations from one's own mean sum to 0), which leaves
#
# $$M=M_a+n_a(\mu_a-\mu)^2+M_b+n_b(\mu_b-\mu)^2=M_a+M_b+\delta^2\,\frac{n_a n_b}{n}.$$
#
# Welford (one example at a time) and Chan, Golub & LeVeque (groups) are this one line. The last term is what a plain
# mean of batch variances forgets: **the spread between the batches' means**. Memory: one number $n$ and two arrays,
# however long the stream. At the end, $\sigma^2=M/n$.
#
# **Exercise 4.** One stream, batches of any size. The variance of the population itself: divide by the number of all
# rows.

# %% solution="population_statistics"
def population_statistics(batches):
    """Mean and biased variance of all rows together: an iterable of (N_k, D), N_k >= 1 -> mean (D,), var (D,).

    batches is a stream: it can be gone through once only, and is longer than memory. Keep no batch. They may hold
    whole numbers, and means that are large beside the spread.
    """
    # about eight lines
    ### BEGIN SOLUTION
    count, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        n, batch_mean = len(x), x.mean(axis=0)
        delta = batch_mean - mean
        total = count + n
        mean = mean + delta * n / total
        m2 = m2 + ((x - batch_mean) ** 2).sum(axis=0) + delta**2 * count * n / total
        count = total
    return mean, m2 / count
    ### END SOLUTION

# %% tests="population_statistics_check" points=3
check("population_statistics", population_statistics)

# %% [markdown]
# ### The notes say, the numbers say: averages of averages
#
# **The notes say**: average the $\mu$ and the $\sigma$ of the mini-batches. We take one hidden layer's $z$ for 1344
# digits, cut it into batches in two ways, at random and sorted by class, and compare the mean of the batch variances
# with the variance of all.

# %% claims="40,42"
def cut(values, size):
    """Batches of `size` rows; the remainder is left out."""
    return [values[k : k + size] for k in range(0, len(values) - size + 1, size)]


sizes = [2, 4, 8, 16, 32, 64]
share = np.zeros((2, len(SEEDS), len(sizes)))
mean_gap, equal = 0.0, True
for s in SEEDS:
    rng = np.random.default_rng(s)
    z = digits.x_train @ rng.normal(size=(64, 20))
    for row, order in enumerate((rng.permutation(1344), np.argsort(digits.y_train, kind="stable")[:1344])):
        for k, m in enumerate(sizes):
            parts = cut(z[order], m)
            mean, var = population_statistics(iter(parts))  # a stream: every batch is seen once
            equal &= np.allclose(mean, z[order].mean(axis=0), atol=1e-10) and np.allclose(var, z[order].var(axis=0))
            mean_gap = max(mean_gap, np.abs(np.mean([p.mean(axis=0) for p in parts], axis=0) - mean).max())
            share[row, s, k] = np.mean(np.mean([p.var(axis=0) for p in parts], axis=0) / var)
fig, ax = plots.new()
for row, name in enumerate(("random batches", "batches sorted by class")):
    ax.semilogx(sizes, share[row].mean(axis=0), **look(row), marker=plots.MARKERS[row], label=name)
ax.semilogx(sizes, [(m - 1) / m for m in sizes], color=plots.BLACK, linestyle=":", label="(m − 1)/m")
ax.axhline(1, color=plots.BLACK, linewidth=0.8)
ax.set_xticks(sizes, [str(m) for m in sizes])
ax.minorticks_off()
ax.set(xlabel="batch size m", ylabel="mean of batch variances /\nvariance of all", ylim=(0, 1.1),
       title="What the mean of batch variances misses (5 seeds)")
ax.legend(loc="lower right")
plots.show(fig, alt="Mean of batch variances as a share of the true variance against batch size: random batches lie on "
                    "m minus 1 over m, from one half to nearly 1; batches sorted by class stay well below 1 even at "
                    "64.")
print(f"claim 40: D — average the μ and σ of the mini-batches: means yes (equal batches: right to 1e-12: "
      f"{mean_gap < 1e-12}); the mean of batch variances is {spread(share[0, :, 0])} of the true one for random "
      f"batches of 2, and {spread(share[1, :, -1])} for sorted batches of 64, where m/(m − 1) cannot help (5 seeds)")
effect(40, "share of the variance that the mean over random batches of 2 misses", 1 - share[0, :, 0])
effect(40, "share of the variance that the mean over sorted batches of 64 misses", 1 - share[1, :, -1])
print("claim 42: F — “over the whole training set μ, σ cannot be computed when it is large”: one streaming pass keeps "
      f"one count and 2 arrays, and equals NumPy's mean and var of all rows for batches of 2 to 64: {bool(equal)}")

# %% [markdown]
# For random batches the missing part is $\frac1m$ on average: the variance of a batch mean is $\sigma^2/m$, and the
# factor $\frac m{m-1}$ puts it back. That is why algorithm 2 carries it. When the batches are *not* random draws, the
# means spread further than $\sigma^2/m$, and only the term with $\delta^2$ knows it.
#
# **"By the central limit theorem", say the notes**, the mean of the batch means comes near the population's. Which
# theorem is it? We need two things: that a batch mean is right on average (it is unbiased, for any distribution), and
# that averages of many settle down (the law of large numbers). The central limit theorem says something else: what
# *shape* the remaining error has. Take batches of two from a pixel that is mostly black, where the shape is hopeless
# (in numbers: its *kurtosis*, the mean of the fourth powers after standardizing, which is 3 for a bell curve).

# %% claims="41"
pixel = int(np.argmin([abs(np.mean(p > 0) - 0.03) for p in digits.x_train.T]))  # lit in about 3 % of the digits
lit = digits.x_train[:, pixel]
counts = np.array([10, 100, 1000, 10_000])
far, kurtoses = np.zeros((len(SEEDS), len(counts))), []
for s in SEEDS:
    pairs = np.random.default_rng(s).choice(lit, size=(2, 100, counts[-1])).mean(axis=0)  # 100 rows of batch means
    far[s] = [np.sqrt(np.mean((pairs[:, :k].mean(axis=1) - lit.mean()) ** 2)) / lit.std() for k in counts]
    kurtoses.append(np.mean((pairs[0] - pairs[0].mean()) ** 4) / pairs[0].var() ** 2)
fig, ax = plots.new(height=2.8)
ax.loglog(counts, far.mean(axis=0), **look(0), marker=plots.MARKERS[0], label="mean of K batch means")
ax.loglog(counts, 1 / np.sqrt(2 * counts), color=plots.BLACK, linestyle=":", label="1/√(2K)")
ax.set(xlabel="number K of batches of two", ylabel="error, in σ of the pixel")
ax.legend()
plots.show(fig, alt="Error of the mean of K batch means against K on log axes: a straight line of slope minus one half "
                    "on top of one over the root of 2K, from 0.2 at 10 batches to below 0.01 at 10000.")
powers_of_k = np.array([np.polyfit(np.log(counts), np.log(f), 1)[0] for f in far])
slope = powers_of_k.mean()
print("claim 41: F — “by the central limit theorem”: batch means of two have kurtosis "
      f"{np.mean(kurtoses):.0f} ± {np.std(kurtoses):.0f} (normal: 3), yet the mean of 10 000 of them is within "
      f"{far[:, -1].mean():.3f} ± {far[:, -1].std():.3f} σ, error falling as K to the {slope:.2f}: "
      "unbiasedness and the law of large numbers (5 seeds)")
effect(41, "kurtosis of the batch means, minus the normal's 3", np.array(kurtoses) - 3, digits=0)
effect(41, "power of K with which the error falls", -powers_of_k)

# %% [markdown]
# **"Global statistics are moving averages"**, say other notes. In [BN] they are not. Algorithm 2 freezes the
# weights and averages over many batches ($\mathbb E[x]=\mathbb E_B[\mu_B]$,
# $\mathrm{Var}[x]=\frac{m}{m-1}\mathbb E_B[\sigma_B^2]$); moving averages are mentioned in §3.1 for tracking the
# accuracy of a model while it trains. Does it matter which you take? We give both as many batches: to the moving
# averages the 60 of the training, to algorithm 2 another 60 after it.

# %% claims="80"
def off_by(statistics, truth):
    """Root mean square error of the means over the features, in units of the true σ."""
    return np.sqrt(np.mean((statistics[0] - truth[0]) ** 2 / truth[1]))


errors, losses = [], []
for s in SEEDS:
    net = network(s)
    nets.train(net, digits, lr=0.3, steps=60, batch_size=16, seed=s)
    with torch.no_grad():
        z = net[0](x_all).numpy()  # the weights stand still now
    truth = z.mean(axis=0), z.var(axis=0)
    rows = np.random.default_rng(s).permutation(len(z))[: 60 * 16]
    running = net[1].running_mean.numpy(), net[1].running_var.numpy()
    errors.append([off_by(running, truth), off_by(population_statistics(iter(cut(z[rows], 16))), truth)])
    losses.append([loss_of(net.eval(), x_test, y_test), loss_of(refreshed(net), x_test, y_test)])
moving, averaged = np.array(errors).T
print("claim 80: D — global statistics are moving averages: that is one way to get them; in [BN] algorithm 2 they "
      f"are averages over batches with the weights frozen. After 60 steps the moving means are off by {spread(moving)} "
      f"σ, averages over 60 batches by {spread(averaged)} (less in {np.sum(averaged < moving)} of 5 seeds); for these "
      f"digits that matters little, the test loss is {spread(np.array(losses)[:, 0])} with moving averages and "
      f"{spread(np.array(losses)[:, 1])} with recomputed statistics")
effect(80, "error of the means in σ, moving averages − averages over batches", moving - averaged)

# %% [markdown]
# ## 6. Whose momentum?
#
# The word is the same everywhere, its meaning is not.
#
# | library | update | default | 0.99 means |
# |---|---|---|---|
# | PyTorch | $\bar\mu\leftarrow(1-p)\bar\mu+p\,\mu$ | 0.1 | forget nearly all, at once |
# | Keras, flax | $\bar\mu\leftarrow p\,\bar\mu+(1-p)\,\mu$ | 0.99 | remember nearly all |
#
# **Exercise 5.** From one convention to the other. (The same function takes you back.)

# %% solution="convert_momentum"
def convert_momentum(p):
    """The momentum of the other convention that does the same as p (0 <= p <= 1) does in this one: a float."""
    # one line
    ### BEGIN SOLUTION
    return 1 - p
    ### END SOLUTION

# %% tests="convert_momentum_check" points=1
check("convert_momentum", convert_momentum)

# %% [markdown]
# ### The notes say, the numbers say: p in PyTorch is 0.1
#
# The note writes $\bar\mu\leftarrow p\,\bar\mu+(1-p)\,\mu_t$ "and in PyTorch $p$ is 0.1". Taken at its word, 0.1 of the
# old value survives each step. What does the mix-up cost? Batches of 8, 300 steps, and nothing else changed.

# %% claims="38"
layer = nn.BatchNorm1d(1)  # running mean 0; then a batch whose mean is 1
layer(torch.tensor([[0.0], [2.0]]))
moved = layer.running_mean.item()
cost = {}
cases = {"PyTorch's 0.1, read as PyTorch does": 0.1, "Keras' 0.99, converted": convert_momentum(0.99),
         "PyTorch's 0.1, pasted into Keras or flax": convert_momentum(0.1), "Keras' 0.99, pasted into PyTorch": 0.99}
for name, momentum in cases.items():
    rows = []
    for s in SEEDS:
        net = network(s, momentum)
        accuracy = nets.train(net, digits, lr=0.05, steps=300, batch_size=8, seed=s)["accuracy"][-1]
        rows.append([accuracy, loss_of(net.eval(), x_test, y_test)])
    cost[name] = np.array(rows)
    print(f"{name:42s} weight of the new batch {momentum:.2f}: test accuracy {spread(cost[name][:, 0])}, loss "
          f"{spread(cost[name][:, 1])}")
good, mixed, worst = (cost[name] for k, name in enumerate(cases) if k != 1)
print(f"claim 38: F — “μ̄ ← p μ̄ + (1 − p) μ, in PyTorch p is 0.1”: in PyTorch 0.1 weighs the new value (a batch of mean "
      f"1 moves 0 to {moved:.1f}); mixed up, test accuracy falls from {spread(good[:, 0])} to {spread(mixed[:, 0])}, "
      f"and with 0.99 in PyTorch to {spread(worst[:, 0])} (5 seeds)")
effect(38, "accuracy with 0.1 read as PyTorch does − pasted into Keras", good[:, 0] - mixed[:, 0])
effect(38, "accuracy with 0.1 − with Keras' 0.99 pasted into PyTorch", good[:, 0] - worst[:, 0])

# %% [markdown]
# The training is untouched in all four rows: same weights, same training loss. Only eval mode is worse, and only
# somewhat, so the mix-up is easily overlooked.
#
# ## 7. Folding
#
# In eval mode batch norm multiplies each feature by a constant and adds a constant. Before it stands
# $z=xW+b$, with $W$ of shape $(D_\text{in},D_\text{out})$, which multiplies and adds as well. Two affine maps in a row
# are one affine map. Put the second formula into the first,
#
# $$y=\gamma\,\frac{xW+b-\bar\mu}{\sqrt{\overline{\sigma^2}+\epsilon}}+\beta ,$$
#
# collect what multiplies $x$ into a new weight and everything else into a new bias: $y=xW'+b'$. The scale is one number
# per *output* feature. Work out $W'$ and $b'$ on paper; mind what happens to $b$.
#
# **Exercise 6.**

# %% solution="fold_batchnorm"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    """Linear layer and batch norm at prediction as one linear layer.

    weight (D_in, D_out), all others (D_out,), eps a float -> weight (D_in, D_out), bias (D_out,). No argument is
    changed.
    """
    # about three lines
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(running_var + eps)  # (D_out,): stretches over the rows of weight
    return weight * scale, (bias - running_mean) * scale + beta
    ### END SOLUTION

# %% tests="fold_batchnorm_check" points=3
check("fold_batchnorm", fold_batchnorm)

# %% [markdown]
# ### What it does: the layer that vanishes
#
# The trained networks of section 1, in NumPy, served one digit at a time: seven steps with batch norm, four without.

# %%
def unfolded(x, linears, norms):
    for (weight, bias), norm in zip(linears[:-1], norms, strict=True):
        x = np.maximum(batchnorm_inference(x @ weight + bias, *norm), 0)
    return x @ linears[-1][0] + linears[-1][1]


def plain(x, linears):
    for weight, bias in linears[:-1]:
        x = np.maximum(x @ weight + bias, 0)
    return x @ linears[-1][0] + linears[-1][1]


largest = 0.0
for net in trained:
    linears = linears_of(net)
    norms = [tuple(t.detach().numpy() for t in (m.weight, m.bias, m.running_mean, m.running_var))
             for m in net if isinstance(m, nn.BatchNorm1d)]
    folded = [fold_batchnorm(*linear, *norm, 1e-5) for linear, norm in zip(linears[:-1], norms, strict=True)]
    folded.append(linears[-1])
    largest = max(largest, np.abs(unfolded(digits.x_test, linears, norms) - plain(digits.x_test, folded)).max())
print(f"with and without batch norm the scores of {len(digits.x_test)} digits agree to 1e-12 in 5 networks: "
      f"{largest < 1e-12}")

# %% claims="45" varies=true
request = digits.x_test[:1]
slow = min(timeit.repeat(lambda: unfolded(request, linears, norms), number=50, repeat=40)) / 50  # the best: others
fast = min(timeit.repeat(lambda: plain(request, folded), number=50, repeat=40)) / 50             # use the CPU, too
print(f"claim 45: T — at inference batch norm folds into the layer before it: the scores differ by {largest:.0e} at "
      f"most (5 networks), and a request takes {1e6 * fast:.0f} µs instead of {1e6 * slow:.0f}, {slow / fast:.1f} "
      "times faster (on the machine that made this lesson)")

# %% [markdown]
# A warning for later: fold only what will never train again. A folded layer has no $\gamma$ and no statistics: to
# gradient descent it is an ordinary linear layer.

# %% [markdown]
# ## 8. In your own words

# %% [markdown] manual="good_in_training_bad_in_service" points=2
# **Question 1.** A network with batch norm reaches a training accuracy of 0.97 in train mode. In service, in eval mode,
# its accuracy is 0.60 on the *very same* training images. Name two different causes that this lesson has shown, and for
# each one measurement that would tell it from the other. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# The weights are the same in both modes, so the running statistics must be wrong for them. *Cause 1: too slow.* The
# momentum (weight of the new batch) is small and training was short, so the averages still contain their start, 0 and
# 1; the share is $(1-p)^t$, 0.74 for $p=0.003$ and 100 steps. *Cause 2: too noisy or stale.* The momentum was read in
# the other library's convention (0.99 in PyTorch), so eval uses hardly more than the last batch. To tell them apart:
# print momentum and number of steps; or look whether `running_mean` lies systematically between 0 and the recomputed
# mean (cause 1) or scatters about it and changes from one training step to the next (cause 2). Recomputing the
# statistics in one pass with frozen weights cures both, and proves that it was the statistics. (Other causes count:
# buffers not saved or loaded, $\sigma$ averaged instead of $\sigma^2$, batches of a single class in training.)
#
# *Rubric.* 1 point: two different causes that concern the running statistics. 1 point: for each a measurement whose
# result would differ between them. "Overfitting" earns nothing: the images are the training images.
# ### END SOLUTION

# %% [markdown] manual="two_variances" points=2
# **Question 2.** In train mode the layer divides by the *biased* variance of the batch, and in the same step it stores
# the *unbiased* one. A colleague calls this a bug and wants the same in both places. Explain why each place has its
# own, and say for which batch sizes it matters, with a number. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# In train mode we normalize *these* $m$ examples: dividing by their own biased variance gives them variance 1 (but for
# $\epsilon$), and nothing is being estimated. The running variance has another purpose: it stands for the population
# from which the next request will come, and $\mathbb E[\sigma_B^2]=\frac{m-1}m\sigma_\text{pop}^2$, because deviations
# are measured from the batch's own mean, so it would be too small on average. The factor $\frac m{m-1}$ makes it right.
# At $m=2$ it is a factor of 2 (4.5 instead of 9), at $m=64$ it is 1.6 %, hardly visible in the output, which feels only
# the root. So it matters for small batches.
#
# *Rubric.* 1 point: description of the batch against estimate of the population, with $\frac{m-1}{m}$ or its reason. 1
# point: a number that shows small batches are where it matters.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - In train mode an example's output depends on its companions. A service must not: it uses statistics from training,
#   and batch norm becomes a **fixed affine map**, which pulls nobody back from far away.
# - Running estimate: `running = (1 − momentum) * running + momentum * batch`, with the batch **mean** as it is and the
#   **variance** (never $\sigma$) times $\frac m{m-1}$. It averages about $\frac{2-p}p$ batches: small $p$ is quiet and
#   slow, large $p$ is quick and noisy. Start at 0 and 1.
# - PyTorch's 0.1 weighs the new batch, Keras' and flax' 0.99 the old value. Mixed up, training stays the same and
#   eval mode gets worse.
# - `eval()` before serving, `train()` before training on: both mistakes are silent. The buffers belong to the saved
#   state.
# - Do not train on running statistics: the gradient does not see them, and the weights run away.
# - Frozen weights allow exact statistics in one pass: $M=M_a+M_b+\delta^2 n_an_b/n$. The last term is the spread
#   between batch means. It rests on unbiasedness and the law of large numbers, not on the central limit theorem.
# - After training, fold: one scale per output feature, the same numbers, less work.
#
# **Next.** Lesson 07 takes all this to images, where a channel has one mean and one variance over all pixels.
#
# ## To read
#
# - Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2 for the model
#   that blows up, §3.1 with algorithm 2 for inference and moving averages.
# - Ioffe 2017, *Batch Renormalization* ([1702.03275](https://arxiv.org/abs/1702.03275)): §2 why moving averages in
#   training fail, §3 a way to use them nevertheless.
# - Wu & Johnson 2021, *Rethinking "Batch" in BatchNorm* ([2105.07576](https://arxiv.org/abs/2105.07576)): §3, moving
#   averages against precise statistics.
# - Chan, Golub & LeVeque 1983, *Algorithms for Computing the Sample Variance*, The American Statistician 37: the
#   pairwise formula. Welford 1962, Technometrics 4: its case of one example.
# - Jacob et al. 2018, *Quantization and Training of Neural Networks* ([1712.05877](https://arxiv.org/abs/1712.05877)):
#   §3.2, folding in practice.
