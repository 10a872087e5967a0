# %% [markdown]
# Answers to `update_running`: right in several styles, and wrong in every way the check should name.

# %% right="two_lines"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% right="ddof"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    return (running_mean + momentum * (x.mean(axis=0) - running_mean),
            running_var + momentum * (np.var(x, axis=0, ddof=1) - running_var))

# %% right="loops"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    rows, features = x.shape
    new_mean, new_var = np.zeros(features), np.zeros(features)
    for d in range(features):
        mean = sum(float(v) for v in x[:, d]) / rows
        var = sum((float(v) - mean) ** 2 for v in x[:, d]) / (rows - 1)
        new_mean[d] = (1 - momentum) * running_mean[d] + momentum * mean
        new_var[d] = (1 - momentum) * running_var[d] + momentum * var
    return new_mean, new_var

# %% right="einsum"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    centred = x - np.einsum("nd->d", x) / len(x)
    batch = np.stack([x[0] - centred[0], np.einsum("nd,nd->d", centred, centred) / (len(x) - 1)])
    new = np.einsum("k,ksd->sd", [1 - momentum, momentum], np.stack([np.stack([running_mean, running_var]), batch]))
    return new[0], new[1]

# %% right="transposed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    z = np.array(x.T, dtype=float)
    var = np.diag(np.cov(z).reshape(len(z), len(z)))
    return [np.average([old, new], axis=0, weights=[1 - momentum, momentum])
            for old, new in ((running_mean, z.mean(axis=1)), (running_var, var))]

# %% right="statistics.variance refuses by itself"
import statistics
def update_running(running_mean, running_var, x, momentum=0.1):
    columns = x.astype(float).T.tolist()
    mean = [statistics.fmean(c) for c in columns]
    var = [statistics.variance(c) for c in columns]
    keep = 1 - momentum
    return keep * running_mean + momentum * np.array(mean), keep * running_var + momentum * np.array(var)

# %% wrong="running_var_biased"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="correction_inverted"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * (n - 1) / n
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="running_mean_corrected"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.sum(axis=0) / (n - 1)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="momentum_reversed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = momentum * running_mean + (1 - momentum) * mean
    running_var = momentum * running_var + (1 - momentum) * var
    return running_mean, running_var

# %% wrong="running_overwritten"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = mean
    running_var = var
    return running_mean, running_var

# %% wrong="running_not_decayed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = running_mean + momentum * mean
    running_var = running_var + momentum * var
    return running_mean, running_var

# %% wrong="running_std_kept"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.std(axis=0, ddof=1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="running_var_frozen"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    return running_mean, running_var

# %% wrong="running_axis_1"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[1]
    mean = x.mean(axis=1)
    var = x.var(axis=1) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="in_place"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean[:] = (1 - momentum) * running_mean + momentum * mean
    running_var[:] = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="keepdims"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(axis=0, keepdims=True) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="single_precision"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * n / (n - 1)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return np.float32(running_mean), np.float32(running_var)

# %% wrong="running_var_biased+momentum_reversed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    running_mean = momentum * running_mean + (1 - momentum) * mean
    running_var = momentum * running_var + (1 - momentum) * var
    return running_mean, running_var

# %% wrong="running_var_biased+running_std_kept"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.std(axis=0)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="running_mean_corrected+running_var_biased"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.sum(axis=0) / (n - 1)
    var = x.var(axis=0)
    running_mean = (1 - momentum) * running_mean + momentum * mean
    running_var = (1 - momentum) * running_var + momentum * var
    return running_mean, running_var

# %% wrong="correction_inverted+running_not_decayed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n = x.shape[0]
    mean = x.mean(axis=0)
    var = x.var(axis=0) * (n - 1) / n
    running_mean = running_mean + momentum * mean
    running_var = running_var + momentum * var
    return running_mean, running_var

# %% right="a_class_called_once"
class Estimate:
    def __init__(self, mean, var):
        self.mean, self.var = mean, var

    def moved_by(self, x, share):
        if x.shape[0] == 1:
            raise ValueError("one row has no unbiased variance")
        new = Estimate(x.mean(axis=0), x.var(axis=0, ddof=1))
        return Estimate(*((1 - share) * a + share * b for a, b in ((self.mean, new.mean), (self.var, new.var))))


