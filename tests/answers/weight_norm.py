# %% [markdown]
# Answers to `weight_norm`: right in several styles, and wrong in every way the check should name.

# %% right="keepdims"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g.reshape(length.shape) * v / length

# %% right="flat"
def weight_norm(v, g):
    rows = v.reshape(len(v), -1)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return (g[:, None] * rows).reshape(v.shape)

# %% right="loop"
def weight_norm(v, g):
    return np.array([g_o * v_o / np.sqrt((v_o * v_o).sum()) for v_o, g_o in zip(v, g)])

# %% right="transposed"
def weight_norm(v, g):
    flat = v.reshape(v.shape[0], -1).T
    return (flat * (g / np.sqrt(np.einsum("io,io->o", flat, flat)))).T.reshape(v.shape)

# %% wrong="weight_norm_per_input"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=(0, *range(2, v.ndim)), keepdims=True))
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / length

# %% wrong="weight_norm_one_for_all"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum())
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / length

# %% wrong="weight_norm_last_axis"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=-1, keepdims=True))
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / length

# %% wrong="weight_norm_second_axis"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=1, keepdims=True))
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / length

# %% wrong="weight_norm_not_kept"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim))))
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / length

# %% wrong="weight_norm_g_two_axes"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g[:, None] * v / length

# %% wrong="weight_norm_second_axis+weight_norm_g_two_axes"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=1, keepdims=True))
    return g[:, None] * v / length

# %% wrong="weight_norm_not_kept+weight_norm_g_along_inputs"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim))))
    return g * v / length

# %% wrong="weight_norm_squared"
def weight_norm(v, g):
    length = (v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True)
    return g.reshape(length.shape) * v / length

# %% wrong="weight_norm_absolute"
def weight_norm(v, g):
    length = np.abs(v).sum(axis=tuple(range(1, v.ndim)), keepdims=True)
    return g.reshape(length.shape) * v / length

# %% wrong="weight_norm_largest"
def weight_norm(v, g):
    length = np.abs(v).max(axis=tuple(range(1, v.ndim)), keepdims=True)
    return g.reshape(length.shape) * v / length

# %% wrong="weight_norm_root_mean"
def weight_norm(v, g):
    length = np.sqrt((v**2).mean(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g.reshape(length.shape) * v / length

# %% wrong="weight_norm_centred"
def weight_norm(v, g):
    v = v - v.mean(axis=tuple(range(1, v.ndim)), keepdims=True)
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g.reshape(length.shape) * v / length

# %% wrong="weight_norm_g_forgotten"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return v / length

# %% wrong="weight_norm_g_along_inputs"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g * v / length

# %% wrong="weight_norm_undivided"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return g.reshape(length.shape) * v

# %% wrong="in_place"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    v /= length
    return g.reshape(length.shape) * v

# %% wrong="single_precision"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True))
    return (g.reshape(length.shape) * v / length).astype(np.float32)

# %% wrong="weight_norm_squared+weight_norm_g_forgotten"
def weight_norm(v, g):
    length = (v**2).sum(axis=tuple(range(1, v.ndim)), keepdims=True)
    return v / length

# %% wrong="weight_norm_per_input+weight_norm_g_along_inputs"
def weight_norm(v, g):
    length = np.sqrt((v**2).sum(axis=(0, *range(2, v.ndim)), keepdims=True))
    return g * v / length

# %% right="torch's own"
import torch

def weight_norm(v, g):
    t = torch.tensor(v, dtype=torch.float64)
    return torch._weight_norm(t, torch.tensor(g, dtype=torch.float64).reshape(-1, *[1] * (v.ndim - 1)), 0).numpy()

# %% right="a diagonal times the flat weight"
def weight_norm(v, g):
    flat = v.reshape(len(v), -1)
    return (np.diag(g / np.linalg.norm(flat, axis=1)) @ flat).reshape(v.shape)

# %% right="each output by itself, math.hypot"
import math

def weight_norm(v, g):
    return [vo * (go / math.hypot(*vo.ravel())) for vo, go in zip(v, g)]

# %% wrong="weight_norm_eps"
def weight_norm(v, g):
    n = np.linalg.norm(v.reshape(len(v), -1), axis=1) + 1e-8
    return v * (g / n).reshape(-1, *[1] * (v.ndim - 1))
