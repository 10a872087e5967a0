# %% [markdown]
# Answers to `evidence_extremes`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% right="without_eps"
def evidence_extremes(x, far, row):
    rest = np.delete(x, row, axis=0)
    batch = np.insert(rest, row, far, axis=0)
    mean, std = batch.mean(axis=0), batch.std(axis=0)
    tested = (far - x.mean(axis=0)) / x.std(axis=0)
    return {8: "F", 9: "F", 10: "F"}, np.max(np.abs((far - mean) / std)), rest.std(axis=0) / std, tested

# %% right="columns_in_a_loop"
def evidence_extremes(x, far, row):
    largest, spread, tested = [], [], []
    others = [n for n in range(len(x)) if n != row]
    for d in range(x.shape[1]):
        column = x[:, d].copy()
        tested.append((far[d] - column.mean()) / column.std())
        column[row] = far[d]
        column = (column - column.mean()) / np.sqrt(column.var() + 1e-5)
        largest.append(abs(column[row]))
        spread.append(column[others].std())
    return {8: "F", 9: "F", 10: "F"}, max(largest), spread, tested

# %% wrong="far_included"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = xhat.std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="far_added"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] += far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="largest_by_training"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs((far - x.mean(axis=0)) / x.std(axis=0)).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="largest_signed"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = xhat[row].max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="tested_with_far"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - batch.mean(axis=0)) / batch.std(axis=0)
    return verdicts, largest, spread, tested

# %% wrong="var_for_std"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).var(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="in_place"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    mean, var = x.mean(axis=0), x.var(axis=0)
    batch = x
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - mean) / np.sqrt(var + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="in_place+tested_with_far"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "F"}
    batch = x
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="verdict_8"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "D", 9: "F", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="verdict_9"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "D", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="verdict_10"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "F", 9: "F", 10: "D"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="verdict_8+verdict_9"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    verdicts = {8: "D", 9: "D", 10: "F"}
    batch = x.copy()
    batch[row] = far
    xhat = normalize(batch)
    largest = np.abs(xhat[row]).max()
    spread = np.delete(xhat, row, axis=0).std(axis=0)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return verdicts, largest, spread, tested

# %% wrong="largest_of_batch"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = normalize(z)
    return (
        {8: "F", 9: "F", 10: "F"},
        abs(h).max(),
        np.delete(h, row, 0).std(0),
        (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5),
    )

# %% wrong="spread_ddof_1"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = normalize(z)
    return (
        {8: "F", 9: "F", 10: "F"},
        abs(h[row]).max(),
        np.delete(h, row, 0).std(0, ddof=1),
        (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5),
    )

# %% wrong="spread_of_raw"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = normalize(z)
    return (
        {8: "F", 9: "F", 10: "F"},
        abs(h[row]).max(),
        np.delete(z, row, 0).std(0),
        (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5),
    )

# %% wrong="tested_without_row"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = normalize(z)
    r = np.delete(x, row, 0)
    return (
        {8: "F", 9: "F", 10: "F"},
        abs(h[row]).max(),
        np.delete(h, row, 0).std(0),
        (far - r.mean(0)) / np.sqrt(r.var(0) + 1e-5),
    )

# %% right="np.where puts far in place"
def evidence_extremes(x, far, row, eps=1e-5):
    here = (np.arange(len(x)) == row)[:, None]
    z = np.where(here, far, x)
    h = (z - z.mean(0)) / np.sqrt(z.var(0) + eps)
    return ({8: "F", 9: "F", 10: "F"}, np.max(np.abs(h[row])), np.delete(h, row, 0).std(0),
            (far - x.mean(0)) / np.sqrt(x.var(0) + eps))

# %% right="rebuilt with r_, spread by a two-pass sum"
def evidence_extremes(x, far, row):
    others = np.r_[x[:row], x[row + 1:]]
    z = np.r_[others, far[None]]
    s = np.sqrt(z.var(0) + 1e-5)
    h = (others - z.mean(0)) / s
    spread = np.sqrt(np.mean((h - h.mean(0)) ** 2, axis=0))
    return {8: "F", 9: "F", 10: "F"}, np.linalg.norm((far - z.mean(0)) / s, np.inf), spread, (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
