# %% wrong="each row of pixels by itself" named="instance_width_only"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=3, keepdims=True), x.var(axis=3, keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (x - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="the first image's statistics"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean, var = x[:1].mean(axis=(2, 3), keepdims=True), x[:1].var(axis=(2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (x - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="contrast stretched"
def instancenorm(x, gamma, beta, eps=1e-5):
    low, high = x.min(axis=(2, 3), keepdims=True), x.max(axis=(2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (x - low) / (high - low) + beta.reshape(1, -1, 1, 1)

# %% wrong="centred by the mean over channels"
def instancenorm(x, gamma, beta, eps=1e-5):
    d = x - x.mean(axis=1, keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * d / np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="negative parts cut off"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=(2, 3), keepdims=True), x.var(axis=(2, 3), keepdims=True)
    y = gamma.reshape(1, -1, 1, 1) * (x - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)
    return np.maximum(y, 0)

# %% wrong="rows and columns one after the other" named="not_finite"
def instancenorm(x, gamma, beta, eps=1e-5):
    for a in (2, 3):
        x = (x - x.mean(a, keepdims=True)) / np.sqrt(x.var(a, keepdims=True) + eps)
    return gamma.reshape(1, -1, 1, 1) * x + beta.reshape(1, -1, 1, 1)

# %% wrong="batch norm" named="instance_over_batch"
def instancenorm(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean((0, 2, 3), keepdims=True)) / np.sqrt(x.var((0, 2, 3), keepdims=True) + eps)
    return gamma[:, None, None] * xhat + beta[:, None, None]

# %% wrong="layer norm of the image" named="instance_over_channels"
def instancenorm(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean((1, 2, 3), keepdims=True)) / np.sqrt(x.var((1, 2, 3), keepdims=True) + eps)
    return gamma[:, None, None] * xhat + beta[:, None, None]
