# %% wrong="divides first" named="scaled_first+constant_nan"
def standardize(x, mean, std):
    return x / std - mean

# %% wrong="squashed by tanh afterwards"
def standardize(x, mean, std):
    return np.tanh((x - mean) / np.where(std == 0, 1, std))

# %% wrong="to the range from 0 to 1"
def standardize(x, mean, std):
    low, high = x.min(axis=0), x.max(axis=0)
    return (x - low) / np.where(high > low, high - low, 1)

# %% wrong="robust: median for mean"
def standardize(x, mean, std):
    return (x - np.median(x, axis=0)) / np.where(std == 0, 1, std)

# %% wrong="rounded"
def standardize(x, mean, std):
    return np.round((x - mean) / np.where(std == 0, 1, std), 2)

# %% wrong="precedence"
def standardize(x, mean, std):
    return np.where(std == 0, 0, x - mean / np.where(std == 0, 1, std))

# %% wrong="a constant feature becomes 1" named="constant_nan+integer_cast"
def standardize(x, mean, std):
    out = np.ones_like(x)
    ok = std > 0
    out[:, ok] = (x[:, ok] - mean[ok]) / std[ok]
    return out

# %% wrong="its own statistics" named="refit_on_test"
def standardize(x, mean, std):
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    std[std == 0] = 1
    return (x - mean) / std
