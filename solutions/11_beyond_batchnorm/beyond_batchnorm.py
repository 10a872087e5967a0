# %% [markdown]
# # Lesson 11: beyond batch norm
#
# **You will be able to**
#
# - say of any normalization which numbers share a mean, and write the whole family as one function;
# - say which of them need a batch, which need two modes, and what each forgets about its input;
# - write batch renormalization, and explain why training and inference of batch norm differ in the first place;
# - normalize weights instead of values: weight norm and spectral norm;
# - choose: by a measured figure of accuracy against batch size, and by what is used where today.
#
# **Time:** about 120 minutes. **Graded:** seven functions (19 points) and two questions in prose (4 points).
#
# **What you need from before**, said once more so that nothing here depends on an earlier answer. Batch norm of a batch
# $x$ of shape $(N, D)$ takes one mean $\mu$ and one biased variance $\sigma^2$ for each feature, over the $N$ examples:
#
# $$\hat x=\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}},\qquad y=\gamma\,\hat x+\beta .$$
#
# For images $(N, C, H, W)$ it takes one of each for every channel, over $N$, $H$ and $W$. At inference $\mu$ and
# $\sigma^2$ are replaced by averages kept during training. A line `claim 61: T` holds a sentence from lecture notes
# against the numbers: T for true, F for false, D for "it depends". A line `effect: …` gives one finding as mean ±
# standard deviation over five seeds, and in how many of the five it is above 0; `paper: …` sets a number of ours beside
# a paper's. Papers in brackets are listed at the end.

# %% readonly="imports"
import numpy as np

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)

# %% [markdown]
# The demonstrations need a little more. Your answers never do: they are NumPy and nothing else.

# %%
import torch
from matplotlib.patches import Rectangle
from torch.nn import functional

from bnlib import crowd, data, plots, widgets
from bnlib.findings import against_paper, effect

torch.set_num_threads(1)  # the same sums in the same order on every machine
SEEDS = range(5)
EPS = 1e-5
digits = data.load_digits()  # 1348 and 449 handwritten digits, (N, 64)
SIZES = (2, 4, 8, 16, 32, 64)


def spread(values):
    return f"{np.mean(values):.2f} ± {np.std(values):.2f}"


def look(k):
    """Colour, line and marker number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k % len(plots.LINES)], "marker": plots.MARKERS[k]}

# %% [markdown]
# ## 1. A puzzle: two images at a time
#
# A network with batch norm, two hidden layers of 64 units, learns the digits in batches of 32: 98 of 100 test digits
# right. Now the images get large. Detection and segmentation work on pictures of a thousand pixels a side, and of those
# only *two* fit into the memory of a GPU. So we train the same network in batches of 2: the same digits, the same three
# passes over them, and a learning rate in proportion to the batch, so that the weights travel about as far. The
# network *without* any normalization gets 96 of 100 right in this way, at 2 as at 32.
#
# **Predict first.** How many of 100 with batch norm and batches of 2?

# %%
guess = None  # for example 95

# %% [markdown]
# To have a mean and a spread at the price of one run, we train five networks side by side (`bnlib.crowd`): arrays are
# $(S, B, D)$, network, example, feature. A normalization is a small class with a way forward and a way back.

# %%
def way_back(x, dxhat, axes):
    """Back through (x − mean)/√(var + ε) over `axes`: one formula for all norms, lesson 04's with other axes."""
    centred = x - x.mean(axis=axes, keepdims=True)
    rstd = 1 / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + EPS)
    xhat = centred * rstd
    along = (dxhat * xhat).mean(axis=axes, keepdims=True)
    return rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * along)


class BatchNorm:
    """Statistics over the batch in training, running ones at inference; averages that forget."""

    mean, var = 0.0, 1.0

    def forward(self, x, progress):
        if progress is None:
            return (x - self.mean) / np.sqrt(self.var + EPS)
        mean, var, size = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True), x.shape[1]
        self.x, momentum = x, 0.1 * size / 32  # an average over about as many examples at every batch size
        self.mean = (1 - momentum) * self.mean + momentum * mean
        self.var = (1 - momentum) * self.var + momentum * var * size / (size - 1)
        return (x - mean) / np.sqrt(var + EPS)

    def backward(self, dxhat):
        return way_back(self.x, dxhat, (1,))


def trained(norm, batch_size):
    """Test accuracies of five networks: three epochs, a learning rate of 0.2 at batches of 32."""
    return crowd.accuracies(norm, digits, batch_size, epochs=3, lr=0.2 * batch_size / 32, seeds=SEEDS)


print(f"batches of 32: batch norm {spread(trained(BatchNorm, 32))}, no normalization {spread(trained(None, 32))}")

# %% varies=true
print(f"batches of 2: batch norm {spread(trained(BatchNorm, 2))}, no normalization {spread(trained(None, 2))}")
print("your guess:", guess)

# %% [markdown]
# A method that was to help has done harm, and much of it. (Your number may differ by some points: at batches of 2 batch
# norm is so touchy that a rounding error in the last digit of a weight ends in other networks.) With two examples,
# $\hat x$ of a feature is nearly $+1$ for one of them and $-1$ for the other, *whatever the two are*: only the order is
# left. And what the network learned to do with $\pm1$ it does not do with the running statistics at inference.
#
# The batch is the culprit. So let us ask: who says that the numbers that share a mean must come from the batch?
#
# ## 2. One function
#
# Take feature maps: images, channels, pixels. To normalize is to choose *which numbers share a mean and a variance*.
# Here is the whole family at one glance, four images with six channels of four pixels each. The coloured numbers share
# one mean.

