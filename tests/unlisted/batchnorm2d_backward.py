# %% wrong="sums over images only in dgamma and dbeta, then mean over pixels"
def batchnorm2d_backward(dy, cache):
    xhat, gamma, rstd = cache["xhat"], cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    a, d = (0, 2, 3), dy * cache["gamma"].reshape(1, -1, 1, 1)
    dx = rstd * (d - d.mean(axis=a, keepdims=True) - xhat * (d * xhat).mean(axis=a, keepdims=True))
    return dx, (dy * xhat).sum(axis=0).mean(axis=(1, 2)), dy.sum(axis=0).mean(axis=(1, 2))

# %% wrong="instance norm's backward" named="means_per_image"
def batchnorm2d_backward(dy, cache):
    xhat, gamma, rstd = cache["xhat"], cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    a, d = (2, 3), dy * gamma
    dx = rstd * (d - d.mean(axis=a, keepdims=True) - xhat * (d * xhat).mean(axis=a, keepdims=True))
    return dx, (dy * xhat).sum(axis=(0, 2, 3)), dy.sum(axis=(0, 2, 3))

# %% wrong="rstd forgotten" named="rstd_forgotten"
def batchnorm2d_backward(dy, cache):
    xhat, gamma = cache["xhat"], cache["gamma"].reshape(1, -1, 1, 1)
    a, d = (0, 2, 3), dy * gamma
    dx = d - d.mean(axis=a, keepdims=True) - xhat * (d * xhat).mean(axis=a, keepdims=True)
    return dx, (dy * xhat).sum(axis=a), dy.sum(axis=a)

# %% wrong="gamma counted twice" named="gamma_twice"
def batchnorm2d_backward(dy, cache):
    xhat, gamma, rstd = cache["xhat"], cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    a, d = (0, 2, 3), dy * gamma
    dx = gamma * rstd * (d - d.mean(axis=a, keepdims=True) - xhat * (d * xhat).mean(axis=a, keepdims=True))
    return dx, (dy * xhat).sum(axis=a), dy.sum(axis=a)

# %% wrong="a plus for a minus"
def batchnorm2d_backward(dy, cache):
    xhat, gamma, rstd = cache["xhat"], cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    a, d = (0, 2, 3), dy * gamma
    dx = rstd * (d + d.mean(axis=a, keepdims=True) - xhat * (d * xhat).mean(axis=a, keepdims=True))
    return dx, (dy * xhat).sum(axis=a), dy.sum(axis=a)
