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
