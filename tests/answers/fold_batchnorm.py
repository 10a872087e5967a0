# %% [markdown]
# Answers to `fold_batchnorm`: right in several styles, and wrong in every way the check should name.

# %% right="scale_and_shift"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% right="loops"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    new_weight, new_bias = np.zeros(weight.shape), np.zeros(bias.shape)
    for j in range(weight.shape[1]):
        std = (running_var[j] + eps) ** 0.5
        for i in range(weight.shape[0]):
            new_weight[i, j] = weight[i, j] * gamma[j] / std
        new_bias[j] = gamma[j] * (bias[j] - running_mean[j]) / std + beta[j]
    return new_weight, new_bias

# %% right="diagonal_matrix"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = np.diag(gamma * (running_var + eps) ** -0.5)
    return weight @ scale, scale @ (bias - running_mean) + beta

# %% right="einsum_transposed"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    rstd = 1 / np.sqrt(running_var + eps)
    rows = np.einsum("o,o,oi->oi", gamma, rstd, weight.T)
    return rows.T, beta + np.einsum("o,o,o->o", gamma, rstd, bias - running_mean)

# %% right="probed"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    def layer(x):
        return gamma * (x @ weight + bias - running_mean) / np.sqrt(running_var + eps) + beta

    at_zero = layer(np.zeros((1, len(weight))))[0]
    return layer(np.eye(len(weight))) - at_zero, at_zero

# %% right="least squares on random inputs"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, len(weight)))
    y = gamma * (x @ weight + bias - running_mean) / np.sqrt(running_var + eps) + beta
    found = np.linalg.lstsq(np.column_stack([x, np.ones(50)]), y, rcond=None)[0]
    return found[:-1], found[-1]

# %% wrong="fold_bias_unshifted"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = bias * scale + beta
    return folded, shifted

# %% wrong="fold_bias_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = beta - running_mean * scale
    return folded, shifted

# %% wrong="fold_bias_unscaled"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = bias - running_mean * scale + beta
    return folded, shifted

# %% wrong="fold_beta_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale
    return folded, shifted

# %% wrong="fold_beta_scaled"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean + beta) * scale
    return folded, shifted

# %% wrong="fold_wrong_axis"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale[:, None]
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_without_eps"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_not_rooted"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / (running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_gamma_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="in_place"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    weight *= scale
    folded = weight
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="keepdims"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted[None, :]

# %% wrong="single_precision"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return np.float32(folded), np.float32(shifted)

# %% wrong="fold_bias_unshifted+fold_gamma_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = 1 / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = bias * scale + beta
    return folded, shifted

# %% wrong="fold_without_eps+fold_beta_scaled"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var)
    folded = weight * scale
    shifted = (bias - running_mean + beta) * scale
    return folded, shifted

# %% wrong="fold_bias_forgotten+fold_beta_forgotten"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    folded = weight * scale
    shifted = -running_mean * scale
    return folded, shifted

# %% wrong="fold_not_rooted+fold_without_eps"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / running_var
    folded = weight * scale
    shifted = (bias - running_mean) * scale + beta
    return folded, shifted

# %% wrong="fold_mean_unscaled"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale, bias * scale - running_mean + beta

# %% wrong="fold_mean_added"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + eps)
    return weight * scale, (bias + running_mean) * scale + beta

# %% right="einsum and in loops for the bias"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = [float(g) / (float(v) + eps) ** 0.5 for g, v in zip(gamma, running_var)]
    return (np.einsum("io,o->io", weight, s),
            [(b - m) * k + t for b, m, k, t in zip(bias, running_mean, s, beta)])

# %% right="the transposed weight, scaled row by row"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    std = np.sqrt(running_var + eps)
    return (weight.T * (gamma / std)[:, np.newaxis]).T, beta - gamma * (running_mean - bias) / std

# %% wrong="fold_eps_outside"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / (np.sqrt(running_var) + eps)
    return weight * scale, (bias - running_mean) * scale + beta

# %% wrong="fold_eps_hard_coded"
def fold_batchnorm(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + 1e-5)
    return weight * scale, (bias - running_mean) * scale + beta
