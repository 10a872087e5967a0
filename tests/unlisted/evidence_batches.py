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