# %%
def family_picture():
    """Four norms on (N, C, H, W) = (4, 6, 2, 2)."""
    panels = (("batch norm\naxes N, H, W", lambda n, c: c == 2), ("layer norm\naxes C, H, W", lambda n, c: n == 1),
              ("instance norm\naxes H, W", lambda n, c: (n, c) == (1, 2)),
              ("group norm, 2 groups\naxes C/G, H, W", lambda n, c: n == 1 and c < 3))
    fig, axes = plots.new(1, 4, width=8.2, height=2.3)
    for ax, (title, shares) in zip(axes, panels, strict=True):
        for n, c, pixel in np.ndindex(4, 6, 4):
            own = shares(n, c)
            ax.add_patch(Rectangle((2.5 * c + pixel % 2, 2.5 * n + pixel // 2), 1, 1, linewidth=0.6, edgecolor="white",
                                   facecolor=plots.BLUE if own else "#dddddd", hatch="////" if own else None))
        ax.set(xlim=(-0.3, 14.8), ylim=(9.8, -0.3), aspect="equal", xticks=2.5 * np.arange(6) + 1,
               yticks=2.5 * np.arange(4) + 1, xlabel="channel")
        ax.set_xticklabels(range(6))
        ax.set_yticklabels(range(4) if ax is axes[0] else [])
        ax.set_title(title, fontsize=9)
        ax.grid(False)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("image")
    return fig


plots.show(family_picture(), alt="Four panels, each with four images as rows, six channels as columns, four pixels in "
           "each field. Batch norm marks one column: a channel in all images. Layer norm marks one row: an image with "
           "all its channels. Instance norm marks one field. Group norm marks half a row: three channels of one image.")

# %% [markdown]
# Everything else is the same. Each norm subtracts the mean of its set and divides by $\sqrt{\sigma^2+\epsilon}$ of its
# set, then scales by $\gamma$ and shifts by $\beta$. So they are one function, and the axes are an argument of it:
#
# $$\hat x=\frac{x-\operatorname{mean}_{axes}(x)}{\sqrt{\operatorname{var}_{axes}(x)+\epsilon}} .$$
#
# `axes` are the axes that are *used up*. Indices along the other axes say which set a number belongs to.
#
# **Exercise 1.** Write it, for an array of any shape and any tuple of axes. One mean runs over all of the axes at once;
# keep the used-up axes with length 1 (`keepdims=True`), or NumPy will lay the means along the wrong ones.

# %% solution="normalize"
def normalize(x, axes, eps=1e-5):
    """x of any shape, axes a tuple of axis numbers -> xhat of x's shape: mean 0 and variance near 1 over the axes.

    The variance is biased: divided by how many numbers share it. An axis of -1 is the last, as always in NumPy.
    x is left as it was; it may hold whole numbers.
    """
    # about three lines
    ### BEGIN SOLUTION
    centred = x - x.mean(axis=axes, keepdims=True)
    var = (centred**2).mean(axis=axes, keepdims=True)
    return centred / np.sqrt(var + eps)
    ### END SOLUTION

# %% tests="normalize_check" points=3
check("normalize", normalize)

# %% [markdown]
# ### What it does: five layers of PyTorch
#
# Each line of the table is your function with other axes. Group norm needs one move more: channels are cut into $G$
# groups of $C/G$ by a reshape to $(N, G, C/G, H, W)$; then the last three axes are used up.

# %%
rng = np.random.default_rng(0)
maps = 3 + 2 * rng.normal(size=(8, 6, 5, 4))
maps *= rng.uniform(0.5, 2, size=(8, 6, 1, 1))  # images and channels of unlike strength
t = torch.from_numpy(maps)
split = (8, 2, 3, 5, 4)
family = {
    "batch norm": (maps, (0, 2, 3), functional.batch_norm(t, None, None, training=True)),
    "layer norm": (maps, (1, 2, 3), functional.layer_norm(t, (6, 5, 4))),
    "layer norm, C only": (maps, (1,), functional.layer_norm(t.movedim(1, -1), (6,)).movedim(-1, 1)),
    "instance norm": (maps, (2, 3), functional.instance_norm(t)),
    "group norm, G = 2": (maps.reshape(split), (2, 3, 4), functional.group_norm(t, 2)),
}
family_gap = {}
print(f"maps (N, C, H, W) = {maps.shape}")
for name, (array, axes, theirs) in family.items():
    count = int(np.prod([array.shape[axis] for axis in axes]))
    family_gap[name] = np.abs(normalize(array, axes).reshape(maps.shape) - theirs.numpy()).max()
    print(f"{name:>18}: axes {axes!s:9} of {array.shape!s:15} {maps.size // count:3d} means over {count:3d} numbers, "
          f"PyTorch's to 1e-12: {family_gap[name] < 1e-12}")

# %% [markdown]
# Two lines are called layer norm. On images the name stands for either: all of $C, H, W$ together, as in the picture,
# or the channels of each pixel by itself, as in a transformer that reads patches. Ask which, when you meet it.
#
# ### The notes say, the numbers say: a mean over the components of each instance
#
# One set of notes defines batch norm's $\mu$ as "the mean of the feature components of each instance". In our shapes
# $(N, D)$: an instance is a row, its components lie along axis 1. That is a fine normalization. It has another name.

# %% claims="73"
rng = np.random.default_rng(1)
features = rng.normal(size=(6, 4)) * [1, 10, 100, 1000] + [0, 5, -50, 700]  # four features of unlike scale
batch_norm, layer_norm = normalize(features, (0,)), normalize(features, (1,))
transposed = normalize(features.T, (1,)).T
print("batch norm, means of the columns:", batch_norm.mean(axis=0).round(10) + 0.0)
print("layer norm, means of the rows:   ", layer_norm.mean(axis=1).round(10) + 0.0)
print("layer norm leaves features of scale", np.abs(layer_norm).mean(axis=0).round(2))
same = np.abs(batch_norm - transposed).max() < 1e-12
print("claim 73: F — μ is the mean of the feature components of each instance: that is layer norm. Batch norm has one "
      f"mean a feature; the two differ here by up to {np.abs(batch_norm - layer_norm).max():.2f}, and BN(x) is LN of "
      f"the transposed matrix, to 1e-12: {same}")

# %% [markdown]
# The mix-up is more than a matter of names. Let the four features be metres, seconds, degrees and euros: the mean of
# a row has no meaning, and after layer norm the fourth feature is still by far the largest: a row is rescaled *as a
# whole*. Layer norm belongs where the entries of a row are alike, behind a linear layer, not on raw data.
#
# ## 3. Layer norm
#
# Each example is normalized by itself, over its own features ([LN] §3). Three things follow at once.
#
# - No example hears of another. A batch of one is as good as any.
# - Training and inference do the same. Nothing is kept, there is no second mode to forget.
# - In a sequence $(N, T, D)$, each position $t$ is normalized over its $D$ features, so sequences may be of any length.
#
# What stays as in batch norm: one $\gamma$ and one $\beta$ *for each feature*. That is worth a thought. In batch norm
# statistics and parameters have the same shape $(D,)$. Here the mean has shape $(N,)$ or $(N, T)$, while $\gamma$ and
# $\beta$ still have shape $(D,)$.
#
# **Exercise 2.** Write it for $(N, D)$ and $(N, T, D)$. The features are the last axis, and $-1$ is its name in both.

# %% solution="layernorm"
def layernorm(x, gamma, beta, eps=1e-5):
    """Layer norm: x (N, D) or (N, T, D), gamma and beta (D,) -> y of x's shape, each row of D features by itself.

    No argument is changed; x may hold whole numbers.
    """
    # one line, if you call normalize (once it has passed its check)
    ### BEGIN SOLUTION
    return gamma * normalize(x, (-1,), eps) + beta
    ### END SOLUTION

# %% tests="layernorm_check" points=2
check("layernorm", layernorm)

# %% [markdown]
# ### What it does: alone, in company, and through time
#
# First the company: does an example's output change when the other examples of its batch do? Then a recurrent network,
# in its barest form, $h_t=h_{t-1}W$ for rows $h$, the same $W$ at every step. Multiply by one matrix for fifty steps,
# and what is left dies out or explodes, unless something holds it.

# %% claims="69"
ones, zeros = np.ones(32), np.zeros(32)
moved, long_run = {"batch": [], "layer": []}, {(gain, norm): [] for gain in (0.7, 1.4) for norm in (False, True)}
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(8, 32))
    others = np.concatenate([rows[:1], rng.normal(size=(7, 32))])  # the same first example, new companions
    for name, norm in (("batch", lambda a: normalize(a, (0,))), ("layer", lambda a: layernorm(a, ones, zeros))):
        moved[name].append(np.abs(norm(others)[0] - norm(rows)[0]).max())
    for gain, norm in long_run:
        weight = gain * rng.normal(size=(32, 32)) / np.sqrt(32)
        h = rng.normal(size=(8, 32))
        for _ in range(50):
            h = layernorm(h @ weight, ones, zeros) if norm else h @ weight
        long_run[gain, norm].append(np.log10(h.std()))
