# %% [markdown]
# Answers to `evidence_memory`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% right="unrolled_weights"
def evidence_memory(record, means, truth, momentum):
    ages = np.arange(len(means))[::-1]
    weights = momentum * (1 - momentum) ** ages
    weight = 1 - (record[2] - record[1]) / (record[0] - record[1])
    return {27: "F", 28: "T"}, weight, np.max(abs(weights @ means - truth)), np.max(abs(np.mean(means, axis=0) - truth))

# %% right="in_steps"
def evidence_memory(record, means, truth, momentum):
    weight = np.array([(c - a) / (b - a) for a, b, c in zip(*record)])
    running = 0 * truth
    for mean in means:
        running += momentum * (mean - running)
    total = sum(means) / len(means)
    return {27: "F", 28: "T"}, weight, abs(truth - running).max(), abs(truth - total).max()

# %% wrong="signed_change"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = (running - truth).max()
    plain = (means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="mean_change"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).mean()
    plain = np.abs(means.mean(axis=0) - truth).mean()
    return verdicts, weight, exponential, plain

# %% wrong="memory_reversed"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = momentum * running + (1 - momentum) * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="weight_of_old"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - batch) / (before - batch)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="plain_last"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means[-1] - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="starts_with_first"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = means[0]
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="memory_reversed+weight_of_old"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    weight = (after - batch) / (before - batch)
    running = np.zeros_like(truth)
    for mean in means:
        running = momentum * running + (1 - momentum) * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="verdict_27"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "D", 28: "T"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="verdict_28"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "F"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="verdict_27+verdict_28"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "D", 28: "F"}
    before, batch, after = record
    weight = (after - before) / (batch - before)
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    exponential = np.abs(running - truth).max()
    plain = np.abs(means.mean(axis=0) - truth).max()
    return verdicts, weight, exponential, plain

# %% wrong="weight_assumed"
def evidence_memory(record, means, truth, momentum):
    r = np.zeros(means.shape[1])
    for m in means:
        r = (1 - momentum) * r + momentum * m
    return (
        {27: "F", 28: "T"},
        np.full(record.shape[1], momentum),
        abs(r - truth).max(),
        abs(means.mean(0) - truth).max(),
    )

# %% wrong="start_corrected"
def evidence_memory(record, means, truth, momentum):
    w = (record[2] - record[0]) / (record[1] - record[0])
    r = np.zeros(means.shape[1])
    for m in means:
        r = (1 - momentum) * r + momentum * m
    r /= 1 - (1 - momentum) ** len(means)
    return {27: "F", 28: "T"}, w, abs(r - truth).max(), abs(means.mean(0) - truth).max()

# %% wrong="change_length"
def evidence_memory(record, means, truth, momentum):
    w = (record[2] - record[0]) / (record[1] - record[0])
    r = np.zeros(means.shape[1])
    for m in means:
        r = (1 - momentum) * r + momentum * m
    return {27: "F", 28: "T"}, w, np.linalg.norm(r - truth), np.linalg.norm(means.mean(0) - truth)

# %% right="weights of the unrolled average"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    t = len(means)
    w = momentum * (1 - momentum) ** np.arange(t - 1, -1, -1)
    return {27: "F", 28: "T"}, (after - before) / (batch - before), np.abs(w @ means - truth).max(), np.abs(means.mean(0) - truth).max()

# %% right="functools.reduce"
from functools import reduce

def evidence_memory(record, means, truth, momentum):
    running = reduce(lambda r, m: r + momentum * (m - r), means, np.zeros_like(truth))
    weight = [np.linalg.solve([[b - a]], [c - a])[0] for a, b, c in record.T]
    worst = lambda v: np.linalg.norm(v - truth, np.inf)
    return {27: "F", 28: "T"}, weight, worst(running), worst(np.add.reduce(means) / len(means))

# %% wrong="memory_fixed"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    running = np.zeros_like(truth)
    for mean in means:
        running = 0.9 * running + 0.1 * mean
    exponential, plain = (np.abs(found - truth).max() for found in (running, means.mean(axis=0)))
    return verdicts, (after - before) / (batch - before), exponential, plain

# %% wrong="worst_on_the_way"
def evidence_memory(record, means, truth, momentum):
    verdicts = {27: "F", 28: "T"}
    before, batch, after = record
    running, errors = np.zeros_like(truth), []
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
        errors.append(np.abs(running - truth).max())
    return verdicts, (after - before) / (batch - before), max(errors), np.abs(means.mean(axis=0) - truth).max()
