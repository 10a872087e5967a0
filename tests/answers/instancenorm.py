# %% [markdown]
# Answers to `instancenorm`: right in several styles, and wrong in every way the check should name.

# %% right="two_axes"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% right="rows"
def instancenorm(x, gamma, beta, eps=1e-5):
    rows = x.reshape(len(x), len(gamma), -1)
    rows = (rows - rows.mean(axis=-1, keepdims=True)) / np.sqrt(rows.var(axis=-1, keepdims=True) + eps)
    return (rows * gamma[:, None] + beta[:, None]).reshape(x.shape)

# %% right="loops"
def instancenorm(x, gamma, beta, eps=1e-5):
    y = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            plane = x[n, c]
            y[n, c] = gamma[c] * (plane - plane.mean()) / (plane.var() + eps) ** 0.5 + beta[c]
    return y

# %% right="einsum"
def instancenorm(x, gamma, beta, eps=1e-5):
    pixels = x.shape[2] * x.shape[3]
    centred = x - np.einsum("nchw->nc", x)[:, :, None, None] / pixels
    var = np.einsum("nchw,nchw->nc", centred, centred) / pixels
    return np.einsum("nchw,nc,c->nchw", centred, 1 / np.sqrt(var + eps), gamma) + beta[:, None, None]

# %% wrong="instance_over_batch"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="instance_over_channels"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    var = x.var(axis=(1, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="instance_width_only"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=3, keepdims=True)
    var = x.var(axis=3, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="instance_affine_per_image"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(-1, 1, 1, 1) * xhat + beta.reshape(-1, 1, 1, 1)

# %% wrong="affine_along_width"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="norm_ddof_1"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(ddof=1, axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_outside"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_forgotten"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_hard_coded"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + 1e-5)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="divide_by_variance"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / (var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="gamma_forgotten"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="beta_forgotten"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat

# %% wrong="in_place"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    x -= mean
    xhat = x / np.sqrt(var + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="single_precision"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y.astype(np.float32)

# %% wrong="instance_over_batch+affine_along_width"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="instance_width_only+eps_outside"
def instancenorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=3, keepdims=True)
    var = x.var(axis=3, keepdims=True)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="instance_channels_last"
def instancenorm(x, gamma, beta, eps=1e-5):
    m = x.mean((1, 2), keepdims=True)
    v = x.var((1, 2), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * (x - m) / np.sqrt(v + eps) + beta.reshape(1, -1, 1, 1)

# %% wrong="beta_scaled"
def instancenorm(x, gamma, beta, eps=1e-5):
    m = x.mean((2, 3), keepdims=True)
    v = x.var((2, 3), keepdims=True)
    return gamma.reshape(1, -1, 1, 1) * ((x - m) / np.sqrt(v + eps) + beta.reshape(1, -1, 1, 1))

# %% right="group norm with as many groups as channels"
import torch

def instancenorm(x, gamma, beta, eps=1e-5):
    t = [torch.tensor(a, dtype=torch.float64) for a in (x, gamma, beta)]
    return torch.nn.functional.group_norm(t[0], x.shape[1], t[1], t[2], eps).numpy()

# %% right="loops over images and channels"
import math

def instancenorm(x, gamma, beta, eps=1e-5):
    out = np.empty(x.shape)
    for n, c in np.ndindex(x.shape[:2]):
        plane = x[n, c]
        m = math.fsum(plane.ravel()) / plane.size
        v = math.fsum((plane.ravel() - m) ** 2) / plane.size
        out[n, c] = gamma[c] * (plane - m) / math.sqrt(v + eps) + beta[c]
    return out

# %% right="batch norm of a reshaped view"
def instancenorm(x, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n * c, h * w).T
    z = (z - z.mean(0)) / np.sqrt(z.var(0) + eps) * np.tile(gamma, n) + np.tile(beta, n)
    return z.T.reshape(x.shape)