def update_running(running_mean, running_var, x, momentum=0.1):
    moved = Estimate(running_mean, running_var).moved_by(x, momentum)
    return moved.mean, moved.var

# %% wrong="batch_of_one_taken"
def update_running(running_mean, running_var, x, momentum=0.1):
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="running_var_biased+batch_of_one_taken"
def update_running(running_mean, running_var, x, momentum=0.1):
    mean, var = x.mean(axis=0), x.var(axis=0)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="cancellation"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    n, mean = len(x), x.mean(axis=0)
    var = ((x * 1.0 * x).mean(axis=0) - mean**2) * n / (n - 1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="integer_cast"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) < 2:
        raise ValueError("a batch of one has no unbiased variance")
    mean, var = np.zeros_like(x[0]), np.zeros_like(x[0])
    mean[:] = x.mean(axis=0)
    var[:] = x.var(axis=0, ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% right="np.cov's diagonal and a lerp"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        raise ValueError("one row has no spread")
    var = np.atleast_2d(np.cov(np.asarray(x, dtype=float), rowvar=False)).diagonal()
    lerp = lambda old, new: old + momentum * (new - old)
    return lerp(running_mean, np.average(x, axis=0)), lerp(running_var, var)

# %% right="torch's own update"
import torch

def update_running(running_mean, running_var, x, momentum=0.1):
    m, v = (torch.tensor(a, dtype=torch.float64) for a in (running_mean, running_var))
    torch.nn.functional.batch_norm(torch.tensor(x, dtype=torch.float64), m, v, training=True, momentum=momentum)
    return m.numpy(), v.numpy()

# %% right="Welford, columns in a comprehension"
import statistics

def update_running(running_mean, running_var, x, momentum=0.1):
    n, d = np.shape(x)
    if n < 2:
        raise ValueError(f"need two rows, got {n}")
    cols = [[float(v) for v in x[:, j]] for j in range(d)]
    return ([(1 - momentum) * a + momentum * statistics.fmean(c) for a, c in zip(running_mean, cols)],
            [(1 - momentum) * a + momentum * statistics.variance(c) for a, c in zip(running_var, cols)])

# %% right="a subclass of ValueError"
class BatchTooSmall(ValueError):
    pass

def update_running(running_mean, running_var, x, momentum=0.1):
    if x.shape[0] < 2:
        raise BatchTooSmall
    w = np.array([1 - momentum, momentum])
    return w @ np.stack([running_mean, x.mean(0)]), w @ np.stack([running_var, x.var(0, ddof=1)])

# %% wrong="batch_of_one_taken"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        print("ValueError")
        return running_mean, running_var
    return ((1 - momentum) * running_mean + momentum * x.mean(0),
            (1 - momentum) * running_var + momentum * x.var(0, ddof=1))

# %% wrong="running_std_squared"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        raise ValueError
    s = (1 - momentum) * np.sqrt(running_var) + momentum * x.std(0, ddof=1)
    return (1 - momentum) * running_mean + momentum * x.mean(0), s**2

# %% wrong="correction_twice"
def update_running(running_mean, running_var, x, momentum=0.1):
    n, features = x.shape
    if n == 1:
        raise ValueError("a batch of one has no spread")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1) * n / (n - 1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="correction_by_features"
def update_running(running_mean, running_var, x, momentum=0.1):
    n, features = x.shape
    if n == 1:
        raise ValueError("a batch of one has no spread")
    mean, var = x.mean(axis=0), x.var(axis=0) * features / (features - 1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="momentum_ignored"
def update_running(running_mean, running_var, x, momentum=0.1):
    n, features = x.shape
    if n == 1:
        raise ValueError("a batch of one has no spread")
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    return (1 - 0.1) * running_mean + 0.1 * mean, (1 - 0.1) * running_var + 0.1 * var

# %% wrong="running_one_for_all"
def update_running(running_mean, running_var, x, momentum=0.1):
    n, features = x.shape
    if n == 1:
        raise ValueError("a batch of one has no spread")
    mean, var = x.mean(), x.var(ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var

# %% wrong="single_precision"
def update_running(running_mean, running_var, x, momentum=0.1):
    n, features = x.shape
    if n == 1:
        raise ValueError("a batch of one has no spread")
    mean, var = np.float32(x).mean(axis=0), np.float32(x).var(axis=0, ddof=1)
    return (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * var
