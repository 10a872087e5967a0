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
