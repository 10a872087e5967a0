# %% [markdown]
# Answers to `normalize`: right in several styles, and wrong in every way the check should name.

# %% right="three_lines"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% right="sums"
def normalize(x, axes, eps=1e-5):
    count = np.prod([x.shape[a] for a in axes])
    centred = x - np.sum(x, axis=axes, keepdims=True) / count
    var = np.sum(centred**2, axis=axes, keepdims=True) / count
    return centred * (var + eps) ** -0.5

# %% right="moved_axes"
def normalize(x, axes, eps=1e-5):
    kept = [a for a in range(x.ndim) if a not in [b % x.ndim for b in axes]]
    order = kept + [b % x.ndim for b in axes]
    moved = x.transpose(order)
    rows = moved.reshape(int(np.prod(moved.shape[:len(kept)])), -1)
    rows = (rows - rows.mean(axis=1)[:, None]) / np.sqrt(rows.var(axis=1)[:, None] + eps)
    return rows.reshape(moved.shape).transpose(np.argsort(order))

# %% right="loops"
def normalize(x, axes, eps=1e-5):
    axes = [a % x.ndim for a in axes]
    shared = {}
    for index in np.ndindex(x.shape):
        key = tuple(0 if a in axes else i for a, i in enumerate(index))
        shared.setdefault(key, []).append(index)
    y = np.zeros(x.shape)
    for indices in shared.values():
        values = [float(x[i]) for i in indices]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        for i, v in zip(indices, values):
            y[i] = (v - mean) / (var + eps) ** 0.5
    return y

# %% right="torch_like_std"
def normalize(x, axes, eps=1e-5):
    axes = tuple(axes)
    std = np.sqrt(np.std(x, axis=axes, keepdims=True) ** 2 + eps)
    return np.divide(np.subtract(x, np.mean(x, axis=axes, keepdims=True)), std)

# %% wrong="axes_complement"
def normalize(x, axes, eps=1e-5):
    axes = tuple(a for a in range(x.ndim) if a not in [b % x.ndim for b in axes])
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="axes_all"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(keepdims=True)
    var = x.var(keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="axes_first_only"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes[0], keepdims=True)
    var = x.var(axis=axes[0], keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="axes_in_turn"
def normalize(x, axes, eps=1e-5):
    for axis in axes:
        x = (x - x.mean(axis=axis, keepdims=True)) / np.sqrt(x.var(axis=axis, keepdims=True) + eps)
    return x

# %% wrong="axes_not_kept"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes)
    var = x.var(axis=axes)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="norm_ddof_1"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(ddof=1, axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="eps_outside"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / (np.sqrt(var) + eps)

# %% wrong="eps_forgotten"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var)

# %% wrong="eps_hard_coded"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var + 1e-5)

# %% wrong="divide_by_variance"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / (var + eps)

# %% wrong="not_centred"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return x / np.sqrt(var + eps)

# %% wrong="in_place"
def normalize(x, axes, eps=1e-5):
    y = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    x[...] = y
    return y

# %% wrong="single_precision"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return np.float32((x - mean) / np.sqrt(var + eps))

# %% wrong="cancellation"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = (x**2).mean(axis=axes, keepdims=True) - mean**2
    return (x - mean) / np.sqrt(var + eps)

# %% wrong="integer_cast"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    y = np.zeros_like(x)
    y[...] = (x - mean) / np.sqrt(var + eps)
    return y

# %% wrong="axes_complement+eps_forgotten"
def normalize(x, axes, eps=1e-5):
    axes = tuple(a for a in range(x.ndim) if a not in [b % x.ndim for b in axes])
    mean = x.mean(axis=axes, keepdims=True)
    var = x.var(axis=axes, keepdims=True)
    return (x - mean) / np.sqrt(var)

# %% wrong="axes_not_kept+norm_ddof_1"
def normalize(x, axes, eps=1e-5):
    mean = x.mean(axis=axes)
    var = x.var(ddof=1, axis=axes)
    return (x - mean) / np.sqrt(var + eps)

# %% right="the axes moved to the end and flattened"
def normalize(x, axes, eps=1e-5):
    axes = [a % x.ndim for a in axes]
    keep = [a for a in range(x.ndim) if a not in axes]
    z = np.transpose(x, keep + axes).astype(float)
    flat = z.reshape(*[x.shape[a] for a in keep], -1)
    flat = (flat - np.average(flat, axis=-1)[..., None]) / np.sqrt(np.var(flat, axis=-1)[..., None] + eps)
    return np.transpose(flat.reshape(z.shape), np.argsort(keep + axes))

# %% right="torch, any tuple of axes"
import torch

def normalize(x, axes, eps=1e-5):
    t = torch.tensor(x, dtype=torch.float64)
    var, mean = torch.var_mean(t, dim=tuple(axes), correction=0, keepdim=True)
    return ((t - mean) * torch.rsqrt(var + eps)).numpy()

# %% right="long double sums, means put back with expand_dims"
def normalize(x, axes, eps=1e-5):
    z = x.astype(np.longdouble)
    c = z - np.expand_dims(z.mean(axis=axes), axes)
    return (c / np.sqrt(np.expand_dims((c * c).mean(axis=axes), axes) + eps)).astype(float)

# %% wrong="axes_negative"
def normalize(x, axes, eps=1e-5):
    shape = [1 if a in axes else n for a, n in enumerate(x.shape)]
    mean, var = x.mean(axis=axes), x.var(axis=axes)
    return (x - mean.reshape(shape)) / np.sqrt(var.reshape(shape) + eps)
