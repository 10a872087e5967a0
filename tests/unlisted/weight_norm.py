# %% wrong="softmax of g"
def weight_norm(v, g):
    axes = tuple(range(1, v.ndim))
    e = np.exp(g - g.max())
    return (e / e.sum()).reshape(-1, *[1] * len(axes)) * v / np.sqrt((v**2).sum(axis=axes, keepdims=True))

# %% wrong="each entry by itself"
def weight_norm(v, g):
    return g.reshape(-1, *[1] * (v.ndim - 1)) * np.sign(v)

# %% wrong="exp of g"
def weight_norm(v, g):
    axes = tuple(range(1, v.ndim))
    return np.exp(g).reshape(-1, *[1] * len(axes)) * v / np.sqrt((v**2).sum(axis=axes, keepdims=True))

# %% wrong="the longest output's length for all"
def weight_norm(v, g):
    axes = tuple(range(1, v.ndim))
    length = np.sqrt((v**2).sum(axis=axes, keepdims=True)).max()
    return g.reshape(-1, *[1] * len(axes)) * v / length

# %% wrong="the last output forgotten"
def weight_norm(v, g):
    w = v.copy()
    for k in range(len(v) - 1):
        w[k] = g[k] * v[k] / np.sqrt((v[k] ** 2).sum())
    return w

# %% wrong="norm over the outputs"
def weight_norm(v, g):
    return v / np.sqrt((v**2).sum(0)) * g.reshape(-1, *[1] * (v.ndim - 1))

# %% wrong="norm of the whole" named="weight_norm_one_for_all"
def weight_norm(v, g):
    return v / np.linalg.norm(v) * g.reshape(-1, *[1] * (v.ndim - 1))

# %% wrong="np.linalg.norm over axis 1 of a kernel" named="weight_norm_second_axis"
def weight_norm(v, g):
    return g.reshape(-1, *[1] * (v.ndim - 1)) * v / np.linalg.norm(v, axis=1, keepdims=True)

# %% wrong="an eps as in the norms before" named="weight_norm_eps"
def weight_norm(v, g):
    axes = tuple(range(1, v.ndim))
    return g.reshape((-1,) + (1,) * (v.ndim - 1)) * v / np.sqrt((v**2).sum(axis=axes, keepdims=True) + 1e-5)

# %% wrong="an eps of 1e-6 behind the root"
def weight_norm(v, g):
    flat = v.reshape(len(v), -1)
    return (g[:, None] * flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6)).reshape(v.shape)
