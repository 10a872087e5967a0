# %% wrong="dvar of the output, not of xhat"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    return dxhat, (dy * (x - mean)).sum(axis=0) * -0.5 * rstd**3, -(dxhat * rstd).sum(axis=0)

# %% wrong="dvar with x in place of x minus mean" named="dvar_with_x"
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

# %% wrong="the last two exchanged" named="wrong_order"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    rstd = 1 / np.sqrt(var + eps)
    dxhat = dy * gamma
    return dxhat, -(dxhat * rstd).sum(axis=0), (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3

# %% wrong="order dxhat, dmean, dvar" named="wrong_order"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dvar = (dxhat * (cache["x"] - cache["mean"])).sum(axis=0) * -0.5 * cache["rstd"] ** 3
    return dxhat, -(dxhat * cache["rstd"]).sum(axis=0), dvar

# %% wrong="the cache of CS231n, a tuple"
def backward_intermediates(dy, cache):
    x, xhat, mean, var, gamma, eps = cache
    dxhat = dy * gamma
    dvar = np.sum(dxhat * (x - mean), axis=0) * -0.5 * (var + eps) ** -1.5
    return dxhat, dvar, -np.sum(dxhat, axis=0) / np.sqrt(var + eps)

# %% wrong="dvar with the exponent -1/2" named="dvar_power"
def backward_intermediates(dy, cache):
    c = cache["x"] - cache["mean"]
    dxhat = dy * cache["gamma"]
    dvar = (dxhat * c).sum(axis=0) * -0.5 * (cache["var"] + cache["eps"]) ** -0.5
    return dxhat, dvar, -(dxhat * cache["rstd"]).sum(axis=0)