for (gain, norm), sizes in long_run.items():
    print(f"gain {gain}, {'with layer norm' if norm else 'without':>15}: after 50 steps h has standard deviation "
          f"10^{np.mean(sizes).round() + 0:.0f} (5 seeds)")
print("claim 69: T — layer norm against batch norm: it takes the other axis; with other companions in the batch an "
      f"example's output moves by up to {spread(moved['batch'])} under batch norm, by {spread(moved['layer'])} under "
      "layer norm (5 seeds), which needs no batch and no second mode, so it suits RNNs and transformers")
effect(69, "largest move of an example's output with new companions, batch norm − layer norm",
       np.subtract(moved["batch"], moved["layer"]))

# %% [markdown]
# Batch norm in a recurrent network would need statistics for each step $t$, and has none for a step later than any
# in training. Layer norm has no such trouble: it came from RNNs, and the transformer took it over.
#
# ### RMS norm: what can be left out?
#
# Today's large language models mostly use something simpler still ([RMS]):
#
# $$y=\gamma\,\frac{x}{\sqrt{\frac1D\sum_d x_d^2+\epsilon}} .$$
#
# One line. It drops two things: the mean is not subtracted, and there is no $\beta$. What it keeps is the one that
# held the recurrent network together: a row multiplied by a positive number comes out the same. What it gives up: a row
# with a number *added* to all its features does not.

# %%
def rmsnorm(x, gamma, eps=1e-5):
    """RMS norm: x (…, D), gamma (D,) -> y of x's shape."""
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps)


rng = np.random.default_rng(2)
rows = rng.normal(size=(8, 32))
centred = rows - rows.mean(axis=1, keepdims=True)
print(f"a row that has mean 0: RMS norm is layer norm, to 1e-12: "
      f"{np.abs(rmsnorm(centred, ones) - layernorm(centred, ones, zeros)).max() < 1e-12}")
for name, norm in (("layer norm", lambda a: layernorm(a, ones, zeros, 0)), ("RMS norm", lambda a: rmsnorm(a, ones, 0))):
    print(f"{name:>10}: rows times 10 move the output by {np.abs(norm(10 * rows) - norm(rows)).max():.2f}, "
          f"rows plus 10 by {np.abs(norm(rows + 10) - norm(rows)).max():.2f}")
x, gamma = torch.from_numpy(rows), torch.from_numpy(ones)
print("PyTorch's rms_norm, to 1e-12:",
      np.abs(rmsnorm(rows, ones) - functional.rms_norm(x, (32,), gamma, 1e-5).numpy()).max() < 1e-12)

# %% [markdown]
# ## 4. Instance norm and group norm
#
# For images there are two more sets to choose. **Instance norm** takes each channel of each image by itself, over its
# pixels. A faint image and a strong one come out alike: contrast is wiped out. To repaint a photograph in the style of
# a painter that is just what is wanted, for contrast is style ([IN]). To recognize what is in the picture, it may be
# just what was needed.
#
# **Group norm** is the middle way: some neighbouring channels of one image together, in $G$ groups ([GN] §3). Within a
# group a strong channel stays strong next to a weak one. $G=1$ takes all channels of an image together, $G=C$ is
# instance norm. It never looks at the batch.
#
# **Exercise 3.** Instance norm. As in lesson 07, $\gamma$ and $\beta$ have one entry for each channel: shape them
# $(1, C, 1, 1)$.

# %% solution="instancenorm"
def instancenorm(x, gamma, beta, eps=1e-5):
    """Instance norm: x (N, C, H, W), gamma and beta (C,) -> y (N, C, H, W), each channel of each image by itself.

    No argument is changed.
    """
    # about two lines
    ### BEGIN SOLUTION
    along_c = (1, -1, 1, 1)
    return gamma.reshape(along_c) * normalize(x, (2, 3), eps) + beta.reshape(along_c)
    ### END SOLUTION

# %% tests="instancenorm_check" points=2
check("instancenorm", instancenorm)

# %% [markdown]
# **Exercise 4.** Group norm. The first $C/G$ channels are group 0, the next $C/G$ group 1, and so on. A reshape splits
# one axis into two, and *the order of the two decides*: $(N, G, C/G, H, W)$ keeps neighbours together, $(N, C/G, G, H,
# W)$ deals the channels out like cards. $\gamma$ and $\beta$ have one entry per channel, not per group.

