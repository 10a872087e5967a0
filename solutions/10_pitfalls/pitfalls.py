# %% [markdown]
# # Lesson 10: pitfalls
#
# **You will be able to**
#
# - repair the programs that batch norm breaks silently: sorted data, a last batch of one, a forgotten `eval()` or
#   `train()`, a discriminator fed pure batches, frozen layers that thaw;
# - say when a batch is too small, and why gathering gradients over small batches does not make a large one;
# - give a trained network the statistics of new data, and decide whether to freeze them when you fine-tune;
# - read old code: what `update_ops` and `use_global_stats` were for.
#
# **Time:** about 130 minutes. **Graded:** seven functions (18 points), two questions in prose (4 points).
#
# **What you need from before**, said once more. For a batch $x$ of shape $(N,D)$ batch norm computes, per feature, the
# mean $\mu$ and the biased variance $\sigma^2$ over the batch, and $\hat x=(x-\mu)/\sqrt{\sigma^2+\epsilon}$,
# $y=\gamma\hat x+\beta$. In *train mode* it does that with the batch's own statistics and updates running averages of
# them (`running_mean`, and `running_var` with the unbiased variance). In *eval mode* it uses the averages: a fixed
# affine map. Both modes exist because an example's output must not depend on its neighbours at prediction.
#
# A line `claim 62: T` holds a sentence from lecture notes against the numbers: T for true, F for false, D for "it
# depends". `effect: …` gives one finding as mean ± standard deviation over five seeds, and in how many of the five it
# is above 0; `paper: …` sets a number of ours beside a known one.
#
# Every program of this lesson runs without an error (all but one), and its training log looks fine. That is what makes
# them pitfalls.

# %% readonly="imports"
import numpy as np
import torch
from torch import nn

from bnlib.check import check

np.set_printoptions(precision=4, suppress=True)
torch.set_num_threads(1)  # the same sums in the same order on every machine

# %% [markdown]
# The demonstrations need a little more. `fit` is plain SGD on the cross-entropy, over whatever batches it is given.
# Everything is computed in double precision, so that what is printed does not depend on the machine.

# %%
import copy

from scipy.spatial.distance import cdist

from bnlib import data, nets, plots, widgets
from bnlib.findings import against_paper, effect

torch.set_default_dtype(torch.float64)
digits = data.load_digits()
x_train, y_train, x_test, y_test = (torch.from_numpy(a) for a in digits)  # (1348, 64), (1348,), (449, 64), (449,)
SEEDS = range(5)


def look(k):
    """Colour and line number k of a figure: told apart without colour, too."""
    return {"color": plots.COLORS[k], "linestyle": plots.LINES[k % len(plots.LINES)], "marker": plots.MARKERS[k]}


def spread(values):
    return f"{np.mean(values):.2f} ± {np.std(values):.2f}"


def fit(net, batches, lr):
    """One SGD step a batch (x, y), arrays or tensors; returns the accuracy on each batch, as it was trained."""
    learning, right = [p for p in net.parameters() if p.requires_grad], []
    for x, y in batches:
        x, y = torch.as_tensor(x), torch.as_tensor(y)
        out = net(x)
        gradients = torch.autograd.grad(nn.functional.cross_entropy(out, y), learning)
        with torch.no_grad():
            for p, gradient in zip(learning, gradients, strict=True):
                p -= lr * gradient
        right.append((out.argmax(dim=1) == y).double().mean().item())
    return right


def accuracy(net, x, y):
    """Share of x that net names rightly, in the mode the net is in."""
    with torch.no_grad():
        return (net(x).argmax(dim=1) == y).double().mean().item()


def drawn(x, y, batch_size, steps, seed):
    """`steps` batches drawn at random."""
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        rows = torch.from_numpy(rng.choice(len(x), size=batch_size, replace=False))
        yield x[rows], y[rows]

# %% [markdown]
# ## 1. A puzzle: perfect in training, hopeless in service
#
# Somebody keeps the training digits in ten folders, one a class. The loader goes through the folders in turn, 64 digits
# at a time, and that makes a batch; before each pass the digits are shuffled *within* each folder. The network has
# three hidden layers with batch norm. Training takes 25 passes.
#
# **Predict first.** In the last pass the network names 97 % of the *training* digits rightly, batch by batch.
# Now call `net.eval()` and show it *the same training digits* again. What share does it get right?

# %%
guess = None  # a share between 0 and 1

# %%
folders = [np.flatnonzero(digits.y_train == c)[:128] for c in range(10)]
WIDTHS = [64, 100, 100, 100, 10]
rows_kept = torch.from_numpy(np.concatenate(folders))
x_kept, y_kept = x_train[rows_kept], y_train[rows_kept]  # 1280 rows


def from_folders(rng):
    """The broken loader: 20 batches, each of one class, the classes in turn."""
    shuffled = [rng.permutation(rows) for rows in folders]
    for half in (slice(0, 64), slice(64, 128)):
        for rows in shuffled:
            yield x_train[torch.from_numpy(rows[half])], y_train[torch.from_numpy(rows[half])]


broken = []
for s in SEEDS:
    net, rng = nets.mlp(WIDTHS, "relu", "before", seed=s).train(), np.random.default_rng(s)
    for _ in range(25):
        log = fit(net, from_folders(rng), lr=0.5)
    net.eval()
    broken.append([np.mean(log), accuracy(net, x_kept, y_kept), accuracy(net, x_test, y_test)])
in_training, same_digits, unseen = np.array(broken).T
print("your guess:", guess)
print(f"in training, last pass: {spread(in_training)}; the same digits after eval(): {spread(same_digits)}; test "
      f"digits: {spread(unseen)} (5 seeds)")

# %% [markdown]
# No better than guessing. The log is honest all the same: batch by batch, the network *did* name them rightly. What
# happened?
#
# A batch of sevens is normalized with the statistics of sevens. Subtracting the mean of a class takes away exactly what
# makes the class: its mean. What is left are deviations from a seven, and the network learns to read the class from
# *the batch*: from the pattern that the deviations of sevens have. In eval mode the statistics are those of all
# digits together. The network has never seen anything like that.
#
# ## 2. Sorted data
#
# Batch norm assumes that a batch is a small sample of the data, drawn without regard to class or order. So shuffle,
# **rows and labels together, anew in every epoch, and cut afterwards**. Shuffling the folders, or the rows within
# a folder, changes nothing, as you have seen.
#
# There is one trap more. If the number of rows leaves a remainder of *one*, the last batch holds a single example.
# Then $\mu=x$, so $\hat x=0$ for every input. PyTorch at least complains:

# %%
layer = nn.BatchNorm1d(3).train()
try:
    layer(torch.tensor([[1.0, 2.0, 3.0]]))
