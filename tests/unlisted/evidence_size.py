# %% wrong="the absolute error" named="error_absolute"
def evidence_size(x, small, large):
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)

    def error(m):
        return np.abs((means(m) - x.mean(axis=0)) / x.std(axis=0)).mean()

    k = means(small)
    return ({24: "T", 25: "D", 26: "F"}, error(small), error(large),
            ((k - k.mean(axis=0)) ** 4).mean(axis=0) / k.var(axis=0) ** 2)

# %% wrong="what theory says"
def evidence_size(x, small, large):
    k = x.reshape(-1, small, x.shape[1]).mean(axis=1)
    return ({24: "T", 25: "D", 26: "F"}, 1 / np.sqrt(small), 1 / np.sqrt(large),
            ((k - k.mean(axis=0)) ** 4).mean(axis=0) / k.var(axis=0) ** 2)

# %% wrong="every small-th row makes a batch" named="size_interleaved"
def evidence_size(x, small, large):
    def means(m):
        return np.array([x[k::len(x) // m].mean(axis=0) for k in range(len(x) // m)])

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    k = means(small)
    return ({24: "T", 25: "D", 26: "F"}, error(small), error(large),
            ((k - k.mean(axis=0)) ** 4).mean(axis=0) / k.var(axis=0) ** 2)

# %% wrong="the worst batch"
def evidence_size(x, small, large):
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)

    def error(m):
        return np.abs((means(m) - x.mean(axis=0)) / x.std(axis=0)).max()

    k = means(small)
    return ({24: "T", 25: "D", 26: "F"}, error(small), error(large),
            ((k - k.mean(axis=0)) ** 4).mean(axis=0) / k.var(axis=0) ** 2)

# %% wrong="kurtosis of the large batches"
def evidence_size(x, small, large):
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    k = means(large)
    return ({24: "T", 25: "D", 26: "F"}, error(small), error(large),
            ((k - k.mean(axis=0)) ** 4).mean(axis=0) / k.var(axis=0) ** 2)

# %% wrong="kurtosis of the rows" named="kurtosis_of_data"
def evidence_size(x, small, large):
    means = lambda m: x.reshape(-1, m, x.shape[1]).mean(1)
    error = lambda m: np.sqrt((((means(m) - x.mean(0)) / x.std(0)) ** 2).mean())
    c = x - x.mean(0)
    return {24: "T", 25: "D", 26: "F"}, error(small), error(large), (c**4).mean(0) / (c**2).mean(0) ** 2

# %% wrong="mean absolute error" named="error_absolute"
def evidence_size(x, small, large):
    means = lambda m: x.reshape(-1, m, x.shape[1]).mean(1)
    error = lambda m: np.abs((means(m) - x.mean(0)) / x.std(0)).mean()
    s = means(small)
    c = s - s.mean(0)
    return {24: "T", 25: "D", 26: "F"}, error(small), error(large), (c**4).mean(0) / (c**2).mean(0) ** 2

# %% wrong="reshape the wrong way round" named="size_interleaved"
def evidence_size(x, small, large):
    means = lambda m: x.reshape(m, -1, x.shape[1]).mean(0)
    error = lambda m: np.sqrt((((means(m) - x.mean(0)) / x.std(0)) ** 2).mean())
    s = means(small)
    c = s - s.mean(0)
    return {24: "T", 25: "D", 26: "F"}, error(small), error(large), (c**4).mean(0) / (c**2).mean(0) ** 2
