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
