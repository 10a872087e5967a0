# %% [markdown]
# Answers to `standardize`: right in several styles, and wrong in every way the check should name.

# %% right="where"
def standardize(x, mean, std):
    return (x - mean) / np.where(std > 0, std, 1)

# %% right="zeros_kept"
def standardize(x, mean, std):
    safe = std.copy()
    safe[safe == 0] = 1
    return (x - mean) / safe

# %% right="loops"
def standardize(x, mean, std):
    out = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for d in range(x.shape[1]):
            if std[d] > 0:
                out[n, d] = (x[n, d] - mean[d]) / std[d]
    return out

# %% right="divide_where"
def standardize(x, mean, std):
    centred = (x - mean).astype(float)
    return np.divide(centred, std, out=np.zeros_like(centred), where=std > 0)

# %% right="einsum"
def standardize(x, mean, std):
    rstd = np.array([0.0 if s == 0 else 1 / s for s in std])
    return np.einsum("nd,d->nd", x - mean, rstd)

# %% right="nan_replaced"
def standardize(x, mean, std):
    return np.nan_to_num((x - mean) / std)

# %% right="frompyfunc, objects that are numbers"
standardize = np.frompyfunc(lambda v, m, s: (v - m) / s if s else 0.0, 3, 1)

# %% wrong="refit_on_test"
def standardize(x, mean, std):
    s = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(s > 0, s, 1)

# %% wrong="std_squared"
def standardize(x, mean, std):
    safe = np.where(std > 0, std, 1)
    return (x - mean) / safe**2

# %% wrong="not_scaled"
def standardize(x, mean, std):
    return x - mean

# %% wrong="multiplied_by_std"
def standardize(x, mean, std):
    return (x - mean) * std

# %% wrong="not_centred"
def standardize(x, mean, std):
    safe = np.where(std > 0, std, 1)
    return x / safe

# %% wrong="scaled_first"
def standardize(x, mean, std):
    safe = np.where(std > 0, std, 1)
    return x / safe - mean

# %% wrong="centred_backwards"
def standardize(x, mean, std):
    safe = np.where(std > 0, std, 1)
    return (mean - x) / safe

# %% wrong="mean_std_exchanged"
def standardize(x, mean, std):
    return (x - std) / np.where(mean == 0, 1, mean)

# %% wrong="statistics_by_row"
def standardize(x, mean, std):
    return (x - mean[:, None]) / np.where(std > 0, std, 1)[:, None]

# %% wrong="constant_nan"
def standardize(x, mean, std):
    return (x - mean) / std

# %% wrong="in_place"
def standardize(x, mean, std):
    x = x if x.dtype.kind == 'f' else x.astype(float)
    x -= mean
    x /= np.where(std > 0, std, 1)
    return x

# %% wrong="single_precision"
def standardize(x, mean, std):
    return ((x - mean) / np.where(std > 0, std, 1)).astype(np.float32)

# %% wrong="integer_cast"
def standardize(x, mean, std):
    out = np.zeros_like(x)
    out[...] = (x - mean) / np.where(std > 0, std, 1)
    return out

# %% wrong="std_squared+not_centred"
def standardize(x, mean, std):
    safe = np.where(std > 0, std, 1)
    return x / safe**2

# %% wrong="refit_on_test+std_squared"
def standardize(x, mean, std):
    v = x.var(axis=0)
    return (x - x.mean(axis=0)) / np.where(v > 0, v, 1)

# %% wrong="std_squared+constant_nan"
def standardize(x, mean, std):
    return (x - mean) / std**2

# %% right="where on the output of divide"
def standardize(x, mean, std):
    return np.divide(x - mean, std, out=np.zeros(x.shape), where=np.broadcast_to(std != 0, x.shape))

# %% right="masked arrays"
def standardize(x, mean, std):
    safe = np.ma.masked_equal(std, 0)
    return ((x - mean) / safe).filled(0)

# %% right="einsum with a pseudo-inverse diagonal"
def standardize(x, mean, std):
    inverse = np.linalg.pinv(np.diag(std), rcond=0) if not (std == 0).any() else np.diag([1 / s if s else 0.0 for s in std])
    return np.einsum("nd,de->ne", x - mean, inverse)

# %% right="Fortran order, column by column"
def standardize(x, mean, std):
    out = np.empty(x.shape, order="F")
    for d, (m, s) in enumerate(zip(mean, std)):
        out[:, d] = (x[:, d] - m) / s if s > 0 else 0
    return out

# %% wrong="std_eps"
def standardize(x, mean, std):
    return (x - mean) / (std + 1e-8)
