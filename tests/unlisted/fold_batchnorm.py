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

# %% wrong="matrix product with the scale as a column" named="wrong_shape"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight @ s, (bias - running_mean) * s + beta

# %% wrong="old bias dropped" named="fold_bias_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s, beta - running_mean * s

# %% wrong="PyTorch's layout: outputs first" named="fold_wrong_axis"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s[:, None], (bias - running_mean) * s + beta
