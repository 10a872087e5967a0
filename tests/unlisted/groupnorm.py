# %% wrong="the first group for all"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    s = x.reshape(n, groups, c // groups, h, w)[:, :1]
    mean, var = s.mean(axis=(2, 3, 4)).reshape(n, 1, 1, 1), s.var(axis=(2, 3, 4)).reshape(n, 1, 1, 1)
    return gamma.reshape(1, -1, 1, 1) * (x - mean) / np.sqrt(var + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="groups along the height"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    m, v = x.mean(axis=(1, 3), keepdims=True), x.var(axis=(1, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (x - m) / np.sqrt(v + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="variance of the whole image"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    s = x.reshape(n, groups, c // groups, h, w)
    d = (s - s.mean(axis=(2, 3, 4), keepdims=True)).reshape(x.shape)
    v = x.var(axis=(1, 2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * d / np.sqrt(v + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="affine before"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    x = gamma.reshape(1, -1, 1, 1) * x + beta.reshape(1, -1, 1, 1)
    s = x.reshape(n, groups, c // groups, h, w)
    s = (s - s.mean(axis=(2, 3, 4), keepdims=True)) / np.sqrt(s.var(axis=(2, 3, 4), keepdims=True) + eps)
    return s.reshape(x.shape)

# %% wrong="eps the number of groups"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    s = x.reshape(n, groups, c // groups, h, w)
    s = (s - s.mean(axis=(2, 3, 4), keepdims=True)) / np.sqrt(s.var(axis=(2, 3, 4), keepdims=True) + groups)
    return gamma.reshape(1, -1, 1, 1) * s.reshape(x.shape) + beta.reshape(1, -1, 1, 1)

# %% wrong="result left in five axes" named="wrong_shape"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n, groups, c // groups, h, w)
    z = (z - z.mean((2, 3, 4), keepdims=True)) / np.sqrt(z.var((2, 3, 4), keepdims=True) + eps)
    return z * gamma.reshape(1, groups, -1, 1, 1) + beta.reshape(1, groups, -1, 1, 1)

# %% wrong="channels dealt out like cards" named="groups_interleaved"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n, c // groups, groups, h, w)
    z = (z - z.mean((1, 3, 4), keepdims=True)) / np.sqrt(z.var((1, 3, 4), keepdims=True) + eps)
    return z.reshape(x.shape) * gamma[:, None, None] + beta[:, None, None]

# %% wrong="groups of size groups" named="groups_are_sizes"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n, c // groups, groups, h, w)
    z = (z - z.mean((2, 3, 4), keepdims=True)) / np.sqrt(z.var((2, 3, 4), keepdims=True) + eps)
    return z.reshape(x.shape) * gamma[:, None, None] + beta[:, None, None]
