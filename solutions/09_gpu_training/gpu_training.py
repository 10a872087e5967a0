# %% [markdown]
# # Lesson 09: training on whatever device there is
#
# **You will be able to**
#
# - write a training loop and a measurement that are right on a CPU and on a GPU, and leave no trace where they should
#   leave none;
# - say from a count of operations and bytes which layers a faster processor speeds up, and why batch norm is not one;
# - compute batch norm from 16-bit inputs without losing its statistics;
# - join the statistics of several devices into those of one big batch, and say why accumulating gradients does not.
#
# **Time:** about 100 minutes. **Graded:** five functions (17 points), two questions in prose (4 points).
#
# **What you need from before**, said once more. For a batch $x$ of shape $(N, D)$ batch norm takes mean $\mu$ and
# biased variance $\sigma^2$ of each feature over `axis=0`, and returns
# $y=\gamma\,\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}+\beta$. In train mode it also moves its running statistics; in eval
# mode it uses them and changes nothing. A line `claim 18: T` holds a sentence from lecture notes against the numbers: T
# for true, F for false, D for "it depends". A line `paper: …` sets a number of ours beside a known one.
#
# This is a PyTorch lesson: your answers use it, too. **You need no GPU.** Every cell runs on whatever device it finds.
# Times differ from machine to machine: those printed here are of *one thread of a CPU*. Where there is a GPU, the same
# cells run on it, and its figures appear in their place.

# %% readonly="imports"
import numpy as np
import torch
from torch.nn import functional as F

from bnlib.check import check

torch.set_num_threads(1)  # the same sums in the same order on every machine

# %% [markdown]
# The demonstrations need more. `device` is the best there is: an NVIDIA or AMD GPU ("cuda"), an Apple one ("mps"), or
# the CPU.

# %% varies=true
import copy
import time

from matplotlib.ticker import LogLocator
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from bnlib import data, distributed, nets, plots, widgets
from bnlib.findings import against_paper

if torch.cuda.is_available():
    device = torch.device("cuda")
elif torch.backends.mps.is_available():
    device = torch.device("mps")
else:
    device = torch.device("cpu")
print("device:", torch.cuda.get_device_name() if device.type == "cuda" else device.type)

# %%
digits = data.load_digits()
SEEDS = range(5)


def wait():
    """A GPU is handed its work and the program runs on: wait until the work is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def seconds(*functions, repeat=10):
    """For each function the shortest of `repeat` runs, after one to warm up.

    They run in turns: others use the machine, too, and a slow moment should meet all alike.
    """
    times = np.empty((repeat + 1, len(functions)))
    for turn in times:
        for k, function in enumerate(functions):
            wait()
            start = time.perf_counter()
            function()
            wait()  # without it we would measure how long it takes to *order* the work
            turn[k] = time.perf_counter() - start
    return times[1:].min(axis=0)


def look(k):
    """Colour and line number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k % len(plots.LINES)]}


def spread(values):
    return f"{np.mean(values):.2f} ± {np.std(values):.2f}"

# %% [markdown]
# ## 1. A puzzle: the same sums, twice
#
# 256 examples go through a linear layer, 1024 features in and 1024 out: $256\cdot1024\cdot1024$ multiplications and as
# many additions. We can send the examples one by one, $x_nW$, or all at once, $XW$. The operations are the same to the
# last one.
#
# **Predict first.** How many times faster is the one product?

# %%
guess = None  # a number: 1 means no difference

# %%
operations = 2 * 256 * 1024 * 1024
loop_bytes, product_bytes = 256 * 4 * 1024 * 1024, 4 * 1024 * 1024
print(f"both: {operations / 1e6:.0f} million operations; W is read 256 times ({loop_bytes / 1e6:.0f} MB) one by one, "
      f"once ({product_bytes / 1e6:.0f} MB) at best in one product")
print("your guess:", guess)

# %% claims="18" varies=true
x, w = torch.randn(256, 1024, device=device), torch.randn(1024, 1024, device=device)
sizes = [1, 4, 16, 64, 256]
loops = seconds(*[lambda n=n: [row @ w for row in x[:n]] for n in sizes])
products = seconds(*[lambda n=n: x[:n] @ w for n in sizes])
fig, ax = plots.new(height=2.8)
for k, (name, values) in enumerate({"one by one": loops, "one product": products}.items()):
    ax.loglog(sizes, values / sizes * 1e6, **look(k), marker=plots.MARKERS[k], label=name)
ax.set_xticks(sizes, [str(n) for n in sizes])
ax.minorticks_off()
ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
ax.yaxis.set_major_formatter("{x:g}")
ax.set(xlabel="examples N", ylabel="time per example, µs", title=f"1024 to 1024 features, {device.type}")
ax.legend()
plots.show(fig, alt="Time per example against the number of examples, log axes: one by one it stays level; in one "
                    "product it falls as the batch grows.")
print("claim 18: T — on a GPU the batch is one matrix, X·W in one product: the same operations, one product reads W "
      f"once instead of 256 times, and takes {products[-1] * 1e3:.1f} ms instead of {loops[-1] * 1e3:.1f}, "
      f"{loops[-1] / products[-1]:.1f} times faster (on the machine that made this lesson, {device.type})")

# %% [markdown]
# Nothing was saved but *journeys*: a weight that has come from memory serves 256 examples instead of one. Keep this in
# mind, it decides most of this lesson. It is also why batches exist at all on such machines, and why a network with
# batch norm gets its statistics for free: the batch is there anyway.

