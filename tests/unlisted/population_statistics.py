# %% wrong="the first batch only" named="population_first_batch"
def population_statistics(batches):
    first = next(iter(batches))
    return first.mean(axis=0), first.var(axis=0)

# %% wrong="smoothed, 0.9 to 0.1"
def population_statistics(batches):
    mean, var = 0.0, 1.0
    for batch in batches:
        mean, var = 0.9 * mean + 0.1 * batch.mean(axis=0), 0.9 * var + 0.1 * batch.var(axis=0)
    return mean, var

# %% wrong="the largest variance"
def population_statistics(batches):
    total, count, var = 0.0, 0, 0.0
    for batch in batches:
        total, count = total + batch.sum(axis=0), count + len(batch)
        var = np.maximum(var, batch.var(axis=0))
    return total / count, var

# %% wrong="mean square, mean not subtracted"
def population_statistics(batches):
    total, squares, count = 0.0, 0.0, 0
    for batch in batches:
        total, squares, count = total + batch.sum(axis=0), squares + (batch**2).sum(axis=0), count + len(batch)
    return total / count, squares / count

# %% wrong="variance of the batches' means"
def population_statistics(batches):
    means = np.array([batch.mean(axis=0) for batch in batches])
    return means.mean(axis=0), means.var(axis=0)

# %% wrong="np.concatenate of a generator"
def population_statistics(batches):
    x = np.concatenate(batches)
    return x.mean(0), x.var(0)

# %% wrong="two passes over the stream"
def population_statistics(batches):
    n = sum(len(x) for x in batches)
    mean = sum(x.sum(0) for x in batches) / n
    return mean, sum(((x - mean) ** 2).sum(0) for x in batches) / n

# %% wrong="averages of averages" named="population_variances_averaged+population_unweighted"
def population_statistics(batches):
    means, variances = [], []
    for x in batches:
        means.append(x.mean(0)), variances.append(x.var(0))
    return np.mean(means, 0), np.mean(variances, 0)

# %% wrong="the new mean in place of delta twice"
def population_statistics(batches):
    n, mean, m2 = 0, 0.0, 0.0
    for x in batches:
        k = len(x)
        delta = x.mean(0) - mean
        mean = mean + delta * k / (n + k)
        m2 = m2 + x.var(0) * k + delta**2 * n * k
        n += k
    return mean, m2 / n