except ValueError as error:
    print("PyTorch:", error)
one = np.array([[1.0, 2.0, 3.0]])
print("the formula:", (one - one.mean(axis=0)) / np.sqrt(one.var(axis=0) + 1e-5), "whatever the input was")
print(f"1345 rows in batches of 64: the last one has {1345 % 64}")

# %% [markdown]
# This is the one program of the lesson that stops with an error, usually at the end of the first epoch, in the
# night. (On images PyTorch does *not* complain: a single image has many pixels per channel.)
#
# **Exercise 1.** One epoch as batches. All have `batch_size` rows; what is left over at the end makes a smaller last
# batch; but a single row left over joins the batch before it. (21 rows in batches of 5 make 5, 5, 5, 6; 23 rows make
# 5, 5, 5, 5, 3.) All randomness comes from `rng`, so that a run can be repeated.

# %% solution="shuffled_batches"
def shuffled_batches(x, y, batch_size, rng):
    """x (N, ...), y (N,), NumPy arrays, N >= 2 -> one shuffled epoch: a list of (x, y), every row once.

    rng is a np.random.Generator. Batches of batch_size >= 2 rows, the last one smaller if need be, but never of one
    row. x and y stay as they are.
    """
    # about five lines
    ### BEGIN SOLUTION
    order = rng.permutation(len(x))
    cuts = list(range(batch_size, len(x), batch_size))
    if cuts and len(x) - cuts[-1] == 1:  # a single row would be left
        cuts.pop()
    return [(x[rows], y[rows]) for rows in np.split(order, cuts)]
    ### END SOLUTION

# %% tests="shuffled_batches_check" points=3
check("shuffled_batches", shuffled_batches)

# %% [markdown]
# ### The program repaired
#
# The same digits, the same network, the same number of passes; batches by your `shuffled_batches`.

# %% claims="62"
repaired = []
for s in SEEDS:
    net, rng = nets.mlp(WIDTHS, "relu", "before", seed=s).train(), np.random.default_rng(s)
    for _ in range(25):
        log = fit(net, shuffled_batches(x_kept.numpy(), y_kept.numpy(), 64, rng), lr=0.5)
    net.eval()
    repaired.append([np.mean(log), accuracy(net, x_kept, y_kept), accuracy(net, x_test, y_test)])
without = []
for s in SEEDS:
    net, rng = nets.mlp(WIDTHS, "relu", None, seed=s), np.random.default_rng(s)
    for _ in range(25):
        fit(net, from_folders(rng), lr=0.05)
    without.append(accuracy(net, x_test, y_test))
print(f"shuffled: in training {spread(np.array(repaired)[:, 0])}, test {spread(np.array(repaired)[:, 2])}; one class a "
      f"batch, but no batch norm (lr 0.05): test {spread(without)}")
print("claim 62: T — the data must be shuffled: with one class a batch the network reaches "
      f"{spread(in_training)} in training and {spread(unseen)} on test digits in eval mode, shuffled "
      f"{spread(np.array(repaired)[:, 2])} (5 seeds)")
effect(62, "accuracy on test digits, shuffled − one class a batch", np.array(repaired)[:, 2] - unseen)

# %% [markdown]
# Without batch norm sorted data are bad manners, and at a small learning rate survivable. With batch norm they are
# fatal, because the batch is part of the function.
#
# ## 3. How small may a batch be?
#
# The batch stands in for the data set: its $\mu$ and $\sigma$ are estimates, with an error that falls like
# $1/\sqrt N$. At $N=2$ there is not much left to estimate: $\hat x$ is $+1$ and $-1$ (if $\epsilon$ is small), the
# larger and the smaller, and *how much* larger is lost. In eval mode the values come back, and
# with them a network that was never trained on them.

# %% claims="16,61"
SIZES = [2, 4, 8, 64]
by_size = np.zeros((2, len(SEEDS), len(SIZES)))
for k, norm in enumerate(("before", None)):
    for s in SEEDS:
        for j, size in enumerate(SIZES):
            net = nets.mlp([64, 50, 50, 10], "relu", norm, seed=s).train()
            fit(net, drawn(x_train, y_train, size, 200, s), lr=0.05)
            by_size[k, s, j] = accuracy(net.eval(), x_test, y_test)
fig, ax = plots.new(height=2.8)
for k, name in enumerate(("with batch norm", "without")):
    ax.errorbar(SIZES, by_size[k].mean(axis=0), by_size[k].std(axis=0), capsize=3, label=name, **look(k))
ax.set_xscale("log", base=2)
ax.set_xticks(SIZES, [str(size) for size in SIZES])
ax.set(xlabel="batch size", ylabel="test accuracy after 200 steps", ylim=(0, 1.02))
ax.legend()
plots.show(fig, alt="Test accuracy after 200 steps against the batch size, mean and spread of 5 seeds. With batch norm "
                    "it is far below the network without at batch size 2, about equal at 4 and above from 8 on.")
for j, size in enumerate(SIZES):
    found = by_size[0, :, j]
    said = spread(found)
    if size == 2:
        said = f"below 0.7 in {np.sum(found < 0.7)} of 5 seeds"
    elif size == 4:
        said = f"above 0.7 in {np.sum(found > 0.7)} of 5 seeds"
    print(f"batch size {size:2d}: with {said}, without {spread(by_size[1, :, j])}")
print("claim 16: T — a batch must be large enough to stand for the data: with batch norm the accuracy is "
      f"below 0.7 at batch size 2 ({np.sum(by_size[0, :, 0] < 0.7)} of 5 seeds) and {spread(by_size[0, :, -1])} at 64 "
      "after as many steps")
print("claim 61: T — small batches break batch norm: at batch size 2 it is below "
      f"0.7, the same network without at {spread(by_size[1, :, 0])}; worse with batch norm in "
      f"{int(np.sum(by_size[0, :, 0] < by_size[1, :, 0]))} of 5 seeds there, in "
      f"{int(np.sum(by_size[0, :, -1] < by_size[1, :, -1]))} of 5 at batch size 64")

# %% [markdown]
# (Why no more digits? In batches of two or four, examples that agree in a feature have $\sigma=0$, and the gradient
# comes back $1/\sqrt\epsilon=316$ times as long: lesson 03. The last digit of a rounding becomes the first digit of an
# accuracy, and another processor has another one. On the machine that made this lesson:)

# %% varies=true
effect(16, "accuracy with batch norm after 200 steps, batches of 64 − of 2", by_size[0, :, -1] - by_size[0, :, 0])
effect(61, "accuracy in batches of 2, without batch norm − with it", by_size[1, :, 0] - by_size[0, :, 0])

