# %% [markdown]
# Answers to `batch_statistics`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def batch_statistics(x):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    return mean, var

# %% right="numpy"
def batch_statistics(x):
    return np.mean(x, axis=0), np.var(x, axis=0)

# %% right="loops"
def batch_statistics(x):
    rows, features = x.shape
    mean, var = np.zeros(features), np.zeros(features)
    for d in range(features):
        mean[d] = sum(float(value) for value in x[:, d]) / rows
        var[d] = sum((float(value) - mean[d]) ** 2 for value in x[:, d]) / rows
    return mean, var

# %% right="einsum"
def batch_statistics(x):
    ones = np.ones(len(x)) / len(x)
    mean = ones @ x
    centred = x - mean
    return mean, np.einsum("nd,nd,n->d", centred, centred, ones)

# %% right="lists"
def batch_statistics(x):
    columns = np.asarray(x, dtype=float).T
    mean = [column.mean() for column in columns]
    var = [np.mean((column - m) ** 2) for column, m in zip(columns, mean)]
    return mean, var

# %% right="sums_kept_then_squeezed"
def batch_statistics(x):
    n = x.shape[0]
    mean = np.sum(x, axis=0, keepdims=True) / n
    var = np.sum(np.square(x - mean), axis=0, keepdims=True) / n
    return mean.squeeze(axis=0), var.squeeze(axis=0)

# %% right="welford"
def batch_statistics(x):
    mean = np.zeros(x.shape[1])
    total = np.zeros(x.shape[1])
    for n, row in enumerate(x.astype(np.float64), start=1):
        gap = row - mean
        mean = mean + gap / n
        total = total + gap * (row - mean)
    return mean, total / len(x)

# %% wrong="axis_1"
def batch_statistics(x):
    return x.mean(axis=1), x.var(axis=1)

# %% wrong="one_for_all"
def batch_statistics(x):
    return x.mean(), x.var()

# %% wrong="ddof_1"
def batch_statistics(x):
    return x.mean(axis=0), x.var(axis=0, ddof=1)

# %% wrong="uncentred_var"
def batch_statistics(x):
    return x.mean(axis=0), (1.0 * x**2).mean(axis=0)

# %% wrong="square_outside"
def batch_statistics(x):
    mean = x.mean(axis=0)
    return mean, (x - mean).sum(axis=0) ** 2 / len(x)

# %% wrong="std_for_var"
def batch_statistics(x):
    return x.mean(axis=0), x.std(axis=0)

# %% wrong="swapped_mean_var"
def batch_statistics(x):
    return x.var(axis=0), x.mean(axis=0)

# %% wrong="in_place"
def batch_statistics(x):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    x[...] = x - mean
    return mean, var

# %% wrong="keepdims"
def batch_statistics(x):
    mean = x.mean(axis=0, keepdims=True)
    return mean, ((x - mean) ** 2).mean(axis=0, keepdims=True)

# %% wrong="single_precision"
def batch_statistics(x):
    return np.float32(x.mean(axis=0)), np.float32(x.var(axis=0))

# %% wrong="cancellation"
def batch_statistics(x):
    mean = x.mean(axis=0)
    return mean, (x**2).mean(axis=0) - mean**2

# %% wrong="integer_cast"
def batch_statistics(x):
    mean, var = np.zeros_like(x[0]), np.zeros_like(x[0])
    for d in range(x.shape[1]):
        mean[d] = x[:, d].mean()
        var[d] = x[:, d].var()
    return mean, var

# %% wrong="single_precision"
def batch_statistics(x):
    x = x.astype(np.float32)
    mean = x.mean(axis=0)
    return mean, ((x - mean) ** 2).mean(axis=0)

# %% wrong="in_place+integer_cast"
def batch_statistics(x):
    mean = x.mean(axis=0)
    x -= mean
    return mean, (x**2).mean(axis=0)

# %% wrong="axis_1+ddof_1"
def batch_statistics(x):
    return x.mean(axis=1), x.var(axis=1, ddof=1)

# %% wrong="ddof_1+std_for_var"
def batch_statistics(x):
    return x.mean(axis=0), x.std(axis=0, ddof=1)

# %% wrong="std_for_var+swapped_mean_var"
def batch_statistics(x):
    return x.std(axis=0), x.mean(axis=0)

# %% wrong="axis_1+keepdims"
def batch_statistics(x):
    return x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
