# %% [markdown]
# Answers to `evidence_batches`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% right="running_sums"
def evidence_batches(batches):
    count, total, squares = 0, 0.0, 0.0
    means, variances, stds = 0.0, 0.0, 0.0
    for batch in batches:
        m = len(batch)
        mean, var = batch.mean(axis=0), ((batch - batch.mean(axis=0)) ** 2).sum(axis=0) / m
        means, variances, stds = means + mean, variances + var, stds + np.sqrt(var)
        count, total, squares = count + m, total + m * mean, squares + (batch**2).sum(axis=0)
    k = len(batches)
    population = squares / count - (total / count) ** 2
    off = abs(means / k - total / count)
    return {21: "D", 22: "F", 23: "T"}, off, variances / k / population, (stds / k) ** 2 / population

# %% right="stacked"
def evidence_batches(batches):
    x = np.vstack(batches)
    means, stds = np.array([b.mean(0) for b in batches]), np.array([b.std(0) for b in batches])
    off = abs(means.mean(0) - x.mean(0))
    return {21: "D", 22: "F", 23: "T"}, off, (stds**2).mean(0) / x.var(0), (stds.mean(0) / x.std(0)) ** 2

# %% wrong="signed_change"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0)
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="weighted_by_size"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    sizes = [len(batch) for batch in batches]
    mean_off = np.abs(np.average([batch.mean(axis=0) for batch in batches], axis=0, weights=sizes) - rows.mean(axis=0))
    variance = np.average([batch.var(axis=0) for batch in batches], axis=0, weights=sizes) / rows.var(axis=0)
    squared_std = np.average([batch.std(axis=0) for batch in batches], axis=0, weights=sizes) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="ddof_1"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0, ddof=1) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0, ddof=1) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="not_squared_back"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="ratio_upside_down"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, 1 / variance, 1 / squared_std

# %% wrong="ddof_1+not_squared_back"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0, ddof=1) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0, ddof=1) for batch in batches], axis=0) / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="verdict_21"
def evidence_batches(batches):
    verdicts = {21: "T", 22: "F", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="verdict_22"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "D", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="verdict_23"
def evidence_batches(batches):
    verdicts = {21: "D", 22: "F", 23: "F"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="verdict_21+verdict_22"
def evidence_batches(batches):
    verdicts = {21: "T", 22: "D", 23: "T"}
    rows = np.concatenate(batches)
    mean_off = np.abs(np.mean([batch.mean(axis=0) for batch in batches], axis=0) - rows.mean(axis=0))
    variance = np.mean([batch.var(axis=0) for batch in batches], axis=0) / rows.var(axis=0)
    squared_std = np.mean([batch.std(axis=0) for batch in batches], axis=0) ** 2 / rows.var(axis=0)
    return verdicts, mean_off, variance, squared_std

# %% wrong="squares_averaged"
def evidence_batches(batches):
    a = np.concatenate(batches)
    m = np.mean([b.mean(0) for b in batches], 0)
    v = np.mean([b.var(0) for b in batches], 0)
    s = np.mean([b.std(0) ** 2 for b in batches], 0)
    return {21: "D", 22: "F", 23: "T"}, abs(m - a.mean(0)), v / a.var(0), s / a.var(0)

# %% wrong="ratio_missing"
def evidence_batches(batches):
    a = np.concatenate(batches)
    m = np.mean([b.mean(0) for b in batches], 0)
    v = np.mean([b.var(0) for b in batches], 0)
    s = np.mean([b.std(0) for b in batches], 0)
    return {21: "D", 22: "F", 23: "T"}, abs(m - a.mean(0)), v, s**2

# %% right="running sums"
def evidence_batches(batches):
    rows = np.vstack(batches)
    k = len(batches)
    m = v = s = 0.0
    for z in batches:
        m, v, s = m + z.mean(0) / k, v + z.var(0) / k, s + np.sqrt(z.var(0)) / k
    return {21: "D", 22: "F", 23: "T"}, np.abs(m - np.average(rows, axis=0)), v / rows.var(0), np.square(s) / rows.var(0)

# %% right="apply_along_axis on each"
def evidence_batches(batches):
    rows = np.array([r for z in batches for r in z])
    var = ((rows - rows.mean(0)) ** 2).mean(0)
    by = lambda f: np.average([np.apply_along_axis(f, 0, z) for z in batches], axis=0)
    return {21: "D", 22: "F", 23: "T"}, abs(by(np.mean) - rows.mean(0)), by(np.var) / var, by(np.std) ** 2 / var