# %% solution="groupnorm"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    """Group norm: x (N, C, H, W), groups dividing C, gamma and beta (C,) -> y (N, C, H, W).

    The C/groups neighbouring channels of a group share one mean and variance in each image, over their pixels.
    No argument is changed.
    """
    # about five lines
    ### BEGIN SOLUTION
    n, c, h, w = x.shape
    xhat = normalize(x.reshape(n, groups, c // groups, h, w), (2, 3, 4), eps).reshape(x.shape)
    along_c = (1, -1, 1, 1)
    return gamma.reshape(along_c) * xhat + beta.reshape(along_c)
    ### END SOLUTION

# %% tests="groupnorm_check" points=3
check("groupnorm", groupnorm)

# %% [markdown]
# ### What it does: who remembers that one channel was strong?
#
# Eight images of six channels. In image 0, the filter of channel 0 answers three times as strongly as before. How
# strong is that channel *after* each norm, measured by its standard deviation, compared with before the change?

# %%
plain = np.random.default_rng(3).normal(size=(8, 6, 5, 4))
strong = plain.copy()
strong[0, 0] *= 3
one, nil = np.ones(6), np.zeros(6)
for name, norm in (("batch norm", lambda a: normalize(a, (0, 2, 3))),
                   ("group norm, G = 1", lambda a: groupnorm(a, 1, one, nil)),
                   ("group norm, G = 2", lambda a: groupnorm(a, 2, one, nil)),
                   ("group norm, G = 3", lambda a: groupnorm(a, 3, one, nil)),
                   ("instance norm", lambda a: instancenorm(a, one, nil))):
    channel, neighbour = norm(strong)[0, :2].std(axis=(1, 2)) / norm(plain)[0, :2].std(axis=(1, 2))
    print(f"{name:>17}: channel 0 comes out {channel:.2f} times as strong, its neighbour {neighbour:.2f} times")
ends = [np.abs(groupnorm(plain, 6, one, nil) - instancenorm(plain, one, nil)).max(),
        np.abs(groupnorm(plain, 1, one, nil) - normalize(plain, (1, 2, 3))).max()]
print(f"G = C is instance norm, G = 1 is all channels together, to 1e-12: {max(ends) < 1e-12}")

# %% [markdown]
# Instance norm has forgotten the change altogether. Batch norm lets nearly 2 of the factor 3 through, at the price of
# channel 0 in the other seven images: the $\sigma$ that they share has grown. Group norm keeps the *proportion* between
# the channels of a group, 3 to 1, and the price is paid by the neighbours in the group: the fewer they are, the dearer.
#
# ## 5. Batch renormalization
#
# All the norms so far leave the batch. The next one stays, and repairs what is broken: that training and inference
# compute two different functions ([BR]). In training $x$ becomes $(x-\mu_B)/\sigma_B$ by the batch's statistics, at
# inference $(x-\mu)/\sigma$ by the running ones. Write the second in terms of the first:
#
# $$\frac{x-\mu}{\sigma}=\frac{x-\mu_B}{\sigma_B}\,r+d,\qquad r=\frac{\sigma_B}{\sigma},\qquad
# d=\frac{\mu_B-\mu}{\sigma}.$$
#
# Check it with a pencil; it is two lines, and exact. So multiply by $r$ and add $d$ *in training*, and both agree.
#
# Two conditions. First, $r$ and $d$ are **constants** to the gradient: it flows through $\mu_B$ and $\sigma_B$ as in
# batch norm. If it flowed through $r$ and $d$, too, the batch's statistics would cancel from it, and the weights could
# grow without anything noticing ([BN] §2). Second, running statistics are of no use while they are still far off, so
# $r$ and $d$ are kept within limits,
#
# $$r\leftarrow\operatorname{clip}(r,\,1/r_{\max},\,r_{\max}),\qquad
# d\leftarrow\operatorname{clip}(d,\,-d_{\max},\,d_{\max}),$$
#
# which open as training goes on: from $r_{\max}=1$, $d_{\max}=0$, where it is batch norm, to $3$ and $5$ ([BR] §§3–4).
# The running statistic is an average of $\sigma_B=\sqrt{\operatorname{var}_B+\epsilon}$ itself, the batch's standard
# deviation with $\epsilon$ inside, not of its variance.
#
# **Exercise 5.** Write the training pass. The running statistics are given; updating them is not your task here.

# %% solution="batch_renorm"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    """Batch renormalization in training: x (N, D), the four vectors (D,) -> y (N, D).

    running_std is a standard deviation with eps in it already. r_max >= 1, d_max >= 0. No argument is changed.
    """
    # about six lines
    ### BEGIN SOLUTION
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - mean) / std * r + d) + beta
    ### END SOLUTION

# %% tests="batch_renorm_check" points=4
check("batch_renorm", batch_renorm)

# %% [markdown]
# ### What it does: two passes become one
#
# The digits behind one linear layer, 64 features. The population's statistics stand in for the running ones. Each point
# of the figure is one feature of one example: across, what inference makes of it; up, what training makes of it in a
# batch of 4. Were both the same function, all points would lie on the diagonal. **Turn the knob**: it is $r_{\max}$,
# and $d_{\max}=2.5\,(r_{\max}-1)$ goes with it, from batch norm at 1 to the paper's $(3, 5)$.

# %%
def behind_a_layer(seed):
    """Digits behind a random linear layer: (1348, 64), with the population's mean and std of each feature."""
    weight = np.random.default_rng(seed).normal(scale=64**-0.5, size=(64, 64))
    z = (digits.x_train - digits.x_train.mean()) @ weight
    return z, z.mean(axis=0), np.sqrt(z.var(axis=0) + EPS)


UNIT, NIL = np.ones(64), np.zeros(64)


def both_passes(seed, size, r_max, batches=40):
    """What inference and training make of the same examples, (batches·size, 64) each."""
    (z, mean, std), rng = behind_a_layer(seed), np.random.default_rng(seed)
    drawn = [z[rng.choice(len(z), size, replace=False)] for _ in range(batches)]
    training = [batch_renorm(x, UNIT, NIL, mean, std, r_max, 2.5 * (r_max - 1)) for x in drawn]
    return (np.concatenate(drawn) - mean) / std, np.concatenate(training)


def draw_passes(r_max):
    """Training against inference in batches of 4; how far apart they are, by batch size."""
    fig, (left, right) = plots.new(1, 2, width=7.4, height=3.3)
    inference, training = (a[:40].ravel() for a in both_passes(0, 4, r_max))
    left.plot([-4, 4], [-4, 4], color=plots.BLACK, linewidth=0.8)
    left.plot(inference, training, ".", markersize=2, alpha=0.5, color=plots.BLUE)
    left.set(xlim=(-4, 4), ylim=(-4, 4), aspect="equal", xlabel="x̂ at inference", ylabel="x̂ in training",
             xticks=[-4, -2, 0, 2, 4], yticks=[-4, -2, 0, 2, 4])
    left.set_title(f"r_max = {r_max:g}, d_max = {2.5 * (r_max - 1):g}", fontsize=9)
    right.loglog(SIZES, gaps[1.0], label="batch norm", **look(0))
    right.loglog(SIZES, np.maximum(gaps[r_max], 1e-3), label=f"renorm, r_max = {r_max:g}", **look(1))
    right.minorticks_off()
    right.set(xlabel="batch size", ylabel="training − inference, RMS", xticks=SIZES, xticklabels=SIZES, ylim=(7e-4, 2),
              yticks=[0.001, 0.01, 0.1, 1], yticklabels=["< 0.001", "0.01", "0.1", "1"])
    right.legend(loc="lower left", fontsize=8)
    plots.show(fig, alt="Left: what training makes of each feature in batches of 4 against what inference makes of "
               f"it, with the diagonal, at r_max = {r_max:g}. Right: the root mean square difference of the two "
               "against the batch size; for batch norm a line falling from about 1 at batches of 2 to 0.15 at 64, for "
               "batch renorm lower the wider the limits.")


