# %% wrong="statistics of the first half of the batch" named="not_finite"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    half = x[: max(len(x) // 2, 1)]
    xhat = (x - half.mean(axis=0)) / np.sqrt(half.var(axis=0) + eps)
    return gamma * xhat + beta, None

# %% wrong="gamma under the root"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(gamma * x.var(axis=0) + eps)
    return gamma * xhat + beta, None

# %% wrong="one plus gamma"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return (1 + gamma) * xhat + beta, None

# %% wrong="clipped"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return gamma * np.clip(xhat, -1, 1) + beta, None

# %% wrong="gamma as a matrix product" named="wrong_shape"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    return xhat @ gamma + beta, None

# %% wrong="cache forgotten" named="wrong_count"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta

# %% wrong="CS231n's signature: eps from a dictionary, running statistics in test mode"
def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    xhat = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return gamma * xhat + beta, (xhat, gamma)

# %% wrong="gamma as a matrix product" named="wrong_shape"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return xhat @ gamma + beta, xhat
