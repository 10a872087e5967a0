# %% [markdown]
# Answers to `batchnorm_inference`: right in several styles, and wrong in every way the check should name.

# %% right="two_lines"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return gamma * xhat + beta

# %% right="scale_and_shift"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    scale = gamma / np.sqrt(running_var + eps)
    return x * scale + (beta - running_mean * scale)

# %% right="loops"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    y = np.zeros(x.shape)
    for n in range(x.shape[0]):
        for d in range(x.shape[1]):
            y[n, d] = gamma[d] * (x[n, d] - running_mean[d]) / (running_var[d] + eps) ** 0.5 + beta[d]
    return y

# %% right="einsum"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return np.einsum("nd,d,d->nd", x - running_mean, (running_var + eps) ** -0.5, gamma) + beta

# %% right="transposed"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    z = x.T - running_mean.reshape(-1, 1)
    return (np.diag(gamma / np.sqrt(running_var + eps)) @ z + beta.reshape(-1, 1)).T

# %% wrong="inference_batch_statistics"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return gamma * xhat + beta

# %% wrong="inference_without_eps"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var)
    return gamma * xhat + beta

# %% wrong="inference_eps_outside"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / (np.sqrt(running_var) + eps)
    return gamma * xhat + beta

# %% wrong="inference_not_rooted"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / (running_var + eps)
    return gamma * xhat + beta

# %% wrong="inference_gamma_forgotten"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return xhat + beta

# %% wrong="inference_beta_forgotten"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return gamma * xhat

# %% wrong="inference_not_centred"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = x / np.sqrt(running_var + eps)
    return gamma * xhat + beta

# %% wrong="in_place+integer_cast"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    x -= running_mean
    xhat = x / np.sqrt(running_var + eps)
    return gamma * xhat + beta

# %% wrong="single_precision"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return (gamma * xhat + beta).astype(np.float32)

# %% wrong="inference_batch_statistics+inference_gamma_forgotten"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return xhat + beta

# %% wrong="inference_not_rooted+inference_without_eps"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / running_var
    return gamma * xhat + beta

# %% wrong="inference_eps_outside+inference_beta_forgotten"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / (np.sqrt(running_var) + eps)
    return gamma * xhat

# %% wrong="inference_batch_mean"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (x - x.mean(axis=0)) / np.sqrt(running_var + eps) + beta

# %% wrong="inference_batch_var"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (x - running_mean) / np.sqrt(x.var(axis=0) + eps) + beta

# %% right="torch's own, in eval"
import torch

def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    t = lambda a: torch.tensor(a, dtype=torch.float64)
    return torch.nn.functional.batch_norm(t(x), t(running_mean), t(running_var), t(gamma), t(beta), False, 0.1, eps).numpy()

# %% right="one scale, one offset, matrix with a column of ones"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    s = np.divide(gamma, np.sqrt(np.add(running_var, eps)))
    return np.asfortranarray(np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([np.diag(s), beta - s * running_mean]))

# %% right="rows through a generator"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    def row(r):
        for v, g, b, m, s in zip(r, gamma, beta, running_mean, running_var):
            yield g * (v - m) * (s + eps) ** -0.5 + b
    return [list(row(r)) for r in x]

# %% wrong="inference_eps_hard_coded"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (x - running_mean) / np.sqrt(running_var + 1e-5) + beta

# %% wrong="integer_cast"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    y = np.empty_like(x)
    y[:] = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    return y

# %% wrong="wrong_shape"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return np.squeeze(gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta)