LIMITS = [1.0, 1.1, 1.25, 1.5, 2.0, 3.0]
by_seed = {r_max: np.array([[np.sqrt(np.mean(np.square(np.subtract(*both_passes(seed, size, r_max)))))
                             for seed in SEEDS] for size in SIZES]) for r_max in LIMITS}  # (sizes, seeds)
gaps = {r_max: found.mean(axis=1) for r_max, found in by_seed.items()}
for r_max in (1.0, 1.5, 3.0):
    print(f"r_max = {r_max:g}: training and inference differ by", ", ".join(
        f"{gap:.2f} at {size}" for size, gap in zip(SIZES, gaps[r_max], strict=True)))
widgets.slider(draw_passes, "r_max", LIMITS, 1.5)

# %% [markdown]
# At $r_{\max}=1$ a batch of 4 scatters all over the place: training and inference are two functions. (The sharp edges
# are lesson 03's bound, $\sqrt{N-1}=1.73$: among four, nobody can lie further out.) As the limits open, the points fall
# onto the diagonal. At batches of 2 (on the right) a gap of 0.1 is left even at the widest: two values often lie so
# close together that $\sigma_B$ is less than a third of $\sigma$, and then $r$ is cut off at $\frac13$.
#
# ### The notes say, the numbers say: renormalization
#
# The notes recommend batch renormalization for small batches, and say that training and inference of batch norm
# differ. Both ends of it first: at $r=1$, $d=0$ it must be batch norm, without limits it must be inference.

# %% claims="70"
z, mean, std = behind_a_layer(0)
x = z[:4]
tied = np.abs(batch_renorm(x, UNIT, NIL, mean, std, 1, 0) - normalize(x, (0,))).max()
free = np.abs(batch_renorm(x, UNIT, NIL, mean, std, 1e6, 1e6) - (x - mean) / std).max()
print(f"r_max = 1, d_max = 0: batch norm, to 1e-9: {tied < 1e-9}; no limits: inference, to 1e-9: {free < 1e-9}")
narrow, wide = (by_seed[r_max][SIZES.index(4)] for r_max in (1.0, 3.0))
print("claim 70: T — batch renorm is for small batches, where training and inference differ: in batches of 4 the two "
      f"passes of batch norm differ by {spread(narrow)} (RMS, in units of σ), those of batch renorm with limits 3 and "
      f"5 by {spread(wide)} (5 seeds); at r = 1, d = 0 it is batch norm")
effect(70, "training against inference in batches of 4, RMS in σ, batch norm − batch renorm", narrow - wide)

# %% [markdown]
# ## 6. Your own code put to work: accuracy against batch size
#
# Now the experiment that made group norm known ([GN] figure 1): the same network, the same epochs, a learning rate in
# proportion to the batch; only the batch size changes, and the norm. Forward, your `normalize`, `layernorm`,
# `groupnorm` and `batch_renorm` do all the work; the way back is the one formula of section 1. Features of a linear
# layer are channels of one pixel, so group norm takes $(B, 64, 1, 1)$; eight groups of eight. The figure's marks are
# means of five seeds, its bars reach from the best seed to the worst.
#
# **Predict first.** Which of the four norms will fall with the batch size, and which is best at 32?

# %%
guess = None  # for example "BN and BR fall, LN is best at 32"

# %%
class YourBatchNorm(BatchNorm):
    """Batch norm with your normalize."""

    def forward(self, x, progress):
        plain = super().forward(x, progress)
        return plain if progress is None else normalize(x, (1,), EPS)


class YourLayerNorm:
    """Layer norm; training and inference are the same."""

    def forward(self, x, progress):
        self.x = x
        return layernorm(x, UNIT, NIL, EPS)

    def backward(self, dxhat):
        return way_back(self.x, dxhat, (-1,))


class YourGroupNorm:
    """Group norm with eight groups."""

    def forward(self, x, progress):
        self.x = x
        return groupnorm(x.reshape(-1, 64, 1, 1), 8, UNIT, NIL, EPS).reshape(x.shape)

    def backward(self, dxhat):
        grouped = (*dxhat.shape[:2], 8, 8)
        return way_back(self.x.reshape(grouped), dxhat.reshape(grouped), (-1,)).reshape(dxhat.shape)


class YourBatchRenorm:
    """Batch renorm; its limits open from batch norm to (3, 5) between a fifth and three fifths of the training."""

    mean, std = 0.0, 1.0

    def forward(self, x, progress):
        if progress is None:
            return (x - self.mean) / self.std
        mean, std = x.mean(axis=1, keepdims=True), np.sqrt(x.var(axis=1, keepdims=True) + EPS)
        if progress == 0:
            self.mean, self.std = np.zeros_like(mean), np.ones_like(std)
        opened = np.clip((progress - 0.2) / 0.4, 0, 1)
        r_max, d_max = 1 + 2 * opened, 5 * opened
        self.x, self.r = x, np.clip(std / self.std, 1 / r_max, r_max)
        columns = x.swapaxes(0, 1).reshape(x.shape[1], -1)  # all networks' features beside each other
        ones = np.ones(columns.shape[1])
        y = batch_renorm(columns, ones, 0 * ones, self.mean.ravel(), self.std.ravel(), r_max, d_max, EPS)
        momentum = 0.1 * x.shape[1] / 32
        self.mean = (1 - momentum) * self.mean + momentum * mean
        self.std = (1 - momentum) * self.std + momentum * std
        return y.reshape(x.shape[1], len(x), -1).swapaxes(0, 1)

    def backward(self, dxhat):
        return self.r * way_back(self.x, dxhat, (1,))  # r and d are constants


YOURS = {"batch norm": YourBatchNorm, "layer norm": YourLayerNorm, "group norm": YourGroupNorm,
         "batch renorm": YourBatchRenorm}
results = {name: {size: trained(norm, size) for size in SIZES} for name, norm in {**YOURS, "none": None}.items()}
print("test accuracy, mean ± standard deviation of 5 seeds\nbatch size  ", "".join(f"{n:^14d}" for n in SIZES[1:]))
for name, by_size in results.items():
    print(f"{name:>12}", "".join(f"{spread(by_size[size]):^14}" for size in SIZES[1:]))

