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
