# %% wrong="mean over pixels first, variance of the means"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    pooled = x.mean(axis=(2, 3))
    mean, var = pooled.mean(axis=0).reshape(1, -1, 1, 1), pooled.var(axis=0).reshape(1, -1, 1, 1)
    return g * (x - mean) / np.sqrt(var + eps) + b, None

# %% wrong="rows and columns exchanged in the result" named="wrong_shape"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return (g * (x - mean) / np.sqrt(var + eps) + b).swapaxes(2, 3), None

# %% wrong="statistics of the first image"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    first = x[:1]
    mean, var = first.mean(axis=(0, 2, 3), keepdims=True), first.var(axis=(0, 2, 3), keepdims=True)
    return g * (x - mean) / np.sqrt(var + eps) + b, None

# %% wrong="the corner pixel as the mean"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    return g * (x - x[:, :, :1, :1]) / np.sqrt(var + eps) + b, None

# %% wrong="over rows only"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    mean, var = x.mean(axis=(0, 2), keepdims=True), x.var(axis=(0, 2), keepdims=True)
    return g * (x - mean) / np.sqrt(var + eps) + b, None

# %% wrong="a reshape without moving the axis" named="channels_mixed_throughout"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    y, cache = bn_forward(x.reshape(-1, c), gamma, beta, eps)
    return y.reshape(n, c, h, w), cache

def bn_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    return gamma * xhat + beta, {"x": x, "mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}

# %% wrong="instance norm: axes 2 and 3" named="per_image"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    y = gamma[:, None, None] * xhat + beta[:, None, None]
    return y, {"x": x, "xhat": xhat, "mean": mean.mean(0).ravel(), "var": var.mean(0).ravel(), "rstd": rstd.mean(0).ravel(), "gamma": gamma, "eps": eps}

# %% wrong="cache with keepdims" named="cache_unlike"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean((0, 2, 3), keepdims=True), x.var((0, 2, 3), keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    y = gamma[:, None, None] * xhat + beta[:, None, None]
    return y, {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": rstd, "gamma": gamma, "eps": eps}
