# %% wrong="the projection onto xhat has no mean"
def batchnorm_backward_fused(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    return gamma * rstd * (dy - dbeta / len(dy) - xhat * dgamma / (xhat**2).sum()), dgamma, dbeta

# %% wrong="rstd cubed"
def batchnorm_backward_fused(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    return gamma * rstd**3 * (dy - dbeta / len(dy) - xhat * dgamma / len(dy)), dgamma, dbeta

# %% wrong="dy's deviation times xhat's"
def batchnorm_backward_fused(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    return gamma * rstd * (dy - dy.mean(axis=0)) * (1 - xhat**2), (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="gamma in dgamma" named="dgamma_from_dxhat"
def batchnorm_backward_fused(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    return gamma * rstd * (dy - dbeta / len(dy) - xhat * dgamma / len(dy)), gamma * dgamma, dbeta

# %% wrong="absolute values of xhat"
def batchnorm_backward_fused(dy, cache):
    xhat, rstd, gamma = np.abs(cache["xhat"]), cache["rstd"], cache["gamma"]
    dgamma, dbeta = (dy * xhat).sum(axis=0), dy.sum(axis=0)
    return gamma * rstd * (dy - dbeta / len(dy) - xhat * dgamma / len(dy)), dgamma, dbeta

# %% wrong="sums with means' signs: N forgotten" named="variance_not_averaged+mean_not_averaged"
def batchnorm_backward_fused(dy, cache):
    dgamma, dbeta = (dy * cache["xhat"]).sum(0), dy.sum(0)
    return cache["gamma"] * cache["rstd"] * (dy - dbeta - cache["xhat"] * dgamma), dgamma, dbeta

# %% wrong="divided by rstd taken for std"
def batchnorm_backward_fused(dy, cache):
    dgamma, dbeta = (dy * cache["xhat"]).sum(0), dy.sum(0)
    return cache["gamma"] / cache["rstd"] * (dy - (dbeta + cache["xhat"] * dgamma) / len(dy)), dgamma, dbeta

# %% wrong="divided by N twice"
def batchnorm_backward_fused(dy, cache):
    n = len(dy)
    dgamma, dbeta = (dy * cache["xhat"]).sum(0), dy.sum(0)
    return cache["gamma"] * cache["rstd"] / n * (dy - (dbeta + cache["xhat"] * dgamma) / n), dgamma, dbeta

# %% wrong="keepdims left on" named="keepdims"
def batchnorm_backward_fused(dy, cache):
    dgamma, dbeta = (dy * cache["xhat"]).sum(0, keepdims=True), dy.sum(0, keepdims=True)
    return cache["gamma"] * cache["rstd"] * (dy - (dbeta + cache["xhat"] * dgamma) / len(dy)), dgamma, dbeta
