# %% wrong="difference of the means"
def separability(scores, labels):
    return scores[labels == 1].mean() - scores[labels == 0].mean()

# %% wrong="accuracy at one half" named="auc_accuracy"
def separability(scores, labels):
    return ((scores > 0.5) == (labels == 1)).mean()

# %% wrong="correlation"
def separability(scores, labels):
    return np.corrcoef(scores, labels)[0, 1]

# %% wrong="the share of positives"
def separability(scores, labels):
    return labels.mean()

# %% wrong="the best threshold's accuracy"
def separability(scores, labels):
    return max(((scores >= t) == (labels == 1)).mean() for t in scores)
