# %% [markdown]
# Answers to `shuffled_batches`: right in several styles, and wrong in every way the check should name.

# %% right="list"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    starts = list(range(0, len(x), batch_size))
    if len(x) % batch_size == 1 and len(starts) > 1:
        starts.pop()
    ends = [*starts[1:], len(x)]
    return [(x[order[a:b]], y[order[a:b]]) for a, b in zip(starts, ends)]

# %% right="generator"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    start = 0
    while start < len(x):
        stop = start + batch_size
        if len(x) - stop <= 1:
            stop = len(x)
        yield x[order[start:stop]], y[order[start:stop]]
        start = stop

# %% right="split_and_merge"
def shuffled_batches(x, y, batch_size, rng):
    order = np.arange(len(x))
    rng.shuffle(order)
    parts = np.split(order, np.arange(batch_size, len(x), batch_size))
    if len(parts) > 1 and len(parts[-1]) == 1:
        last = parts.pop()
        parts[-1] = np.concatenate([parts[-1], last])
    return [(x[p], y[p]) for p in parts]

# %% right="sort_by_random_keys_and_loop"
def shuffled_batches(x, y, batch_size, rng):
    order = np.argsort(rng.random(len(x)))
    batches, rows = [], []
    for k, row in enumerate(order):
        rows.append(row)
        left = len(x) - k - 1
        if (len(rows) >= batch_size and left != 1) or left == 0:
            batches.append((np.array([x[i] for i in rows], dtype=np.float32), [y[i] for i in rows]))
            rows = []
    return batches

# %% wrong="batches_not_shuffled"
def shuffled_batches(x, y, batch_size, rng):
    cuts = np.arange(batch_size, len(x) - 1, batch_size)
    return list(zip(np.split(x, cuts), np.split(y, cuts)))

# %% wrong="batches_same_order"
def shuffled_batches(x, y, batch_size, rng):
    rng = np.random.default_rng(42)
    order = rng.permutation(len(x))
    return [(x[rows], y[rows]) for rows in np.split(order, np.arange(batch_size, len(x) - 1, batch_size))]

# %% wrong="batches_rng_ignored"
def shuffled_batches(x, y, batch_size, rng):
    order = np.random.permutation(len(x))
    return [(x[rows], y[rows]) for rows in np.split(order, np.arange(batch_size, len(x) - 1, batch_size))]

# %% wrong="batches_as_blocks"
def shuffled_batches(x, y, batch_size, rng):
    parts = np.split(np.arange(len(x)), np.arange(batch_size, len(x) - 1, batch_size))
    return [(x[rows], y[rows]) for rows in (rng.permutation(part) for part in parts)]

# %% wrong="batches_with_replacement"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.choice(len(x), size=len(x))
    return [(x[rows], y[rows]) for rows in np.split(order, np.arange(batch_size, len(x) - 1, batch_size))]

# %% wrong="batches_labels_left"
def shuffled_batches(x, y, batch_size, rng):
    cuts = np.arange(batch_size, len(x) - 1, batch_size)
    return list(zip(np.split(rng.permutation(x), cuts), np.split(y, cuts)))

# %% wrong="batches_remainder_dropped"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    last = max(len(x) - batch_size, 0)
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, last + 1, batch_size)]

# %% wrong="batches_one_dropped"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    found = [order[k:k + batch_size] for k in range(0, len(x), batch_size)]
    return [(x[rows], y[rows]) for rows in found if len(rows) > 1]

# %% wrong="batches_of_one"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, len(x), batch_size)]

# %% wrong="batches_remainder_merged"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    full = max(len(x) // batch_size, 1)
    return [(x[rows], y[rows]) for rows in np.split(order, batch_size * np.arange(1, full))]

# %% wrong="in_place"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    x[:], y[:] = x[order], y[order]
    cuts = np.arange(batch_size, len(x) - 1, batch_size)
    return list(zip(np.split(x, cuts), np.split(y, cuts)))

# %% wrong="batches_labels_left+batches_of_one"
def shuffled_batches(x, y, batch_size, rng):
    cuts = np.arange(batch_size, len(x), batch_size)
    return list(zip(np.split(rng.permutation(x), cuts), np.split(rng.permutation(y), cuts)))

# %% wrong="batches_not_shuffled+batches_remainder_dropped"
def shuffled_batches(x, y, batch_size, rng):
    last = max(len(x) - batch_size, 0)
    return [(x[k:k + batch_size], y[k:k + batch_size]) for k in range(0, last + 1, batch_size)]

# %% wrong="batches_evened"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[i], y[i]) for i in np.array_split(order, max(1, len(x) // batch_size))]

# %% right="argsort of random keys, cut with array_split at points"
def shuffled_batches(x, y, batch_size, rng):
    order = np.argsort(rng.random(len(x)))
    cuts = [c for c in range(batch_size, len(x), batch_size) if c != len(x) - 1]
    return [(x[i], y[i]) for i in np.split(order, cuts)]

# %% right="deal from a list with pop, lists of pairs"
def shuffled_batches(x, y, batch_size, rng):
    left = rng.choice(len(x), size=len(x), replace=False).tolist()
    out = []
    while left:
        k = batch_size if len(left) != batch_size + 1 else batch_size + 1
        take, left = left[:k], left[k:]
        out.append([x[take], y[take]])
    return out

# %% right="shuffle in place of an index, recursion"
def shuffled_batches(x, y, batch_size, rng):
    index = np.arange(len(x))
    rng.shuffle(index)
    def cut(i):
        if len(i) <= batch_size + 1:
            return [i] if len(i) <= batch_size or len(i) == batch_size + 1 else []
        return [i[:batch_size], *cut(i[batch_size:])]
    return [(np.take(x, i, axis=0), np.take(y, i, axis=0)) for i in cut(index)]