# %% [markdown]
# ## 2. One epoch
#
# The loop that everybody writes, and hardly anybody the first time right. For every batch:
#
# 1. the batch goes where the model is, `x.to(device)` and `y.to(device)` (on a CPU this does nothing, so its absence is
#    found out late);
# 2. old gradients are cleared, `optimizer.zero_grad()`, since `backward()` *adds* to what is there;
# 3. scores, `model(x)`, and loss: `F.cross_entropy(scores, y)` takes the scores as they are, and gives the **mean over
#    the batch**;
# 4. `loss.backward()` computes the gradients, `optimizer.step()` moves the weights.
#
# Before all that the model goes into **train mode**, `model.train()`: it may come from a measurement. And the loss that
# is reported is a mean over *examples*. The last batch is often smaller: a mean of batch means would count its examples
# more than others.
#
# One thing more. `loss` is not a number, it is the end of a graph that holds every activation of the batch. Add up
# `loss.item()`, or the whole epoch stays in memory. (On a GPU `item()` waits until the work is done. Once per
# batch is fine here; large trainings add up `loss.detach()` on the device, and read the sum at the end.)
#
# **Exercise 1.** Any model of scores, any loader of `(x, y)` batches, any optimizer.

# %% solution="train_epoch"
def train_epoch(model, loader, optimizer, device):
    """One pass over loader's batches x (n, ...), y (n,) classes -> mean cross-entropy over all examples, a number.

    The model trains in train mode. Each batch's loss is the one before its step.
    """
    # about ten lines
    ### BEGIN SOLUTION
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)  # the batch's mean, times its examples
        count += len(y)
    return total / count
    ### END SOLUTION

# %% tests="train_epoch_check" points=4
check("train_epoch", train_epoch)

# %% [markdown]
# ## 3. A measurement must leave no trace
#
# Measuring looks like training without the step, and has other duties:
#
# - **eval mode**, `model.eval()`, or the test batch is normalized by itself, *and moves the running statistics*: the
#   test data are in the model then;
# - **no graph**: inside `with torch.no_grad():` nothing is kept for a backward pass that never comes;
# - **the mode afterwards is the mode before**. Not "train" (perhaps the caller was serving), not even one mode for
#   the whole model: someone may have frozen a single batch norm in eval mode. `model.modules()` goes through all
#   modules, the model first; each has its own `module.training`. (`module.train(mode)` sets the mode of everything
#   inside it as well; assigning to `module.training` sets that one.)
#
# The accuracy is the share of *examples* whose greatest score is that of their class (`scores.argmax(dim=1)` tells
# where it is); again, the last batch may be smaller.
#
# **Exercise 2.**

# %% solution="evaluate"
def evaluate(model, loader, device):
    """Accuracy of the model in eval mode over loader's batches x (n, ...), y (n,) classes -> a number in [0, 1].

    Leaves everything as it was: parameters, running statistics, the mode of every module, gradients switched on.
    """
    # about ten lines
    ### BEGIN SOLUTION
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in before:
        module.training = mode
    return right / count
    ### END SOLUTION

# %% tests="evaluate_check" points=4
check("evaluate", evaluate)

# %% [markdown]
# ### What it does: your loop trains
#
# Digits, three hidden layers of 100 with batch norm, five seeds, eight epochs. 1348 examples in batches of 64 leave 4
# for the last batch. We train twice: with that last batch, and without it (a loader's `drop_last`).
#
# **Predict first.** Of the 22 batches of an epoch one is small. Will you see it in the test accuracy?

# %%
guess = None  # True or False

# %%
WIDTHS = [64, 100, 100, 100, 10]
train_x, train_y = nets.as_tensors(digits.x_train, digits.y_train)
test_x, test_y = nets.as_tensors(digits.x_test, digits.y_test)


def loader_of(x, y, batch_size, seed=None, drop_last=False):
    """Batches in order, or in an order drawn with `seed` anew for every epoch."""
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(x, y), batch_size, shuffle=seed is not None, generator=generator,
                      drop_last=drop_last)


test_loader = loader_of(test_x, test_y, 256)


def trainings(drop_last):
    """Five seeds, eight epochs each: loss and test accuracy (seeds, epochs, 2), and the networks."""
    values, trained = [], []
    for s in SEEDS:
        net = nets.mlp(WIDTHS, "relu", "before", s).to(device)
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        loader = loader_of(train_x, train_y, 64, seed=s, drop_last=drop_last)
        values.append([(train_epoch(net, loader, optimizer, device), evaluate(net, test_loader, device))
                       for _ in range(8)])
        trained.append(net)
    return np.array(values, float), trained


(with_last, _), (without_last, trained) = trainings(drop_last=False), trainings(drop_last=True)
history = {"all batches, the last of 4": with_last, "the last left out": without_last}
epochs = np.arange(1, 9)
fig, axes = plots.new(1, 2, width=7.6, height=2.9)
for k, (name, values) in enumerate(history.items()):
    for ax, column in zip(axes, np.moveaxis(values, 2, 0), strict=True):
        ax.plot(epochs, column.mean(axis=0), **look(k), marker=plots.MARKERS[k], label=name)
        ax.fill_between(epochs, column.min(axis=0), column.max(axis=0), alpha=0.2, color=plots.COLORS[k])
axes[0].set(xlabel="epoch", ylabel="training loss", yscale="log")
axes[1].set(xlabel="epoch", ylabel="test accuracy", ylim=(0.8, 1))
axes[1].legend(loc="lower right")
plots.show(fig, alt="Left: the training loss falls from about 1 to 0.1 in eight epochs, a little lower without the "
                    "small batch. Right: with the last batch left out the test accuracy climbs evenly to 0.98; with "
                    "it, the accuracy starts lower, falls back in the fourth epoch and stays below. Bands show the "
                    "range of five seeds.")
print("your guess:", guess)
for name, values in history.items():
    print(f"{name:27s} test accuracy after 8 epochs {spread(values[:, -1, 1])}, lowest from epoch 3 on "
          f"{values[:, 2:, 1].min():.2f} (5 seeds)")

