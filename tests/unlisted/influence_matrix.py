# %% wrong="an identity matrix"
def influence_matrix(forward, x, i):
    return np.eye(len(x))

# %% wrong="correlation of outputs with inputs"
def influence_matrix(forward, x, i):
    y = forward(x)[:, i]
    return np.outer(y - y.mean(), x[:, i] - x[:, i].mean())

# %% wrong="the change, not divided"
def influence_matrix(forward, x, i):
    found = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        moved = x.copy()
        moved[m, i] += 1.0
        found[:, m] = forward(moved)[:, i] - forward(x)[:, i]
    return found

# %% wrong="the step is a tenth of the entry" named="not_finite"
def influence_matrix(forward, x, i):
    found = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = 0.1 * x[m, i]
        found[:, m] = (forward(x + step) - forward(x - step))[:, i] / (2 * step[m, i])
    return found

# %% wrong="the diagonal left empty"
def influence_matrix(forward, x, i):
    found, h = np.zeros((len(x), len(x))), 1e-5
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        found[:, m] = (forward(x + step) - forward(x - step))[:, i] / (2 * h)
    return found - np.diag(np.diag(found))

# %% wrong="row i in place of feature i"
def influence_matrix(forward, x, i):
    h, out = 1e-5, np.zeros((len(x), len(x)))
    for m in range(len(x)):
        e = np.zeros(x.shape)
        e[m, i] = h
        d = (forward(x + e) - forward(x - e)) / (2 * h)
        out[:, m] = d[i, :] if x.shape[0] == x.shape[1] else d[:, i]
    return out

# %% wrong="the formula of batch norm"
def influence_matrix(forward, x, i):
    n = len(x)
    c = x[:, i]
    r = 1 / np.sqrt(c.var() + 1e-5)
    xhat = (c - c.mean()) * r
    return r * (np.eye(n) - 1 / n - np.outer(xhat, xhat) / n)

# %% wrong="unpacks a tuple from forward"
def influence_matrix(forward, x, i):
    h, out = 1e-5, np.zeros((len(x), len(x)))
    for m in range(len(x)):
        e = np.zeros(x.shape)
        e[m, i] = h
        up, _ = forward(x + e)
        down, _ = forward(x - e)
        out[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return out

# %% wrong="a step of a tenth"
def influence_matrix(forward, x, i):
    h, out = 0.1, np.zeros((len(x), len(x)))
    for m in range(len(x)):
        e = np.zeros(x.shape)
        e[m, i] = h
        out[:, m] = (forward(x + e) - forward(x - e))[:, i] / (2 * h)
    return out

# %% wrong="a step of 1e-12"
def influence_matrix(forward, x, i):
    h, out = 1e-12, np.zeros((len(x), len(x)))
    for m in range(len(x)):
        e = np.zeros(x.shape)
        e[m, i] = h
        out[:, m] = (forward(x + e) - forward(x - e))[:, i] / (2 * h)
    return out
