# %% wrong="divided by the largest entry"
def layernorm(x, gamma, beta, eps=1e-5):
    d = x - x.mean(axis=-1, keepdims=True)
    return gamma * d / (np.abs(d).max(axis=-1, keepdims=True) + eps) + beta

# %% wrong="median"
def layernorm(x, gamma, beta, eps=1e-5):
    return gamma * (x - np.median(x, axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps) + beta

# %% wrong="length 1"
def layernorm(x, gamma, beta, eps=1e-5):
    d = x - x.mean(axis=-1, keepdims=True)
    return gamma * d / np.sqrt((d**2).sum(axis=-1, keepdims=True) + eps) + beta

# %% wrong="softmax"
def layernorm(x, gamma, beta, eps=1e-5):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return gamma * e / e.sum(axis=-1, keepdims=True) + beta

# %% wrong="residual"
def layernorm(x, gamma, beta, eps=1e-5):
    d = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    return x + gamma * d + beta

# %% wrong="an annotated transformer: std, unbiased, eps outside" named="norm_ddof_1+eps_outside"
def layernorm(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(-1, keepdims=True)) / (x.std(-1, ddof=1, keepdims=True) + eps) + beta

# %% wrong="gamma per row"
def layernorm(x, gamma, beta, eps=1e-5):
    y = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)
    return y * gamma[:len(x), None] + beta[:len(x), None] if x.ndim == 2 and len(x) == len(gamma) else y * gamma + beta

# %% wrong="batch norm" named="layer_batch_axis"
def layernorm(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta
