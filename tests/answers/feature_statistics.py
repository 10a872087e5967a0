# %% [markdown]
# Answers to `feature_statistics`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def feature_statistics(x):
    mean = x.mean(axis=0)
    return mean, np.sqrt(((x - mean) ** 2).mean(axis=0))

# %% right="numpy"
def feature_statistics(x):
    return np.mean(x, axis=0), np.std(x, axis=0)

# %% right="loops"
def feature_statistics(x):
    rows, features = x.shape
    mean, std = np.zeros(features), np.zeros(features)
    for d in range(features):
        mean[d] = sum(float(v) for v in x[:, d]) / rows
        std[d] = (sum((float(v) - mean[d]) ** 2 for v in x[:, d]) / rows) ** 0.5
    return mean, std

# %% right="einsum"
def feature_statistics(x):
    mean = np.ones(len(x)) @ x / len(x)
    centred = x - mean
    return mean, np.sqrt(np.einsum("nd,nd->d", centred, centred) / len(x))

# %% right="norms"
def feature_statistics(x):
    mean = np.average(x, axis=0)
    return mean, np.linalg.norm(x - mean, axis=0) / np.sqrt(len(x))

# %% right="lists"
def feature_statistics(x):
    columns = np.asarray(x, dtype=float).T
    mean = [c.mean() for c in columns]
    return mean, [np.sqrt(np.mean((c - m) ** 2)) for c, m in zip(columns, mean)]

# %% wrong="axis_1"
def feature_statistics(x):
    return x.mean(axis=1), x.std(axis=1)

# %% wrong="one_for_all"
def feature_statistics(x):
    return x.mean(), x.std()

# %% wrong="ddof_1"
def feature_statistics(x):
    return x.mean(axis=0), x.std(axis=0, ddof=1)

# %% wrong="uncentred_var"
def feature_statistics(x):
    return x.mean(axis=0), np.sqrt((1.0 * x**2).mean(axis=0))

# %% wrong="square_outside"
def feature_statistics(x):
    mean = x.mean(axis=0)
    return mean, np.sqrt((x - mean).sum(axis=0) ** 2 / len(x))

# %% wrong="var_for_std"
def feature_statistics(x):
    return x.mean(axis=0), x.var(axis=0)

# %% wrong="swapped_mean_std"
def feature_statistics(x):
    return x.std(axis=0), x.mean(axis=0)

# %% wrong="in_place"
def feature_statistics(x):
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    x[...] = x - mean
    return mean, std

# %% wrong="keepdims"
def feature_statistics(x):
    return x.mean(axis=0, keepdims=True), x.std(axis=0, keepdims=True)

# %% wrong="single_precision"
def feature_statistics(x):
    return x.mean(axis=0).astype(np.float32), x.std(axis=0).astype(np.float32)

# %% wrong="cancellation"
def feature_statistics(x):
    x = 1.0 * x
    mean = x.mean(axis=0)
    return mean, np.sqrt(np.maximum((x**2).mean(axis=0) - mean**2, 0))

# %% wrong="integer_cast"
def feature_statistics(x):
    mean = x.mean(axis=0).astype(x.dtype)
    std = x.std(axis=0).astype(x.dtype)
    return mean, std

# %% wrong="axis_1+ddof_1"
def feature_statistics(x):
    return x.mean(axis=1), x.std(axis=1, ddof=1)

# %% wrong="ddof_1+var_for_std"
def feature_statistics(x):
    return x.mean(axis=0), x.var(axis=0, ddof=1)

# %% wrong="axis_1+swapped_mean_std"
def feature_statistics(x):
    return x.std(axis=1), x.mean(axis=1)

# %% right="fsum over columns by hand"
import math

def feature_statistics(x):
    columns = list(zip(*x.tolist()))
    mean = [math.fsum(c) / len(c) for c in columns]
    std = [math.sqrt(math.fsum((v - m) ** 2 for v in c) / len(c)) for c, m in zip(columns, mean)]
    return mean, std

# %% right="Welford row by row, in long double"
def feature_statistics(x):
    mean = np.zeros(x.shape[1], dtype=np.longdouble)
    m2 = np.zeros_like(mean)
    for k, row in enumerate(x.astype(np.longdouble), start=1):
        delta = row - mean
        mean += delta / k
        m2 += delta * (row - mean)
    return mean, np.sqrt(m2 / len(x))

# %% right="both in one array of two rows"
def feature_statistics(x):
    return np.apply_along_axis(lambda column: (column.mean(), np.sqrt(np.square(column - column.mean()).mean())), 0, x)

# %% right="norm of the centred columns, a named tuple"
from collections import namedtuple

Statistics = namedtuple("Statistics", "mean std")

def feature_statistics(x):
    n = x.shape[0]
    mean = np.ones(n) @ x / n
    return Statistics(mean=mean, std=np.linalg.norm(x - mean, axis=0) / n**0.5)

# %% wrong="mean_deviation"
def feature_statistics(x):
    mean = x.mean(axis=0)
    return mean, np.sqrt((x - mean) ** 2).mean(axis=0)