# %% [markdown]
# The measurement comes right after the small batch. Its four examples made a step of their own, just as large as that
# of 64, and their mean and variance make up a tenth of the running statistics, with which `evaluate` then works. (Had
# the last batch been a single example, PyTorch would have raised an error.) So: leave a small rest out when
# training. Never when measuring.

# %% [markdown]
# And what does a measurement cost that forgets `eval()`? We let it measure with batches of five, then look
# at the model again with your `evaluate`.

# %%
def careless(model, loader):
    """As evaluate, but in train mode."""
    with torch.no_grad():
        hits = [(model(x.to(device)).argmax(dim=1) == y.to(device)).cpu() for x, y in loader]
    return torch.cat(hits).double().mean().item()


by_class = torch.argsort(test_y, stable=True)  # a test set often comes in some order
rows = []
for net in trained:
    twin = copy.deepcopy(net).train()
    honest = evaluate(twin, test_loader, device)
    again = evaluate(twin, test_loader, device)
    wrong = careless(twin, loader_of(test_x[by_class], test_y[by_class], 5))
    rows.append([honest, again, wrong, evaluate(twin, test_loader, device)])
for name, column in zip(("evaluate", "evaluate once more", "without eval(), batches of 5 sorted by class",
                         "evaluate, after that"), np.array(rows).T, strict=True):
    print(f"{name:46s} {spread(column)}")

# %% [markdown]
# The careless measurement is wrong *and it spoils the model*: its running statistics are those of the last digits
# measured, and the accuracy after it is no longer what it was. Not one weight has changed.

# %% [markdown]
# ## 4. Where the time goes: operations and bytes
#
# A device does two things: it computes, at most $P$ operations a second, and it moves data between its memory and its
# arithmetic, at most $B$ bytes a second. A layer of $F$ operations and $Q$ bytes cannot be faster than
#
# $$t\;\ge\;\max\Big(\frac FP,\ \frac QB\Big).$$
#
# Which of the two holds depends on the layer's **intensity** $F/Q$, operations per byte, against the device's $P/B$. On
# log axes this bound is a slanted line that becomes level: the *roofline*. Count for $N$ rows of $D$ features, 4 bytes
# a number:
#
# - linear, $D$ to $D$: $F=2ND^2$ and $Q=4(2ND+D^2)$: read $x$ and $W$, write $y$;
# - batch norm in training: sum; subtract, square, add; subtract, divide, scale, shift: $F=8ND$. Bytes: $x$ is read for
#   the statistics, read again to be normalized, $y$ is written: $Q=12ND$. (If the variance is taken in a second pass,
#   it is 16.)
# - ReLU: $F=ND$, $Q=8ND$.

# %%
def counts(layer, rows, features):
    """(operations, bytes) of a layer in float32."""
    n = rows * features
    return {"linear": (2 * n * features, 4 * (2 * n + features**2)), "batch norm": (8 * n, 12 * n),
            "ReLU": (n, 8 * n)}[layer]


LAYERS = ("linear", "batch norm", "ReLU")
for layer in LAYERS:
    f, q = counts(layer, 4096, 1024)
    print(f"{layer:10s}  {f / 1e6:7.0f} million operations  {q / 1e6:4.0f} MB  intensity {f / q:6.2f}")

# %% [markdown]
# The intensity of the linear layer grows with its width, that of batch norm is $\frac23$ whatever you do. Now measure
# the machine: $B$ by copying or negating an array, $P$ by a product of two matrices. Then see how near to the roof each
# layer comes. (GFLOP/s are $10^9$ operations a second, GB/s $10^9$ bytes. The roof is a measurement as well: a few per
# cent above it, or ten on a busy machine, are possible.)

# %% varies=true
ROWS = 4096 if device.type == "cpu" else 65536  # tensors of 16 MB; a GPU needs larger ones to be busy
x = torch.randn(ROWS, 1024, device=device)
y = torch.empty_like(x)
squares = [torch.randn(n, n, device=device) for n in ((512, 1024) if device.type == "cpu" else (4096, 8192))]
linear, norm = nn.Linear(1024, 1024, device=device), nn.BatchNorm1d(1024, device=device)
with torch.no_grad():
    copying, negating, *rest = seconds(lambda: y.copy_(x), lambda: torch.neg(x), *[lambda s=s: s @ s for s in squares],
                                       lambda: linear(x), lambda: norm(x), lambda: torch.relu(x), repeat=20)
bandwidth = 8 * x.numel() / min(copying, negating)  # the best that was seen is the roof
peak = max(2 * len(s) ** 3 / t for s, t in zip(squares, rest[:2], strict=True))
took = dict(zip(LAYERS, rest[2:], strict=True))
print(f"{device.type}: {bandwidth / 1e9:.0f} GB/s moved, {peak / 1e9:.0f} GFLOP/s in a matrix product, so P/B is "
      f"{peak / bandwidth:.1f} operations a byte")
fig, ax = plots.new(height=3.2)
intensity = np.logspace(-1.5, 3, 100)
ax.loglog(intensity, np.minimum(peak, bandwidth * intensity) / 1e9, color=plots.BLACK, label="roof, as measured")
for k, layer in enumerate(LAYERS):
    f, q = counts(layer, ROWS, 1024)
    bound = max(f / peak, q / bandwidth)
    print(f"{layer:10s} {took[layer] * 1e3:8.2f} ms, the roof allows {bound * 1e3:8.2f} ms: {bound / took[layer]:4.0%} "
          f"of it reached; {q / took[layer] / 1e9:.2g} GB/s moved")
    ax.loglog(f / q, f / took[layer] / 1e9, plots.MARKERS[k], color=plots.COLORS[k], markersize=8, label=layer)
