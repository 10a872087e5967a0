# %% [markdown]
# Answers to `population_statistics`: right in several styles, and wrong in every way the check should name.

# %% right="pairwise differences inside each batch"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for batch in batches:
        k = len(batch)
        inside = ((batch[:, None] - batch[None]) ** 2).sum(axis=(0, 1)) / (2 * k)
        gap = batch.mean(axis=0) - mean
        m2 = m2 + inside + gap**2 * (n * k / (n + k))
        mean = mean + gap * (k / (n + k))
        n += k
    return mean, m2 / n

# %% wrong="population_batches_kept"
def population_statistics(batches):
    batches = list(batches)
    count = sum(len(batch) for batch in batches)
    mean = sum(batch.sum(axis=0) for batch in batches) / count
    var = sum(((batch - mean) ** 2).sum(axis=0) for batch in batches) / count
    return mean, var

# %% wrong="population_batches_kept"
def population_statistics(batches):
    rows = np.concatenate(list(batches))
    return rows.mean(axis=0), rows.var(axis=0)

# %% right="merged_stream"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + ((batch - new) ** 2).sum(axis=0) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / count

# %% right="row_by_row"
def population_statistics(batches):
    count = 0
    for batch in batches:
        for row in batch:
            if count == 0:
                mean, squares = np.zeros(len(row)), np.zeros(len(row))
            count += 1
            apart = row - mean
            mean = mean + apart / count
            squares = squares + apart * (row - mean)
    return mean, squares / count

# %% right="total_variance"
def population_statistics(batches):
    sizes, means, within = zip(*((len(b), b.mean(axis=0), b.var(axis=0)) for b in batches), strict=True)
    weights, means = np.array(sizes) / sum(sizes), np.array(means)
    mean = np.einsum("b,bd->d", weights, means)
    return mean, np.einsum("b,bd->d", weights, np.array(within) + (means - mean) ** 2)

# %% wrong="population_variances_averaged"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0)
        count += n
    return mean, squares / count

# %% wrong="population_unbiased"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / (count - 1)

# %% wrong="population_last_batch"
def population_statistics(batches):
    for batch in batches:
        mean, var = batch.mean(axis=0), batch.var(axis=0)
    return mean, var

# %% wrong="population_unweighted"
def population_statistics(batches):
    means, variances = zip(*((batch.mean(axis=0), batch.var(axis=0)) for batch in batches), strict=True)
    return np.mean(means, axis=0), np.mean(variances, axis=0) + np.var(means, axis=0)

# %% wrong="in_place+integer_cast"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        batch[...] = batch - new
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + (batch**2).sum(axis=0) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / count

# %% wrong="keepdims"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0, keepdims=True)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / count

# %% wrong="single_precision"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0) + apart**2 * count * n / (count + n)
        count += n
    return np.float32(mean), np.float32(squares / count)

# %% wrong="population_variances_averaged+population_unweighted"
def population_statistics(batches):
    k, mean, var = 0, 0.0, 0.0
    for batch in batches:
        k, mean, var = k + 1, mean + batch.mean(axis=0), var + batch.var(axis=0)
    return mean / k, var / k

# %% wrong="population_variances_averaged+population_unbiased"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0)
        count += n
    return mean, squares / (count - 1)

# %% right="a_class_that_accumulates"
class Moments:
    def __init__(self):
        self.count, self.mean, self.squares = 0, 0.0, 0.0

    def add(self, batch):
        n, mean = batch.shape[0], batch.mean(axis=0)
        share = n / (self.count + n)
        self.squares = self.squares + n * batch.var(axis=0) + self.count * share * (mean - self.mean) ** 2
        self.mean = (1 - share) * self.mean + share * mean
        self.count += n


def population_statistics(batches):
    seen = Moments()
    for batch in batches:
        seen.add(batch)
    return seen.mean, seen.squares / seen.count

# %% wrong="population_std_averaged"
def population_statistics(batches):
    count, mean, std = 0, 0.0, 0.0
    for batch in batches:
        n = len(batch)
        mean, std, count = mean + n * batch.mean(axis=0), std + n * batch.std(axis=0), count + n
    return mean / count, (std / count) ** 2

# %% wrong="population_spread_subtracted"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + ((batch - new) ** 2).sum(axis=0) - apart**2 * count * n / (count + n)
        count += n
    return mean, squares / count

# %% wrong="population_batches_unbiased"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0, ddof=1) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / count

