# %% [markdown]
# Answers to `separability`: right in several styles, and wrong in every way the check should name.

# %% right="all_pairs"
def separability(scores, labels):
    real, fake = scores[labels == 1], scores[labels == 0]
    difference = real[:, None] - fake[None, :]
    return np.mean((difference > 0) + 0.5 * (difference == 0))

# %% right="loops"
def separability(scores, labels):
    real = [s for s, label in zip(scores, labels) if label == 1]
    fake = [s for s, label in zip(scores, labels) if label == 0]
    won = 0.0
    for r in real:
        for f in fake:
            won += 1.0 if r > f else 0.5 if r == f else 0.0
    return won / (len(real) * len(fake))

# %% right="signs"
def separability(scores, labels):
    labels = labels.astype(bool)
    return 0.5 + 0.5 * np.sign(np.subtract.outer(scores[labels], scores[~labels])).mean()

# %% right="ranks"
def separability(scores, labels):
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    rank = (np.cumsum(counts) - (counts - 1) / 2)[place]
    n = np.sum(labels == 1)
    return (rank[labels == 1].sum() - n * (n + 1) / 2) / (n * (len(scores) - n))

# %% wrong="auc_reversed"
def separability(scores, labels):
    real, fake = scores[labels == 1][:, None], scores[labels == 0]
    return np.mean(real < fake) + 0.5 * np.mean(real == fake)

# %% wrong="auc_folded"
def separability(scores, labels):
    real, fake = scores[labels == 1][:, None], scores[labels == 0]
    area = np.mean(real > fake) + 0.5 * np.mean(real == fake)
    return max(area, 1 - area)

# %% wrong="auc_ties_lost"
def separability(scores, labels):
    return np.mean(scores[labels == 1][:, None] > scores[labels == 0])

# %% wrong="auc_ties_whole"
def separability(scores, labels):
    return np.mean(scores[labels == 1][:, None] >= scores[labels == 0])

# %% wrong="auc_all_pairs"
def separability(scores, labels):
    real, fake = scores[labels == 1][:, None], scores[labels == 0]
    return (np.sum(real > fake) + 0.5 * np.sum(real == fake)) / len(scores) ** 2

# %% wrong="auc_first_half_real"
def separability(scores, labels):
    n = int(np.sum(labels))
    real, fake = scores[:n][:, None], scores[n:]
    return np.mean(real > fake) + 0.5 * np.mean(real == fake)

# %% wrong="auc_accuracy"
def separability(scores, labels):
    return np.mean((scores > 0.5) == labels)

# %% wrong="in_place"
def separability(scores, labels):
    order = np.argsort(labels)
    scores[:], labels[:] = scores[order], labels[order]
    real, fake = scores[labels == 1][:, None], scores[labels == 0]
    return np.mean(real > fake) + 0.5 * np.mean(real == fake)

# %% wrong="auc_reversed+auc_ties_lost"
def separability(scores, labels):
    return np.mean(scores[labels == 1][:, None] < scores[labels == 0])

# %% wrong="auc_one_partner"
def separability(scores, labels):
    r, f = scores[labels == 1], scores[labels == 0]
    n = min(len(r), len(f))
    return (np.sign(r[:n] - f[:n]).mean() + 1) / 2

# %% wrong="auc_not_divided"
def separability(scores, labels):
    r, f = scores[labels == 1], scores[labels == 0]
    d = r[:, None] - f
    return np.sum(d > 0) + np.sum(d == 0) / 2

# %% right="Mann-Whitney by ranks"
def separability(scores, labels):
    scores, real = np.asarray(scores, float), np.asarray(labels) == 1
    values, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    n, m = real.sum(), (~real).sum()
    return float((ranks[real].sum() - n * (n + 1) / 2) / (n * m))

# %% right="itertools.product"
from itertools import product

def separability(scores, labels):
    real = [s for s, l in zip(scores, labels) if l]
    fake = [s for s, l in zip(scores, labels) if not l]
    pairs = list(product(real, fake))
    return sum(1.0 if r > f else 0.5 if r == f else 0.0 for r, f in pairs) / len(pairs)

# %% right="heaviside of an outer difference"
def separability(scores, labels):
    mask = labels.astype(bool)
    return np.heaviside(np.subtract.outer(scores[mask], scores[~mask]), 0.5).mean()

# %% right="two searchsorteds"
def separability(scores, labels):
    real, fake = scores[labels > 0], np.sort(scores[labels < 1])
    below = np.searchsorted(fake, real, "left") + np.searchsorted(fake, real, "right")
    return below.sum() / (2 * len(real) * len(fake))
