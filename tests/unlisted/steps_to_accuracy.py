# %% wrong="the best step" named="steps_from_zero+steps_best+steps_never"
def steps_to_accuracy(accuracies, target):
    return int(np.argmax(accuracies))

# %% wrong="the last step below"
def steps_to_accuracy(accuracies, target):
    below = np.flatnonzero(np.asarray(accuracies) < target)
    return int(below[-1]) if len(below) else 0

# %% wrong="how many steps reach it"
def steps_to_accuracy(accuracies, target):
    return int((np.asarray(accuracies) >= target).sum())

# %% wrong="the nearest step" named="steps_from_zero+steps_nearest+steps_never"
def steps_to_accuracy(accuracies, target):
    return int(np.argmin(np.abs(np.asarray(accuracies) - target)))

# %% wrong="a yes or no"
def steps_to_accuracy(accuracies, target):
    return bool(max(accuracies) >= target)

# %% wrong="None when never reached" named="returns_none"
def steps_to_accuracy(accuracies, target):
    for k, a in enumerate(accuracies):
        if a >= target:
            return k + 1

# %% wrong="counted from 0" named="steps_from_zero"
def steps_to_accuracy(accuracies, target):
    hits = np.flatnonzero(accuracies >= target)
    return hits[0] if len(hits) else np.inf

# %% wrong="argmax, 1 when never reached" named="steps_never"
def steps_to_accuracy(accuracies, target):
    return np.argmax(accuracies >= target) + 1
