# %% wrong="the largest difference of two batches"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    means = np.array([b.mean(axis=0) for b in batches])
    var = np.mean([b.var(axis=0) for b in batches], axis=0) / rows.var(axis=0)
    std = np.mean([b.std(axis=0) for b in batches], axis=0) ** 2 / rows.var(axis=0)
    return {21: "D", 22: "F", 23: "T"}, np.ptp(means, axis=0), var, std

# %% wrong="the other way up" named="ratio_upside_down"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    off = np.abs(np.mean([b.mean(axis=0) for b in batches], axis=0) - rows.mean(axis=0))
    var = rows.var(axis=0) / np.mean([b.var(axis=0) for b in batches], axis=0)
    std = rows.var(axis=0) / np.mean([b.std(axis=0) for b in batches], axis=0) ** 2
    return {21: "D", 22: "F", 23: "T"}, off, var, std

# %% wrong="differences, not ratios"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    off = np.abs(np.mean([b.mean(axis=0) for b in batches], axis=0) - rows.mean(axis=0))
    var = np.mean([b.var(axis=0) for b in batches], axis=0) - rows.var(axis=0)
    std = np.mean([b.std(axis=0) for b in batches], axis=0) ** 2 - rows.var(axis=0)
    return {21: "D", 22: "F", 23: "T"}, off, var, std

# %% wrong="standard deviation, not squared back"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    off = np.abs(np.mean([b.mean(axis=0) for b in batches], axis=0) - rows.mean(axis=0))
    var = np.mean([b.var(axis=0) for b in batches], axis=0) / rows.var(axis=0)
    std = np.mean([b.std(axis=0) for b in batches], axis=0) / rows.std(axis=0)
    return {21: "D", 22: "F", 23: "T"}, off, var, std

# %% wrong="median of the batch variances"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    off = np.abs(np.mean([b.mean(axis=0) for b in batches], axis=0) - rows.mean(axis=0))
    var = np.median([b.var(axis=0) for b in batches], axis=0) / rows.var(axis=0)
    std = np.median([b.std(axis=0) for b in batches], axis=0) ** 2 / rows.var(axis=0)
    return {21: "D", 22: "F", 23: "T"}, off, var, std

# %% wrong="difference, not ratio"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    a = lambda f: np.mean([f(z, 0) for z in batches], axis=0)
    return {21: "D", 22: "F", 23: "T"}, np.abs(a(np.mean) - rows.mean(0)), a(np.var) - rows.var(0), a(np.std) ** 2 - rows.var(0)

# %% wrong="weighted by rows" named="weighted_by_size"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    w = [len(z) for z in batches]
    a = lambda f: np.average([f(z, 0) for z in batches], axis=0, weights=w)
    return {21: "D", 22: "F", 23: "T"}, np.abs(a(np.mean) - rows.mean(0)), a(np.var) / rows.var(0), a(np.std) ** 2 / rows.var(0)

# %% wrong="unbiased batch variances" named="ddof_1"
def evidence_batches(batches):
    rows = np.concatenate(batches)
    a = lambda f: np.mean([f(z) for z in batches], axis=0)
    return ({21: "D", 22: "F", 23: "T"}, np.abs(a(lambda z: z.mean(0)) - rows.mean(0)),
            a(lambda z: z.var(0, ddof=1)) / rows.var(0), a(lambda z: z.std(0, ddof=1)) ** 2 / rows.var(0))