# %% [markdown]
# (Batch size 2 has seen 400 digits after 200 steps, batch size 64 has seen 12 800. That is why both curves rise; the
# *difference* between them is what batch norm does.) Detection nets and video nets live on the left side of this
# figure, because only one or two images fit into memory. What they use instead is the subject of lesson 11.
#
# ## 4. Cut into pieces
#
# "My memory holds 8 examples, so I add up the gradients of 8 small batches before each step: as good as a batch of
# 64." For a loss that is a mean over examples this is true. Batch norm breaks it: each micro-batch is normalized with
# its own statistics, so the *function* is another one. The same happens when a batch is split over several devices.
#
# **Exercise 2.** How far apart are the two? Cut $x$ into micro-batches of consecutive rows (the last one may be
# smaller), compute $\hat x$ for each piece by itself with $\epsilon=10^{-5}$ and biased variances, and compare with
# $\hat x$ of the whole batch.

# %% solution="accumulation_gap"
def accumulation_gap(x, micro_batch):
    """x (N, D), micro_batch >= 1 -> the largest |x̂ of the whole batch - x̂ of the micro-batches| over all entries.

    x is left as it was.
    """
    # about five lines
    ### BEGIN SOLUTION
    def normalized(part):
        return (part - part.mean(axis=0)) / np.sqrt(part.var(axis=0) + 1e-5)

    pieces = [x[k : k + micro_batch] for k in range(0, len(x), micro_batch)]
    return np.abs(normalized(x) - np.concatenate([normalized(piece) for piece in pieces])).max()
    ### END SOLUTION

# %% tests="accumulation_gap_check" points=2
check("accumulation_gap", accumulation_gap)

# %% [markdown]
# ### What it does
#
# Turn the knob: 64 values of one feature, normalized as a whole (across) and in pieces (up). On the diagonal nothing
# changes. What about the *gradient* of the first layer's weights, added up over the pieces?

# %%
z64 = digits.x_train[:64] @ np.random.default_rng(0).normal(size=(64, 8))


def draw_pieces(micro_batch):
    def normalized(part):
        return (part - part.mean(axis=0)) / np.sqrt(part.var(axis=0) + 1e-5)

    whole = normalized(z64)[:, 0]
    pieces = np.concatenate([normalized(z64[k : k + micro_batch]) for k in range(0, 64, micro_batch)])[:, 0]
    gap = accumulation_gap(z64, micro_batch)
    fig, ax = plots.new(width=4.2, height=3.2)
    ax.plot(whole, pieces, "o", color=plots.BLUE, markersize=4)
    ax.plot([-3, 3], [-3, 3], color=plots.BLACK, linewidth=0.8)
    ax.set(xlabel="normalized in a batch of 64", ylabel=f"in micro-batches of {micro_batch}", xlim=(-3, 3),
           ylim=(-3, 3), title=f"largest gap over 8 features: {gap:.2f}")
    plots.show(fig, alt=f"Values normalized in micro-batches of {micro_batch} against the same values normalized in a "
                        f"batch of 64: they scatter about the diagonal, the largest gap is {gap:.2f}.")


widgets.slider(draw_pieces, "micro-batch", [2, 4, 8, 16, 32, 64], 4)

# %%
def gradient(net, pieces):
    """Gradient of the mean loss with respect to the first weight, added up over the pieces."""
    net.zero_grad()
    for x, y in pieces:
        (nn.functional.cross_entropy(net(x), y) * len(x) / 64).backward()
    return net[0].weight.grad.clone()


for norm in ("before", None):
    off = {size: [] for size in (4, 8, 32)}
    for s in SEEDS:
        net = nets.mlp([64, 50, 50, 10], "relu", norm, seed=s).train()
        x, y = next(drawn(x_train, y_train, 64, 1, s))
        whole = gradient(net, [(x, y)])
        for size, found in off.items():
            parts = gradient(net, [(x[k : k + size], y[k : k + size]) for k in range(0, 64, size)])
            found.append(((parts - whole).norm() / whole.norm()).item())
    said = ", ".join(f"{size}: {spread(found)}" for size, found in off.items())
    print(f"{'with batch norm' if norm else 'without':15s} relative error of the summed gradient, micro-batch {said}")

# %% [markdown]
# Without batch norm the error is 0: adding up is exact. With it, the micro-batch is what counts, not the sum. Across
# devices, synchronized statistics repair it (lesson 09); over time nothing does, but layers that do not look at the
# batch.
#
# ## 5. Two modes, two mistakes
#
# A loop that trains, looks at the test set after each epoch, and goes on. One line belongs at the start of every epoch
# and one before every evaluation. Cover the lines `net.train()` and `net.eval()` below with a finger: nothing
# complains. Each is left out in turn. The learning rate is 1 in the first epoch, which batch norm bears, and is halved
# after each.

# %% claims="44"
def program(seed, forgotten):
    """Six epochs; the accuracy on the test set after each, and at the end on requests of one class each."""
    net, rng, seen = nets.mlp(WIDTHS, "relu", "before", seed=seed), np.random.default_rng(seed), []
    net.train()
    for epoch in range(6):
        if forgotten != "train()":
            net.train()
        fit(net, shuffled_batches(x_train.numpy(), y_train.numpy(), 64, rng), lr=0.5**epoch)
        if forgotten != "eval()":
            net.eval()
        seen.append(accuracy(net, x_test, y_test))
    return seen, np.mean([accuracy(net, x_test[y_test == c], y_test[y_test == c]) for c in range(10)])


ends = {}
for forgotten in ("nothing", "train()", "eval()"):
    runs = [program(s, forgotten) for s in SEEDS]
    ends[forgotten] = [run[0][-1] for run in runs], [run[1] for run in runs]
    print(f"forgotten: {forgotten:8s} test after each epoch {np.mean([run[0] for run in runs], axis=0).round(2)}, "
          f"requests of one class {spread(ends[forgotten][1])}")
print("claim 44: D — with PyTorch there is nothing to do at test time: you must call eval(), and train() afterwards; "
      f"without train() test accuracy ends at {spread(ends['train()'][0])} instead of {spread(ends['nothing'][0])}, "
      f"without eval() requests of one class get {spread(ends['eval()'][1])} instead of {spread(ends['nothing'][1])} "
      "(5 seeds)")
effect(44, "test accuracy, train() called − forgotten", np.subtract(ends["nothing"][0], ends["train()"][0]))
effect(44, "accuracy on requests of one class, eval() called − forgotten",
       np.subtract(ends["nothing"][1], ends["eval()"][1]))

