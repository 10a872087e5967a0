# %% wrong="the range for the spread"
def feature_statistics(x):
    return x.mean(axis=0), x.max(axis=0) - x.min(axis=0)

# %% wrong="root of the mean square, not centred" named="uncentred_var"
def feature_statistics(x):
    return x.mean(axis=0), np.sqrt((x**2).mean(axis=0))

# %% wrong="middle of the range for the mean"
def feature_statistics(x):
    return (x.max(axis=0) + x.min(axis=0)) / 2, x.std(axis=0)

# %% wrong="mean over all but the first row"
def feature_statistics(x):
    return x[1:].mean(axis=0), x[1:].std(axis=0)

# %% wrong="standard error"
def feature_statistics(x):
    return x.mean(axis=0), x.std(axis=0) / np.sqrt(len(x))
