# %% [markdown]
# Answers to `accumulation_gap`: right in several styles, and wrong in every way the check should name.

# %% right="loop_over_pieces"
def accumulation_gap(x, micro_batch):
    def bn(z):
        return (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)

    whole, largest = bn(x), 0.0
    for k in range(0, len(x), micro_batch):
        largest = max(largest, np.abs(whole[k:k + micro_batch] - bn(x[k:k + micro_batch])).max())
    return largest

# %% right="split"
def accumulation_gap(x, micro_batch):
    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    bn = [(p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5 for p in [x, *parts]]
    return np.max(np.abs(bn[0] - np.vstack(bn[1:])))

# %% right="rows_and_features"
def accumulation_gap(x, micro_batch):
    gap = 0.0
    for d in range(x.shape[1]):
        column = [float(value) for value in x[:, d]]
        mean = sum(column) / len(column)
        var = sum((value - mean) ** 2 for value in column) / len(column)
        for n, value in enumerate(column):
            start = n - n % micro_batch
            own = column[start:start + micro_batch]
            m = sum(own) / len(own)
            v = sum((other - m) ** 2 for other in own) / len(own)
            gap = max(gap, abs((value - mean) / (var + 1e-5) ** 0.5 - (value - m) / (v + 1e-5) ** 0.5))
    return gap

# %% wrong="gap_signed"
def accumulation_gap(x, micro_batch):
    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    bn = [(p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5 for p in [x, *parts]]
    return np.max(bn[0] - np.vstack(bn[1:]))

# %% wrong="gap_averaged"
def accumulation_gap(x, micro_batch):
    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    bn = [(p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5 for p in [x, *parts]]
    return np.mean(np.abs(bn[0] - np.vstack(bn[1:])))

# %% wrong="gap_unbiased"
def accumulation_gap(x, micro_batch):
    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    bn = [(p - p.mean(0)) / (p.var(0, ddof=1) + 1e-5) ** 0.5 for p in [x, *parts]]
    return np.max(np.abs(bn[0] - np.vstack(bn[1:])))

# %% wrong="gap_first_only"
def accumulation_gap(x, micro_batch):
    p = x[:micro_batch]
    whole = (x - x.mean(0)) / (x.var(0) + 1e-5) ** 0.5
    return np.abs(whole[:micro_batch] - (p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5).max()

# %% wrong="gap_last_only"
def accumulation_gap(x, micro_batch):
    whole = (x - x.mean(0)) / (x.var(0) + 1e-5) ** 0.5
    for k in range(0, len(x), micro_batch):
        p = x[k:k + micro_batch]
        gap = np.abs(whole[k:k + micro_batch] - (p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5).max()
    return gap

# %% wrong="gap_interleaved"
def accumulation_gap(x, micro_batch):
    count = int(np.ceil(len(x) / micro_batch))
    whole = (x - x.mean(0)) / (x.var(0) + 1e-5) ** 0.5
    parts = [x[k::count] for k in range(count)]
    return max(np.abs(whole[k::count] - (p - p.mean(0)) / (p.var(0) + 1e-5) ** 0.5).max()
               for k, p in enumerate(parts))

# %% wrong="gap_statistics_averaged"
def accumulation_gap(x, micro_batch):
    parts = [x[k:k + micro_batch] for k in range(0, len(x), micro_batch)]
    mean = sum(p.mean(0) for p in parts) / len(parts)
    var = sum(p.var(0) for p in parts) / len(parts)
    return np.abs((x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5) - (x - mean) / np.sqrt(var + 1e-5)).max()

# %% wrong="gap_unnormalized"
def accumulation_gap(x, micro_batch):
    return max(np.abs(x[k:k + micro_batch].mean(0) - x.mean(0)).max() for k in range(0, len(x), micro_batch))

# %% wrong="gap_axis_1"
def accumulation_gap(x, micro_batch):
    def bn(z):
        return (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)

    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    return np.abs(bn(x) - np.vstack([bn(p) for p in parts])).max()

# %% wrong="in_place"
def accumulation_gap(x, micro_batch):
    parts = [p.copy() for p in np.split(x, range(micro_batch, len(x), micro_batch))]
    x -= x.mean(0)
    x /= np.sqrt(x.var(0) + 1e-5)
    return np.max(np.abs(x - np.vstack([(p - p.mean(0)) / np.sqrt(p.var(0) + 1e-5) for p in parts])))

# %% wrong="gap_signed+gap_unbiased"
def accumulation_gap(x, micro_batch):
    parts = np.split(x, range(micro_batch, len(x), micro_batch))
    bn = [(p - p.mean(0)) / (p.var(0, ddof=1) + 1e-5) ** 0.5 for p in [x, *parts]]
    return np.max(bn[0] - np.vstack(bn[1:]))

# %% wrong="gap_one_mean"
def accumulation_gap(x, micro_batch):
    def n(p):
        return (p - p.mean()) / np.sqrt(p.var() + 1e-5)

    pieces = np.vstack([n(x[k : k + micro_batch]) for k in range(0, len(x), micro_batch)])
    return np.abs(n(x) - pieces).max()

# %% wrong="gap_per_feature"
def accumulation_gap(x, micro_batch):
    def n(p):
        return (p - p.mean(0)) / np.sqrt(p.var(0) + 1e-5)

    pieces = np.vstack([n(x[k : k + micro_batch]) for k in range(0, len(x), micro_batch)])
    return np.abs(n(x) - pieces).max(axis=0)

# %% wrong="gap_eps_forgotten"
def accumulation_gap(x, micro_batch):
    def n(p):
        return (p - p.mean(0)) / p.std(0)

    pieces = np.vstack([n(x[k : k + micro_batch]) for k in range(0, len(x), micro_batch)])
    return np.abs(n(x) - pieces).max()

# %% right="recursion over the pieces"
def accumulation_gap(x, micro_batch):
    def norm(a):
        c = a - np.ones(len(a)) @ a / len(a)
        return c / np.sqrt(np.einsum("nd,nd->d", c, c) / len(a) + 1e-5)
    def pieces(a):
        return [] if not len(a) else [norm(a[:micro_batch]), *pieces(a[micro_batch:])]
    return np.linalg.norm((norm(x) - np.concatenate(pieces(x))).ravel(), np.inf)

# %% right="torch's layer on splits"
import torch

def accumulation_gap(x, micro_batch):
    t = torch.tensor(x, dtype=torch.float64)
    def bn(a):
        return (a - a.mean(0)) / torch.sqrt(a.var(0, correction=0) + 1e-5)
    return (bn(t) - torch.cat([bn(p) for p in torch.split(t, micro_batch)])).abs().max().item()

# %% right="a running maximum over generators"
def accumulation_gap(x, micro_batch):
    def bn(a):
        return (a - np.average(a, axis=0)) * (np.var(a, axis=0) + 1e-5) ** -0.5
    whole = bn(x)
    return max(float(np.abs(bn(x[k:k + micro_batch]) - whole[k:k + micro_batch]).max()) for k in range(0, len(x), micro_batch))

# %% wrong="gap_pieces_counted"
def accumulation_gap(x, micro_batch):
    def bn(a):
        return (a - a.mean(0)) / np.sqrt(a.var(0) + 1e-5)
    return np.abs(bn(x) - np.concatenate([bn(p) for p in np.array_split(x, micro_batch)])).max()


# %% wrong="gap_rest_dropped"
def accumulation_gap(x, micro_batch):
    def normalized(part):
        return (part - part.mean(axis=0)) / np.sqrt(part.var(axis=0) + 1e-5)

    whole, gap = normalized(x), 0.0
    for k in range(len(x) // micro_batch):
        rows = slice(k * micro_batch, (k + 1) * micro_batch)
        gap = max(gap, np.abs(whole[rows] - normalized(x[rows])).max())
    return gap
