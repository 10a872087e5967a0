# %% wrong="median and spread round it"
def batch_statistics(x):
    m = np.median(x, axis=0)
    return m, ((x - m) ** 2).mean(axis=0)

# %% wrong="the last row left out"
def batch_statistics(x):
    return x[:-1].mean(axis=0), x[:-1].var(axis=0)

# %% wrong="mean absolute deviation"
def batch_statistics(x):
    m = x.mean(axis=0)
    return m, np.abs(x - m).mean(axis=0)

# %% wrong="eps added to the variance"
def batch_statistics(x):
    return x.mean(axis=0), x.var(axis=0) + 1e-5

# %% wrong="the covariance matrix" named="wrong_shape"
def batch_statistics(x):
    return x.mean(axis=0), np.cov(x.T, bias=True)

# %% wrong="nested tuple" named="wrong_count"
def batch_statistics(x):
    return (x.mean(axis=0), x.var(axis=0)),

# %% wrong="the variance of the means"
def batch_statistics(x):
    mean = x.mean(axis=0)
    return mean, np.full(x.shape[1], mean.var())

# %% wrong="np.var of everything, repeated"
def batch_statistics(x):
    return np.mean(x, axis=0), np.ones(x.shape[1]) * np.var(x)

# %% wrong="square of the absolute mean deviation"
def batch_statistics(x):
    mean = x.mean(axis=0)
    return mean, np.mean(np.abs(x - mean), axis=0) ** 2

# %% wrong="Welford with the wrong delta"
def batch_statistics(x):
    mean = np.zeros(x.shape[1])
    m2 = np.zeros(x.shape[1])
    for k, row in enumerate(x, start=1):
        delta = row - mean
        mean += delta / k
        m2 += delta * delta
    return mean, m2 / len(x)
