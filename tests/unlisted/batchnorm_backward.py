# %% wrong="dy taken for dx hat, gamma multiplied at the end of one branch only"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    n, rstd = len(x), 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dx = rstd * (gamma * dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="forward's statistics of dy"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    xhat = (x - mean) / np.sqrt(var + eps)
    dx = gamma * (dy - dy.mean(axis=0)) / np.sqrt(dy.var(axis=0) + eps)
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="xhat squared"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=0) - xhat**2 * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="maximum for sum in dgamma"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).max(axis=0), dy.sum(axis=0)

# %% wrong="n minus 1 in the mean terms"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    n, rstd = len(x), 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dx = rstd * (dxhat - dxhat.sum(axis=0) / (n - 1) - xhat * (dxhat * xhat).sum(axis=0) / (n - 1))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="N taken from the columns"
def batchnorm_backward(dy, cache):
    D, N = dy.shape
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    return dxhat * cache["rstd"] + dvar * 2 * c / N + dmean / N, (dy * cache["xhat"]).sum(0), dy.sum(0)

# %% wrong="not divided by N" named="variance_not_averaged+mean_not_averaged"
def batchnorm_backward(dy, cache):
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    return dxhat * cache["rstd"] + dvar * 2 * c + dmean, (dy * cache["xhat"]).sum(0), dy.sum(0)

# %% wrong="dgamma and dbeta averaged over the batch" named="dgamma_averaged+dbeta_averaged"
def batchnorm_backward(dy, cache):
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    dx = dxhat * cache["rstd"] + dvar * 2 * c / len(dy) + dmean / len(dy)
    return dx, (dy * cache["xhat"]).mean(0), dy.mean(0)

# %% wrong="sums without an axis" named="wrong_shape"
def batchnorm_backward(dy, cache):
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    dx = dxhat * cache["rstd"] + dvar * 2 * c / len(dy) + dmean / len(dy)
    return dx, np.sum(dy * cache["xhat"]), np.sum(dy)

# %% wrong="the mean's arrow counted twice"
def batchnorm_backward(dy, cache):
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    dx = (dxhat * cache["rstd"] + dvar * 2 * c / len(dy) + dmean / len(dy))
    return dx - dx.mean(0) + dmean / len(dy), (dy * cache["xhat"]).sum(0), dy.sum(0)

# %% wrong="dx alone" named="wrong_count"
def batchnorm_backward(dy, cache):
    dxhat = dy * cache["gamma"]
    c = cache["x"] - cache["mean"]
    dvar = (dxhat * c).sum(0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(0)
    return dxhat * cache["rstd"] + dvar * 2 * c / len(dy) + dmean / len(dy)
