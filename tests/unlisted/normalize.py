# %% wrong="to the range from 0 to 1"
def normalize(x, axes, eps=1e-5):
    low, high = x.min(axis=axes, keepdims=True), x.max(axis=axes, keepdims=True)
    return (x - low) / (high - low + eps)

# %% wrong="by the largest absolute value"
def normalize(x, axes, eps=1e-5):
    d = x - x.mean(axis=axes, keepdims=True)
    return d / (np.abs(d).max(axis=axes, keepdims=True) + eps)

# %% wrong="to length 1"
def normalize(x, axes, eps=1e-5):
    return x / np.sqrt((x**2).sum(axis=axes, keepdims=True) + eps)

# %% wrong="median and quartiles"
def normalize(x, axes, eps=1e-5):
    low, mid, high = np.quantile(x, (0.25, 0.5, 0.75), axis=axes, keepdims=True)
    return (x - mid) / (high - low + eps)

# %% wrong="squared deviations"
def normalize(x, axes, eps=1e-5):
    d = x - x.mean(axis=axes, keepdims=True)
    return d**2 / (x.var(axis=axes, keepdims=True) + eps)

# %% wrong="mean of means is fine, mean of variances is not"
def normalize(x, axes, eps=1e-5):
    mean, var = x, x
    for a in axes:
        mean = mean.mean(axis=a, keepdims=True)
    var = x.var(axis=axes[0], keepdims=True)
    for a in axes[1:]:
        var = var.mean(axis=a, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="one axis after the other" named="axes_in_turn"
def normalize(x, axes, eps=1e-5):
    for a in axes:
        x = (x - x.mean(axis=a, keepdims=True)) / np.sqrt(x.var(axis=a, keepdims=True) + eps)
    return x

# %% wrong="the other axes" named="axes_complement"
def normalize(x, axes, eps=1e-5):
    rest = tuple(a for a in range(x.ndim) if a not in {b % x.ndim for b in axes})
    return (x - x.mean(axis=rest, keepdims=True)) / np.sqrt(x.var(axis=rest, keepdims=True) + eps)

# %% wrong="the other axes found without a thought of negative ones" named="axes_negative"
def normalize(x, axes, eps=1e-5):
    rest = [a for a in range(x.ndim) if a not in axes]
    order = rest + list(axes)
    t = np.transpose(x, order)
    flat = t.reshape([x.shape[a] for a in rest] + [-1])
    out = (flat - flat.mean(-1, keepdims=True)) / np.sqrt(flat.var(-1, keepdims=True) + eps)
    return np.transpose(out.reshape(t.shape), np.argsort(order))