ax.minorticks_off()
ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
ax.yaxis.set_major_formatter("{x:g}")
ax.set(xlabel="intensity, operations a byte", ylabel="GFLOP/s", title=device.type)
ax.legend()
plots.show(fig, alt="Roofline on log axes: a slanted line up to a ridge, then level. ReLU and batch norm lie far left, "
                    "under the slanted part; the linear layer lies right, under the level part.")

# %% [markdown]
# Batch norm is bound by *bytes*. A processor with ten times the arithmetic makes the linear layer faster and leaves
# batch norm where it was. So its share of the time grows as machines get faster. Turn the knob: three layers, 4096
# rows, on a CPU core (round numbers) and on a GPU that computes in two ways (its data sheet; nothing is measured here).
# *Tensor cores* are units of a GPU that do nothing but small products of matrices, here of 16-bit numbers.

# %%
MACHINES = {"CPU core: 100 GFLOP/s, 20 GB/s": (100e9, 20e9),
            "A100, float32: 19.5 TFLOP/s, 1555 GB/s": (19.5e12, 1555e9),
            "A100, tensor cores: 312 TFLOP/s": (312e12, 1555e9)}


def draw_shares(features):
    fig, ax = plots.new(width=6.8, height=2.4)
    for row, (name, (flops, moved)) in enumerate(MACHINES.items()):
        # Tensor cores take numbers of two bytes: half of what counts() says.
        size = 0.5 if "tensor" in name else 1.0
        times = [max(f / flops, q * size / moved) for f, q in (counts(layer, 4096, features) for layer in LAYERS)]
        shares = np.array(times) / sum(times)
        for k, share in enumerate(shares):
            ax.barh(row, share, left=shares[:k].sum(), color=plots.COLORS[k], edgecolor="white",
                    hatch=("", "//", "..")[k], label=LAYERS[k] if row == 0 else None)
        ax.text(1.01, row, f"{sum(times) * 1e6:.0f} µs", va="center")
    ax.set_yticks(range(3), list(MACHINES))
    ax.invert_yaxis()
    ax.set(xlabel="share of the time, by the roofline", xlim=(0, 1), title=f"{features} features")
    ax.legend(loc="upper center", bbox_to_anchor=(0.4, -0.28), ncols=3)
    plots.show(fig, alt=f"For {features} features, the share of linear layer, batch norm and ReLU in the time on three "
                        "machines: batch norm's share is small on a CPU core and grows with the arithmetic.")


widgets.slider(draw_shares, "features", [64, 256, 1024, 4096], 1024)

# %% [markdown]
# What can be done? Touch the data fewer times: **fuse** (normalize, scale, shift and ReLU in one pass, section 8),
# **fold** at inference (section 7), or make the numbers **smaller** (section 5).
#
# ### The order in memory
#
# An image batch $(N, C, H, W)$ can lie in memory channel by channel, or, with the same shape and the same indices,
# pixel by pixel: `channels_last`. Convolutions on tensor cores and modern CPUs like the second. Nothing in your code
# changes but one conversion; the *strides* tell the layout.

# %%
images = torch.zeros(16, 64, 32, 32)
pixelwise = images.to(memory_format=torch.channels_last)
print("shape  ", tuple(images.shape), tuple(pixelwise.shape))
print("strides", images.stride(), pixelwise.stride(), "(steps to the next image, channel, row, pixel)")

# %% varies=true
block = nn.Sequential(nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU()).to(device)
images = torch.randn(16, 64, 32, 32, device=device)
with torch.no_grad():
    pixelwise = images.to(memory_format=torch.channels_last)
    twin = copy.deepcopy(block).to(memory_format=torch.channels_last)
    plain, last = seconds(lambda: block(images), lambda: twin(pixelwise))
print(f"{device.type}, convolution + batch norm + ReLU: {plain * 1e3:.1f} ms channel by channel, {last * 1e3:.1f} ms "
      "with channels_last")

# %% [markdown]
# ## 5. Sixteen bits
#
# Half the bytes is half the time for a layer that is bound by bytes. There are two formats of 16 bits. They spend them
# differently:

# %%
for dtype in (torch.float32, torch.float16, torch.bfloat16):
    info = torch.finfo(dtype)
    print(f"{str(dtype)[6:]:9s} largest {info.max:8.1e}, smallest with all digits {info.tiny:7.1e}, next after "
          f"1: 1 + {info.eps:.1e}")
total = np.float16(0)
for _ in range(4096):
    total += np.float16(1)
print(f"4096 ones added up in float16: {total:g}")
with np.errstate(over="ignore"):
    print(f"300 squared in float16: {np.float16(300) ** 2:g}")

# %% [markdown]
# At 2048 the next number of float16 is 2050: adding 1 changes nothing any more. And $300^2$ is beyond its end, 65504.
# Sums and squares are what batch norm's statistics are made of. So the rule of *mixed precision* is:
#
# > inputs, outputs and matrix products in 16 bits, **statistics in 32**: convert $x$, compute $\mu$, $\sigma^2$ and
# > $\hat x$ in float32, and round once, at the end, to the type $x$ came in.
#
# `gamma` and `beta` stay float32, too, since optimizers make steps too small for 16 bits. Mind that `x.mean()` and
# `x.var()` of a 16-bit tensor come back in 16 bits; and that PyTorch's `var` divides by $N-1$ unless it is told
# `unbiased=False`. `x.float()` converts to float32 (a float32 `x` comes back itself, no copy), `x.to(dtype)` to
# any type, and `x.dtype` is the type of $x$.
#
# **Exercise 3.**

