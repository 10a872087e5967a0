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
