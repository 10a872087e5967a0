# %% [markdown]
# Answers to `batch_renorm`: right in several styles, and wrong in every way the check should name.

# %% right="as_written"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% right="minimum_maximum"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = np.mean(x, axis=0, keepdims=True)
    centred = x - mean
    std = (np.mean(centred * centred, axis=0, keepdims=True) + eps) ** 0.5
    r = np.minimum(np.maximum(std / running_std, 1 / r_max), r_max)
    d = np.minimum(np.maximum((mean - running_mean) / running_std, -d_max), d_max)
    return gamma * (centred * (r / std) + d) + beta

# %% right="feature_by_feature"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    y = np.zeros(x.shape)
    for j in range(x.shape[1]):
        mean, std = x[:, j].mean(), (x[:, j].var() + eps) ** 0.5
        r = min(max(std / running_std[j], 1 / r_max), r_max)
        d = min(max((mean - running_mean[j]) / running_std[j], -d_max), d_max)
        for n in range(len(x)):
            y[n, j] = gamma[j] * ((x[n, j] - mean) / std * r + d) + beta[j]
    return y

# %% right="scale_and_shift"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    rows = len(x)
    mean = np.ones(rows) @ x / rows
    var = np.einsum("nd,nd->d", x - mean, x - mean) / rows
    std = np.sqrt(var + eps)
    scale = gamma * (std / running_std).clip(1 / r_max, r_max) / std
    return (x - mean) * scale + (gamma * ((mean - running_mean) / running_std).clip(-d_max, d_max) + beta)

# %% wrong="renorm_per_example"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=1)
    std = np.sqrt(x.var(axis=1) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_r_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std + d
    return gamma * xhat + beta

# %% wrong="renorm_r_inverted"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(running_std / std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_r_unlimited"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = std / running_std
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_r_upper_only"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.minimum(std / running_std, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r
    return gamma * xhat + beta

# %% wrong="renorm_d_not_divided"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip(mean - running_mean, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_by_batch_std"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_sign"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((running_mean - mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_unlimited"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = (mean - running_mean) / running_std
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_upper_only"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.minimum((mean - running_mean) / running_std, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_d_before_r"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = ((x - mean) / std + d) * r
    return gamma * xhat + beta

# %% wrong="renorm_limits_swapped"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    r_max, d_max = d_max, r_max
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_not_rooted"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = x.var(axis=0) + eps
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_std_rooted"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    running_std = np.sqrt(running_std)
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="renorm_eps_in_running"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    running_std = np.sqrt(running_std**2 + eps)
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="norm_ddof_1"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0, ddof=1) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="eps_outside"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = x.std(axis=0) + eps
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="eps_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = x.std(axis=0)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="gamma_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return xhat + beta

# %% wrong="beta_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat

# %% wrong="in_place"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    x -= mean
    xhat = x / std * r + d
    return gamma * xhat + beta

# %% wrong="single_precision"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return (gamma * xhat + beta).astype(np.float32)

# %% wrong="renorm_r_forgotten+renorm_d_forgotten"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std
    return gamma * xhat + beta

# %% wrong="renorm_as_inference"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    return gamma * (x - running_mean) / running_std + beta

# %% wrong="renorm_r_inverted+renorm_d_sign"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=0)
    std = np.sqrt(x.var(axis=0) + eps)
    r = np.clip(running_std / std, 1 / r_max, r_max)
    d = np.clip((running_mean - mean) / running_std, -d_max, d_max)
    xhat = (x - mean) / std * r + d
    return gamma * xhat + beta

# %% wrong="beta_scaled"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mu = x.mean(0)
    sd = np.sqrt(x.var(0) + eps)
    r = np.clip(sd / running_std, 1 / r_max, r_max)
    d = np.clip((mu - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - mu) / sd * r + d + beta)

# %% wrong="renorm_r_without_eps"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mu = x.mean(0)
    sd = np.sqrt(x.var(0) + eps)
    r = np.clip(x.std(0) / running_std, 1 / r_max, r_max)
    d = np.clip((mu - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - mu) / sd * r + d) + beta

# %% right="median as a clip"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    m = np.average(x, axis=0)
    s = np.hypot(x.std(axis=0), np.sqrt(eps))
    ones = np.ones_like(m)
    r = np.median([s / running_std, ones / r_max, ones * r_max], axis=0)
    d = np.median([(m - running_mean) / running_std, -d_max * ones, d_max * ones], axis=0)
    return gamma * ((x - m) / s * r + d) + beta

# %% right="torch clamp"
import torch

def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    x, gamma, beta, mu, sd = (torch.tensor(a, dtype=torch.float64) for a in (x, gamma, beta, running_mean, running_std))
    var, mean = torch.var_mean(x, 0, correction=0)
    std = (var + eps).sqrt()
    r, d = (std / sd).clamp(1 / r_max, r_max), ((mean - mu) / sd).clamp(-d_max, d_max)
    return torch.addcmul(beta, gamma, (x - mean) / std * r + d).numpy()

# %% right="feature by feature with min and max"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    def column(v, g, b, mu, sd):
        m = sum(v) / len(v)
        s = (sum((t - m) ** 2 for t in v) / len(v) + eps) ** 0.5
        r, d = min(max(s / sd, 1 / r_max), r_max), min(max((m - mu) / sd, -d_max), d_max)
        return [g * ((t - m) / s * r + d) + b for t in v]
    return np.transpose([column(*c) for c in zip(x.T.tolist(), gamma, beta, running_mean, running_std)])

# %% wrong="renorm_of_rows"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    std = np.sqrt(x.var(axis=1, keepdims=True) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - mean) / std * r + d) + beta
