# %% wrong="scale along the kernel's width"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    k = weight.shape[-1]
    return weight * np.resize(scale, k), (bias - running_mean) * scale + beta

# %% wrong="the mean spread over the kernel"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    share = running_mean / weight[0].size
    return (weight - share[:, None, None, None]) * scale[:, None, None, None], bias * scale + beta

# %% wrong="the average scale for all"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale.mean(), (bias - running_mean) * scale + beta

# %% wrong="scale squared on the bias"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale[:, None, None, None], (bias - running_mean) * scale**2 + beta

# %% wrong="kernel flipped"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight[:, :, ::-1, ::-1] * scale[:, None, None, None], (bias - running_mean) * scale + beta

# %% wrong="the kernel's mean subtracted"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return (weight - running_mean[:, None, None, None]) * s[:, None, None, None], bias * s + beta

# %% wrong="scale on the inputs" named="fold_wrong_axis"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s[:, None, None], (bias - running_mean) * s + beta

# %% wrong="scale along the kernel's width" named="fold_along_width"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / np.sqrt(running_var + eps)
    return weight * s, (bias - running_mean) * s + beta
