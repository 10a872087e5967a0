# %% wrong="all of both" named="gan_unbalanced"
def discriminator_batch(real, fake, rng):
    x = np.concatenate([real, fake])
    labels = np.concatenate([np.ones(len(real)), np.zeros(len(fake))])
    order = rng.permutation(len(x))
    return x[order], labels[order]

# %% wrong="labels 1 and -1"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[rng.permutation(len(real))[:n]], fake[rng.permutation(len(fake))[:n]]])
    labels = np.concatenate([np.ones(n), -np.ones(n)])
    order = rng.permutation(2 * n)
    return x[order], labels[order]

# %% wrong="labels shuffled by themselves" named="gan_labels_left"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[rng.permutation(len(real))[:n]], fake[rng.permutation(len(fake))[:n]]])
    labels = np.concatenate([np.ones(n), np.zeros(n)])
    return x[rng.permutation(2 * n)], labels[rng.permutation(2 * n)]

# %% wrong="real and fake in turn" named="gan_not_mixed"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    a, b = real[rng.permutation(len(real))[:n]], fake[rng.permutation(len(fake))[:n]]
    x = np.stack([a, b], axis=1).reshape(2 * n, *real.shape[1:])
    return x, np.tile([1.0, 0.0], n)

# %% wrong="smoothed labels"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([real[rng.permutation(len(real))[:n]], fake[rng.permutation(len(fake))[:n]]])
    labels = np.concatenate([np.full(n, 0.9), np.full(n, 0.1)])
    order = rng.permutation(2 * n)
    return x[order], labels[order]

# %% wrong="labels as a column"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    order = rng.permutation(2 * n)
    return x[order], np.r_[np.ones(n), np.zeros(n)][order, None]

# %% wrong="concatenated, not shuffled" named="gan_not_mixed"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    x = np.concatenate([rng.permutation(real)[:n], rng.permutation(fake)[:n]])
    return x, np.r_[np.ones(n), np.zeros(n)]

# %% wrong="the first n of the longer" named="gan_first_rows"
def discriminator_batch(real, fake, rng):
    n = min(len(real), len(fake))
    order = rng.permutation(2 * n)
    return np.concatenate([real[:n], fake[:n]])[order], np.r_[np.ones(n), np.zeros(n)][order]
