# %% [markdown]
# Answers to `layernorm`: right in several styles, and wrong in every way the check should name.

# %% right="last_axis"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% right="calls_normalize"
def normalize(x, axes, eps):
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + eps)


def layernorm(x, gamma, beta, eps=1e-5):
    return normalize(x, (x.ndim - 1,), eps) * gamma + beta

# %% right="rows"
def layernorm(x, gamma, beta, eps=1e-5):
    y = []
    for row in x.reshape(-1, x.shape[-1]):
        centred = row - row.sum() / len(row)
        y.append(gamma * centred / np.sqrt(centred @ centred / len(row) + eps) + beta)
    return np.array(y).reshape(x.shape)

# %% right="einsum"
def layernorm(x, gamma, beta, eps=1e-5):
    d = x.shape[-1]
    centred = x - np.einsum("...d->...", x)[..., None] / d
    rstd = 1 / np.sqrt(np.einsum("...d,...d->...", centred, centred) / d + eps)
    return np.einsum("...d,...,d->...d", centred, rstd, gamma) + beta

# %% right="transposed_batch_norm"
def layernorm(x, gamma, beta, eps=1e-5):
    t = x.reshape(-1, x.shape[-1]).T
    t = (t - t.mean(axis=0)) / np.sqrt(t.var(axis=0) + eps)
    return t.T.reshape(x.shape) * gamma + beta

# %% wrong="layer_batch_axis"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(axis=0, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="layer_one_for_all"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(keepdims=True)
    var = x.var(keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="layer_second_axis"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="layer_all_but_first"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=tuple(range(1, x.ndim)), keepdims=True)
    var = x.var(axis=tuple(range(1, x.ndim)), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="axes_not_kept"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1)
    var = x.var(axis=-1)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="layer_second_axis+axes_not_kept"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1)
    var = x.var(axis=1)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="layer_rms"
def layernorm(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + beta

# %% wrong="layer_gamma_inside"
def layernorm(x, gamma, beta, eps=1e-5):
    x = gamma * x
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat + beta

# %% wrong="layer_affine_per_row"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma[:, None] * xhat + beta[:, None]

# %% wrong="norm_ddof_1"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(ddof=1, axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="eps_outside"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    return gamma * xhat + beta

# %% wrong="eps_forgotten"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var)
    return gamma * xhat + beta

# %% wrong="eps_hard_coded"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + 1e-5)
    return gamma * xhat + beta

# %% wrong="divide_by_variance"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / (var + eps)
    return gamma * xhat + beta

# %% wrong="gamma_forgotten"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat + beta

# %% wrong="beta_forgotten"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat

# %% wrong="in_place"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    x[...] = xhat
    return gamma * xhat + beta

# %% wrong="single_precision"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return (gamma * xhat + beta).astype(np.float32)

# %% wrong="cancellation"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = (x**2).mean(axis=-1, keepdims=True) - mean**2
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="integer_cast"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = np.empty_like(x)
    y[:] = gamma * xhat + beta
    return y

# %% wrong="layer_batch_axis+norm_ddof_1"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(ddof=1, axis=0, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta

# %% wrong="gamma_forgotten+beta_forgotten"
def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat

# %% wrong="beta_scaled"
def layernorm(x, gamma, beta, eps=1e-5):
    m = x.mean(-1, keepdims=True)
    v = x.var(-1, keepdims=True)
    return gamma * ((x - m) / np.sqrt(v + eps) + beta)

# %% right="torch's own"
import torch

def layernorm(x, gamma, beta, eps=1e-5):
    t = [torch.tensor(a, dtype=torch.float64) for a in (x, gamma, beta)]
    return torch.nn.functional.layer_norm(t[0], t[1].shape, t[1], t[2], eps).numpy()

# %% right="rows through apply_along_axis"
def layernorm(x, gamma, beta, eps=1e-5):
    def row(r):
        c = r - r.mean()
        return gamma * c / np.sqrt(c @ c / c.size + eps) + beta
    return np.apply_along_axis(row, -1, x)

# %% right="through the transpose"
def layernorm(x, gamma, beta, eps=1e-5):
    t = np.moveaxis(x, -1, 0)
    y = (t - t.mean(0)) / np.sqrt(t.var(0) + eps)
    return np.einsum("d...,d->...d", y, gamma) + beta
