# %% [markdown]
# Answers to `relative_error`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    size = np.where(size == 0, 1, size)
    return np.max(np.abs(a - b) / size)

# %% right="loops"
def relative_error(a, b):
    largest = 0.0
    for p, q in zip(a.ravel(), b.ravel()):
        if p != 0 or q != 0:
            largest = max(largest, abs(p - q) / (abs(p) + abs(q)))
    return largest

# %% right="divide_where"
def relative_error(a, b):
    size = abs(a) + abs(b)
    ratio = np.divide(abs(a - b), size, out=np.zeros(a.shape), where=size > 0)
    return ratio.max()

# %% right="nan_to_num"
def relative_error(a, b):
    return np.nan_to_num(np.abs(a - b) / (np.abs(a) + np.abs(b)), nan=0.0).max()

# %% right="tiny_added"
def relative_error(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + np.finfo(float).tiny))

# %% right="masked"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    keep = size != 0
    if not keep.any():
        return 0.0
    return float((np.abs(a - b)[keep] / size[keep]).max())

# %% right="closure"
def relative_error(a, b):
    def of(p, q):
        return 0.0 if p == q else abs(p - q) / (abs(p) + abs(q))

    return max(map(of, a.flat, b.flat))

# %% right="divide where, into zeros like the difference"
def relative_error(a, b):
    top, below = np.abs(a - b), np.abs(a) + np.abs(b)
    return np.divide(top, below, out=np.zeros_like(top), where=below > 0).max()

# %% right="tanh of half the log ratio where signs agree"
def relative_error(a, b):
    worst = 0.0
    for p, q in zip(a.flat, b.flat):
        if p == q:
            continue
        worst = max(worst, 1.0 if p * q <= 0 and (p == 0 or q == 0 or p < 0 < q or q < 0 < p) else abs(np.tanh(0.5 * np.log(p / q))))
    return worst

# %% wrong="signed_error"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    size = np.where(size == 0, 1, size)
    return np.max((a - b) / size)

# %% wrong="mean_error"
def relative_error(a, b):
    size = np.abs(a) + np.abs(b)
    size = np.where(size == 0, 1, size)
    return np.mean(np.abs(a - b) / size)

# %% wrong="error_not_divided"
def relative_error(a, b):
    return np.max(np.abs(a - b))

# %% wrong="divided_by_first"
def relative_error(a, b):
    size = np.where(a == 0, 1, np.abs(a))
    return np.max(np.abs(a - b) / size)

# %% wrong="divided_by_largest"
def relative_error(a, b):
    size = np.maximum(np.abs(a), np.abs(b))
    return np.max(np.abs(a - b) / np.where(size == 0, 1, size))

# %% wrong="norm_ratio"
def relative_error(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    if size == 0:
        return 0.0
    return np.linalg.norm(a - b) / size

# %% wrong="zero_over_zero"
def relative_error(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))

# %% wrong="mean_error+error_not_divided"
def relative_error(a, b):
    return np.mean(np.abs(a - b))

# %% wrong="mean_error+zero_over_zero"
def relative_error(a, b):
    return np.mean(np.abs(a - b) / (np.abs(a) + np.abs(b)))

# %% wrong="divided_by_first+zero_over_zero"
def relative_error(a, b):
    return np.max(np.abs(a - b) / np.abs(a))

# %% wrong="norm_ratio+zero_over_zero"
def relative_error(a, b):
    return np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b))

# %% wrong="divided_by_first+norm_ratio"
def relative_error(a, b):
    size = np.linalg.norm(a)
    if size == 0:
        return 0.0
    return np.linalg.norm(a - b) / size


# %% wrong="sum_below"
def relative_error(a, b):
    with np.errstate(all="ignore"):
        return np.nanmax(np.where(np.abs(a + b) == 0, np.where(a == b, 0, np.nan), np.abs(a - b) / np.abs(a + b)))


# %% wrong="tiny_added"
def relative_error(a, b):
    return np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))


# %% wrong="tiny_added"
def relative_error(a, b):
    return np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8))

# %% right="a loop with max and default"
def relative_error(a, b):
    worst = 0.0
    for p, q in zip(np.ravel(a), np.ravel(b)):
        if abs(p) + abs(q) > 0:
            worst = max(worst, abs(p - q) / (abs(p) + abs(q)))
    return worst

# %% right="nanmax of the quotient"
def relative_error(a, b):
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.nanmax(np.append(np.abs(np.subtract(a, b)) / (np.abs(a) + np.abs(b)), 0)))

# %% right="only the entries that are not both zero"
def relative_error(a, b):
    size = np.add(np.abs(a), np.abs(b)).astype(float)
    keep = size > 0
    return float(np.max(np.abs(a - b)[keep] / size[keep], initial=0))

# %% wrong="maxima_divided"
def relative_error(a, b):
    size = (np.abs(a) + np.abs(b)).max()
    return np.abs(a - b).max() / size if size else 0.0