# %% [markdown]
# Look at the third line again. Without `eval()` the *test accuracy in the log is as good as ever*, since a test set in
# one mixed batch has fine statistics. The mistake shows only when requests come in another mixture. And the second
# line looks as if the learning rate were too large. A habit that helps: call `train()` first thing in the function
# that trains, `eval()` first thing in the one that evaluates, and never anywhere else.
#
# ## 6. The discriminator that sees nothing
#
# A generative adversarial network has two halves. A *generator* turns noise into fake examples; a *discriminator* $D$
# learns to tell them from real ones, by a score that is high for real. Many training loops feed $D$ a batch of real
# ones, then a batch of fake ones. One of the notes forbids this: the batches must be mixed half and half. Others
# recommend exactly the pure batches. Who is right?
#
# Take the smallest case that can decide it. Real examples are one number, $x\sim\mathcal N(3,1)$; fake ones
# $x\sim\mathcal N(0,1)$. Nothing is easier to tell apart: look whether $x>1.5$. Now let the first layer of $D$ be batch
# norm. A pure real batch becomes
#
# $$\hat x=\frac{x-3}{1}\sim\mathcal N(0,1)\qquad\text{and a pure fake batch}\qquad
# \hat x=\frac{x-0}{1}\sim\mathcal N(0,1).$$
#
# The two are *the same distribution*. The one thing that tells them apart, the mean, has been subtracted. $D$ cannot
# learn anything, however long it trains. In a mixed batch there is one mean, 1.5, for both, and real ones stay
# on the right.
#
# To measure it we need a number that does not depend on where the threshold lies: the probability that a random real
# one scores above a random fake one, ties counted one half. It is 1 when the two are perfectly apart, ½ when $D$ sees
# nothing, 0 when it has them exactly the wrong way round. (It is the area under the ROC curve.)
#
# **Exercise 3.**

# %% solution="separability"
def separability(scores, labels):
    """scores (N,), labels (N,) with 1 for real and 0 for fake, in any order -> P(real scores above fake), a float.

    The share of all pairs (one real, one fake) in which the real one scores higher; a tie counts one half. No argument
    is changed.
    """
    # about three lines
    ### BEGIN SOLUTION
    real, fake = scores[labels == 1], scores[labels == 0]
    above = real[:, None] > fake  # (real, fake): every pair
    return np.mean(above + 0.5 * (real[:, None] == fake))
    ### END SOLUTION

# %% tests="separability_check" points=2
check("separability", separability)

# %% [markdown]
# **Exercise 4.** The mixed batch. With $n$ the smaller of the two numbers of rows, take $n$ real and $n$ fake ones;
# which rows of the longer array is drawn at random, without replacement. Shuffle rows and labels together. (Inside
# *one* batch the order changes nothing for batch norm. It does as soon as somebody cuts the batch, over two devices for
# instance: if the reals come first, each gets a pure half.)

# %% solution="discriminator_batch"
def discriminator_batch(real, fake, rng):
    """real (R, ...), fake (F, ...) -> x (2n, ...) with n = min(R, F) rows of each, shuffled, and labels (2n,).

    labels: 1 for real, 0 for fake. rng is a np.random.Generator; real and fake stay as they are.
    """
    # about five lines
    ### BEGIN SOLUTION
    n = min(len(real), len(fake))
    x = np.concatenate([part[rng.permutation(len(part))[:n]] for part in (real, fake)])
    labels = np.concatenate([np.ones(n), np.zeros(n)])
    order = rng.permutation(2 * n)
    return x[order], labels[order]
    ### END SOLUTION

# %% tests="discriminator_batch_check" points=3
check("discriminator_batch", discriminator_batch)

# %% [markdown]
# ### What it does: the toy
#
# $D$ is batch norm, 16 hidden units, one score. It is trained with pure batches or with your mixed ones, and then asked
# about 1000 new reals and 1000 new fakes: in the kind of batch it was trained with, in eval mode, and (as a
# generator's step would) with a batch of nothing but fakes.

# %% claims="63"
bce = nn.functional.binary_cross_entropy_with_logits


def toy(mixed, seed):
    """The last loss; separability as trained and in eval mode; share of fakes called real when they come alone."""
    rng = np.random.default_rng(seed)
    d = nn.Sequential(nn.BatchNorm1d(1), *nets.mlp([1, 16, 1], "relu", seed=seed)).train()
    optimizer = torch.optim.SGD(d.parameters(), lr=0.3)
    for _ in range(200):
        real, fake = rng.normal(3, 1, size=(64, 1)), rng.normal(0, 1, size=(64, 1))
        batches = [discriminator_batch(real, fake, rng)] if mixed else [(real, np.ones(64)), (fake, np.zeros(64))]
        loss = sum(bce(d(torch.from_numpy(x))[:, 0], torch.from_numpy(labels)) for x, labels in batches) / len(batches)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    real, fake = (torch.from_numpy(rng.normal(mean, 1, size=(1000, 1))) for mean in (3, 0))
    both, labels = torch.cat([real, fake]), np.repeat([1.0, 0.0], 1000)
    with torch.no_grad():
        alone = torch.cat([d(real), d(fake)])[:, 0].numpy()  # train mode: by the statistics of the batch
        as_trained = d(both)[:, 0].numpy() if mixed else alone
        served = copy.deepcopy(d).eval()(both)[:, 0].numpy()
    return loss.item(), separability(as_trained, labels), separability(served, labels), np.mean(alone[1000:] > 0)


pure, mixed = (np.array([toy(kind, s) for s in SEEDS]).T for kind in (False, True))
for name, found in (("pure", pure), ("mixed", mixed)):
    print(f"{name:5s} batches: loss {spread(found[0])}, separability asked as trained {spread(found[1])}, in eval mode "
          f"{spread(found[2])}; fakes alone called real: {spread(found[3])}")
print("claim 63: D — a discriminator must not see pure batches in turn: with batch norm at its input it learns nothing "
      f"from them (loss {spread(pure[0])}, where ln 2 = 0.69 is guessing; separability {spread(pure[1])}, mixed "
      f"{spread(mixed[1])}; 5 seeds), without norm at the input pure batches are common and work, see the digits below")
effect(63, "separability as trained, mixed batches − pure ones", mixed[1] - pure[1])
against_paper("the discriminator's toy: separability, pure, mixed", "1/2 and Φ(3/√2) = 0.983, exact",
              f"{spread(pure[1])}, {spread(mixed[1])}",
              bool(np.all(np.abs(pure[1] - 0.5) < 0.05) and np.all(np.abs(mixed[1] - 0.983) < 0.01)))

