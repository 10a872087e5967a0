# %% wrong="what the old value weighs over the new"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    weight = (after - before) / (batch - after)
    return {27: "F", 28: "T"}, weight, np.abs(running - truth).max(), np.abs(means.mean(axis=0) - truth).max()

# %% wrong="corrected for the start" named="start_corrected"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    running = running / (1 - (1 - momentum) ** len(means))
    weight = (after - before) / (batch - before)
    return {27: "F", 28: "T"}, weight, np.abs(running - truth).max(), np.abs(means.mean(axis=0) - truth).max()

# %% wrong="the median of all rows"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    weight = (after - before) / (batch - before)
    plain = np.abs(np.median(means, axis=0) - truth).max()
    return {27: "F", 28: "T"}, weight, np.abs(running - truth).max(), plain

# %% wrong="the worst on the way" named="worst_on_the_way"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    running, worst = np.zeros_like(truth), 0.0
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
        worst = max(worst, np.abs(running - truth).max())
    weight = (after - before) / (batch - before)
    return {27: "F", 28: "T"}, weight, worst, np.abs(means.mean(axis=0) - truth).max()

# %% wrong="absolute weights, averaged" named="weight_assumed"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    running = np.zeros_like(truth)
    for mean in means:
        running = (1 - momentum) * running + momentum * mean
    weight = np.full_like(truth, momentum)
    return {27: "F", 28: "T"}, weight, np.abs(running - truth).max(), np.abs(means.mean(axis=0) - truth).max()

# %% wrong="weight of the old" named="weight_of_old"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    r = np.zeros(means.shape[1])
    for m in means:
        r = (1 - momentum) * r + momentum * m
    return {27: "F", 28: "T"}, (after - batch) / (before - batch), np.abs(r - truth).max(), np.abs(means.mean(0) - truth).max()

# %% wrong="starts from the first row" named="starts_with_first"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    r = means[0]
    for m in means[1:]:
        r = (1 - momentum) * r + momentum * m
    return {27: "F", 28: "T"}, (after - before) / (batch - before), np.abs(r - truth).max(), np.abs(means.mean(0) - truth).max()

# %% wrong="momentum the other way" named="memory_reversed"
def evidence_memory(record, means, truth, momentum):
    before, batch, after = record
    r = np.zeros(means.shape[1])
    for m in means:
        r = momentum * r + (1 - momentum) * m
    return {27: "F", 28: "T"}, (after - before) / (batch - before), np.abs(r - truth).max(), np.abs(means.mean(0) - truth).max()