# %% wrong="population_batches_unbiased+population_unbiased"
def population_statistics(batches):
    count, mean, squares = 0, 0.0, 0.0
    for batch in batches:
        n, new = len(batch), batch.mean(axis=0)
        apart = new - mean
        mean = mean + apart * n / (count + n)
        squares = squares + n * batch.var(axis=0, ddof=1) + apart**2 * count * n / (count + n)
        count += n
    return mean, squares / (count - 1)

# %% wrong="population_std_averaged+population_unweighted"
def population_statistics(batches):
    means, stds = zip(*((batch.mean(axis=0), batch.std(axis=0)) for batch in batches), strict=True)
    return np.mean(means, axis=0), np.mean(stds, axis=0) ** 2

# %% wrong="cancellation"
def population_statistics(batches):
    count, total, squares = 0, 0.0, 0.0
    for batch in batches:
        count += len(batch)
        total = total + batch.sum(axis=0)
        squares = squares + (batch**2).sum(axis=0)
    mean = total / count
    return mean, squares / count - mean**2

# %% right="reduce with the merge formula"
from functools import reduce

def population_statistics(batches):
    def merge(a, b):
        n = a[0] + b[0]
        d = b[1] - a[1]
        return n, a[1] + d * (b[0] / n), a[2] + b[2] + d * d * (a[0] * b[0] / n)
    def moments(x):
        return len(x), x.mean(0), x.var(0) * len(x)
    n, mean, m2 = reduce(merge, map(moments, batches))
    return mean, m2 / n

# %% right="shifted sums about the first row"
def population_statistics(batches):
    shift, n, s, q = None, 0, 0, 0
    for x in batches:
        x = np.asarray(x, dtype=float)
        shift = x[0] if shift is None else shift
        n, s, q = n + len(x), s + (x - shift).sum(0), q + ((x - shift) ** 2).sum(0)
    return shift + s / n, q / n - (s / n) ** 2

# %% right="a coroutine that is fed row by row, in long double"
def _welford():
    n, mean, m2 = 0, np.longdouble(0), np.longdouble(0)
    while True:
        row = yield mean, m2 / max(n, 1)
        n += 1
        delta = row - mean
        mean = mean + delta / n
        m2 = m2 + delta * (row - mean)

def population_statistics(batches):
    feed = _welford()
    state = next(feed)
    for batch in batches:
        for row in batch:
            state = feed.send(row.astype(np.longdouble))
    return state

# %% wrong="population_batches_kept"
def population_statistics(batches):
    x = np.empty((0, 0))
    for batch in batches:
        x = np.vstack([x, batch]) if x.size else batch
    return x.mean(axis=0), x.var(axis=0)

# %% wrong="population_unbiased+population_batches_kept"
def population_statistics(batches):
    rows = np.vstack([batch for batch in batches])
    return rows.mean(axis=0), rows.var(axis=0, ddof=1)

# %% wrong="population_count_early"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        n_b, mean_b = len(x), x.mean(axis=0)
        delta = mean_b - mean
        n += n_b
        mean = mean + delta * n_b / n
        m2 = m2 + ((x - mean_b) ** 2).sum(axis=0) + delta**2 * n * n_b / n
    return mean, m2 / n

# %% wrong="population_delta_late"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        n_b, mean_b = len(x), x.mean(axis=0)
        mean = (n * mean + n_b * mean_b) / (n + n_b)
        m2 = m2 + ((x - mean_b) ** 2).sum(axis=0) + (mean_b - mean) ** 2 * n * n_b / (n + n_b)
        n += n_b
    return mean, m2 / n

# %% wrong="population_variance_added"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        n_b, delta = len(x), x.mean(axis=0) - mean
        m2 = m2 + x.var(axis=0) + delta**2 * n * n_b / (n + n_b)
        mean = mean + delta * n_b / (n + n_b)
        n += n_b
    return mean, m2 / n

# %% wrong="population_first_batch"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        n_b, delta = len(x), x.mean(axis=0) - mean
        m2 = m2 + n_b * x.var(axis=0) + delta**2 * n * n_b / (n + n_b)
        mean = mean + delta * n_b / (n + n_b)
        n += n_b
        return mean, m2 / n

# %% wrong="integer_cast"
def population_statistics(batches):
    n, total, m2 = 0, None, 0.0
    for x in batches:
        if total is None:
            mean = np.zeros_like(x[0])
            total = 0
        new = np.zeros_like(x[0])
        new[:] = x.mean(axis=0)
        delta = new - mean
        m2 = m2 + ((x - new) ** 2).sum(axis=0) + delta**2 * n * len(x) / (n + len(x))
        mean = mean + delta * len(x) / (n + len(x))
        n += len(x)
    return mean, m2 / n
