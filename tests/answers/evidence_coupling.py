# %% [markdown]
# Answers to `evidence_coupling`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% right="a_mask"
def evidence_coupling(forward, x, n, step):
    rest = np.arange(len(x)) != n
    moved = np.where(rest[:, None], x, x + step)
    change = abs(forward(moved) - forward(x))[rest]
    one = x[n].reshape(1, -1)
    return {6: "T", 7: "T"}, change.max(), abs(forward(one + step) - forward(one)).max()

# %% right="loops"
def evidence_coupling(forward, x, n, step):
    before = forward(x)
    moved = np.array([row + step if m == n else row for m, row in enumerate(x)])
    after = forward(moved)
    others = 0.0
    for m in range(len(x)):
        if m != n:
            others = max(others, np.abs(after[m] - before[m]).max())
    alone = np.max(np.abs(forward((x[n] + step)[None]) - forward(x[n][None])))
    return {6: "T", 7: "T"}, others, alone

# %% wrong="signed_change"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = forward(moved) - forward(x)
    others = np.delete(change, n, axis=0).max()
    alone = (forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="mean_change"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).mean()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).mean()
    return verdicts, others, alone

# %% wrong="moved_included"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = change.max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="alone_in_batch"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = change[n].max()
    return verdicts, others, alone

# %% wrong="alone_flat"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n]) - forward(x[n])).max()
    return verdicts, others, alone

# %% wrong="first_row_moved"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    n, moved = 0, x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="in_place"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    before, one = forward(x), forward(x[n : n + 1])
    x[n] += step
    change = np.abs(forward(x) - before)
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(x[n : n + 1]) - one).max()
    return verdicts, others, alone

# %% wrong="moved_included+alone_in_batch"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = change.max()
    alone = change[n].max()
    return verdicts, others, alone

# %% wrong="verdict_6"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "F", 7: "T"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="verdict_7"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "T", 7: "F"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="verdict_6+verdict_7"
def evidence_coupling(forward, x, n, step):
    verdicts = {6: "F", 7: "F"}
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    others = np.delete(change, n, axis=0).max()
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return verdicts, others, alone

# %% wrong="change_length"
def evidence_coupling(forward, x, n, step):
    z = x.copy()
    z[n] += step
    d = forward(z) - forward(x)
    d = np.delete(d, n, 0)
    return {6: "T", 7: "T"}, np.linalg.norm(d), np.linalg.norm(forward(z[[n]]) - forward(x[[n]]))

# %% wrong="forward_ignored"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_coupling(forward, x, n, step):
    z = x.copy()
    z[n] += step
    d = abs(normalize(z) - normalize(x))
    d = np.delete(d, n, 0)
    return {6: "T", 7: "T"}, d.max(), abs(normalize(z[[n]]) - normalize(x[[n]])).max()

# %% wrong="all_rows_moved"
def evidence_coupling(forward, x, n, step):
    z = x + step
    d = abs(forward(z) - forward(x))
    d = np.delete(d, n, 0)
    return {6: "T", 7: "T"}, d.max(), abs(forward(z[[n]]) - forward(x[[n]])).max()

# %% wrong="step_put_in"
def evidence_coupling(forward, x, n, step):
    z = x.copy()
    z[n] = step
    d = abs(forward(z) - forward(x))
    d = np.delete(d, n, 0)
    return {6: "T", 7: "T"}, d.max(), abs(forward(z[[n]]) - forward(x[[n]])).max()

# %% right="a mask over rows"
def evidence_coupling(forward, x, n, step):
    moved = x + np.outer(np.arange(len(x)) == n, step)
    d = np.abs(forward(moved) - forward(x))
    d[n] = 0
    one = np.vstack([x[n]])
    return {6: "T", 7: "T"}, d.max(), np.abs(forward(one + step) - forward(one)).max()

# %% right="np.delete and a list"
def evidence_coupling(forward, x, n, step):
    z = [row.copy() for row in x]
    z[n] = z[n] + step
    others = np.delete(forward(np.array(z)) - forward(x), n, axis=0)
    alone = forward(x[[n]] + step) - forward(x[[n]])
    return [{6: "T", 7: "T"}, float(np.max(np.abs(others), initial=0)), float(np.max(np.abs(alone)))]
