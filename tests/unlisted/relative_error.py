# %% wrong="the median"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    return np.median(np.abs(a - b) / np.where(size == 0, 1, size))

# %% wrong="root of the mean square"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    return np.sqrt(np.mean((np.abs(a - b) / np.where(size == 0, 1, size)) ** 2))

# %% wrong="logarithms compared"
def relative_error(a, b):
    return np.max(np.abs(np.log1p(np.abs(a)) - np.log1p(np.abs(b))))

# %% wrong="zeros count as one" named="zero_over_zero"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    return np.max(np.where(size == 0, 1, np.abs(a - b) / np.where(size == 0, 1, size)))

# %% wrong="norm of the difference over the norm of the sum" named="sum_below+norm_ratio"
def relative_error(a, b):
    return np.linalg.norm(a - b) / max(np.linalg.norm(a + b), 1e-300)

# %% wrong="norms" named="norm_ratio+zero_over_zero"
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))

# %% wrong="the entries, not the largest" named="wrong_shape"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    return np.abs(a - b) / np.where(size == 0, 1, size)

# %% wrong="max of the differences over max of the sizes" named="maxima_divided"
def relative_error(a, b):
    return np.abs(a - b).max() / max((np.abs(a) + np.abs(b)).max(), 1e-300)

# %% wrong="Python's max on rows"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    q = np.abs(a - b) / np.where(size == 0, 1, size)
    return q[0].max() if q.ndim > 1 else q.max()
