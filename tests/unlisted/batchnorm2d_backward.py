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

# %% wrong="dgamma and dbeta averaged over pixels" named="dgamma_averaged+dbeta_averaged"
def batchnorm2d_backward(dy, cache):
    h = cache["xhat"]
    dgamma, dbeta = (dy * h).mean((0, 2, 3)), dy.mean((0, 2, 3))
    s = cache["gamma"] * cache["rstd"]
    return s[:, None, None] * (dy - dbeta[:, None, None] - h * dgamma[:, None, None]), dgamma, dbeta

# %% wrong="home without undoing the move" named="dx_home_by_reshape"
def batchnorm2d_backward(dy, cache):
    n, c, hh, w = dy.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, c)
    h = cache["xhat"].transpose(0, 2, 3, 1).reshape(-1, c)
    dg, db = (d * h).sum(0), d.sum(0)
    dx = cache["gamma"] * cache["rstd"] * (d - (db + h * dg) / len(d))
    return dx.reshape(dy.shape), dg, db

# %% wrong="home with the wrong permutation"
def batchnorm2d_backward(dy, cache):
    n, c, hh, w = dy.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, c)
    h = cache["xhat"].transpose(0, 2, 3, 1).reshape(-1, c)
    dg, db = (d * h).sum(0), d.sum(0)
    dx = cache["gamma"] * cache["rstd"] * (d - (db + h * dg) / len(d))
    return dx.reshape(n, hh, w, c).transpose(0, 3, 2, 1).reshape(dy.shape), dg, db

# %% wrong="xhat flattened without the move" named="xhat_not_moved"
def batchnorm2d_backward(dy, cache):
    n, c, hh, w = dy.shape
    d = dy.transpose(0, 2, 3, 1).reshape(-1, c)
    h = cache["xhat"].reshape(-1, c)
    dg, db = (d * h).sum(0), d.sum(0)
    dx = cache["gamma"] * cache["rstd"] * (d - (db + h * dg) / len(d))
    return dx.reshape(n, hh, w, c).transpose(0, 3, 1, 2), dg, db

# %% wrong="batch only: axis 0" named="means_per_pixel+dgamma_per_pixel"
def batchnorm2d_backward(dy, cache):
    h, n = cache["xhat"], len(dy)
    dgamma, dbeta = (dy * h).sum(0), dy.sum(0)
    s = (cache["gamma"] * cache["rstd"])[:, None, None]
    return s * (dy - (dbeta + h * dgamma) / n), dgamma, dbeta
