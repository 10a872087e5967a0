# %% [markdown]
# Answers to `fold_batchnorm2d`: right in several styles, and wrong in every way the check should name.

# %% right="scale_and_shift"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% right="loops"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    new_weight, new_bias = np.zeros(weight.shape), np.zeros(bias.shape)
    for o in range(len(weight)):
        scale = gamma[o] / (running_var[o] + eps) ** 0.5
        for i, kernel in enumerate(weight[o]):
            new_weight[o, i] = kernel * scale
        new_bias[o] = (bias[o] - running_mean[o]) * scale + beta[o]
    return new_weight, new_bias

# %% right="einsum"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    rstd = (running_var + eps) ** -0.5
    return np.einsum("oikl,o,o->oikl", weight, gamma, rstd), beta + gamma * rstd * (bias - running_mean)

# %% right="as_a_matrix"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = np.diag(gamma / np.sqrt(running_var + eps))
    flat = scale @ weight.reshape(len(weight), -1)
    return flat.reshape(weight.shape), scale @ (bias - running_mean) + beta

# %% right="outputs_last"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    std = np.sqrt(running_var + eps)
    folded = np.moveaxis(np.moveaxis(weight, 0, -1) * gamma / std, -1, 0)
    return folded, gamma * bias / std + beta - gamma * running_mean / std

# %% wrong="fold_bias_unshifted"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = bias * scale + beta
    return folded, shifted

# %% wrong="fold_bias_forgotten"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = beta - running_mean * scale
    return folded, shifted

# %% wrong="fold_bias_unscaled"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = bias - running_mean * scale + beta
    return folded, shifted

# %% wrong="fold_beta_forgotten"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale
    return folded, shifted

# %% wrong="fold_beta_scaled"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean + beta) * scale
    return folded, shifted

# %% wrong="fold_wrong_axis"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[None, :, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_without_eps"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_not_rooted"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / (running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_gamma_forgotten"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="in_place"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    weight *= scale.reshape(-1, 1, 1, 1)
    folded = weight
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="keepdims"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted[None, :]

# %% wrong="single_precision"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return np.float32(folded), np.float32(shifted)

# %% wrong="fold_bias_unshifted+fold_gamma_forgotten"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = bias * scale + beta
    return folded, shifted

# %% wrong="fold_without_eps+fold_beta_scaled"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var)
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean + beta) * scale
    return folded, shifted

# %% wrong="fold_bias_forgotten+fold_beta_forgotten"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None, None, None]
    shifted = -running_mean * scale
    return folded, shifted

# %% wrong="fold_not_rooted+fold_without_eps"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / running_var
    folded = weight * scale[:, None, None, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_along_width"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale, (bias - running_mean) * scale + beta

# %% wrong="fold_mean_unscaled"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale[:, None, None, None], bias * scale - running_mean + beta

# %% wrong="fold_mean_added"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale[:, None, None, None], (bias + running_mean) * scale + beta
