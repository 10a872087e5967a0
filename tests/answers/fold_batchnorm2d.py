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

# %% right="einsum over the output axis"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma * np.power(running_var + eps, -0.5)
    return np.einsum("oihw,o->oihw", weight, s), np.einsum("o,o->o", bias - running_mean, s) + beta

# %% right="output by output"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    kernels, biases = [], []
    for w, b, g, t, m, v in zip(weight, bias, gamma, beta, running_mean, running_var):
        s = g / (v + eps) ** 0.5
        kernels.append(w * s)
        biases.append((b - m) * s + t)
    return kernels, biases

# %% right="torch's own fusion"
import torch
from torch.nn.utils.fusion import fuse_conv_bn_weights

def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    t = [torch.tensor(np.asarray(a), dtype=torch.float64) for a in (weight, bias, running_mean, running_var, gamma, beta)]
    w, b = fuse_conv_bn_weights(t[0], t[1], t[2], t[3], eps, t[4], t[5])
    return w.detach().numpy(), b.detach().numpy()

# %% right="a flat matrix, scaled by a diagonal"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = np.diag(gamma / np.sqrt(running_var + eps))
    return (s @ weight.reshape(len(weight), -1)).reshape(weight.shape), s @ (bias - running_mean) + beta

# %% wrong="fold_eps_outside"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    s = gamma / (np.sqrt(running_var) + eps)
    return weight * s.reshape(-1, 1, 1, 1), (bias - running_mean) * s + beta

# %% wrong="fold_eps_hard_coded"
def fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps):
    scale = gamma / np.sqrt(running_var + 1e-5)
    return weight * scale[:, None, None, None], (bias - running_mean) * scale + beta
