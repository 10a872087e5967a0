# %% wrong="sorted by label" named="batches_not_shuffled+batches_of_one"
def shuffled_batches(x, y, batch_size, rng):
    order = np.argsort(y, kind="stable")
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, len(x), batch_size)]

# %% wrong="batch_size batches" named="wrong_shape"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[part], y[part]) for part in np.array_split(order, batch_size) if len(part)]

# %% wrong="turned round" named="batches_of_one"
def shuffled_batches(x, y, batch_size, rng):
    start = int(rng.integers(len(x)))
    order = np.roll(np.arange(len(x)), start)
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, len(x), batch_size)]

# %% wrong="every row twice" named="wrong_shape"
def shuffled_batches(x, y, batch_size, rng):
    order = np.concatenate([rng.permutation(len(x)), rng.permutation(len(x))])
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, len(order), batch_size)]

# %% wrong="one batch of everything" named="wrong_shape"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[order], y[order])]

# %% wrong="even parts" named="wrong_shape"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[i], y[i]) for i in np.array_split(order, max(1, -(-len(x) // batch_size)))]

# %% wrong="x and y shuffled apart" named="batches_labels_left"
def shuffled_batches(x, y, batch_size, rng):
    x, y = rng.permutation(x), rng.permutation(y)
    cuts = [c for c in range(batch_size, len(x), batch_size) if c != len(x) - 1]
    return list(zip(np.split(x, cuts), np.split(y, cuts)))

# %% wrong="drop_last" named="batches_remainder_dropped"
def shuffled_batches(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(x[order[k:k + batch_size]], y[order[k:k + batch_size]]) for k in range(0, len(x) - batch_size + 1, batch_size)]