# %% varies=true
two = {name: by_size[2] for name, by_size in results.items()}
print("batches of 2:", ", ".join(f"{name} {spread(values)}" for name, values in two.items()))
effect(61, "accuracy in batches of 2, group norm − batch norm", two["group norm"] - two["batch norm"])
effect(61, "accuracy in batches of 2, batch renorm − batch norm", two["batch renorm"] - two["batch norm"])
drop = {name: [100 * (1 - np.mean(results[name][size])) for size in (32, 2)] for name in ("batch norm", "group norm")}
against_paper("[GN] fig. 1: error in %, batches 32 → 2, BN; GN", "23.6 → 34.7; 24.1 → 24.1",
              "; ".join(f"{many:.0f} → {few:.0f}" for many, few in drop.values()),
              drop["batch norm"][1] - drop["batch norm"][0] > 5 > abs(np.subtract(*drop["group norm"])))
against_paper("[BR] §4.2: accuracy in small batches, BN, batch renorm", "higher with renorm",
              f"{spread(two['batch norm'])}, {spread(two['batch renorm'])} (batches of 2)",
              np.mean(two["batch renorm"]) > np.mean(two["batch norm"]))
print("your guess:", guess)

# %%
fig, ax = plots.new(width=6.2, height=3.4)
for k, name in enumerate(YOURS):
    errors = 100 * (1 - np.array([results[name][size] for size in SIZES]))  # (sizes, seeds)
    places = np.array(SIZES) * 1.06 ** (k - 1.5)  # side by side, so that no mark hides another
    ax.errorbar(places, errors.mean(axis=1), [errors.mean(axis=1) - errors.min(axis=1),
                errors.max(axis=1) - errors.mean(axis=1)], label=name, capsize=2, **look(k))
ax.set(xscale="log", yscale="log", xlabel="batch size", ylabel="test error in %")
ax.minorticks_off()
ax.set(xlim=(80, 1.6), xticks=SIZES, xticklabels=SIZES, yticks=[1, 2, 5, 10, 20, 50],
       yticklabels=["1", "2", "5", "10", "20", "50"])
ax.legend(loc="upper left")
plots.show(fig, alt="Test error against batch size from 64 down to 2, both axes logarithmic, mean and range of five "
           "seeds. Layer norm and group norm stay at three to four percent. Batch norm starts at two percent and rises "
           "to thirty at 2; batch renorm rises to ten.")

# %% claims="61"
print(f"at batches of 2, mean of 5 seeds: batch norm below 0.8: {two['batch norm'].mean() < 0.8}, "
      f"batch renorm above 0.8: {two['batch renorm'].mean() > 0.8}")
print("claim 61: T — small batches break batch norm, use group norm or batch renorm: at batches of 2 batch norm stays "
      f"below 0.85 in {(two['batch norm'] < 0.85).sum()} of 5 seeds, group norm reaches {spread(two['group norm'])} "
      f"and is ahead in {(two['group norm'] > two['batch norm']).sum()} of 5, batch renorm in "
      f"{(two['batch renorm'] > two['batch norm']).sum()} of 5; no norm at all reaches {spread(two['none'])}")

# %% [markdown]
# The form is that of the paper: level lines for those who never look at the batch, a rising one for batch norm. Batch
# renorm stays in the batch and still loses far less; what it cannot mend is the gradient, which runs through the
# statistics of two examples as before. From 8 on batch norm is no worse than any, and at 64 ahead of layer and group
# norm by two points. The paper saw that, too: with ResNet-50 on ImageNet batch norm is half a point ahead of group norm
# at 32 images a GPU, and ten points behind at 2.
#
# Keep the last row of the table in mind, too: on so small a task, three layers deep, a network without any norm does
# about as well. A figure like this one says which norm *breaks*, not how much a norm is worth.

# %% [markdown]
# ## 7. Normalizing the weights
#
# Two more that carry the name normalize something else: not the values that pass, but the weight they are multiplied
# with. No mean of any data enters, so there is no batch, no mode, nothing to keep.
#
# **Weight norm** ([WN]) writes the weights of each output as a length times a direction, and lets both be learned:
#
# $$w_o=g_o\,\frac{v_o}{\lVert v_o\rVert},\qquad \lVert v_o\rVert=\sqrt{\textstyle\sum_i v_{oi}^2}.$$
#
# Here a weight has shape $(O, I)$ as in PyTorch, outputs first, or $(O, I, k_H, k_W)$ for a convolution; the length
# runs over *everything but the outputs*. Batch norm does the same without meaning to: it divides the length of $w_o$
# out, and $\gamma$ takes the place of $g$. Only that batch norm measures by the data, weight norm by the weight itself.
#
# **Exercise 6.** Write it. For a kernel with four axes $g$ must have shape $(O, 1, 1, 1)$ to meet its outputs.

# %% solution="weight_norm"
def weight_norm(v, g):
    """v (O, I) or (O, I, kH, kW), g (O,) -> w of v's shape; each output has the direction of v's and the length g.

    No argument is changed.
    """
    # about two lines
    ### BEGIN SOLUTION
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))  # (O, 1) or (O, 1, 1, 1)
    return g.reshape(length.shape) * v / length
    ### END SOLUTION

# %% tests="weight_norm_check" points=2
check("weight_norm", weight_norm)

# %% [markdown]
# ### What it does: a length that can only grow
#
# The length of $v$ has no influence on $w$. So the gradient with respect to $v$ stands across $v$, and a step that
# stands across makes a vector longer (Pythagoras). We let a single output follow random gradients and watch.

# %%
grown, across, longer = [], [], 0
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    v, g = rng.normal(size=(1, 16)), np.array([2.0])
    lengths = [np.linalg.norm(v)]
    for _ in range(50):
        dw = rng.normal(size=(1, 16))
        w = weight_norm(v, g)
        dv = g / np.linalg.norm(v) * (dw - w * (w * dw).sum() / (w * w).sum())  # [WN] equations 3 and 4
        across.append(abs((dv * v).sum()))
        v = v - 0.5 * dv
        lengths.append(np.linalg.norm(v))
    grown.append(lengths[-1] / lengths[0])
    longer += np.count_nonzero(np.diff(lengths) > 0)
print(f"the gradient stands across v, to 1e-12: {max(across) < 1e-12}; the length of w stays {np.linalg.norm(w):.2f}")
print(f"the length of v grew in {longer} of 5 · 50 steps, in all by a factor of {spread(grown)} (5 seeds)")