# %% solution="batchnorm_mixed_precision"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    """Batch norm in training of x (N, D), a tensor in float16, bfloat16 or float32 -> y (N, D) in x's dtype.

    gamma, beta (D,) are float32 tensors, eps a float. Statistics are biased and, as all between, in float32; one
    rounding at the end. x is not changed.
    """
    # about four lines
    ### BEGIN SOLUTION
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    y = gamma * (wide - mean) / torch.sqrt(var + eps) + beta
    return y.to(x.dtype)
    ### END SOLUTION

# %% tests="batchnorm_mixed_precision_check" points=3
check("batchnorm_mixed_precision", batchnorm_mixed_precision)

# %% [markdown]
# ### What it does: an offset
#
# A feature with mean 100σ is nothing unusual. We move 256 normal rows further and further out, round them to 16
# bits (that much is lost whatever we do), and compare with batch norm of the *rounded* values in float64.

# %%
def all_low(x, gamma, beta, eps):
    """Every step in x's own precision."""
    mean = x.mean(dim=0)
    var = ((x - mean) ** 2).mean(dim=0)
    return gamma.to(x.dtype) * (x - mean) / (var + eps).sqrt() + beta.to(x.dtype)


VARIANTS = {"statistics in 32 bits": batchnorm_mixed_precision, "all in 16": all_low}
offsets = [0, 1, 3, 10, 30, 100, 300, 1000]
one, zero = torch.ones(8), torch.zeros(8)
fig, axes = plots.new(1, 2, width=7.6, height=2.9, sharey=True)
for ax, dtype in zip(axes, (torch.float16, torch.bfloat16), strict=True):
    worst = {}
    for k, (name, norm) in enumerate(VARIANTS.items()):
        errors = []
        for offset in offsets:
            x = (offset + torch.randn(256, 8, generator=torch.Generator().manual_seed(0))).to(dtype)
            exact = F.batch_norm(x.double(), None, None, training=True, eps=1e-3)
            errors.append((norm(x, one, zero, 1e-3).double() - exact).abs().max().item())
        ax.semilogy(range(len(offsets)), errors, **look(k), marker=plots.MARKERS[k], label=name)
        worst[name] = errors[offsets.index(100)]
    ax.set_xticks(range(len(offsets)), [str(o) for o in offsets])
    ax.set(xlabel="offset, in σ", title=str(dtype)[6:])
    print(f"{str(dtype)[6:]:8s} at an offset of 100 σ: all in 16 bits more than 10 times the error of statistics in "
          f"32: {worst['all in 16'] > 10 * worst['statistics in 32 bits']}")
axes[0].set_ylabel("worst error of y")
axes[0].legend()
plots.show(fig, alt="Worst error of batch norm's output against the offset for float16 and bfloat16. With statistics "
                    "in 32 bits it stays at the last digit of the format; with everything in 16 bits it is twice that "
                    "at no offset, and more than ten times at 100 and 300.")

# %% [markdown]
# PyTorch's `autocast` applies the rule for you, layer by layer: products in 16 bits, batch norm with statistics in 32,
# losses in 32. Your `train_epoch` need not know: the model is wrapped.

