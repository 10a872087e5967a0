# %% [markdown]
# Answers to `groupnorm`: right in several styles, and wrong in every way the check should name.

# %% right="five_axes"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% right="rows"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    rows = x.reshape(len(x) * groups, -1)
    rows = (rows - rows.mean(axis=1, keepdims=True)) / np.sqrt(rows.var(axis=1, keepdims=True) + eps)
    return rows.reshape(x.shape) * gamma[:, None, None] + beta[:, None, None]

# %% right="group_by_group"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    size = x.shape[1] // groups
    y = np.zeros(x.shape)
    for g in range(groups):
        own = slice(g * size, (g + 1) * size)
        part = x[:, own]
        centred = part - part.mean(axis=(1, 2, 3), keepdims=True)
        y[:, own] = centred / np.sqrt((centred**2).mean(axis=(1, 2, 3), keepdims=True) + eps)
    return gamma[None, :, None, None] * y + beta[None, :, None, None]

# %% right="split_and_join"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    parts = []
    for part in np.split(x, groups, axis=1):
        flat = part.reshape(len(x), -1)
        flat = (flat.T - flat.mean(axis=1)) / np.sqrt(flat.var(axis=1) + eps)
        parts.append(flat.T.reshape(part.shape))
    y = np.moveaxis(np.concatenate(parts, axis=1), 1, -1)
    return np.moveaxis(gamma * y + beta, -1, 1)

# %% wrong="groups_interleaved"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, c // groups, groups, h, w)
    mean = split.mean(axis=(1, 3, 4), keepdims=True)
    var = split.var(axis=(1, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_are_sizes"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, c // groups, groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_over_batch"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(0, 2, 3, 4), keepdims=True)
    var = split.var(axis=(0, 2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_per_pixel"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=2, keepdims=True)
    var = split.var(axis=2, keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_ignored"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, 1, c, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_affine_per_group"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = (split - mean) / np.sqrt(var + eps)
    along = (1, groups, 1, 1, 1)
    return (gamma[:groups].reshape(along) * xhat + beta[:groups].reshape(along)).reshape(x.shape)

# %% wrong="affine_along_width"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma * xhat + beta

# %% wrong="norm_ddof_1"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(ddof=1, axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_outside"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / (np.sqrt(var) + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_forgotten"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="eps_hard_coded"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + 1e-5)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="divide_by_variance"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / (var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="gamma_forgotten"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="beta_forgotten"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat

# %% wrong="in_place"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    split -= mean
    xhat = (split / np.sqrt(var + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="single_precision"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(2, 3, 4), keepdims=True)
    var = split.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y.astype(np.float32)

# %% wrong="groups_interleaved+eps_outside"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, c // groups, groups, h, w)
    mean = split.mean(axis=(1, 3, 4), keepdims=True)
    var = split.var(axis=(1, 3, 4), keepdims=True)
    xhat = ((split - mean) / (np.sqrt(var) + eps)).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)

# %% wrong="groups_over_batch+affine_along_width"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    split = x.reshape(n, groups, c // groups, h, w)
    mean = split.mean(axis=(0, 2, 3, 4), keepdims=True)
    var = split.var(axis=(0, 2, 3, 4), keepdims=True)
    xhat = ((split - mean) / np.sqrt(var + eps)).reshape(x.shape)
    return gamma * xhat + beta

# %% wrong="beta_scaled"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n, groups, c // groups, h, w)
    z = (z - z.mean((2, 3, 4), keepdims=True)) / np.sqrt(z.var((2, 3, 4), keepdims=True) + eps)
    return gamma.reshape(1, c, 1, 1) * (z.reshape(x.shape) + beta.reshape(1, c, 1, 1))

# %% wrong="groups_pixels_only"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    z = x.reshape(n, groups, c // groups, h, w)
    z = (z - z.mean((3, 4), keepdims=True)) / np.sqrt(z.var((3, 4), keepdims=True) + eps)
    return gamma.reshape(1, c, 1, 1) * z.reshape(x.shape) + beta.reshape(1, c, 1, 1)

# %% right="torch's own"
import torch

def groupnorm(x, groups, gamma, beta, eps=1e-5):
    t = [torch.tensor(a, dtype=torch.float64) for a in (x, gamma, beta)]
    return torch.nn.functional.group_norm(t[0], groups, t[1], t[2], eps).numpy()

# %% right="np.split over channels, concatenated"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    def norm(z):
        return (z - z.mean((1, 2, 3), keepdims=True)) / np.sqrt(z.var((1, 2, 3), keepdims=True) + eps)
    xhat = np.concatenate([norm(z) for z in np.split(x, groups, axis=1)], axis=1)
    return np.einsum("nchw,c->nchw", xhat, gamma) + beta[:, None, None]

# %% right="averages by a channel matrix"
def groupnorm(x, groups, gamma, beta, eps=1e-5):
    c = x.shape[1]
    same = np.kron(np.eye(groups), np.ones((c // groups,) * 2)) * groups / c
    mean = x.mean((2, 3)) @ same
    d = x - mean[:, :, None, None]
    var = (d**2).mean((2, 3)) @ same
    return d * (gamma / np.sqrt(var + eps))[:, :, None, None] + beta[:, None, None]
