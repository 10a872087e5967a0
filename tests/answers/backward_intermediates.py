# %% [markdown]
# Answers to `backward_intermediates`: right in several styles, and wrong in every way the check should name.

# %% right="four_lines"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% right="loops"
def backward_intermediates(dy, cache):
    x, mean, rstd, gamma = cache["x"], cache["mean"], cache["rstd"], cache["gamma"]
    rows, features = dy.shape
    dxhat, dvar, dmean = np.zeros((rows, features)), np.zeros(features), np.zeros(features)
    for d in range(features):
        for n in range(rows):
            dxhat[n, d] = dy[n, d] * gamma[d]
            dvar[d] -= dxhat[n, d] * (x[n, d] - mean[d]) * rstd[d] ** 3 / 2
            dmean[d] -= dxhat[n, d] * rstd[d]
    return dxhat, dvar, dmean

# %% right="einsum"
def backward_intermediates(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    dxhat = np.einsum("nd,d->nd", dy, gamma)
    return dxhat, -0.5 * np.einsum("nd,nd,d,d->d", dxhat, xhat, rstd, rstd), -np.einsum("nd,d->d", dxhat, rstd)

# %% right="transposed"
def backward_intermediates(dy, cache):
    rstd = cache["rstd"][:, None]
    dzhat = dy.T * cache["gamma"][:, None]
    centred = cache["x"].T - cache["mean"][:, None]
    dvar = np.sum(dzhat * centred, axis=1) * -0.5 * rstd[:, 0] ** 3
    dmean = np.sum(dzhat * -rstd, axis=1) + dvar * np.mean(-2 * centred, axis=1)
    return dzhat.T, dvar, dmean

# %% wrong="dxhat_without_gamma"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="rstd_without_eps"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * var ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="rstd_squared"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    rstd = 1 / (var + eps)
    dvar = (dxhat * (x - mean) * -0.5 * rstd**3).sum(axis=0)
    dmean = -(dxhat * rstd).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_power"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -0.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_half"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -1 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_sign"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * 0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_not_summed"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dmean_sign"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = (dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dmean_not_scaled"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -dxhat.sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dmean_averaged"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).mean(axis=0)
    return dxhat, dvar, dmean

# %% wrong="in_place"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dy *= gamma
    dxhat = dy
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="keepdims"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0, keepdims=True)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0, keepdims=True)
    return dxhat, dvar, dmean

# %% wrong="single_precision"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return tuple(np.float32(part) for part in (dxhat, dvar, dmean))

# %% wrong="dvar_sign+dmean_sign"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * 0.5 * (var + eps) ** -1.5).sum(axis=0)
    dmean = (dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dxhat_without_gamma+dvar_half"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy
    dvar = (dxhat * (x - mean) * -1 * (var + eps) ** -1.5).sum(axis=0)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_power+dmean_not_scaled"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -0.5 * (var + eps) ** -0.5).sum(axis=0)
    dmean = -dxhat.sum(axis=0)
    return dxhat, dvar, dmean

# %% wrong="dvar_half+keepdims"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean) * -1 * (var + eps) ** -1.5).sum(axis=0, keepdims=True)
    dmean = -(dxhat / np.sqrt(var + eps)).sum(axis=0, keepdims=True)
    return dxhat, dvar, dmean

# %% right="einsum, rstd from var"
def backward_intermediates(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    r = 1 / np.sqrt(var + eps)
    dxhat = np.einsum("nd,d->nd", dy, gamma)
    dvar = -0.5 * r**3 * np.einsum("nd,nd->d", dxhat, x - mean)
    return dxhat, dvar, -r * np.add.reduce(dxhat)

# %% right="the paper's dmean with both terms"
def backward_intermediates(dy, cache):
    c = cache["x"] - cache["mean"]
    dxhat = dy * cache["gamma"]
    dvar = np.sum(dxhat * c * -0.5 * (cache["var"] + cache["eps"]) ** -1.5, axis=0)
    dmean = np.sum(-dxhat / np.sqrt(cache["var"] + cache["eps"]), axis=0) + dvar * np.mean(-2 * c, axis=0)
    return dxhat, dvar, dmean

# %% right="torch's autograd on leaves"
import torch

def backward_intermediates(dy, cache):
    t = {k: torch.tensor(np.asarray(v, dtype=np.float64), dtype=torch.float64) for k, v in cache.items()}
    mean, var = t["mean"].requires_grad_(), t["var"].requires_grad_()
    xhat = (t["x"] - mean) / torch.sqrt(var + t["eps"])
    xhat.retain_grad()
    (t["gamma"] * xhat * torch.tensor(dy, dtype=torch.float64)).sum().backward()
    return xhat.grad.numpy(), var.grad.numpy(), mean.grad.numpy()

# %% right="one entry at a time"
import math

def backward_intermediates(dy, cache):
    n, d = dy.shape
    dxhat = [[float(cache["gamma"][j] * dy[i, j]) for j in range(d)] for i in range(n)]
    dvar = [-0.5 * float(cache["rstd"][j]) ** 2 * math.fsum(dxhat[i][j] * cache["xhat"][i, j] for i in range(n)) for j in range(d)]
    dmean = [-cache["rstd"][j] * math.fsum(row[j] for row in dxhat) for j in range(d)]
    return dxhat, dvar, dmean

# %% wrong="dvar_rstd_power"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dr = (dxhat * (cache["x"] - cache["mean"])).sum(axis=0)
    return dxhat, -0.5 * dr * cache["rstd"] ** 1.5, -(dxhat * cache["rstd"]).sum(axis=0)

# %% wrong="dvar_without_eps"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dr = (dxhat * (cache["x"] - cache["mean"])).sum(axis=0)
    return dxhat, -0.5 * dr * cache["var"] ** -1.5, -(dxhat * cache["rstd"]).sum(axis=0)

# %% wrong="dvar_with_xhat"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dvar = -0.5 * (dxhat * cache["xhat"]).sum(axis=0) * (cache["var"] + cache["eps"]) ** -1.5
    return dxhat, dvar, -(dxhat * cache["rstd"]).sum(axis=0)

# %% wrong="dvar_with_x"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dvar = -0.5 * (dxhat * cache["x"]).sum(axis=0) * (cache["var"] + cache["eps"]) ** -1.5
    return dxhat, dvar, -(dxhat * cache["rstd"]).sum(axis=0)

# %% wrong="dvar_with_xhat+dmean_sign"
def backward_intermediates(dy, cache):
    dxhat = dy * cache["gamma"]
    dvar = -0.5 * (dxhat * cache["xhat"]).sum(axis=0) * cache["rstd"] ** 3
    return dxhat, dvar, (dxhat * cache["rstd"]).sum(axis=0)
