# %% [markdown]
# Answers to `steps_to_accuracy`: right in several styles, and wrong in every way the check should name.

# %% right="loop"
def steps_to_accuracy(accuracies, target):
    for step, accuracy in enumerate(accuracies, start=1):
        if accuracy >= target:
            return step
    return np.inf

# %% right="argmax"
def steps_to_accuracy(accuracies, target):
    reached = accuracies >= target
    return int(np.argmax(reached)) + 1 if reached.any() else np.inf

# %% right="flatnonzero"
def steps_to_accuracy(accuracies, target):
    hits = np.flatnonzero(accuracies >= target)
    return hits[0] + 1 if len(hits) else float("inf")

# %% right="smallest_step"
def steps_to_accuracy(accuracies, target):
    steps = np.arange(1, len(accuracies) + 1)
    return np.min(np.where(accuracies >= target, steps, np.inf))

# %% right="generator"
def steps_to_accuracy(accuracies, target):
    return next((k + 1 for k in range(len(accuracies)) if not accuracies[k] < target), np.inf)

# %% right="running_best"
def steps_to_accuracy(accuracies, target):
    best = np.maximum.accumulate(accuracies)
    step = np.searchsorted(best, target) + 1
    return step if step <= len(best) else np.inf

# %% right="while"
def steps_to_accuracy(accuracies, target):
    step = 0
    while step < len(accuracies):
        step += 1
        if accuracies[step - 1] >= target:
            return np.array([step])[0]
    return np.array(np.inf)

# %% wrong="steps_from_zero"
def steps_to_accuracy(accuracies, target):
    for step, accuracy in enumerate(accuracies):
        if accuracy >= target:
            return step
    return np.inf

# %% wrong="steps_strict"
def steps_to_accuracy(accuracies, target):
    for step, accuracy in enumerate(accuracies, start=1):
        if accuracy > target:
            return step
    return np.inf

# %% wrong="steps_best"
def steps_to_accuracy(accuracies, target):
    if np.max(accuracies) < target:
        return np.inf
    return np.argmax(accuracies) + 1

# %% wrong="steps_held"
def steps_to_accuracy(accuracies, target):
    for k in range(len(accuracies)):
        if np.all(accuracies[k:] >= target):
            return k + 1
    return np.inf

# %% wrong="steps_nearest"
def steps_to_accuracy(accuracies, target):
    if np.all(accuracies < target):
        return np.inf
    return np.argmin(np.abs(accuracies - target)) + 1

# %% wrong="steps_counted"
def steps_to_accuracy(accuracies, target):
    below = np.sum(accuracies < target)
    return np.inf if below == len(accuracies) else below + 1

# %% wrong="steps_never"
def steps_to_accuracy(accuracies, target):
    return int(np.argmax(accuracies >= target)) + 1

# %% wrong="steps_from_zero+steps_never"
def steps_to_accuracy(accuracies, target):
    return int(np.argmax(accuracies >= target))

# %% wrong="steps_from_zero+steps_strict"
def steps_to_accuracy(accuracies, target):
    hits = np.where(accuracies > target)[0]
    return hits[0] if hits.size else np.inf

# %% wrong="steps_strict+steps_never"
def steps_to_accuracy(accuracies, target):
    for step, accuracy in enumerate(accuracies, start=1):
        if accuracy > target:
            return step
    return -1

# %% wrong="steps_from_zero+steps_counted"
def steps_to_accuracy(accuracies, target):
    below = np.sum(accuracies < target)
    return np.inf if below == len(accuracies) else below

# %% wrong="steps_gives_up"
def steps_to_accuracy(accuracies, target):
    for step, accuracy in enumerate(accuracies, start=1):
        if accuracy >= target:
            return step
        else:
            return np.inf

# %% wrong="steps_sorted"
def steps_to_accuracy(accuracies, target):
    step = np.searchsorted(accuracies, target) + 1
    return step if max(accuracies) >= target else np.inf

# %% wrong="steps_sorted+steps_never"
def steps_to_accuracy(accuracies, target):
    return np.searchsorted(accuracies, target) + 1

# %% right="next over enumerate"
def steps_to_accuracy(accuracies, target):
    return next((k for k, a in enumerate(accuracies, start=1) if a >= target), np.inf)

# %% right="itertools.takewhile"
from itertools import takewhile

def steps_to_accuracy(accuracies, target):
    before = sum(1 for _ in takewhile(lambda a: not a >= target, accuracies))
    return before + 1 if before < len(accuracies) else float("inf")

# %% right="running maximum and searchsorted"
def steps_to_accuracy(accuracies, target):
    best = np.maximum.accumulate(accuracies) if len(accuracies) else np.array([])
    k = np.searchsorted(best, target, side="left")
    return np.int64(k + 1) if k < len(best) else np.inf
