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

# %% right="pairwise reduce of triples"
from functools import reduce

def combine_moments(counts, means, m2s):
    def merge(a, b):
        n = a[0] + b[0]
        if n == 0:
            return a
        d = b[1] - a[1]
        return n, a[1] + d * b[0] / n, a[2] + b[2] + d * d * a[0] * b[0] / n
    return reduce(merge, zip(np.asarray(counts, dtype=float), means, m2s))

# %% right="np.average and einsum"
def combine_moments(counts, means, m2s):
    mean, n = np.average(means, axis=0, weights=counts, returned=True)
    return int(n[0]), mean, np.add.reduce(m2s) + np.einsum("k,kd->d", counts, (means - mean) ** 2)

# %% right="matrix products, named tuple"
from typing import NamedTuple

class Moments(NamedTuple):
    count: int
    mean: object
    m2: object

def combine_moments(counts, means, m2s):
    n = sum(counts)
    mean = counts @ means / n
    return Moments(n, mean, np.ones(len(m2s)) @ m2s + counts @ np.square(np.subtract(means, mean)))
