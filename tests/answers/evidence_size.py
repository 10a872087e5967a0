# %% [markdown]
# Answers to `evidence_size`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% right="standardized_first"
def evidence_size(x, small, large):
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    def means(m):
        return np.array([z[k : k + m].mean(axis=0) for k in range(0, len(z), m)])
    a, b = means(small), means(large)
    standard = a / np.sqrt((a**2).mean(axis=0))
    return {24: "T", 25: "D", 26: "F"}, (a**2).mean() ** 0.5, (b**2).mean() ** 0.5, (standard**4).mean(axis=0)

# %% right="split_and_norm"
def evidence_size(x, small, large):
    std, centre = x.std(axis=0), x.mean(axis=0)
    found = []
    for m in (small, large):
        off = (np.stack([part.mean(axis=0) for part in np.split(x, len(x) // m)]) - centre) / std
        found.append(np.linalg.norm(off) / off.size**0.5)
    means = np.stack([part.mean(axis=0) for part in np.split(x, len(x) // small)])
    c = means - means.mean(axis=0)
    return {24: "T", 25: "D", 26: "F"}, found[0], found[1], len(c) * (c**4).sum(axis=0) / (c**2).sum(axis=0) ** 2

# %% wrong="errors_cancel"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return ((means(m) - x.mean(axis=0)) / x.std(axis=0)).mean()

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="error_absolute"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.abs((means(m) - x.mean(axis=0)) / x.std(axis=0)).mean()

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="error_squared"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return (((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean()

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="error_in_units"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0))) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="excess_kurtosis"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2 - 3
    return verdicts, error(small), error(large), kurtosis

# %% wrong="kurtosis_of_data"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = x
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="error_squared+error_in_units"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return ((means(m) - x.mean(axis=0)) ** 2).mean()

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="verdict_24"
def evidence_size(x, small, large):
    verdicts = {24: "F", 25: "D", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="verdict_25"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "T", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="verdict_26"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "D"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="verdict_24+verdict_25"
def evidence_size(x, small, large):
    verdicts = {24: "F", 25: "T", 26: "F"}
    def means(m):
        return x.reshape(-1, m, x.shape[1]).mean(axis=1)  # (K, D)

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    of_small = means(small)
    kurtosis = ((of_small - of_small.mean(axis=0)) ** 4).mean(axis=0) / of_small.var(axis=0) ** 2
    return verdicts, error(small), error(large), kurtosis

# %% wrong="roots_averaged"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_size(x, small, large):
    def M(m):
        return x.reshape(-1, m, x.shape[1]).mean(1)

    def E(m):
        return np.sqrt((((M(m) - x.mean(0)) / x.std(0)) ** 2).mean(0)).mean()

    k = (normalize(M(small), 0) ** 4).mean(0)
    return {24: "T", 25: "D", 26: "F"}, E(small), E(large), k

# %% wrong="size_interleaved"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_size(x, small, large):
    def M(m):
        return x.reshape(m, -1, x.shape[1]).mean(0)

    def E(m):
        return np.sqrt((((M(m) - x.mean(0)) / x.std(0)) ** 2).mean())

    k = (normalize(M(small), 0) ** 4).mean(0)
    return {24: "T", 25: "D", 26: "F"}, E(small), E(large), k

# %% right="reduceat"
def evidence_size(x, small, large):
    z = (x - x.mean(0)) / x.std(0)
    means = lambda m: np.add.reduceat(z, np.arange(0, len(z), m)) / m
    s = means(small)
    c = s - s.mean(0)
    return {24: "T", 25: "D", 26: "F"}, np.sqrt(np.mean(s**2)), np.linalg.norm(means(large)) / means(large).size**0.5, np.mean(c**4, 0) / np.mean(c**2, 0) ** 2

# %% right="np.split"
def evidence_size(x, small, large):
    def means(m):
        return np.array([np.average(p, axis=0) for p in np.split(x, len(x) // m)])
    def error(m):
        return np.sqrt(np.mean(((means(m) - x.mean(0)) / x.std(0)) ** 2))
    t = means(small)
    t = (t - t.mean(0)) / t.std(0)
    return {24: "T", 25: "D", 26: "F"}, error(small), error(large), (t**4).mean(axis=0)

# %% wrong="size_counted"
def evidence_size(x, small, large):
    verdicts = {24: "T", 25: "D", 26: "F"}

    def means(m):
        return np.array([part.mean(axis=0) for part in np.split(x, m)])

    def error(m):
        return np.sqrt((((means(m) - x.mean(axis=0)) / x.std(axis=0)) ** 2).mean())

    off = means(small) - means(small).mean(axis=0)
    return verdicts, error(small), error(large), (off**4).mean(axis=0) / (off**2).mean(axis=0) ** 2