# %% [markdown]
# A longer $v$ turns less for the same gradient, so the learning rate falls by itself: large steps make $v$ long, and
# a long $v$ makes steps small. The weights in front of a batch norm behave in just this way (lesson 08).
#
# **Spectral norm** ([SN]) divides a weight by its largest singular value $\sigma(W)$, the most that $W$ can stretch any
# vector. After that, the layer cannot move two outputs further apart than their inputs were. It was made for the
# discriminator of a GAN, which must not change its mind abruptly.
#
# An exact $\sigma$ would cost a singular value decomposition at each training step. *Power iteration* gets it for two
# products of a matrix and a vector. Keep a vector $u$ of length 1, one entry per output, and repeat
#
# $$v\leftarrow\frac{W^\top u}{\lVert W^\top u\rVert},\qquad u\leftarrow\frac{W v}{\lVert W v\rVert},
# \qquad\text{then}\qquad\sigma=u^\top W v .$$
#
# Every step turns $u$ further towards the direction that is stretched most. Weights change little from one training
# step to the next, so start where the last call ended: *one* iteration per training step will do.
#
# **Exercise 7.** Write it: `steps` ≥ 1 times $v$, then $u$; return $W/\sigma$ and the new $u$. Leave the $u$ you were
# given unchanged.

# %% solution="spectral_norm"
def spectral_norm(weight, u, steps):
    """weight (O, I), u (O,) of length 1, steps >= 1 -> weight / sigma (O, I), the new u (O,) of length 1.

    No argument is changed.
    """
    # about six lines
    ### BEGIN SOLUTION
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)  # (I,)
        u = weight @ v
        u = u / np.linalg.norm(u)  # (O,)
    return weight / (u @ weight @ v), u
    ### END SOLUTION

# %% tests="spectral_norm_check" points=3
check("spectral_norm", spectral_norm)

# %% [markdown]
# ### What it does: how many steps, and is one enough?
#
# Left: random weights $(64, 64)$, and how far $\sigma$ falls short of the true one, against the number of steps. Right:
# a weight that drifts, as in training, by 1 % of its size at each step; one iteration per step, once from the $u$ of
# the step before, once from a random $u$ each time. Lines are means of five seeds, bands their range.

# %%
STEPS = [1, 2, 4, 8, 16, 32, 64]


def drawn_u(rng, size=64):
    u = rng.normal(size=size)
    return u / np.linalg.norm(u)


def shortfall(weight, divided):
    """1 − σ/σ_true, from the divided weight."""
    return 1 - np.abs(weight).max() / np.abs(divided).max() / np.linalg.norm(weight, 2)


by_steps, carried, fresh = [], [], []
for seed in SEEDS:
    rng = np.random.default_rng(seed)
    weight, start = rng.normal(size=(64, 64)), drawn_u(rng)
    by_steps.append([shortfall(weight, spectral_norm(weight, start, steps)[0]) for steps in STEPS])
    u, rows = start, []
    for _ in range(60):
        weight = weight + 0.01 * rng.normal(size=weight.shape)
        divided, u = spectral_norm(weight, u, 1)
        rows.append((shortfall(weight, divided), shortfall(weight, spectral_norm(weight, drawn_u(rng), 1)[0])))
    carried.append([row[0] for row in rows])
    fresh.append([row[1] for row in rows])

fig, (left, right) = plots.new(1, 2, width=7.4, height=3.0)
left.loglog(STEPS, np.mean(by_steps, axis=0), **look(0))
left.fill_between(STEPS, np.min(by_steps, axis=0), np.max(by_steps, axis=0), color=plots.BLUE, alpha=0.2, linewidth=0)
left.minorticks_off()
left.set(xlabel="steps of power iteration", ylabel="1 − σ / true σ", xticks=STEPS, xticklabels=STEPS)
for k, (values, name) in enumerate(((carried, "u carried on"), (fresh, "a random u each time"))):
    right.plot(np.mean(values, axis=0), color=plots.COLORS[k], linestyle=plots.LINES[k], label=name)
    right.fill_between(range(60), np.min(values, axis=0), np.max(values, axis=0), color=plots.COLORS[k], alpha=0.2,
                       linewidth=0)
right.set(xlabel="training step, one iteration each", ylabel="1 − σ / true σ", ylim=(0, 0.55))
right.legend(loc="upper right", fontsize=8)
plots.show(fig, alt="Left: the shortfall of sigma against the steps of power iteration, both axes logarithmic, falling "
           "from about 0.3 at one step. Right: with one iteration per training step the shortfall sinks to almost 0 "
           "within some twenty steps when u is carried on, and stays near 0.3 when u is drawn anew each time.")
late = [np.mean([values[seed][-20:] for seed in SEEDS]) for values in (carried, fresh)]
print(f"σ falls short of the true one by {np.mean(by_steps, axis=0)[0]:.2f} after 1 step and by "
      f"{np.mean(by_steps, axis=0)[3]:.2f} after 8")
print(f"one step per training step, last 20 of 60: short by {late[0]:.2f} with u carried on, by {late[1]:.2f} without")

# %% [markdown]
# The estimate comes from below: $\sigma$ is never too large, so the divided weight may stretch a little more than by 1
# until $u$ has settled.
#
# ### The notes say, the numbers say: the family
#
# The notes list batch renormalization, layer, instance, group, weight and spectral normalization, and stop there. You
# have them all now. Six names, two kinds: multiply the *input* of a layer by ten, and see who notices.

# %% claims="68"
rng = np.random.default_rng(4)
x, weight = rng.normal(size=(16, 64)), rng.normal(size=(64, 64))
z = x @ weight.T
layers = {
    "batch norm": lambda x: normalize(x @ weight.T, (0,)),
    "batch renorm": lambda x: batch_renorm(x @ weight.T, UNIT, NIL, z.mean(axis=0), z.std(axis=0), 3, 5),
    "layer norm": lambda x: layernorm(x @ weight.T, UNIT, NIL),
    "instance norm": lambda x: instancenorm((x @ weight.T).reshape(16, 4, 4, 4), np.ones(4), np.zeros(4)),
    "group norm": lambda x: groupnorm((x @ weight.T).reshape(16, 64, 1, 1), 8, UNIT, NIL),
    "weight norm": lambda x: x @ weight_norm(weight, UNIT).T,
    "spectral norm": lambda x: x @ spectral_norm(weight, drawn_u(np.random.default_rng(0)), 10)[0].T,
}
larger = {name: np.std(layer(10 * x)) / np.std(layer(x)) for name, layer in layers.items()}
for name, factor in larger.items():
    print(f"{name:>13}: an input ten times as large gives an output {factor:4.1f} times as large")
one_function = max(family_gap.values()) < 1e-12
print("claim 68: T — there are many normalizations (batch re-, layer, instance, group, weight, spectral): batch, "
      f"layer, instance and group norm are one function with other axes, PyTorch's to 1e-12: {one_function}; weight "
      f"and spectral norm act on weights, a tenfold input comes out {larger['weight norm']:.0f} and "
      f"{larger['spectral norm']:.0f} times as large")

