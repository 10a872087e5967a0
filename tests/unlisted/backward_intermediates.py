# %% wrong="dvar of the output, not of xhat"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    return dxhat, (dy * (x - mean)).sum(axis=0) * -0.5 * rstd**3, -(dxhat * rstd).sum(axis=0)

# %% wrong="dvar with x in place of x minus mean"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    return dxhat, (dxhat * x).sum(axis=0) * -0.5 * rstd**3, -(dxhat * rstd).sum(axis=0)

# %% wrong="dxhat divided by gamma"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy / gamma
    return dxhat, (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3, -(dxhat * rstd).sum(axis=0)

# %% wrong="dmean with its second term doubled in"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    return dxhat, dvar, -(dxhat * rstd).sum(axis=0) + dvar * -2 * x.mean(axis=0)

# %% wrong="the last two exchanged"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    return dxhat, -(dxhat * rstd).sum(axis=0), (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
