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

# %% right="six-point stencil"
def influence_matrix(forward, x, i):
    h, weights = 1e-3, {1: 45, 2: -9, 3: 1}
    result = np.zeros((x.shape[0],) * 2)
    for m in range(x.shape[0]):
        for k, weight in weights.items():
            for sign in (1, -1):
                z = np.array(x)
                z[m, i] += sign * k * h
                result[:, m] += sign * weight * forward(z)[:, i]
    return result / (60 * h)

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

# %% right="step 1e-4, a three-dimensional stack of moves"
def influence_matrix(forward, x, i):
    n = len(x)
    h = 1e-4
    out = np.zeros((n, n))
    moves = np.zeros((n, *x.shape))
    moves[np.arange(n), np.arange(n), i] = h
    for m in range(n):
        out[:, m] = forward(x + moves[m])[:, i] - forward(x - moves[m])[:, i]
    return out / (2 * h)

# %% right="step 1e-7, columns stacked from a list"
def influence_matrix(forward, x, i):
    def column(m, h=1e-7):
        up, down = np.array(x, dtype=float), np.array(x, dtype=float)
        up[m, i] += h
        down[m, i] -= h
        return (forward(up) - forward(down))[:, i] / (up[m, i] - down[m, i])
    return np.column_stack([column(m) for m in range(x.shape[0])])

# %% right="step relative to the entry"
def influence_matrix(forward, x, i):
    x = x.astype(float)
    jac = []
    for m in range(len(x)):
        h = 1e-5 * max(1.0, abs(x[m, i]))
        e = np.zeros_like(x)
        e[m, i] = h
        jac.append((np.asarray(forward(x + e)) - np.asarray(forward(x - e)))[..., i] / (2 * h))
    return np.stack(jac, axis=-1)

# %% right="step 1e-3"
def influence_matrix(forward, x, i, h=1e-3):
    x = np.array(x, float)
    return np.array([[(lambda e: (forward(x + e)[n, i] - forward(x - e)[n, i]) / (2 * h))(
        h * np.outer(np.arange(len(x)) == m, np.arange(x.shape[1]) == i)) for m in range(len(x))] for n in range(len(x))])

# %% wrong="influence_one_sided"
def influence_matrix(forward, x, i):
    h, out, y = 1e-5, np.zeros((len(x), len(x))), forward(x)
    for m in range(len(x)):
        e = np.zeros(x.shape)
        e[m, i] = h
        out[:, m] = (forward(x + e) - y)[:, i] / h
    return out

# %% wrong="influence_one_array"
def influence_matrix(forward, x, i):
    influence, h = np.zeros((len(x), len(x))), 1e-5
    for m in range(len(x)):
        up = x
        up[m, i] += h
        down = x
        down[m, i] -= h
        influence[:, m] = (forward(up)[:, i] - forward(down)[:, i]) / (2 * h)
    return influence