# %% [markdown]
# Batch renorm stands between the two. It trusts its running statistics, so it does notice that inputs have grown, and
# only the limits of $r$ and $d$ hold it.
#
# ## 8. Where each is used today
#
# | norm | shares a mean | needs a batch, two modes | where you meet it |
# |---|---|---|---|
# | batch | $N$ (, $H$, $W$) | yes | image networks in batches of 32 and more: ResNet and its kin |
# | batch renorm | $N$ (, $H$, $W$) | yes, nearer to each other | small or dependent batches; rare |
# | layer | $D$ | no | transformers from the first (2017) to BERT, GPT-2 and ViT; recurrent networks |
# | RMS | no mean; a root mean square over $D$ | no | most of today's large language models, T5 and LLaMA among them |
# | group | $C/G$, $H$, $W$ | no | detection and segmentation with few images a GPU; the U-Nets of diffusion models |
# | instance | $H$, $W$ | no | style transfer, CycleGAN |
# | weight | nothing: lengths of weights | no | audio generators (HiFi-GAN and relatives) |
# | spectral | nothing: $\sigma$ of weights | no ($u$ is kept) | discriminators of GANs (SN-GAN, BigGAN) |
#
# Between them: batches of 32 and more of images, one GPU, nothing odd: batch norm is fast, free at inference, and its
# noise regularizes a little. Few images a GPU: group norm, or batch norm over all GPUs at once (lesson 09). Sequences,
# or examples of unlike length: layer or RMS norm.

# %% [markdown]
# ## 9. In your own words

# %% [markdown] manual="two_modes" points=2
# **Question 1.** Batch norm needs a training and an inference mode, layer norm does not. Why? And batch renorm makes
# training compute what inference computes: why may one not simply use the running statistics in training, without any
# batch statistics, to the same effect? Four or five sentences.
#
# ### BEGIN SOLUTION
# Batch norm's mean and variance are functions of the other examples in the batch. At inference there may be no others,
# and an answer must not depend on them, so averages kept in training take their place: two different functions. Layer
# norm takes its statistics from the example itself, which is there at inference, too, so one function serves both.
# With running statistics in training the values would be those of batch renorm without limits, but the gradient would
# differ: it would no longer flow through the mean and variance, so it would not know that changing the scale or the
# mean of a feature is undone by the normalization. Steps would push weights or biases in directions that the next
# update of the statistics cancels, and they could grow without bound while the loss does not change ([BN] §2). Batch
# renorm keeps the gradient through the batch's statistics and changes only the values, by the constants r and d.
#
# Rubric: 1 point for "statistics of other examples, absent at inference, against statistics of the example itself"; 1
# point for the gradient: it must flow through the batch's statistics, and r, d are constants.
# ### END SOLUTION

# %% [markdown] manual="which_norm" points=2
# **Question 2.** A colleague trains a detector for lung nodules. Images are large, two fit on a GPU; she uses batch
# norm, and validation is far worse than training. Recommend a way out with a reason from your figure, an alternative
# if she insists on batch norm, and say why instance norm would be a poor choice *here*.
#
# ### BEGIN SOLUTION
# Group norm (32 groups, or 8 to 16 channels a group): it takes no statistics from the batch, and in the figure its line
# is level from 64 down to 2, while batch norm at 2 loses some thirty points. If it must be batch norm: share the
# statistics between GPUs (SyncBatchNorm), or take batch renorm, which lost far less in the figure, or freeze the
# statistics of a pretrained network. Gradient accumulation does not help, for the statistics still see two images.
# Instance norm divides each channel of each image by its own standard deviation, so how strongly a filter responded
# anywhere in this image is lost; a faint and a clear nodule, or an image with one and without, become alike.
#
# Rubric: 1 point for group norm (or layer norm) with a reason from the figure and a valid alternative; 1 point for
# instance norm losing the strength of the response.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A norm of values is a choice of *which numbers share a mean*. Batch: $N, H, W$. Layer: the features of one example.
#   Instance: $H, W$. Group: $C/G, H, W$. One function, the axes its argument; $\gamma$ and $\beta$ per channel or
#   feature in all of them. BN(x) is LN of the transposed matrix.
# - Only those over $N$ couple examples, need a large batch and two modes. At batches of 2 batch norm collapsed, group
#   and layer norm did not notice.
# - What a norm divides out, the network cannot see: instance norm forgets how strong each channel was, group norm keeps
#   proportions within a group, layer norm rescales an example as a whole.
# - RMS norm is layer norm without the mean and without $\beta$.
# - Batch renorm: $\hat x\,r+d$ with $r=\sigma_B/\sigma$, $d=(\mu_B-\mu)/\sigma$, both constants to the gradient, within
#   limits that open. It makes training agree with inference; it is batch norm at $r=1$, $d=0$.
# - Weight norm and spectral norm act on weights: one length per output, or one $\sigma$ per matrix, by power iteration
#   from a $u$ that is carried on.
#
# **Next.** Lesson 12: thirty claims without a verdict, and you to give it.
#
# ## To read
#
# - [BN] Ioffe & Szegedy 2015, *Batch Normalization* ([arXiv 1502.03167](https://arxiv.org/abs/1502.03167)): §2, why the
#   gradient must pass through the statistics.
# - [LN] Ba, Kiros & Hinton 2016, *Layer Normalization* ([1607.06450](https://arxiv.org/abs/1607.06450)): §3 the
#   formula, §5 what each norm is invariant to.
# - [RMS] Zhang & Sennrich 2019, *Root Mean Square Layer Normalization*
#   ([1910.07467](https://arxiv.org/abs/1910.07467)): §4.
# - [IN] Ulyanov, Vedaldi & Lempitsky 2016, *Instance Normalization* ([1607.08022](https://arxiv.org/abs/1607.08022)):
#   contrast and style.
# - [GN] Wu & He 2018, *Group Normalization* ([1803.08494](https://arxiv.org/abs/1803.08494)): figures 1 and 2, §3.
# - [BR] Ioffe 2017, *Batch Renormalization* ([1702.03275](https://arxiv.org/abs/1702.03275)): §3 with algorithm 1, §4.
# - [WN] Salimans & Kingma 2016, *Weight Normalization* ([1602.07868](https://arxiv.org/abs/1602.07868)): §2.
# - [SN] Miyato et al. 2018, *Spectral Normalization for Generative Adversarial Networks*
#   ([1802.05957](https://arxiv.org/abs/1802.05957)): §2, algorithm 1.
