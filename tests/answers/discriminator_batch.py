# %% [markdown]
# Answers to `discriminator_batch`: right in several styles, and wrong in every way the check should name.

# %% right="permutations"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[rng.permutation(len(real))[:n]], fake[rng.permutation(len(fake))[:n]]])
    labels = np.concatenate([np.ones(n), np.zeros(n)])
    order = rng.permutation(2 * n)
    return x[order], labels[order]

# %% right="choice_and_booleans"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.choice(real, n, replace=False), rng.choice(fake, n, replace=False)])
    order = rng.permutation(2 * n)
    return x[order], order < n

# %% right="list_of_pairs"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    pairs = [(real[k], 1) for k in rng.choice(len(real), size=n, replace=False)]
    pairs += [(fake[k], 0) for k in rng.choice(len(fake), size=n, replace=False)]
    pairs = [pairs[k] for k in rng.permutation(len(pairs))]
    return np.array([row for row, _ in pairs], dtype=np.float32), np.array([label for _, label in pairs])

# %% wrong="gan_pure"
def discriminator_batch(real, fake, rng):
    if rng.integers(2):
        return real, np.ones(len(real))
    return fake, np.zeros(len(fake))

# %% wrong="gan_unbalanced"
def discriminator_batch(real, fake, rng):
    x = np.concatenate([real, fake])
    labels = np.concatenate([np.ones(len(real)), np.zeros(len(fake))])
    order = rng.permutation(len(x))
    return x[order], labels[order]

# %% wrong="gan_halved"
def discriminator_batch(real, fake, rng):
    n = max(min(len(real), len(fake)) // 2, 1)
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    order = rng.permutation(2 * n)
    return x[order], order < n

# %% wrong="gan_first_rows"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[:n], fake[:n]])
    order = rng.permutation(2 * n)
    return x[order], order < n

# %% wrong="gan_with_replacement"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[rng.choice(len(real), n)], fake[rng.choice(len(fake), n)]])
    order = rng.permutation(2 * n)
    return x[order], order < n

# %% wrong="gan_not_mixed"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    return x, np.concatenate([np.ones(n), np.zeros(n)])

# %% wrong="gan_rng_ignored"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([np.random.permutation(real)[:n], np.random.permutation(fake)[:n]])
    order = np.random.permutation(2 * n)
    return x[order], order < n

# %% wrong="gan_labels_left"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    return rng.permutation(x), np.concatenate([np.ones(n), np.zeros(n)])

# %% wrong="gan_labels_swapped"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    order = rng.permutation(2 * n)
    return x[order], order >= n

# %% wrong="in_place"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    rng.shuffle(real)
    rng.shuffle(fake)
    x = np.concatenate([real[:n], fake[:n]])
    order = rng.permutation(2 * n)
    return x[order], order < n

# %% wrong="gan_unbalanced+gan_labels_left"
def discriminator_batch(real, fake, rng):
    labels = np.concatenate([np.ones(len(real)), np.zeros(len(fake))])
    return rng.permutation(np.concatenate([real, fake])), labels

# %% wrong="gan_first_rows+gan_not_mixed"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    return np.concatenate([real[:n], fake[:n]]), np.concatenate([np.ones(n), np.zeros(n)])

# %% wrong="gan_cut_after_mixing"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real, fake])
    l = np.r_[np.ones(len(real)), np.zeros(len(fake))]
    p = rng.permutation(len(x))[: 2 * n]
    return x[p], l[p]

# %% right="permuted copies, boolean labels"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real, axis=0)[:n], rng.permutation(fake, axis=0)[:n]])
    labels = np.arange(2 * n) < n
    order = rng.permutation(2 * n)
    return x[order], labels[order]

# %% right="a list of pairs, shuffled by random keys"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    rows = [(real[k], 1) for k in rng.choice(len(real), n, replace=False)]
    rows += [(fake[k], 0) for k in rng.choice(len(fake), n, replace=False)]
    keys = rng.random(2 * n)
    rows = [rows[k] for k in sorted(range(2 * n), key=keys.__getitem__)]
    x, labels = zip(*rows)
    return np.stack(x), list(labels)

# %% right="one draw of indices over both, floats, a list of two"
def discriminator_batch(real, fake, rng):
    n = min(map(len, (real, fake)))
    index = np.r_[rng.permutation(len(real))[:n], len(real) + rng.permutation(len(fake))[:n]]
    rng.shuffle(index)
    return [np.vstack((real, fake))[index] if real.ndim == 2 else np.concatenate((real, fake))[index], (index < len(real)).astype(float)]
