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