# %% [markdown]
# After pure batches $D$ has no opinion, only noise: what it says in eval mode is an accident of its seed (look at the
# spread). The last number is the leak the other way round: a $D$ trained well, on mixed batches, and then fed fakes
# only, in train mode, calls half of them real, because they are centred on 0 again. *A generator's step must show $D$ a
# mixed batch, too*, or it gets gradients from another function than the one that was trained.
#
# ### A small GAN on digits
#
# Three discriminators for the 8 × 8 digits, the same generator, 300 steps. The distance is the *energy distance*
# between fakes and test digits, $2\,\mathbb E\|f-r\|-\mathbb E\|f-f'\|-\mathbb E\|r-r'\|$: 0 if and only if the two
# have the same distribution.
#
# - **pure**: batch norm after $D$'s first layer, real and fake in turn;
# - **mixed**: the same $D$, your `discriminator_batch`;
# - **pure, no norm at the input**: one layer more, batch norm only after the second: the design of DCGAN, which leaves
#   it out at $D$'s input and $G$'s output.

# %%
x_real = 2 * x_train - 1  # pixels in [−1, 1]
x_unseen = 2 * digits.x_test - 1


def energy_distance(a, b):
    """0 for equal distributions, larger the further apart; a (N, D), b (M, D)."""
    return 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()


