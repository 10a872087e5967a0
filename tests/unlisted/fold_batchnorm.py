# %% wrong="scale left out of the weight"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight, (bias - running_mean) * scale + beta

# %% wrong="mean added" named="fold_mean_added"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale, (bias + running_mean) * scale + beta

# %% wrong="scale upside down"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = np.sqrt(running_var + eps) / gamma
    return weight * scale, (bias - running_mean) * scale + beta

# %% wrong="weight centred"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return (weight - running_mean) * scale, bias * scale + beta

# %% wrong="beta subtracted"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale, (bias - running_mean) * scale - beta
