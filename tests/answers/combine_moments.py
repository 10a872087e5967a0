# %% [markdown]
# Answers to `combine_moments`: right in several styles, and wrong in every way the check should name.

# %% right="total_variance"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% right="one_group_after_the_other"
def combine_moments(counts, means, m2s):
    count, mean, m2 = counts[0], means[0], m2s[0]
    for n, new, spread in zip(counts[1:], means[1:], m2s[1:]):
        apart = new - mean
        total = count + n
        mean = mean + apart * n / total
        m2 = m2 + spread + apart**2 * count * n / total
        count = total
    return count, mean, m2

# %% right="loops"
def combine_moments(counts, means, m2s):
    count = sum(int(n) for n in counts)
    mean, m2 = [], []
    for d in range(means.shape[1]):
        centre = sum(n * m for n, m in zip(counts, means[:, d])) / count
        mean.append(centre)
        m2.append(sum(s + n * (m - centre) ** 2 for n, m, s in zip(counts, means[:, d], m2s[:, d])))
    return count, np.array(mean), np.array(m2)

# %% right="weights_and_einsum"
def combine_moments(counts, means, m2s):
    mean = np.average(means, axis=0, weights=counts)
    apart = means - mean
    return float(np.sum(counts)), mean, np.einsum("kd->d", m2s) + np.einsum("k,kd,kd->d", counts, apart, apart)

# %% wrong="moments_mean_unweighted"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = means.mean(axis=0)
    m2 = m2s.sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% wrong="moments_between_forgotten"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0)
    return count, mean, m2

# %% wrong="moments_between_unweighted"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0) + ((means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% wrong="moments_m2_as_variance"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = (counts[:, None] * m2s).sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% wrong="moments_m2_averaged"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.mean(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% wrong="moments_returns_variance"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2 / count

# %% wrong="in_place"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    means -= mean
    m2 = m2s.sum(axis=0) + (counts[:, None] * means**2).sum(axis=0)
    return count, mean, m2

# %% wrong="keepdims"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0, keepdims=True) / count
    m2 = m2s.sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2

# %% wrong="single_precision"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, np.float32(mean), np.float32(m2)

# %% wrong="cancellation"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = m2s.sum(axis=0) + (counts[:, None] * means**2).sum(axis=0) - count * mean**2
    return count, mean, m2

# %% wrong="moments_mean_unweighted+moments_between_forgotten"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = means.mean(axis=0)
    m2 = m2s.sum(axis=0)
    return count, mean, m2

# %% wrong="moments_m2_as_variance+moments_returns_variance"
def combine_moments(counts, means, m2s):
    count = counts.sum()
    mean = (counts[:, None] * means).sum(axis=0) / count
    m2 = (counts[:, None] * m2s).sum(axis=0) + (counts[:, None] * (means - mean) ** 2).sum(axis=0)
    return count, mean, m2 / count