def halves(hidden_norm):
    """Generator (noise of 16 numbers -> 64 pixels) and discriminator (64 pixels -> a score)."""
    g = nn.Sequential(nn.Linear(16, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 64), nn.Tanh())
    first = [nn.Linear(64, 64), nn.LeakyReLU(0.2)] if hidden_norm else []
    d = nn.Sequential(*first, nn.Linear(64, 64), nn.BatchNorm1d(64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    return g, d


def gan(kind, seed):
    """449 fakes of a generator after 300 steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    g, d = halves(kind == "pure, no norm at the input")
    g_step, d_step = (torch.optim.Adam(half.parameters(), lr=2e-3, betas=(0.5, 0.999), fused=True) for half in (g, d))
    ones, zeros = torch.ones(32), torch.zeros(32)
    for _ in range(300):
        real = x_real[torch.from_numpy(rng.choice(len(x_real), size=32, replace=False))]
        fake = g(torch.randn(32, 16))
        if kind == "mixed":
            x, labels = discriminator_batch(real.numpy(), fake.detach().numpy(), rng)
            loss = bce(d(torch.from_numpy(x))[:, 0], torch.from_numpy(labels))
        else:
            loss = (bce(d(real)[:, 0], ones) + bce(d(fake.detach())[:, 0], zeros)) / 2
        d_step.zero_grad()
        loss.backward()
        d_step.step()
        scores = d(torch.cat([fake, real]))[:32, 0] if kind == "mixed" else d(fake)[:, 0]
        loss = bce(scores, ones)  # the generator wants its fakes called real
        g_step.zero_grad()
        loss.backward()
        g_step.step()
    with torch.no_grad():
        return g(torch.randn(449, 16)).numpy()


KINDS = ("pure", "mixed", "pure, no norm at the input")
fakes = {kind: [gan(kind, s) for s in SEEDS] for kind in KINDS}
distance = {kind: np.array([energy_distance(f, x_unseen) for f in fakes[kind]]) for kind in KINDS}
near = energy_distance(x_real[:449].numpy(), x_unseen)
rows = [(f"real: training digits are at {near:.2f} from test digits", x_unseen)]
rows += [(f"{kind}: {distance[kind].mean():.1f} ± {distance[kind].std():.1f}", fakes[kind][0]) for kind in KINDS]
fig, axes = plots.new(4, 1, width=6.0, height=3.8)
for ax, (name, images) in zip(axes, rows, strict=True):
    strip = [np.pad(image.reshape(8, 8), ((0, 0), (0, 1)), constant_values=1.0) for image in images[:10]]
    ax.imshow(np.hstack(strip), cmap="gray", vmin=-1, vmax=1)
    ax.set_title(name, loc="left", fontsize=8)
    ax.set_axis_off()
plots.show(fig, alt="Ten real digits, then ten fakes of each of three GANs (seed 0), with the energy distance. Pure "
                    "batches with batch norm at the input give a grey mesh and by far the largest distance; mixed "
                    "batches, and pure ones without norm at the input, give strokes on a dark ground, rough but "
                    "digit-like.")
pure, mixed, dcgan = (distance[kind] for kind in KINDS)
print(f"pure is more than twice as far from the test digits as mixed in {np.sum(pure > 2 * mixed)} of 5 seeds, and as "
      f"pure without norm at the input in {np.sum(pure > 2 * dcgan)} of 5")

# %% [markdown]
# So the ban and the recommendation are both right, about different networks. Where batch norm stands at the input it
# erases what tells real from fake, and batches must be mixed. Where a layer without norm comes first, pure
# batches are common practice. What is never right: to train on one kind of batch and to ask about another.
#
# ## 7. Another distribution
#
# The running statistics describe the training data. If the test data come from another camera, brighter or paler, every
# batch norm subtracts the wrong mean. Often nobody has labels for the new data; but statistics need no labels. Send
# the new inputs through and measure again.
#
# **Exercise 5.** Write `adapt_statistics(model, loader)`. For *every* batch norm layer (inside blocks as well: use
# `model.modules()`; and for images as well: `BatchNorm2d` beside `BatchNorm1d`) `running_mean` and `running_var` become
# the plain average over the loader's batches of the batch's mean and unbiased variance, each batch counting equally;
# the old values play no part. PyTorch can do that: `layer.reset_running_stats()` forgets, and with
# `layer.momentum = None` a layer in train mode keeps a plain average. Mind that
#
# - only batch norm layers may be in train mode while you measure: a dropout layer would disturb the rest;
# - no gradient is needed;
# - afterwards the mode of every module and the momentum of every layer are what they were. Parameters do not change.

# %% solution="adapt_statistics"
def adapt_statistics(model, loader):
    """Give the batch norm layers of a model the statistics of new data; loader is a list of (x, y). In place.

    Labels are not used. Parameters, modes (of each module) and momenta are afterwards what they were.
    """
    # about fourteen lines
    ### BEGIN SOLUTION
    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    modes = [(m, m.training) for m in model.modules()]
    momenta = [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta, strict=True):
        m.momentum = momentum
    for m, mode in modes:
        m.training = mode
    ### END SOLUTION

# %% tests="adapt_statistics_check" points=3
check("adapt_statistics", adapt_statistics)

# %% [markdown]
# ### What it does
#
# Five networks are trained on digits as they are. Then the test digits change: paler, brighter, or noisy. 192 of them,
# without labels, go through `adapt_statistics`; accuracy is measured on the others.

# %% claims="64"
trained = []
for s in SEEDS:
    net = nets.mlp([64, 100, 100, 10], "relu", "before", seed=s).train()
    fit(net, drawn(x_train, y_train, 64, 300, s), lr=0.2)
    trained.append(net.eval())
noise = 0.3 * torch.from_numpy(np.random.default_rng(0).normal(size=x_test.shape))
CHANGES = {"as in training": lambda x: x, "paler: x / 4": lambda x: x / 4, "brighter: x + ½": lambda x: x + 0.5,
           "noisy: x + 0.3 n": lambda x: x + noise[: len(x)]}


def adapted(net, x, y):
    """A copy of net with the statistics of x, in batches of 32."""
    other = copy.deepcopy(net)
    adapt_statistics(other, [(x[k : k + 32], y[k : k + 32]) for k in range(0, len(x), 32)])
    return other


outcome = {}
for name, change in CHANGES.items():
    x = change(x_test)
    outcome[name] = np.array([[accuracy(net, x[192:], y_test[192:]),
                               accuracy(adapted(net, x[:192], y_test[:192]), x[192:], y_test[192:])]
                              for net in trained])
fig, ax = plots.new(height=2.8)
for k, name in enumerate(("statistics of the training data", "adapted statistics")):
    heights = [outcome[change][:, k].mean() for change in CHANGES]
    errors = [outcome[change][:, k].std() for change in CHANGES]
    ax.bar(np.arange(4) + 0.4 * k - 0.2, heights, 0.36, yerr=errors, capsize=3, color=plots.COLORS[k], label=name,
           hatch=("", "//")[k])
ax.set_xticks(range(4), list(CHANGES))
ax.set(ylabel="test accuracy", ylim=(0, 1.3), yticks=np.arange(0, 1.1, 0.2))
ax.legend(ncols=2)
plots.show(fig, alt="Test accuracy with the training statistics and with adapted ones. Unchanged digits: both 0.99. "
                    "Paler and brighter digits: far lower with the old statistics, fully restored by the adapted ones. "
                    "Noisy digits: lower with both, adapting hardly helps.")
for name, found in outcome.items():
    print(f"{name:17s} before {spread(found[:, 0])}, adapted {spread(found[:, 1])}")
paler, noisy = outcome["paler: x / 4"], outcome["noisy: x + 0.3 n"]
print("claim 64: T — on test data of another distribution it does worse: paler digits are named rightly in "
      f"{spread(paler[:, 0])} (unchanged {spread(outcome['as in training'][:, 0])}); adapted statistics give "
      f"{spread(paler[:, 1])}, but on noisy digits only {spread(noisy[:, 1])} after {spread(noisy[:, 0])} (5 seeds)")
effect(64, "accuracy, digits as in training − paler ones", outcome["as in training"][:, 0] - paler[:, 0])
effect(64, "accuracy on paler digits, adapted statistics − those of training", paler[:, 1] - paler[:, 0])

# %% [markdown]
# A change of contrast or brightness is an affine map of the pixels, and new statistics undo it exactly: $\hat x$ is the
# same as before. Noise is not affine. Nothing that a mean and a variance can do will take it away.
#
# A warning: adapted statistics are statistics of the *new batch's mixture*. If the 192 digits had all been sevens, this
# would be section 1 again.
#
# ## 8. Fine-tuning
#
# A trained network is to learn from a few new examples. Should its $\mu$ and $\sigma$ go on moving? One of the notes
# says yes. First we need a program that can do the other thing at all. Here is the one that everybody writes first:

# %%
net = copy.deepcopy(trained[0])
before = net[1].running_mean.clone()
for layer in net:
    if isinstance(layer, nn.BatchNorm1d):
        layer.eval()  # "frozen"
few = list(drawn(x_train, y_train, 8, 20, seed=0))
for batch in few:
    net.train()  # as every good training function does
    fit(net, [batch], lr=0.05)
print("did the frozen statistics stand still?", torch.equal(before, net[1].running_mean))

# %% [markdown]
# `model.train()` sets every module to train mode, the frozen ones included. The freezing lasted for one line.
#
# **Exercise 6.** Write `freeze_batchnorm(model)`, after which every batch norm layer acts as in eval mode, at once and
# **also after `model.train()`**; $\gamma$ and $\beta$ no longer need a gradient. Everything else trains as before:
# dropout is active in train mode, linear layers learn. In place, blocks and `BatchNorm2d` included. (A way: an object
# may have a method of its own. What would `layer.train = ...` have to be, so that asking for train mode changes
# nothing? Mind that `train` is called with an argument, and returns the layer.)

# %% solution="freeze_batchnorm"
def freeze_batchnorm(model):
    """Freeze statistics, gamma and beta of every batch norm layer of a model, whatever mode is asked for later."""
    # about five lines
    ### BEGIN SOLUTION
    for layer in model.modules():
        if isinstance(layer, (nn.BatchNorm1d, nn.BatchNorm2d)):
            layer.eval()
            layer.requires_grad_(False)
            layer.train = lambda mode=True, layer=layer: layer  # asked for any mode, it stays as it is
    ### END SOLUTION

# %% tests="freeze_batchnorm_check" points=3
check("freeze_batchnorm", freeze_batchnorm)

# %% [markdown]
# ### What it does: frozen or live?
#
# Forty new examples, 60 steps. *Similar*: digits as in training. *Brighter*: the other distribution of section 7.
# Batches of 2 or of 8. And 1000 brighter ones in batches of 32.

# %% claims="65"
def tuned(net, x, y, batch_size, frozen, seed):
    """Test inputs are changed by the caller; 60 steps of fine-tuning on x, y."""
    other = copy.deepcopy(net)
    if frozen:
        freeze_batchnorm(other)
    other.train()
    fit(other, drawn(x, y, batch_size, 60, seed), lr=0.05)
    return other.eval()


SITUATIONS = {"similar, 40 examples, batches of 2": ("as in training", 40, 2),
              "similar, 40 examples, batches of 8": ("as in training", 40, 8),
              "brighter, 40 examples, batches of 8": ("brighter: x + ½", 40, 8),
              "brighter, 1000 examples, batches of 32": ("brighter: x + ½", 1000, 32)}
tuning = {}
for name, (change, count, size) in SITUATIONS.items():
    x, rows = CHANGES[change](x_test), []
    for s, net in zip(SEEDS, trained, strict=True):
        some = torch.from_numpy(np.random.default_rng(50 + s).choice(len(x_train), size=count, replace=False))
        new_x, new_y = CHANGES[change](x_train[some]), y_train[some]
        rows.append([accuracy(net, x, y_test)]
                    + [accuracy(tuned(net, new_x, new_y, size, frozen, s), x, y_test) for frozen in (True, False)])
    tuning[name] = np.array(rows)
    live = tuning[name][:, 2]
    print(f"{name:39s} before {spread(tuning[name][:, 0])}, frozen {spread(tuning[name][:, 1])}, live "
          f"{spread(live) if size > 2 else f'below 0.95 in {np.sum(live < 0.95)} of 5 seeds'}")
small, brighter = (tuning[name][:, 1:].T for name in list(SITUATIONS)[::2])
print("claim 65: D — when fine-tuning let μ, σ go on updating (TF 1 could not, TF 2 does): with similar data in "
      f"batches of 2 frozen ones give {spread(small[0])}, live ones below 0.95 in {np.sum(small[1] < 0.95)} of 5 "
      f"seeds; on brighter data in batches of 8 frozen {spread(brighter[0])}, live {spread(brighter[1])}; and TF 1 "
      "could, by update_ops, while a Keras layer with trainable = False has run in inference mode since TF 2")
effect(65, "accuracy tuned on brighter data in batches of 8, live − frozen", brighter[1] - brighter[0])

# %% varies=true
effect(65, "accuracy tuned on similar data in batches of 2, frozen − live", small[0] - small[1])

# %% [markdown]
# Live statistics help if the new data have other statistics *and* the batches are large enough to measure them. If the
# data are similar or the batches tiny, live statistics only bring noise. (A third way, often the best one: adapt
# first, then freeze.) In detection, where batches are tiny, frozen batch norm was the rule for years.
#
# About the libraries: in TF 1 the averages were updated by operations that one had to run (section 10), and could leave
# alone. In Keras `layer.trainable = False` meant "no gradient" at first; since TF 2.0 it makes a batch norm layer run
# in inference mode, too, just what your `freeze_batchnorm` does.
#
# ## 9. Weight decay
#
# Weight decay pulls parameters towards 0. For a weight matrix in front of batch norm that is almost without effect on
# the function: batch norm divides the scale out again (what changes is the effective learning rate, lesson 08).
# $\gamma$ and $\beta$ are another matter. In the last batch norm nobody divides them out: $\gamma$ is the size of what
# the scores are made of. Further down, the next batch norm takes away a factor common to all of them, but not what is
# between them: a $\beta$ or a bias pulled to 0 moves a threshold that the data had chosen. So the usual recipe decays
# weight matrices and kernels, and leaves alone what has one number per feature.
#
# **Exercise 7.** An optimizer takes a list of groups, each a dictionary with `"params"` (a list of parameters) and
# options such as `"weight_decay"`. Return groups in which all weights and kernels have `weight_decay`, and every bias
# and every $\gamma$ and $\beta$, of batch norm or any other normalization layer, has 0. Each parameter stands in
# exactly one group, once. (Beware of names: in PyTorch $\gamma$ is called `weight`. Look at the number of axes,
# `p.ndim`.)

# %% solution="parameter_groups"
def parameter_groups(model, weight_decay):
    """model -> a list of groups for a torch optimizer: [{"params": [...], "weight_decay": ...}, ...]."""
    # about three lines
    ### BEGIN SOLUTION
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]  # gamma, beta, biases
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]
    ### END SOLUTION

# %% tests="parameter_groups_check" points=2
check("parameter_groups", parameter_groups)

# %%
def with_decay(everything, seed):
    """200 steps with a strong decay: mean |γ|, loss on the training set and accuracy on the test set, in eval mode."""
    net = nets.mlp(WIDTHS, "relu", "before", seed=seed).train()
    groups = [{"params": list(net.parameters()), "weight_decay": 0.03}] if everything else parameter_groups(net, 0.03)
    optimizer = torch.optim.SGD(groups, lr=0.2)
    for x, y in drawn(x_train, y_train, 64, 200, seed):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        loss = nn.functional.cross_entropy(net(x_train), y_train).item()
    sizes = [layer.weight.abs().mean().item() for layer in net if isinstance(layer, nn.BatchNorm1d)]
    return np.mean(sizes), loss, accuracy(net, x_test, y_test)


for everything in (True, False):
    gamma, loss, right = np.array([with_decay(everything, s) for s in SEEDS]).T
    print(f"{'everything decayed' if everything else 'your groups':18s} mean |γ| {spread(gamma)}, training loss "
          f"{spread(loss)}, test accuracy {spread(right)} (5 seeds)")

# %% [markdown]
# Decayed, $\gamma$ loses more than half of its size in 200 steps, the scores shrink with it, and the training loss is
# higher. The test accuracy is not lower for it, by the way: a small $\gamma$ is a regularizer of its own, on small data
# perhaps a welcome one. The point is that *one* number 0.03 means two unlike things, and you should know which one you
# turn.
#
# ## 10. Two old frameworks
#
# You will meet code and model files from 2016. Two of their conventions made it into lecture notes.
#
# **TensorFlow 1** described a computation as a graph and ran the parts one asked for. A training step asked for
# `train_op`. The update of the running averages was another part of the graph, one that `train_op` does not need. So
# it was never run, unless the line that every tutorial repeats tied the two together:
# `with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)): train_op = …`. Here is what that line did,
# in NumPy, with batch norm in front of a linear classifier.

# %% claims="66"
class GraphNorm:
    """Batch norm that makes the update of its averages, and leaves it to others to run it."""

    def __init__(self, features):
        self.mean, self.var, self.update_ops = np.zeros(features), np.ones(features), []

    def __call__(self, x, training):
        mean, var = (x.mean(axis=0), x.var(axis=0)) if training else (self.mean, self.var)
        if training:
            self.update_ops = [lambda: self.move(mean, var)]  # made, not run
        return (x - mean) / np.sqrt(var + 1e-3)

    def move(self, mean, var):
        self.mean, self.var = 0.9 * self.mean + 0.1 * mean, 0.9 * self.var + 0.1 * var


def session(run_update_ops, seed):
    """150 steps of softmax regression on pixels 0 … 16; accuracy on the training digits in both modes."""
    rng, norm, weight = np.random.default_rng(seed), GraphNorm(64), np.zeros((64, 10))
    x_all, onehot = 16 * digits.x_train, np.eye(10)[digits.y_train]
    for _ in range(150):
        rows = rng.choice(len(x_all), size=64, replace=False)
        z = norm(x_all[rows], training=True)
        scores = z @ weight
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        weight -= 0.1 * z.T @ (p - onehot[rows]) / 64  # train_op
        if run_update_ops:
            for op in norm.update_ops:
                op()
    return [np.mean((norm(x_all, training) @ weight).argmax(axis=1) == digits.y_train) for training in (True, False)]


idle, run = (np.array([session(flag, s) for s in SEEDS]).T for flag in (False, True))
print(f"update_ops not run: training mode {spread(idle[0])}, inference {spread(idle[1])}; run: {spread(run[0])}, "
      f"{spread(run[1])}")
print("claim 66: T — TF 1 needs update_ops run with the step: without them the averages stay at 0 and 1, and the "
      f"accuracy at inference is {spread(idle[1])} instead of {spread(run[1])} on the training digits themselves (5 "
      "seeds)")
effect(66, "accuracy at inference, update_ops run − not run", run[1] - idle[1])

# %% [markdown]
# **Caffe** has a switch, `use_global_stats`: true for the running averages, false for the batch. Notes say "true to
# infer, false to train, *false by default*". The last part is what matters, for a file that leaves it out. Caffe's
# rule, in three lines:

# %% claims="67"
def caffe_uses_running(phase, use_global_stats=None):
    """Caffe's rule: what the file says; if it says nothing, the phase decides."""
    return phase == "TEST" if use_global_stats is None else use_global_stats


print("phase   not set      true         false")
for phase in ("TRAIN", "TEST"):
    words = ["averages" if caffe_uses_running(phase, value) else "batch" for value in (None, True, False)]
    print(f"{phase:7s} " + " ".join(f"{word:12s}" for word in words))
by_rule = {}
for name, value in (("not set", None), ("false", False)):
    by_rule[name] = []
    for net in trained:
        service = copy.deepcopy(net).train(not caffe_uses_running("TEST", value))
        pairs = [accuracy(service, x_test[k : k + 2], y_test[k : k + 2]) for k in range(0, 448, 2)]
        by_rule[name].append(np.mean(pairs))
print("claim 67: F — use_global_stats is “false by default”: it follows the phase, batch in TRAIN, averages in TEST; "
      "requests in pairs are answered rightly in "
      f"{spread(by_rule['not set'])} when it is not set, in {spread(by_rule['false'])} when a file says false "
      "(5 seeds)")
effect(67, "share of requests in pairs that is answered rightly, not set − false",
       np.subtract(by_rule["not set"], by_rule["false"]))

# %% [markdown]
# ## 11. In your own words

# %% [markdown] manual="three_suspects" points=2
# **Question 1.** A network with batch norm shows 0.99 accuracy in its training log. In service, with requests one at a
# time in eval mode, it gets 0.15, even on training images. Name two causes from *this lesson* that would explain all of
# this, and for each one experiment, without retraining, that would confirm or exclude it. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# *Sorted batches.* If the training batches were of one class each, the network has learned to work with the
# statistics of one class. Experiment: look at the labels of a few training batches; or show the network in train mode a
# batch of one class (good) and a mixed batch (bad). Recomputing the statistics on mixed data does *not* help, since the
# weights fit single classes. *Requests of another distribution, or statistics never updated (update_ops).* If service
# scales its pixels differently (0 … 255 for 0 … 1), the running statistics do not fit; but the training images too
# are affected only if they go through the same service code. Experiment: recompute the statistics with
# `adapt_statistics` on inputs as service sees them; if the accuracy returns, it was the statistics. Other good answers:
# tiny batches in training (look at the batch size, evaluate in train mode on a large mixed batch); a frozen layer that
# was thawed and drifted.
#
# *Rubric.* 1 point: two different causes that fit a good training log and bad eval. 1 point: for each an experiment
# whose outcome differs between the two, without retraining. A forgotten `eval()` earns nothing: service is in eval
# mode.
# ### END SOLUTION

# %% [markdown] manual="frozen_or_live" points=2
# **Question 2.** Two teams fine-tune the same pretrained network. Team A has 60 X-ray images from the hospital that the
# pretraining data came from, and memory for batches of 2. Team B has 50 000 images from a new kind of camera with
# another contrast, and batches of 128. Which of them should freeze the statistics? Give the reason in terms of $\mu$
# and $\sigma$, with a number from this lesson, and say what team A should do if its images came from the new camera as
# well. (Four to six sentences.)
#
# ### BEGIN SOLUTION
# Team A freezes: its data have the old statistics, which were measured on many images, while a batch of 2 measures
# $\mu$ and $\sigma$ so badly that training on them ruins the network (similar data, batches of 2: about 0.98 frozen,
# about 0.7 live). Team B lets them live: the old statistics are wrong for the new contrast, and batches of 128 measure
# the new ones well (brighter digits: live 0.97 or more, frozen less). If team A had the new camera, neither would do:
# live statistics are noise, frozen ones are wrong. It should first recompute the statistics over all its 60 images
# (labels are not needed), in one large batch or averaged over several, and then freeze them.
#
# *Rubric.* 1 point: A frozen, B live, with the reason (error of the estimate against wrong statistics) and a number. 1
# point: adapt first, then freeze.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# | symptom | cause | cure |
# |---|---|---|
# | log excellent, eval mode at chance | batches sorted by class | shuffle rows with labels, every epoch, then cut |
# | error at the end of an epoch | last batch of one | merge it (or drop it) |
# | worse the smaller the batch | $\mu,\sigma$ of a few examples | larger batches, lesson 11 |
# | accumulating gradients changes the result | each micro-batch has its own statistics | synchronize, or another norm |
# | answers depend on other requests | `eval()` forgotten | call it in the function that evaluates |
# | training falls apart after the first epoch | `train()` forgotten | call it in the function that trains |
# | a discriminator that never learns | batch norm at its input, pure batches | mix half and half, or no norm there |
# | good on the old camera, bad on the new | statistics of another distribution | adapt them, no labels needed |
# | frozen layers drift | `model.train()` thaws them | freeze so that it holds |
# | $\gamma$ shrinks | weight decay on everything | parameter groups |
# | old model file, bad at inference | update_ops not run, use_global_stats = false | run them, leave it unset |
#
# One sentence stands behind all of them: **with batch norm, the batch is part of the function.** Whatever you do to
# batches, you do to the network.
#
# **Next.** Lesson 11: normalizations that leave the batch alone.
#
# ## To read
#
# - Wu & Johnson 2021, *Rethinking "Batch" in BatchNorm* ([arXiv 2105.07576](https://arxiv.org/abs/2105.07576)): §3 how
#   to compute statistics, §4 train against test and frozen layers, §5 other domains, §6 information leaking through
#   batches. The best single text on this lesson.
# - Radford, Metz & Chintala 2015, *DCGAN* ([1511.06434](https://arxiv.org/abs/1511.06434)): §3, batch norm everywhere
#   but at the discriminator's input and the generator's output.
# - Salimans et al. 2016, *Improved Techniques for Training GANs* ([1606.03498](https://arxiv.org/abs/1606.03498)):
#   §3.5, virtual batch norm, another way out.
# - Li et al. 2016, *Revisiting Batch Normalization for Practical Domain Adaptation*
#   ([1603.04779](https://arxiv.org/abs/1603.04779)): §3, adapted statistics.
# - He et al. 2019, *Bag of Tricks for Image Classification with Convolutional Neural Networks*
#   ([1812.01187](https://arxiv.org/abs/1812.01187)): §3.1, no decay of biases, $\gamma$ and $\beta$.
# - Wu & He 2018, *Group Normalization* ([1803.08494](https://arxiv.org/abs/1803.08494)): fig. 1, the error against the
#   batch size.
