# %% wrong="far counted twice"
def evidence_extremes(x, far, row):
    batch = np.concatenate([x, far[None], far[None]])
    batch[row] = far
    xhat = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(xhat[row]).max(), np.delete(xhat, row, axis=0).std(axis=0), tested

# %% wrong="range for spread"
def evidence_extremes(x, far, row):
    batch = x.copy()
    batch[row] = far
    xhat = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(xhat[row]).max(), np.ptp(np.delete(xhat, row, axis=0), axis=0), tested

# %% wrong="absolute value of tested"
def evidence_extremes(x, far, row):
    batch = x.copy()
    batch[row] = far
    xhat = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    tested = np.abs(far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(xhat[row]).max(), np.delete(xhat, row, axis=0).std(axis=0), tested

# %% wrong="the mean of the row"
def evidence_extremes(x, far, row):
    batch = x.copy()
    batch[row] = far
    xhat = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    tested = (far - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(xhat[row]).mean(), np.delete(xhat, row, axis=0).std(axis=0), tested

# %% wrong="far added to the row"
def evidence_extremes(x, far, row):
    batch = x.copy()
    batch[row] = batch[row] + far
    xhat = (batch - batch.mean(axis=0)) / np.sqrt(batch.var(axis=0) + 1e-5)
    tested = (batch[row] - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(xhat[row]).max(), np.delete(xhat, row, axis=0).std(axis=0), tested

# %% wrong="largest of all rows" named="far_included+largest_of_batch"
def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(h).max(), h.std(0), (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)

# %% wrong="appended, not replaced"
def evidence_extremes(x, far, row):
    z = np.vstack([x, far])
    h = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(h[-1]).max(), h[:-1].std(0), (far - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)

# %% wrong="tested with far in the statistics" named="tested_with_far"
def evidence_extremes(x, far, row):
    z = x.copy()
    z[row] = far
    h = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    return {8: "F", 9: "F", 10: "F"}, np.abs(h[row]).max(), np.delete(h, row, 0).std(0), h[row]

# %% wrong="the others normalized without the outlier" named="far_included"
def evidence_extremes(x, far, row):
    def normalize(a, b):
        return (a - b.mean(0)) / np.sqrt(b.var(0) + 1e-5)

    batch = x.copy()
    batch[row] = far
    others = np.delete(batch, row, axis=0)
    spread = normalize(others, others).std(axis=0)
    return {8: "F", 9: "F", 10: "F"}, np.abs(normalize(batch, batch)[row]).max(), spread, normalize(far, x)
