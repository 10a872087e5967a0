# %% wrong="half batch, half running"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    mean = (x.mean(axis=0) + running_mean) / 2
    return gamma * (x - mean) / np.sqrt(running_var + eps) + beta

# %% wrong="running_var taken for a standard deviation's inverse"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * (x - running_mean) * np.sqrt(running_var + eps) + beta

# %% wrong="the running mean of the output"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * x / np.sqrt(running_var + eps) + beta - running_mean

# %% wrong="nothing done"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return x.copy()

# %% wrong="normalized twice"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    y = (x - running_mean) / np.sqrt(running_var + eps)
    return gamma * (y - running_mean) / np.sqrt(running_var + eps) + beta

# %% wrong="running statistics updated on the way"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    running_mean = 0.9 * running_mean + 0.1 * x.mean(0)
    return gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta

# %% wrong="returns a cache as in training" named="wrong_shape"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    xhat = (x - running_mean) / np.sqrt(running_var + eps)
    return gamma * xhat + beta, xhat

# %% wrong="a missing pair of brackets"
def batchnorm_inference(x, gamma, beta, running_mean, running_var, eps=1e-5):
    return gamma * x - running_mean / np.sqrt(running_var + eps) + beta
