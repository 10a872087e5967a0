# %% wrong="the largest of the means" named="gap_unnormalized+gap_one_mean"
def accumulation_gap(x, micro_batch):
    return max(abs(x[k:k + micro_batch].mean() - x.mean()) for k in range(0, len(x), micro_batch))

# %% wrong="zero, as for a network without batch norm" named="gap_axis_1"
def accumulation_gap(x, micro_batch):
    return 0.0

# %% wrong="variances of the first micro batch only"
def accumulation_gap(x, micro_batch):
    return abs(x[:micro_batch].var() - x.var())

# %% wrong="counts of the batches"
def accumulation_gap(x, micro_batch):
    return len(x) / micro_batch

# %% wrong="sum for mean"
def accumulation_gap(x, micro_batch):
    return sum(x[k:k + micro_batch].var(axis=0).sum() for k in range(0, len(x), micro_batch))

# %% wrong="normalized twice"
def accumulation_gap(x, micro_batch):
    def bn(a):
        return (a - a.mean(0)) / np.sqrt(a.var(0) + 1e-5)
    whole = bn(x)
    return np.abs(whole - np.concatenate([bn(whole[k:k + micro_batch]) for k in range(0, len(x), micro_batch)])).max()

# %% wrong="strided pieces" named="gap_interleaved"
def accumulation_gap(x, micro_batch):
    def bn(a):
        return (a - a.mean(0)) / np.sqrt(a.var(0) + 1e-5)
    k = -(-len(x) // micro_batch)
    out = np.empty_like(x, dtype=float)
    for s in range(k):
        out[s::k] = bn(x[s::k])
    return np.abs(bn(x) - out).max()

# %% wrong="no absolute value" named="gap_signed"
def accumulation_gap(x, micro_batch):
    def bn(a):
        return (a - a.mean(0)) / np.sqrt(a.var(0) + 1e-5)
    return np.max(bn(x) - np.concatenate([bn(x[k:k + micro_batch]) for k in range(0, len(x), micro_batch)]))
