# %% wrong="logarithm"
def largest_xhat(n):
    return float(np.log(n))

# %% wrong="always three"
def largest_xhat(n):
    return 3.0

# %% wrong="half the batch"
def largest_xhat(n):
    return n / 2

# %% wrong="root of n plus 1"
def largest_xhat(n):
    return float(np.sqrt(n + 1))

# %% wrong="n minus 1 over root n"
def largest_xhat(n):
    return (n - 1) / n

# %% wrong="caret for a power"
def largest_xhat(n):
    return float((n - 1) ^ 2)

# %% wrong="the root of n" named="sqrt_n"
def largest_xhat(n):
    return np.sqrt(n)

# %% wrong="unbiased: n - 1 over root n" named="bound_with_ddof_1"
def largest_xhat(n):
    return (n - 1) / np.sqrt(n)
