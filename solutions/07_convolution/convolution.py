# %% [markdown]
# # Lesson 07: batch norm and convolutions
#
# **You will be able to**
#
# - say which numbers of a batch of images share a mean, and why a convolution leaves no other choice;
# - write batch norm for images, forward and backward, and get PyTorch's numbers to the last digits;
# - say how many values a statistic rests on, and how many of them are worth counting;
# - fold batch norm into a convolution, so that at inference it costs nothing at all.
#
# **Time:** about 80 minutes. **Graded:** three functions (11 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer.
#
# - For a batch $x$ of shape $(N, D)$, rows are examples and columns are features. Each column has its own mean $\mu$,
#   biased variance $\sigma^2$, scale $\gamma$ and shift $\beta$; with $r = 1/\sqrt{\sigma^2+\epsilon}$,
#   $$\hat x=(x-\mu)\,r,\qquad y=\gamma\,\hat x+\beta .$$
# - Backward, with $dy$ short for $\partial L/\partial y$, sums running down each column, and
#   $d\hat x = \gamma\,dy$:
#   $$d\beta=\sum_n dy_n,\quad d\gamma=\sum_n dy_n\,\hat x_n,\quad
#   dx=r\left(d\hat x-\tfrac1N\sum_n d\hat x_n-\hat x\,\tfrac1N\sum_n d\hat x_n\,\hat x_n\right).$$
# - At inference $\mu$ and $\sigma^2$ are replaced by fixed running statistics.
# - [BN] is the paper this comes from (Ioffe & Szegedy 2015). A line `claim 71: T` holds a sentence from lecture notes
#   against the numbers: T for true, F for false, D for "it depends". A line `effect: …` gives one finding as mean ±
#   standard deviation over five seeds, and in how many of the five it is above 0.
#
# Both passes are given in the next cell, for $(N, D)$ and for nothing else. You may use them.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)


