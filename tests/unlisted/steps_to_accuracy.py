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
