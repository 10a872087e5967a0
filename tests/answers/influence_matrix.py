# %% [markdown]
# Answers to `influence_matrix`: right in several styles, and wrong in every way the check should name.

# %% right="a_step_added"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return influence

# %% right="one_entry_at_a_time"
def influence_matrix(forward, x, i):
    rows, h = x.shape[0], 1e-6
    influence = [[0.0] * rows for _ in range(rows)]
    for n in range(rows):
        for m in range(rows):
            up, down = x.copy(), x.copy()
            up[m, i] += h
            down[m, i] -= h
            influence[n][m] = (forward(up)[n, i] - forward(down)[n, i]) / (2 * h)
    return np.array(influence)

# %% right="in_place_and_restored"
def influence_matrix(forward, x, i):
    h, columns = 1e-4, []
    x = x.astype(float)
    for m in range(len(x)):
        kept = x[m, i]
        x[m, i] = kept + h
        up = forward(x)[:, i].copy()
        x[m, i] = kept - h
        down = forward(x)[:, i].copy()
        x[m, i] = kept
        columns.append((up - down) / (2 * h))
    return np.stack(columns, axis=1)

# %% right="fourth_order"
def influence_matrix(forward, x, i):
    h = 1e-3
    moves = np.zeros((len(x), *x.shape))
    moves[range(len(x)), range(len(x)), i] = h
    def slope(k):
        return np.stack([(forward(x + k * move) - forward(x - k * move))[:, i] / (2 * k * h) for move in moves])
    return ((4 * slope(1) - slope(2)) / 3).T

# %% wrong="transposed_influence"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return influence.T

# %% wrong="own_row_only"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return np.diag(np.diag(influence))

# %% wrong="all_features"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, :] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return influence

# %% wrong="summed_outputs"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up - down).sum(axis=1) / (2 * h)
    return influence

# %% wrong="absolute_influence"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = np.abs(up - down)[:, i] / (2 * h)
    return influence

# %% wrong="step_not_divided"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = up[:, i] - down[:, i]
    return influence

# %% wrong="wrong_feature"
def influence_matrix(forward, x, i):
    i = 0
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return influence

# %% wrong="in_place"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        x[m, i] += h
        up = forward(x)[:, i].copy()
        x[m, i] -= 2 * h
        down = forward(x)[:, i].copy()
        influence[:, m] = (up - down) / (2 * h)
    return influence

# %% wrong="transposed_influence+absolute_influence"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return np.abs(influence).T

# %% wrong="summed_outputs+transposed_influence"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up - down).sum(axis=1) / (2 * h)
    return influence.T

# %% wrong="all_features+absolute_influence"
def influence_matrix(forward, x, i):
    h = 1e-5
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, :] = h
        up, down = forward(x + step), forward(x - step)
        influence[:, m] = (up[:, i] - down[:, i]) / (2 * h)
    return np.abs(influence)

# %% wrong="step_not_divided"
def influence_matrix(forward, x, i):
    h = 1e-3
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        influence[:, m] = (forward(x + step) - forward(x - step))[:, i]
    return influence

# %% wrong="step_not_divided"
def influence_matrix(forward, x, i):
    h = 1e-7
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        influence[:, m] = (forward(x + step) - forward(x - step))[:, i]
    return influence

# %% wrong="step_not_divided"
def influence_matrix(forward, x, i):
    h = 1e-4
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        influence[:, m] = (forward(x + step) - forward(x))[:, i]
    return influence

# %% wrong="step_not_halved"
def influence_matrix(forward, x, i):
    h = 1e-6
    influence = np.zeros((len(x), len(x)))
    for m in range(len(x)):
        step = np.zeros_like(x)
        step[m, i] = h
        influence[:, m] = (forward(x + step) - forward(x - step))[:, i] / h
    return influence
