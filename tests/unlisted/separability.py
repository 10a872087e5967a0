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

# %% wrong="accuracy at zero"
def separability(scores, labels):
    return np.mean((scores > 0) == (labels == 1))

# %% wrong="ties count as wins" named="auc_ties_whole"
def separability(scores, labels):
    return np.mean(scores[labels == 1][:, None] >= scores[labels == 0])

# %% wrong="ties not counted" named="auc_ties_lost"
def separability(scores, labels):
    return np.mean(scores[labels == 1][:, None] > scores[labels == 0])
