# %% wrong="means averaged without weights" named="moments_mean_unweighted"
def combine_moments(counts, means, m2s):
    n = sum(counts)
    mean = sum(means) / len(means)
    return n, mean, sum(m2s) + sum(c * (m - mean) ** 2 for c, m in zip(counts, means))

# %% wrong="M2 divided by the count" named="moments_returns_variance"
def combine_moments(counts, means, m2s):
    n = sum(counts)
    mean = sum(c * m for c, m in zip(counts, means)) / n
    return n, mean, (sum(m2s) + sum(c * (m - mean) ** 2 for c, m in zip(counts, means))) / n

# %% wrong="the first two only"
def combine_moments(counts, means, m2s):
    n = counts[0] + counts[1]
    mean = (counts[0] * means[0] + counts[1] * means[1]) / n
    return n, mean, m2s[0] + m2s[1] + counts[0] * (means[0] - mean) ** 2 + counts[1] * (means[1] - mean) ** 2

# %% wrong="M2 of the means alone"
def combine_moments(counts, means, m2s):
    n = sum(counts)
    mean = sum(c * m for c, m in zip(counts, means)) / n
    return n, mean, sum(c * (m - mean) ** 2 for c, m in zip(counts, means))

# %% wrong="the largest count"
def combine_moments(counts, means, m2s):
    n = sum(counts)
    mean = sum(c * m for c, m in zip(counts, means)) / n
    return max(counts), mean, sum(m2s) + sum(c * (m - mean) ** 2 for c, m in zip(counts, means))

# %% wrong="number of groups as the count"
def combine_moments(counts, means, m2s):
    mean = counts @ means / counts.sum()
    return len(counts), mean, m2s.sum(0) + counts @ (means - mean) ** 2

# %% wrong="counts broadcast along the features" named="wrong_shape"
def combine_moments(counts, means, m2s):
    n = counts.sum()
    mean = (counts * means.T).T.sum(0) / n
    return n, mean, m2s.sum(0) + (counts * (means - mean) ** 2).sum(0)

# %% wrong="mean of means" named="moments_mean_unweighted"
def combine_moments(counts, means, m2s):
    mean = means.mean(0)
    return counts.sum(), mean, m2s.sum(0) + (counts[:, None] * (means - mean) ** 2).sum(0)