# %%
class Autocast(nn.Module):
    """The same model, run under autocast: bfloat16 where it is safe; scores come back in float32."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        with torch.autocast(device.type, torch.bfloat16):
            return self.model(x).float()


first = nets.mlp(WIDTHS, "relu", "before", 0).to(device)
with torch.autocast(device.type, torch.bfloat16):
    h = test_x[:8].to(device)
    for module in list(first)[:3]:
        h = module(h)
        print(f"{type(module).__name__:12s} gives {h.dtype}")
print("weights", first[0].weight.dtype, "running variance", first[1].running_var.dtype)
gaps = []
for s, values in zip(SEEDS, without_last, strict=True):
    net = Autocast(nets.mlp(WIDTHS, "relu", "before", s)).to(device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    loader = loader_of(train_x, train_y, 64, seed=s, drop_last=True)
    for _ in range(8):
        train_epoch(net, loader, optimizer, device)
    gaps.append(evaluate(net, test_loader, device) - values[-1, 1])
print(f"test accuracy under autocast differs from float32 by less than 0.02 in {sum(abs(g) < 0.02 for g in gaps)} of 5 "
      "seeds")

# %% [markdown]
# With float16 there is one trouble more: *gradients* fall below its smallest numbers. The remedy is to multiply the
# loss by a large factor before `backward()` and to divide the gradients by it in float32 (`torch.amp.GradScaler`).
# bfloat16 has the range of float32 and needs none.

# %%
tiny = 1e-8
print(f"a gradient of {tiny} in float16: {np.float16(tiny):g}; times 65536 in float16, divided in float32: "
      f"{np.float32(np.float16(tiny * 65536)) / 65536:.2g}")

# %% [markdown]
# ## 6. One batch on several devices
#
# ### Accumulating is not it
#
# A batch does not fit. Well-known advice: cut it into micro-batches, add up their gradients, step once. Without batch
# norm this *is* the large batch, but for rounding. With batch norm?
#
# **Predict first.** 64 digits, cut into micro-batches of 8. How far is the accumulated gradient from that of the 64, as
# a share of its length?

# %%
guess = None  # 0 for equal, 1 for as far as it is long

# %%
MICRO = [32, 16, 8, 4, 2]


def gradient_of(net, x, y, micro):
    """The gradient of the mean loss over x, accumulated over micro-batches, as one vector."""
    net.zero_grad()
    for start in range(0, len(x), micro):
        part = slice(start, start + micro)
        loss = F.cross_entropy(net(x[part]), y[part], reduction="sum") / len(x)
        loss.backward()  # adds to the gradients that are there
    return torch.cat([p.grad.flatten() for p in net.parameters()])


gap = {"without batch norm": [], "with batch norm": []}
for s in SEEDS:
    for name, norm in zip(gap, (None, "before"), strict=True):
        net = nets.mlp(WIDTHS, "relu", norm, s).double().train()
        rows = np.random.default_rng(s).choice(len(train_x), size=64, replace=False)
        x, y = train_x[rows].double(), train_y[rows]
        large = gradient_of(net, x, y, 64)
        gap[name].append([((gradient_of(net, x, y, m) - large).norm() / large.norm()).item() for m in MICRO])
fig, ax = plots.new(height=2.9)
for k, (name, values) in enumerate(gap.items()):
    ax.semilogy(range(len(MICRO)), np.mean(values, axis=0), **look(k), marker=plots.MARKERS[k], label=name)
ax.set_xticks(range(len(MICRO)), [str(m) for m in MICRO])
ax.set(xlabel="size of the micro-batches (the batch: 64)", ylabel="distance of gradients,\nas a share of the length")
ax.legend(loc="center right")
plots.show(fig, alt="Distance between the accumulated gradient and that of 64 examples, log axis, against the size of "
                    "the micro-batches: without batch norm 1e-16, rounding only; with batch norm from 0.3 at 32 to "
                    "more than 1 at 4, and above 100 at 2.")
print("your guess:", guess)
print(f"micro-batches of 8: with batch norm {spread(np.array(gap['with batch norm'])[:, 2])} of the gradient's length, "
      f"without less than 1e-12: {np.max(gap['without batch norm']) < 1e-12} (5 seeds)")

# %% [markdown]
# Each micro-batch was normalized by its own $\mu$ and $\sigma$. (Of two examples, each feature becomes $+1$ and $-1$
# whatever they are. Where the two nearly agree, the gradient is divided by a $\sigma$ near 0, and three such layers
# multiply.) Gradients add up; *statistics do not travel with them*. The same happens when a batch is cut over several
# GPUs (`DistributedDataParallel`): each normalizes its own part.
#
# ### Three numbers travel
#
# To normalize by the whole batch, every device needs $\mu$ and $\sigma^2$ of all rows, and must not send the rows. It
# sends three things per feature: how many rows, their mean, and $M_k=\sum(x-\mu_k)^2$, the sum of squared deviations
# from *its own* mean (`m2` in the code). How do they combine? For the rows of device $k$, write
# $x-\mu=(x-\mu_k)+(\mu_k-\mu)$, square, and sum. The mixed term vanishes, because deviations from their own mean sum to
# 0:
#
# $$n=\sum_k n_k,\qquad \mu=\frac1n\sum_k n_k\mu_k,\qquad M=\sum_k M_k+\sum_k n_k(\mu_k-\mu)^2 .$$
#
# What is inside the devices, and what is between them. This is Chan's formula of lesson 06 for any number of groups.
# (Why not send $\sum x$ and $\sum x^2$? Lesson 03: two huge numbers are subtracted.)
#
# **Exercise 4.** A device that got no rows sends zeros.

# %% solution="combine_moments"
def combine_moments(counts, means, m2s):
    """Groups of rows as one: counts (K,), means (K, D), m2s (K, D) -> count, mean (D,), m2 (D,). NumPy arrays.

    m2 is the sum of squared deviations from the mean, not divided by anything. No argument is changed. A count may be
    0, if not all are.
    """
    # about four lines
    ### BEGIN SOLUTION
    count = counts.sum()
    mean = counts @ means / count
    m2 = m2s.sum(axis=0) + counts @ (means - mean) ** 2  # within the groups, and between them
    return count, mean, m2
    ### END SOLUTION

# %% tests="combine_moments_check" points=3
check("combine_moments", combine_moments)

# %% [markdown]
# ### One batch on several devices
#
# Now batch norm itself. A shard is the part of the batch that lies on one device; shards need not be equal.
#
# **Exercise 5.** Every shard is normalized by the statistics of *all* rows. Use your function.

# %% solution="sync_batchnorm_forward"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    """Batch norm in training of one batch that lies in parts: shards, arrays (n_k, D), n_k >= 1 -> list of (n_k, D).

    gamma, beta (D,), eps a float. The outputs below one another are those of one big batch. No argument is changed;
    shards may hold whole numbers.
    """
    # about six lines
    ### BEGIN SOLUTION
    counts = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])  # (K, D)
    m2s = np.array([len(shard) * shard.var(axis=0) for shard in shards])
    count, mean, m2 = combine_moments(counts, means, m2s)
    scale = gamma / np.sqrt(m2 / count + eps)
    return [scale * (shard - mean) + beta for shard in shards]
    ### END SOLUTION

# %% tests="sync_batchnorm_forward_check" points=3
check("sync_batchnorm_forward", sync_batchnorm_forward)

# %% [markdown]
# ### What it does: two real processes
#
# Two processes, as on two machines, 40 and 24 digits. Each has the same network, computes scores and gradients of its
# own part, and the gradients are summed: once with a batch norm for each process, once with one over both. They talk
# over *gloo*, the part of PyTorch for that purpose which needs no GPU. (PyTorch's own `nn.SyncBatchNorm` refuses a CPU;
# `bnlib/distributed.py` holds the same in twenty lines. It is a file, because new processes cannot run functions that
# are defined in a notebook: read it, or run a whole program with `torchrun`.) The processes have no batch norm of
# yours; but they send home their counts, means and $M$, and what your functions make of them must agree with what they
# did.

# %%
widths = (64, 100, 10)
net = nets.mlp(widths, "relu", "before", 0).double().train()
state = {name: value.clone() for name, value in net.state_dict().items()}
rows = np.random.default_rng(0).choice(len(train_x), size=64, replace=False)
x, y = train_x[rows].double(), train_y[rows]
found = distributed.in_processes(distributed.step, 2, [(x[:40], y[:40]), (x[40:], y[40:])], widths, state)

large_gradient = gradient_of(net, x, y, 64)
with torch.no_grad():
    large_scores = net(x)
for name, said in (("local", "a batch norm for each"), ("sync", "one batch norm over both")):
    scores = torch.cat([process[name]["scores"] for process in found])
    score_gap = (scores - large_scores).abs().max().item()
    gradient_gap = ((found[0][name]["gradient"] - large_gradient).norm() / large_gradient.norm()).item()
    print(f"{said:26s} scores as of one big batch: {score_gap < 1e-10!s:5}  gradient off by {gradient_gap:.2f} of its "
          "length")

against_paper("synchronized BN: two processes against one batch", "the same function",
              f"gradient off by {gradient_gap:.2f}", gradient_gap < 1e-8)

moments = [process["moments"] for process in found]
count, mean, m2 = combine_moments(np.array([m["count"] for m in moments]), np.stack([m["mean"] for m in moments]),
                                  np.stack([m["m2"] for m in moments]))
weight, bias, gamma, beta = (p.detach().numpy() for p in list(net.parameters())[:4])
z = x.numpy() @ weight.T + bias
hidden = sync_batchnorm_forward([z[:40], z[40:]], gamma, beta, 1e-5)
last_weight, last_bias = (p.detach().numpy() for p in list(net.parameters())[4:])
mine = np.maximum(np.concatenate(hidden), 0) @ last_weight.T + last_bias
theirs = np.concatenate([process["sync"]["scores"].numpy() for process in found])
agrees = np.allclose(m2 / count, z.var(axis=0))
print(f"your combine_moments agrees with NumPy on all {int(count)} rows: {bool(agrees)}")
print(f"your sync_batchnorm_forward agrees with the two processes: {bool(np.allclose(mine, theirs))}")

# %% [markdown]
# What is between the two parts is not only in the forward pass. In the backward pass $\frac{\partial L}{\partial\mu}$
# and $\frac{\partial L}{\partial\sigma^2}$ are sums over all rows again, and travel once more. Two exchanges a layer:
# the price of a larger statistics batch, worth paying when a device holds few examples (detection, segmentation), and
# not at 64. (A single device has nobody to exchange with: lesson 11 has norms that need no batch.)
#
# ### The notes say, the numbers say: a set too large for its statistics
#
# "Over the whole training set $\mu$ and $\sigma$ cannot be computed when it is large." Lesson 06 streamed; here the set
# may even lie on a hundred machines.

# %% claims="42"
parts = np.array_split(digits.x_train, 100)  # of 13 or 14 digits each
count, mean, m2 = combine_moments(np.array([len(p) for p in parts]), np.array([p.mean(axis=0) for p in parts]),
                                  np.array([len(p) * p.var(axis=0) for p in parts]))
equal = np.allclose(mean, digits.x_train.mean(axis=0), rtol=1e-12, atol=1e-12) and np.allclose(
    m2 / count, digits.x_train.var(axis=0), rtol=1e-12, atol=1e-12)
print("claim 42: F — “over the whole training set μ, σ cannot be computed when it is large”: 100 parts send "
      f"{1 + 2 * 64} numbers each, whatever their size, and mean and variance of the {int(count)} digits come out to "
      f"1e-12: {bool(equal)}")

# %% [markdown]
# ## 7. Serving: the layer that moves no bytes
#
# In eval mode batch norm is a fixed affine map, and folds into the layer before (lesson 06). Here is why it matters on
# a device: what is folded away is a layer that does nothing *but* move bytes. PyTorch has the folding ready made.

# %%
def folded(net):
    """The same network with each batch norm folded into the linear layer before it."""
    layers = []
    for module in copy.deepcopy(net).eval():
        if isinstance(module, nn.BatchNorm1d):
            layers[-1] = nn.utils.fusion.fuse_linear_bn_eval(layers[-1], module)
        else:
            layers.append(module)
    return nn.Sequential(*layers)


x, largest = test_x.to(device), 0.0
with torch.no_grad():
    for net in trained:
        net.eval()
        largest = max(largest, (net(x) - folded(net)(x)).abs().max().item())
print(f"{len(trained[0])} layers become {len(folded(trained[0]))}, the scores of {len(x)} digits stay the same within "
      f"1e-4: {largest < 1e-4} (5 networks)")

# %% claims="45" varies=true
net, light, request = trained[0], folded(trained[0]), test_x[:1].to(device)
with torch.no_grad():
    slow, fast = seconds(lambda: net(request), lambda: light(request), repeat=300)
print("claim 45: T — at inference batch norm folds into the layer before it: the scores stay the same within 1e-4: "
      f"{largest < 1e-4}, and a request takes {fast * 1e6:.0f} µs instead of {slow * 1e6:.0f}, {slow / fast:.1f} times "
      f"faster (on the machine that made this lesson, {device.type})")
x = torch.randn(ROWS, 256, device=device)
wide = nn.Sequential(nn.Linear(256, 256), nn.BatchNorm1d(256), nn.ReLU()).to(device).eval()
light = folded(wide)
with torch.no_grad():
    before, after = seconds(lambda: wide(x), lambda: light(x))
print(f"{device.type}, {ROWS} rows of 256 features: {before * 1e3:.2f} ms with batch norm, {after * 1e3:.2f} ms folded")

# %% [markdown]
# ## 8. torch.compile
#
# What folding does at inference, a compiler does in training: it writes *one* function for the device that normalizes,
# scales, shifts and takes the ReLU, so that $y$ goes to memory once instead of twice. By count, batch norm and ReLU
# apart move $12+8=20$ bytes per number, fused $12$; in eval mode, where $x$ is read once, $8+8=16$ and $8$.
# `torch.compile(model)` is all there is to write. On a CPU it needs a C++ compiler, and the first call takes long: 33
# seconds on the machine that made this notebook, so the cell below does nothing until you say so. (There, in eval mode,
# 4096 rows of 256 features then took 0.16 ms instead of 0.26.)

# %% varies=true
TRY = False  # True: compile, and wait

if TRY:
    pair = nn.Sequential(nn.BatchNorm1d(256), nn.ReLU()).to(device).eval()
    x = torch.randn(4096, 256, device=device)
    with torch.no_grad():
        fast = torch.compile(pair)
        start = time.perf_counter()
        try:
            fast(x)
        except Exception as error:  # mostly: no compiler
            print(f"torch.compile does not work here ({type(error).__name__}): it needs a C++ compiler on a CPU.")
        else:
            compiled = time.perf_counter() - start
            before, after = seconds(lambda: pair(x), lambda: fast(x))
            print(f"compiled in {compiled:.0f} s; {before * 1e3:.2f} ms before, {after * 1e3:.2f} ms after")
else:
    print("torch.compile was not tried: set TRY = True.")

# %% [markdown]
# ## 9. In your own words

# %% [markdown] manual="faster_arithmetic" points=2
# **Question 1.** You move a network from one GPU to another with four times the arithmetic and the same memory
# bandwidth. Its linear layers (wide), its batch norms and its ReLUs each took a third of the time. How long does a
# step take now, compared with before, and what two changes to the program would you try to speed it up further? Give a
# reason by counting for each. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# The wide linear layers have high intensity (operations per byte grow with the width) and are bound by arithmetic: at
# best their third becomes a twelfth. Batch norm ($\frac23$ operation a byte) and ReLU ($\frac18$) are bound by bytes,
# and the bandwidth is the same: their two thirds stay. So a step takes about $\frac1{12}+\frac23=\frac34$ of the time,
# not a quarter. To go further, move fewer bytes: 16-bit activations (half the bytes of everything, with statistics
# still in float32), or fuse batch norm with ReLU (`torch.compile`): 20 bytes a number become 12, so these two thirds
# shrink to $\frac{12}{20}$ of what they are. At inference, fold batch norm away. A larger batch does not help:
# operations and bytes grow alike.
#
# *Rubric.* 1 point: about three quarters, because batch norm and ReLU are bound by bytes. 1 point: two changes that
# reduce bytes, each with a count. (Channels-last with reason counts. "A larger batch" or "a better GPU" earns nothing.)
# ### END SOLUTION

# %% [markdown] manual="accumulate_or_synchronize" points=2
# **Question 2.** Only 2 images fit on a GPU; you have 8 GPUs and would like to train as with a batch of 32. Compare (a)
# one GPU, 16 micro-batches accumulated, (b) 8 GPUs with 2 images each, accumulated twice, gradients summed, (c) as b,
# with synchronized batch norm. For each: over how many images are the statistics taken, and is the step that of a batch
# of 32? What would you do about batch norm if you had (a) only? (Four to six sentences.)
#
# ### BEGIN SOLUTION
# (a) Statistics over 2 images; the sum of 16 gradients has the right number of examples, but it is the gradient of
# another function, in which each pair is normalized by itself, so it is not the step of a batch of 32. (b) The same
# statistics over 2: summing gradients over GPUs is accumulation in space instead of time. (c) Statistics over 16, the
# images that are in the machines at the same moment; the two rounds are still normalized apart, so the step is near
# that of 32 and not equal to it. With (a) only: use a normalization that does not look at the batch (group norm, layer
# norm), or freeze the statistics of a pretrained network, or batch renormalization; a smaller image or checkpointing
# would make room for larger micro-batches.
#
# *Rubric.* 1 point: 2, 2 and 16, and none is exactly the batch of 32 (with images as features maps counted per pixel:
# the same argument). 1 point: a remedy for (a) that does not depend on the batch's statistics, or makes micro-batches
# larger.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - One product of matrices instead of a loop: the same operations, the weights travel once.
# - Training: `train()`, batch to the device, `zero_grad`, `backward`, `step`; report a mean over *examples*; `item()`.
# - Measuring: `eval()`, `no_grad()`, count over examples, and every module's mode back to what it was. A measurement in
#   train mode moves the running statistics: it spoils the model without touching a weight.
# - $t\ge\max(F/P,\,Q/B)$. Batch norm has $\frac23$ operation a byte: its time is the time of moving $x$ twice and $y$
#   once. More arithmetic does not help; fewer bytes do: 16 bits, fusing, folding.
# - Mixed precision: 16 bits in and out, statistics in 32. float16 ends at 65504; bfloat16 has range, and two to
#   three digits.
# - Gradient accumulation, and data parallelism without more, normalize each part by itself: not a larger batch.
# - $(n,\mu,M)$ per device combine exactly: $M=\sum M_k+\sum n_k(\mu_k-\mu)^2$. Synchronized batch norm is one big
#   batch, forward and backward.
#
# **Next.** Lesson 10 goes through what goes wrong in practice, and repairs it.
#
# ## To read
#
# - Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §3.1, training
#   and inference.
# - Williams, Waterman & Patterson 2009, *Roofline*, Communications of the ACM 52(4): the bound of section 4.
# - Micikevicius et al. 2018, *Mixed Precision Training* ([1710.03740](https://arxiv.org/abs/1710.03740)): §3.1 float32
#   copies of the weights, §3.2 loss scaling, §3.3 where float32 sums are needed.
# - Chan, Golub & LeVeque 1983, *Algorithms for Computing the Sample Variance*, The American Statistician 37: combining.
# - Peng et al. 2018, *MegDet* ([1711.07240](https://arxiv.org/abs/1711.07240)): §3.3, batch norm across GPUs for
#   detection.
# - Wu & Johnson 2021, *Rethinking "Batch" in BatchNorm* ([2105.07576](https://arxiv.org/abs/2105.07576)): §3 on which
#   batch the statistics are taken.