def bn_forward(x, gamma, beta, eps=1e-5):
    """Batch norm in training: x (N, D), gamma and beta (D,) -> y (N, D), cache."""
    mean, var = x.mean(axis=0), x.var(axis=0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    cache = {"x": x, "mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}
    return gamma * xhat + beta, cache


def bn_backward(dy, cache):
    """The way back: dy (N, D) -> dx (N, D), dgamma (D,), dbeta (D,). Reads xhat (N, D), rstd and gamma (D,)."""
    xhat, dxhat = cache["xhat"], cache["gamma"] * dy
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% [markdown]
# The demonstrations need a little more. Your answers never do.

# %%
import torch
from torch.nn import functional

from bnlib import data, plots, widgets
from bnlib.findings import effect

torch.set_num_threads(1)  # the same sums in the same order on every machine,
torch.set_default_dtype(torch.float64)  # and rounding too small for training to blow up
SEEDS = range(5)
mnist = data.load_mnist()  # 4000 and 1000 handwritten digits, (N, 1, 28, 28)


def conv(x, weight, bias=None, **options):
    """A convolution of NumPy arrays: x (N, I, H, W), weight (O, I, kH, kW) -> (N, O, H', W')."""
    arrays = [None if a is None else torch.from_numpy(a) for a in (x, weight, bias)]
    return functional.conv2d(*arrays, **options).numpy()


def filtered(x, seed=0, channels=16):
    """x (N, 1, 28, 28) through `channels` random 5 × 5 filters; the image is continued round its edges."""
    weight = np.random.default_rng(seed).normal(scale=0.2, size=(channels, 1, 5, 5))
    return conv(np.pad(x, ((0, 0), (0, 0), (2, 2), (2, 2)), mode="wrap"), weight)

# %% [markdown]
# ## 1. A puzzle: how many means?
#
# A convolution with 16 filters has run over 32 digits. What arrives at batch norm is an array $(N, C, H, W)$ of shape
# $(32, 16, 28, 28)$: image, channel, row, column. Lesson 03 said "one mean a feature". What is a feature here?
#
# **Predict first.** How many means does batch norm compute for this batch? One for each of how many numbers?

# %%
guess = None  # for example 32

# %%
z = filtered(mnist.x_train[:32])
N, C, H, W = z.shape
print(f"the batch: {z.shape}, {z.size} numbers")
for name, count in (("each pixel of each channel a feature", C * H * W), ("each channel of each image", N * C),
                    ("each place, in all channels", H * W), ("each image", N), ("each channel a feature", C)):
    print(f"{name:>37}: {count:5d} means, each over {z.size // count:5d} numbers")
print("your guess:", guess)

# %% [markdown]
# Five ways to share, and all of them run. The first looks like the faithful one: flatten each image to a row of
# $16\cdot28\cdot28=12544$ features, and use lesson 03 as it is. We call that *a mean per pixel*, for short; it is one
# for each pixel of each channel. Let us try it, with one small cruelty. We move *one* of the 32 digits two pixels down
# and three to the right, and leave the other 31 alone. It is the same digit; nothing is lost at the edge, which is
# empty.

# %%
def shifted(x):
    """The first image of the batch moved by (2, 3), round the edges; the others as they were."""
    moved = x.copy()
    moved[0] = np.roll(x[0], (2, 3), axis=(1, 2))
    return moved


def shift_gap(forward, z):
    """How far forward(shifted z) is from shifted forward(z), at most."""
    return np.abs(forward(shifted(z)) - shifted(forward(z))).max()


def per_pixel(z):
    """Lesson 03 on flattened images: one mean a channel and pixel."""
    return bn_forward(z.reshape(len(z), -1), 1.0, 0.0)[0].reshape(z.shape)


through_conv = np.abs(filtered(shifted(mnist.x_train[:32])) - shifted(z)).max()
pixel_gaps = [shift_gap(per_pixel, filtered(mnist.x_train[:32], seed)) for seed in SEEDS]
print(f"the convolution of the moved digit is the moved convolution, to 1e-12: {through_conv < 1e-12}")
print(f"after a mean per pixel it is not: off by up to {np.mean(pixel_gaps):.1f} ± {np.std(pixel_gaps):.1f} (5 draws "
      f"of the filters), where outputs have std {per_pixel(z)[:, :, 10:18, 10:18].std():.2f} in the middle")
effect(None, "how far a moved digit is from the moved output, with a mean per pixel", pixel_gaps, digits=1)
print(f"no output can be further from its mean than √(N−1) = {np.sqrt(31):.2f}")

# %% [markdown]
# The convolution took the move in its stride: the same filter stands at every place. The mean per pixel did not. Where
# no other digit has ink, one stroke is the only example of its kind, and it comes out as the most extreme value that
# 32 examples allow. The digit's *place* has become a feature, by accident, one layer after we had taken such pains to
# treat all places alike.
#
# ## 2. One mean a channel
#
# So we ask for this: **normalize all places of a channel in the same way.** Then every value of a channel, wherever it
# stands and in whichever image, goes through one and the same straight line, and a move stays a move. The authors of
# batch norm put it like this: different elements of the same feature map, at different locations, are to be normalized
# in the same way ([BN] §3.2). The mean and the variance of channel $c$ then run over everything else:
#
# $$\mu_c=\frac1{NHW}\sum_{n,h,w}x_{nchw},\qquad \sigma_c^2=\frac1{NHW}\sum_{n,h,w}(x_{nchw}-\mu_c)^2,\qquad
# y_{nchw}=\gamma_c\,\frac{x_{nchw}-\mu_c}{\sqrt{\sigma_c^2+\epsilon}}+\beta_c .$$
#
# The sums use up $n$, $h$ and $w$; $c$ survives. Four vectors of shape $(C,)$, and a channel is what a column was.
# The figure shows three images (rows) of three channels (columns); hatched is what shares *one* mean. The numbers of
# means are those of our batch $(32, 16, 28, 28)$.

# %%
def axes_picture():
    """Three images with three channels of 4 × 4 pixels, three times; coloured: numbers that share one mean."""
    panels = (("one mean a channel\n(batch norm): 16 means", lambda n, c, p: c == 1),
              ("one mean a pixel\n(flattened): 12544 means", lambda n, c, p: c == 1 and p == (1, 2)),
              ("one mean an image and channel\n(instance norm): 512 means", lambda n, c, p: c == 1 and n == 0))
    fig, axes = plots.new(1, 3, width=7.4, height=3.1)
    for ax, (title, shares) in zip(axes, panels, strict=True):
        for n in range(3):
            for c in range(3):
                for row in range(4):
                    for column in range(4):
                        own = shares(n, c, (row, column))
                        ax.add_patch(plots_rectangle((5 * c + column, 5 * n + row), own))
        ax.set(xlim=(-0.3, 14.3), ylim=(14.3, -0.3), aspect="equal", xticks=[2, 7, 12], yticks=[2, 7, 12])
        ax.set_xticklabels(["channel 0", "1", "2"])
        ax.set_yticklabels(["image 0", "1", "2"] if ax is axes[0] else ["", "", ""])
        ax.set_title(title, fontsize=9)
        ax.grid(False)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return fig


def plots_rectangle(corner, own):
    """One pixel of the picture."""
    from matplotlib.patches import Rectangle

    return Rectangle(corner, 1, 1, facecolor=plots.BLUE if own else "#eeeeee", edgecolor="white", linewidth=0.8,
                     hatch="////" if own else None)


plots.show(axes_picture(), alt="Three panels, each with three images as rows and three channels as columns of four by "
           "four pixels. Batch norm: all pixels of channel 1 in all three images are marked. Per pixel: one pixel of "
           "channel 1 in each image. Instance norm: all pixels of channel 1 in the first image only.")

# %% [markdown]
# **Exercise 1.** Write it. Two things to watch. The statistics have shape $(C,)$ in the cache, as the way back expects
# them. And NumPy lines up shapes *from the right*: next to an array $(N, C, H, W)$ an array $(C,)$ lies along $W$. That
# is an error when $C\neq W$, which is lucky, and silently wrong when $C=W$, which is not. To lie along the channels a
# vector needs the shape $(1, C, 1, 1)$.

# %% solution="batchnorm2d_forward"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    """Batch norm of images in training: x (N, C, H, W), gamma and beta (C,) -> y (N, C, H, W), cache.

    The cache is a dict with x and xhat (N, C, H, W); mean, var, rstd and gamma (C,); eps. x is left as it was;
    it may hold whole numbers.
    """
    # about eight lines
    ### BEGIN SOLUTION
    along_c = (1, -1, 1, 1)
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))  # (C,)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean.reshape(along_c)) * rstd.reshape(along_c)
    cache = {"x": x, "mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}
    return gamma.reshape(along_c) * xhat + beta.reshape(along_c), cache
    ### END SOLUTION

# %% tests="batchnorm2d_forward_check" points=4
check("batchnorm2d_forward", batchnorm2d_forward)

# %% [markdown]
# ### What it does
#
# First a look into your cache, which `check` leaves to you and the way back relies on: are the shapes right, and are
# these the numbers that `bn_forward` keeps when each channel is one column? Then the digit that moved, now through
# your function. And then another way of sharing, a mean for each image and channel: it treats all places alike, too,
# so a move cannot rule it out. What can? Turn one image to half its brightness, and ask whether anybody can still tell.

# %%
def per_channel(z):
    return batchnorm2d_forward(z, np.ones(z.shape[1]), np.zeros(z.shape[1]))[0]


def per_image(z):
    """Instance norm: each image and channel by itself, without gamma and beta."""
    return functional.instance_norm(torch.from_numpy(z)).numpy()


cache = batchnorm2d_forward(z, np.full(C, 2.0), np.ones(C))[1]
held = cache if isinstance(cache, dict) else {}
wanted = bn_forward(np.stack([z[:, c].ravel() for c in range(C)], axis=1), np.full(C, 2.0), np.ones(C))[1]
wanted["xhat"] = np.stack([column.reshape(N, H, W) for column in wanted["xhat"].T], axis=1)
for name in ("xhat", "mean", "var", "rstd", "gamma"):
    found = np.shape(held[name]) if name in held else "missing"
    if found != wanted[name].shape:
        print(f"cache[{name!r}]: {found}, but the way back needs {wanted[name].shape}")
    else:
        print(f"cache[{name!r}]: {found}, bn_forward's numbers: {np.allclose(held[name], wanted[name])}")

gaps = {name: [shift_gap(norm, filtered(mnist.x_train[:32], seed)) for seed in SEEDS]
        for name, norm in (("a channel", per_channel), ("an image and channel", per_image))}
for name, gap in gaps.items():
    print(f"one mean {name}: a moved digit is a moved output, to 1e-12: {max(gap) < 1e-12}")

dimmed = z.copy()
dimmed[0] *= 0.5
for name, norm in (("a channel", per_channel), ("an image and channel", per_image)):
    kept = norm(dimmed)[0].std(axis=(1, 2)) / norm(z)[0].std(axis=(1, 2))
    print(f"one mean {name}: at half brightness the digit's contrast comes out {kept.mean():.2f} times what it was")

# %% [markdown]
# A mean per image wipes out how strongly a filter answered to *this* image as a whole. For changing the style of a
# picture that is wanted, and the method is called instance norm; to tell a clear 3 from a trace of one, it is not.
# Batch norm keeps it, at the price you know: images of a batch now move each other.
#
# ### The notes say, the numbers say: which axes
#
# "For convolutional networks, read the paper", say the notes, and stop. We have read it. This is what it says, and
# your function against PyTorch's layer.

# %% claims="71"
torch_gaps = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, gamma, beta = 3 + 2 * rng.normal(size=(8, 5, 6, 7)), rng.uniform(0.5, 2, 5), rng.normal(size=5)
    layer = torch.nn.BatchNorm2d(5, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(gamma))
        layer.bias.copy_(torch.from_numpy(beta))
        theirs = layer(torch.from_numpy(x)).numpy()
    torch_gaps.append(np.abs(batchnorm2d_forward(x, gamma, beta)[0] - theirs).max())
print(f"your function is PyTorch's BatchNorm2d to 1e-12, 5 seeds: {max(torch_gaps) < 1e-12}")
whole = torch.nn.BatchNorm2d(C)
values = z.size // whole.num_features
print("claim 71: T — for CNNs, read the paper ([BN] §3.2): statistics run over N, H and W, so a batch "
      f"{z.shape} has {whole.num_features} means of m·p·q = {N}·{H}·{W} = {values} values each, with "
      f"{whole.weight.numel()} γ and {whole.bias.numel()} β, where one for each pixel of each channel "
      f"would be {C * H * W} of each")

# %% [markdown]
# ## 3. Backward by a reshape
#
# A channel is what a column was. Let us take that at its word: write the values of each channel under each other, and
# the batch becomes a matrix with $N\cdot H\cdot W$ rows and $C$ columns. Batch norm of that matrix, lesson 03's, must
# give the same numbers.

# %%
x = np.random.default_rng(1).normal(3, 2, size=(4, 3, 5, 6))
gamma, beta = np.array([1.0, 2.0, 0.5]), np.array([0.0, -1.0, 4.0])
matrix = np.stack([x[:, c].ravel() for c in range(3)], axis=1)  # column c: all values of channel c
y_matrix, _ = bn_forward(matrix, gamma, beta)
y_images, _ = batchnorm2d_forward(x, gamma, beta)
gap = max(np.abs(y_matrix[:, c] - y_images[:, c].ravel()).max() for c in range(3))
print(f"images {x.shape} as a matrix {matrix.shape}: the same numbers to 1e-12: {gap < 1e-12}")

# %% [markdown]
# The stack above walks over the channels one by one. In one go it takes two moves, and the order matters: first
# *move the channel axis to the end* (`np.moveaxis`, or `transpose`), then *merge the rest* (`reshape`). Why not only
# reshape? Because a reshape never moves a number. It reads the array in the order in which it lies, and in
# $(N, C, H, W)$ the last axis is $W$. Here is a batch in which every pixel holds the number of its own channel:

# %%
names = np.zeros((2, 2, 2, 2)) + np.arange(2).reshape(1, 2, 1, 1)
proper = np.stack([names[:, c].ravel() for c in range(2)], axis=1)
print("columns of the proper matrix:   ", *(proper[:, c].astype(int) for c in range(2)))
alone = names.reshape(-1, 2)
print("columns after a reshape alone:  ", *(alone[:, c].astype(int) for c in range(2)))
print("and yet the round trip is exact:", np.array_equal(alone.reshape(names.shape), names))
wrong = bn_forward(x.reshape(-1, 3), gamma, beta)[0].reshape(x.shape)
print(f"as batch norm it is off by up to {np.abs(wrong - y_images).max():.1f}, with no error raised")

# %% [markdown]
# The shapes are right, the round trip is exact, and every column is a mixture of channels. No assertion on shapes will
# ever find that.
#
# Now backward. Rearranging numbers has the simplest derivative there is: each number goes back to where it came from.
# So the gradient of batch norm on images is: rearrange $dy$ and $\hat x$ into matrices, go back through batch norm as
# for $(N, D)$, and rearrange $dx$ home, the two moves undone in the opposite order. Nothing new has to be derived. The
# $N$ of the formulas is now $N\cdot H\cdot W$, and $d\gamma_c$ and $d\beta_c$ are sums over that many terms.
#
# **Exercise 2.** Write it. `bn_backward` from the top of the lesson is yours to call; or leave the array as it is and
# write the formulas with sums over three axes. Either is a right answer.

# %% solution="batchnorm2d_backward"
def batchnorm2d_backward(dy, cache):
    """Back through batch norm of images: dy (N, C, H, W) -> dx (N, C, H, W), dgamma (C,), dbeta (C,).

    The cache is batchnorm2d_forward's: x and xhat (N, C, H, W), mean, var, rstd and gamma (C,), eps.
    dy and the cache are left as they were.
    """
    # about six lines
    ### BEGIN SOLUTION
    n, c, h, w = dy.shape

    def rows(a):
        return np.moveaxis(a, 1, -1).reshape(-1, c)  # (N·H·W, C)

    dx, dgamma, dbeta = bn_backward(rows(dy), {**cache, "xhat": rows(cache["xhat"])})
    return np.moveaxis(dx.reshape(n, h, w, c), -1, 1), dgamma, dbeta
    ### END SOLUTION

# %% tests="batchnorm2d_backward_check" points=4
check("batchnorm2d_backward", batchnorm2d_backward)

# %% [markdown]
# ### What it does: who hears of one pixel?
#
# We ask PyTorch's autograd for the same gradient. Then we let the loss depend on a single output, one pixel of one
# image, and count which inputs it reaches.

# %%
gradient_gaps = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    x, gamma, beta = 3 + 2 * rng.normal(size=(8, 5, 6, 7)), rng.uniform(0.5, 2, 5), rng.normal(size=5)
    dy = rng.normal(size=x.shape)
    leaves = [torch.tensor(a, requires_grad=True) for a in (x, gamma, beta)]
    functional.batch_norm(leaves[0], None, None, *leaves[1:], training=True).backward(torch.from_numpy(dy))
    mine = batchnorm2d_backward(dy, batchnorm2d_forward(x, gamma, beta)[1])
    gradient_gaps += [np.abs(a - leaf.grad.numpy()).max() for a, leaf in zip(mine, leaves, strict=True)]
print(f"dx, dγ, dβ are PyTorch's to 1e-12, 5 seeds: {max(gradient_gaps) < 1e-12}")

dy = np.zeros(z.shape)
dy[0, 3, 14, 14] = 1.0
_, cache = batchnorm2d_forward(z, np.ones(C), np.zeros(C))
dx, _, _ = batchnorm2d_backward(dy, cache)
reached = [int((dx[:, c] != 0).sum()) for c in range(C)]
print(f"one output pixel of channel 3 reaches {reached[3]} of {N * H * W} inputs of channel 3 and "
      f"{sum(reached) - reached[3]} of the other channels")
others = np.sort(np.abs(dx[:, 3]).ravel())[-2] / cache["rstd"][3]
print(f"itself with weight {dx[0, 3, 14, 14] / cache['rstd'][3]:.4f}/σ, no other pixel with more than "
      f"{np.ceil(1e4 * others) / 1e4:.4f}/σ")

# %% [markdown]
# Through the two statistics each pixel is coupled to every pixel of its channel in all 32 images, very weakly; and to
# no other channel at all. Weakly, because a mean of 25088 values hardly feels one of them. Which brings up a question:
#
# ## 4. How many values is a channel worth?
#
# The paper calls $m'=m\cdot p\cdot q$ the *effective* batch size: $m$ images of $p\times q$ pixels. The mean of $m'$
# independent values with standard deviation $\sigma$ scatters by $\sigma/\sqrt{m'}$. On log axes against $H\cdot W$
# that is a straight line of slope $-\frac12$. One strong consequence first: even a batch of *one image* has statistics.

# %% claims="17"
x_one = 3 + 2 * np.random.default_rng(0).normal(size=(1, 3, 8, 8))
gamma, beta = np.array([2.0, 1.0, 0.5]), np.array([1.0, 0.0, -1.0])
y_one, cache_one = batchnorm2d_forward(x_one, gamma, beta)
dx_one, _, _ = batchnorm2d_backward(np.random.default_rng(1).normal(size=x_one.shape), cache_one)
lonely, cache_lonely = batchnorm2d_forward(x_one[:, :, :1, :1], gamma, beta)
dx_lonely, _, _ = batchnorm2d_backward(np.ones((1, 3, 1, 1)), cache_lonely)
try:
    functional.batch_norm(torch.from_numpy(x_one[:, :, :1, :1]), None, None, training=True)
    refused = False
except ValueError:
    refused = True
print(f"(1, 3, 1, 1): the output is β: {np.array_equal(lonely.ravel(), beta)}; dx is 0: {not dx_lonely.any()}; "
      f"PyTorch refuses: {refused}")
print("claim 17: D — a batch of one is meaningless: true for (1, D) and (1, C, 1, 1), where the output is β and dx is "
      f"0; not for images, {x_one.shape} has {x_one[0, 0].size} values a channel, the output keeps std "
      f"{y_one[0, 0].std():.2f} = γ in channel 0, and |dx| reaches {np.abs(dx_one).max():.2f}")

# %% [markdown]
# So far the theory: 784 pixels count as 784 examples. Do they? The formula says *independent*, and neighbours in an
# image are anything but. **Turn the knob**: it sets the side of a window, $1\times1$ to $28\times28$, in the middle of
# an image of one channel. Eight images make a batch; 400 batches give 400 channel means; the figure shows how they
# scatter, in units of the standard deviation of a single value. Once for independent numbers, once for the ink of the
# digits.

# %%
SIDES, BATCH = [1, 2, 4, 7, 14, 28], 8
ink = mnist.x_train[:1500, 0]


def window(z, side):
    """The middle side × side pixels of maps (N, H, W)."""
    start = (28 - side) // 2
    return z[:, start : start + side, start : start + side]


def scattered_means(maps, rng):
    """400 channel means, each over a batch of 8 of the maps, in units of the std of one value, about their centre."""
    per_map = maps.mean(axis=(1, 2))
    means = per_map[rng.integers(len(maps), size=(400, BATCH))].mean(axis=1)
    return (means - per_map.mean()) / maps.std()


def both_kinds(seed):
    """For each side the scattered means of independent numbers and of ink."""
    rng = np.random.default_rng(seed)
    return [(scattered_means(rng.normal(size=(1500, side, side)), rng), scattered_means(window(ink, side), rng))
            for side in SIDES]


kinds = [both_kinds(seed) for seed in SEEDS]
pixels = np.array(SIDES) ** 2
spreads = np.array([[[m.std() for m in pair] for pair in kind] for kind in kinds])  # (seeds, sides, kinds)
slopes = [np.polyfit(np.log(pixels), np.log(s[:, 0]), 1)[0] for s in spreads]
worth = 1 / (BATCH * spreads[:, -1, 1] ** 2)
print(f"independent values: slope {np.mean(slopes):.2f} ± {np.std(slopes):.2f} (5 seeds), the theory says -0.50")
print(f"ink: the {H * W} pixels of an image are worth {worth.mean():.0f} ± {worth.std():.0f} independent values "
      "(5 seeds)")
behind = [filtered(mnist.x_train[:1500], seed, channels=1)[:, 0] for seed in SEEDS]
worths = sorted(z.var() / z.mean(axis=(1, 2)).var() for z in behind)
effect(None, "pixels of an image minus the independent values they are worth", H * W - worth, digits=0)
print("behind each of five random filters the same pixels are worth", ", ".join(f"{w:.0f}" for w in worths))


def draw_window(side):
    """Spread against H·W with this window marked, and the channel means themselves."""
    k = SIDES.index(side)
    fig, (left, right) = plots.new(1, 2, width=7.2, height=3.0)
    for kind, name in enumerate(("independent values", "ink of digits")):
        look = {"color": plots.COLORS[kind], "linestyle": plots.LINES[kind]}
        left.loglog(pixels, spreads[:, :, kind].mean(axis=0), marker=plots.MARKERS[kind], label=name, **look)
        right.hist(kinds[0][k][kind], bins=np.linspace(-1, 1, 61), histtype="step", linewidth=1.6, **look)
    left.axvline(side**2, color=plots.BLACK, linewidth=0.8)
    left.minorticks_off()
    left.set(xlabel="pixels of the window, H·W", ylabel="spread of the channel mean / σ", xticks=pixels,
             xticklabels=pixels, yticks=[0.01, 0.03, 0.1, 0.3], yticklabels=["0.01", "0.03", "0.1", "0.3"])
    left.legend(loc="lower left", fontsize=8)
    right.set(xlabel="channel mean / σ, about its centre", ylabel="batches of 400", title=f"H·W = {side**2}")
    plots.show(fig, alt=f"Left: spread of the channel mean against H times W on log axes, a straight line of slope "
               "minus one half for independent values, a higher and flatter curve for the ink of digits. Right: "
               f"histograms of 400 channel means of each kind at H times W = {side**2}.")


widgets.slider(draw_window, "side of the window", SIDES, 7)

# %% [markdown]
# Independent numbers obey the theory to the second digit. Ink does not: neighbouring pixels repeat each other, and all
# pixels of an image share the thickness of its strokes. As evidence about the mean, 784 pixels of ink are worth some
# fifty. Behind a filter the count may be anything: where the filter's weights nearly cancel, the mean of *every* image
# is nearly 0, light against dark, and is known better than independent values could tell.
#
# So read "effective batch size" as what it is: the number of values that are summed, right in every formula. It is no
# promise of how well the mean is known. A batch of two large pictures is still a batch of two pictures.

# %% [markdown]
# ## 5. Folding into a convolution
#
# At inference the statistics are fixed numbers, and batch norm is a straight line for each channel. A convolution in
# front of it is linear, too. Two linear maps in a row are one, so we look for a kernel $w'$ and bias $b'$ such that a
# single convolution does the work of both. With $m_o, v_o$ the running mean and variance of output channel $o$:
#
# $$\underbrace{(w'_o * x)+b'_o}_{\text{one convolution}}\;=\;\gamma_o\,
# \frac{\overbrace{(w_o*x)+b_o}^{z_o}-m_o}{\sqrt{v_o+\epsilon}}+\beta_o\qquad\text{for every image } x .$$
#
# You need one property: a number can be pulled into a kernel, $s\,(w_o*x)=(s\,w_o)*x$. Then compare what is convolved
# with $x$ on both sides, and what is left. The kernel has shape $(O, I, k_H, k_W)$: which of these four axes does the
# number $s_o$ belong to?
#
# **Exercise 3.** Write it.

# %% solution="fold_batchnorm2d"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    """The convolution that equals convolution, then batch norm at inference.

    weight (O, I, kH, kW), all others (O,) but the number eps -> weight (O, I, kH, kW), bias (O,), both new.
    """
    # about three lines
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale.reshape(-1, 1, 1, 1), (bias - running_mean) * scale + beta
    ### END SOLUTION

# %% tests="fold_batchnorm2d_check" points=3
check("fold_batchnorm2d", fold_batchnorm2d)

# %% [markdown]
# Two layers against one, with everything a real convolution has: several input channels, a stride, zeros at the edge.

# %%
fold_gaps = []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    images, weight = rng.normal(size=(6, 4, 9, 9)), rng.normal(size=(5, 4, 3, 3))
    bias, gamma, beta, mean = rng.normal(size=(4, 5))
    var = rng.uniform(0.5, 2, 5)
    two = functional.batch_norm(torch.from_numpy(conv(images, weight, bias, stride=2, padding=1)),
                                *map(torch.from_numpy, (mean, var, gamma, beta)), eps=1e-5).numpy()
    one = conv(images, *fold_batchnorm2d(weight, bias, gamma, beta, mean, var, 1e-5), stride=2, padding=1)
    fold_gaps.append(np.abs(two - one).max())
print(f"convolution and batch norm = one folded convolution, to 1e-12, 5 seeds: {max(fold_gaps) < 1e-12}")

# %% [markdown]
# Stride and padding do no harm: they decide *which* windows are multiplied with the kernel, and batch norm comes after
# that. (What if it came before? Question 2.)
#
# ## 6. Your own code put to work
#
# A small network on true MNIST: four convolutions of eight channels, each with batch norm and a ReLU, then one linear
# layer. PyTorch does the convolutions. Batch norm is yours, forward and backward: the class below only hands arrays
# over. 4000 digits, 100 steps of 64. We train it with and without, at two learning rates, with five seeds each.

# %%
class YourNorm(torch.autograd.Function):
    """Hands tensors to the two functions above, as autograd wants it."""

    @staticmethod
    def forward(ctx, layer, x, gamma, beta):
        y, layer.cache = batchnorm2d_forward(*(t.detach().numpy() for t in (x, gamma, beta)))
        ctx.cache = layer.cache
        return torch.from_numpy(y)

    @staticmethod
    def backward(ctx, dy):
        grads = batchnorm2d_backward(dy.numpy(), ctx.cache)
        return None, *(torch.from_numpy(np.ascontiguousarray(g)) for g in grads)


class YourBatchNorm2d(torch.nn.Module):
    """Batch norm in training; the last batch's statistics stay in `cache`."""

    def __init__(self, channels):
        super().__init__()
        self.gamma, self.beta = torch.nn.Parameter(torch.ones(channels)), torch.nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return YourNorm.apply(self, x, self.gamma, self.beta)


def build(norm, seed):
    """1 -> 8 -> 8 -> 8 -> 8 channels, 28 -> 14 -> 7 -> 7 -> 7 pixels, ten scores."""
    torch.manual_seed(seed)
    layers, inputs = [], 1
    for stride in (2, 2, 1, 1):
        layers += [torch.nn.Conv2d(inputs, 8, 3, stride=stride, padding=1, bias=not norm),
                   *([YourBatchNorm2d(8)] if norm else []), torch.nn.ReLU()]
        inputs = 8
    return torch.nn.Sequential(*layers, torch.nn.Flatten(), torch.nn.Linear(8 * 49, 10))


# Both networks get standardized inputs: one mean and one std, the training set's.
centre, scale = mnist.x_train.mean(), mnist.x_train.std()
x_train, x_test = (torch.from_numpy((x - centre) / scale) for x in (mnist.x_train, mnist.x_test))


def train(norm, lr, seed, steps=100):
    """The trained network, its loss by step, and its accuracy on the test set as one batch."""
    net, rng, losses = build(norm, seed), np.random.default_rng(seed), []
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    while len(losses) < steps:
        for rows, y in data.batches(np.arange(len(x_train)), mnist.y_train, 64, rng):
            loss = functional.cross_entropy(net(x_train[rows]), torch.from_numpy(y))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    with torch.no_grad():
        accuracy = (net(x_test).argmax(dim=1).numpy() == mnist.y_test).mean()
    return net, losses[:steps], accuracy


RATES = (0.1, 0.3)
runs = {(norm, lr): [train(norm, lr, seed) for seed in SEEDS] for norm in (True, False) for lr in RATES}
for (norm, lr), group in runs.items():
    accuracies = [run[2] for run in group]
    print(f"{'with batch norm' if norm else 'without':>15}, rate {lr}: test accuracy {np.mean(accuracies):.2f} ± "
          f"{np.std(accuracies):.2f}, worst {min(accuracies):.2f} (5 seeds)")
for lr in RATES:
    better = np.array([a[2] - b[2] for a, b in zip(runs[True, lr], runs[False, lr], strict=True)])
    effect(None, f"accuracy of four convolutions after 100 steps at rate {lr}, with batch norm − without", better)

# %%
fig, axes = plots.new(1, 2, width=7.2, height=3.0, sharey=True)
for ax, lr in zip(axes, RATES, strict=True):
    for k, (norm, name) in enumerate(((True, "with your batch norm"), (False, "without"))):
        losses = np.array([run[1] for run in runs[norm, lr]])
        ax.plot(losses.mean(axis=0), color=plots.COLORS[k], linestyle=plots.LINES[k], label=name)
        ax.fill_between(range(losses.shape[1]), losses.min(axis=0), losses.max(axis=0), color=plots.COLORS[k],
                        alpha=0.2, linewidth=0)
    ax.set(xlabel="step", title=f"learning rate {lr}", ylim=(0, 3))
axes[0].set_ylabel("loss on the batch")
axes[0].legend(loc="upper right", fontsize=8)
plots.show(fig, alt="Loss on the batch against the step at learning rates 0.1 and 0.3, mean and range of five seeds. "
           "With batch norm the loss is below 0.5 after some 30 steps at both rates; without it stays near its start "
           "for 20 steps and more, and at 0.3 the seeds spread from success to no start at all.")

# %% [markdown]
# Four convolutions are not deep, and digits are easy. Yet without batch norm nothing happens for a good while. Look at
# what the linear layer at the end is given before the first step:

# %%
differences = {}
for norm in (True, False):
    with torch.no_grad():
        ends = [torch.nn.Sequential(*list(build(norm, seed))[:-1])(x_train[:1000]) for seed in SEEDS]
    differences[norm] = [end.std(dim=0).mean().item() for end in ends]
    print(f"{'with batch norm' if norm else 'without':>15}: how much digits differ at the end, before any step: "
          f"{np.mean(differences[norm]):.3f} ± {np.std(differences[norm]):.3f} (5 seeds)")
effect(None, "how much digits differ at the end before any step, with batch norm − without",
       np.subtract(differences[True], differences[False]))

# %% [markdown]
# The default weights shrink what passes through them, layer by layer, as in lesson 03, until the last layer sees hardly
# any difference between digits. With batch norm, every layer hands on values of standard deviation $\gamma$.
#
# Now serve the trained network. We send 1000 training images through it once, take the statistics that your forward
# pass left in its cache, and fold each batch norm into the convolution before it. What is left has no batch norm at
# all, and answers one image at a time.

# %%
def served(net):
    """The same network for inference: each batch norm folded into its convolution."""
    with torch.no_grad():
        net(x_train[:1000])  # leaves the statistics of 1000 images in the caches
        layers = list(net)
        for k in reversed(range(1, len(layers))):
            if isinstance(layers[k], YourBatchNorm2d):
                old, norm = layers[k - 1], layers.pop(k)
                new = torch.nn.Conv2d(old.in_channels, 8, 3, stride=old.stride, padding=1, dtype=torch.float64)
                folded = fold_batchnorm2d(old.weight.numpy(), np.zeros(8), norm.gamma.numpy(), norm.beta.numpy(),
                                          norm.cache["mean"], norm.cache["var"], 1e-5)
                for parameter, value in zip(new.parameters(), folded, strict=True):
                    parameter.copy_(torch.from_numpy(value))
                layers[k - 1] = new
    return torch.nn.Sequential(*layers)


served_accuracies, alone_gaps = [], []
for net, _, _ in runs[True, 0.1]:
    small = served(net)
    with torch.no_grad():
        scores = small(x_test)
        alone_gaps.append(max((small(x_test[[i]]) - scores[i]).abs().max().item() for i in range(50)))
    served_accuracies.append((scores.argmax(dim=1).numpy() == mnist.y_test).mean())
print(f"layers: {len(runs[True, 0.1][0][0])} in training, {len(small)} served")
print(f"served, without batch norm: test accuracy {np.mean(served_accuracies):.2f} ± {np.std(served_accuracies):.2f}")
print(f"one image alone is answered as in a crowd, to 1e-12: {max(alone_gaps) < 1e-12}")

# %% [markdown]
# ## 7. In your own words

# %% [markdown] manual="why_channel" points=2
# **Question 1.** A colleague flattens feature maps $(N, C, H, W)$ to $(N, C\cdot H\cdot W)$, uses lesson 03's batch
# norm and shapes back. It runs, and the loss falls. Explain in four or five sentences what he has changed: how many
# statistics and parameters there are, how many values each rests on, and what happens to a digit that is moved.
#
# ### BEGIN SOLUTION
# He normalizes each pixel of each channel by itself: C·H·W means, variances, γ and β instead of C of each, and each
# statistic rests on N values instead of N·H·W, so it is noisier. The same filter response is now scaled differently
# at different places, so a moved digit no longer gives a moved output: the property that the convolution guarantees is
# lost. It is worst where few images have ink, near the edge: there a single stroke becomes an outlier of up to √(N−1).
# One mean a channel sends all places through the same straight line, and a move stays a move.
#
# Rubric: 1 point for the counts (C·H·W against C, and N against N·H·W values); 1 point for the loss of "the same
# treatment at every place" and its consequence for a moved image.
# ### END SOLUTION

# %% [markdown] manual="fold_before" points=2
# **Question 2.** In some networks batch norm stands *before* the convolution: first $y=s\,x+t$ for each input channel
# (statistics fixed), then a convolution with kernel $w$ that pads $y$ with zeros. Can it be folded into that
# convolution exactly? Say what becomes of $s$, what becomes of $t$, and where a folded network would differ.
#
# ### BEGIN SOLUTION
# The scale s can be pulled into the kernel, along its *input* channels: multiplying zeros by s leaves zeros. The shift
# t would go into the bias as t times the sum of the kernel over its window and input channels. That is exact where the
# whole window lies inside the image. At the edge it is not: the padding is added after batch norm, so padded places
# hold 0 and not t, and fewer terms of the kernel meet a t than the constant bias supposes. So the folded network
# differs in a border as wide as the padding, unless there is no padding, t = 0, or x is padded with −t/s.
#
# Rubric: 1 point for s into the input axis of the kernel and t into the bias by the sum of the kernel; 1 point for
# "not at the border, because zeros are padded after the shift".
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - $(N, C, H, W)$: one mean, one variance, one $\gamma$, one $\beta$ for each **channel**. Sums run over $N$, $H$, $W$.
# - The reason is the convolution's own: all places are treated alike, so a moved image gives a moved output. A mean per
#   pixel breaks that; a mean per image keeps it, but forgets how strong the image's answer was.
# - It is lesson 03 on a matrix $(N\cdot H\cdot W, C)$. Move the channel axis to the end, *then* reshape; a reshape
#   alone mixes channels, with perfect shapes. Backward: the same road home.
# - $N\cdot H\cdot W$ is the count in every formula, but not a count of independent witnesses: neighbouring pixels
#   repeat each other. A batch of one image works, unless $H=W=1$.
# - At inference batch norm folds into the convolution *before* it: the kernel is scaled along its output axis, the
#   bias follows, and the layer is gone.
#
# **Next.** Lesson 08 asks why all this helps, and measures the answers that were given.
#
# ## To read
#
# - [BN] Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §3.2, the
#   second half: the convolutional property, the effective batch size, one pair $\gamma$, $\beta$ a feature map.
# - Wu & He 2018, *Group Normalization* ([1803.08494](https://arxiv.org/abs/1803.08494)): figure 2, the cube of axes for
#   batch, layer, instance and group norm.
# - Ulyanov, Vedaldi & Lempitsky 2016, *Instance Normalization* ([1607.08022](https://arxiv.org/abs/1607.08022)): why
#   one would *want* to forget an image's contrast.
