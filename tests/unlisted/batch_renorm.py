# %% wrong="r and d of the whole batch"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = np.clip((std / running_std).mean(), 1 / r_max, r_max)
    d = np.clip(((mean - running_mean) / running_std).mean(), -d_max, d_max)
    return gamma * ((x - mean) / std * r + d) + beta

# %% wrong="r in the direction of its limit"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = np.where(std > running_std, r_max, 1 / r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - mean) / std * r + d) + beta

# %% wrong="tanh for the clip"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = d_max * np.tanh((mean - running_mean) / running_std)
    return gamma * ((x - mean) / std * r + d) + beta

# %% wrong="half the correction"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = (1 + np.clip(std / running_std, 1 / r_max, r_max)) / 2
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max) / 2
    return gamma * ((x - mean) / std * r + d) + beta

# %% wrong="d put after gamma and beta"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    r = np.clip(std / running_std, 1 / r_max, r_max)
    d = np.clip((mean - running_mean) / running_std, -d_max, d_max)
    return gamma * (x - mean) / std * r + beta + d

# %% wrong="no limits" named="renorm_as_inference"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    return gamma * (x - running_mean) / running_std + beta

# %% wrong="d after gamma"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    r, d = np.clip(s / running_std, 1 / r_max, r_max), np.clip((m - running_mean) / running_std, -d_max, d_max)
    return gamma * (x - m) / s * r + d + beta

# %% wrong="running_std taken for a variance"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    sd = np.sqrt(running_std + eps)
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    r, d = np.clip(s / sd, 1 / r_max, r_max), np.clip((m - running_mean) / sd, -d_max, d_max)
    return gamma * ((x - m) / s * r + d) + beta

# %% wrong="layer norm's statistics" named="renorm_of_rows"
def batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5):
    m, s = x.mean(1, keepdims=True), np.sqrt(x.var(1, keepdims=True) + eps)
    r, d = np.clip(s / running_std, 1 / r_max, r_max), np.clip((m - running_mean) / running_std, -d_max, d_max)
    return gamma * ((x - m) / s * r + d) + beta
