# %% wrong="the largest row's length"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    return weight / np.linalg.norm(weight, axis=1).max(), u

# %% wrong="sigma from the u that was given"
def spectral_norm(weight, u, steps):
    first = u
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    return weight / (first @ weight @ v), u

# %% wrong="averaged with the old u"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        new = weight @ v
        u = (u + new / np.linalg.norm(new)) / 2
    return weight / (u @ weight @ v), u / np.linalg.norm(u)

# %% wrong="root of sigma"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    return weight / np.sqrt(u @ weight @ v), u

# %% wrong="columns by themselves"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    return weight / np.linalg.norm(weight, axis=0), u

# %% wrong="the exact singular value"
def spectral_norm(weight, u, steps):
    a, s, b = np.linalg.svd(weight)
    return weight / s[0], a[:, 0]

# %% wrong="sigma returned" named="wrong_shape"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v /= np.linalg.norm(v)
        u = weight @ v
        u /= np.linalg.norm(u)
    return u @ weight @ v, u

# %% wrong="one step always" named="spectral_steps_ignored"
def spectral_norm(weight, u, steps):
    v = weight.T @ u
    v /= np.linalg.norm(v)
    u = weight @ v
    u /= np.linalg.norm(u)
    return weight / (u @ weight @ v), u
