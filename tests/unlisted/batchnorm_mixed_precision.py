# %% wrong="integers between"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma * xhat + beta).round().to(x.dtype)

# %% wrong="rows, not columns" named="axis_1"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=1, keepdim=True)) / (wide.var(dim=1, unbiased=False, keepdim=True) + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="gamma and beta in bfloat16" named="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma.bfloat16().float() * xhat + beta.bfloat16().float()).to(x.dtype)

# %% wrong="scaled by 1024 for safety, and left so"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float() * 1024
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma * xhat * 1024 + beta).to(x.dtype)

# %% wrong="beta forgotten where gamma is 1"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma * (xhat + beta)).to(x.dtype)

# %% wrong="always half"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    z = x.float()
    return (gamma * (z - z.mean(0)) / torch.sqrt(z.var(0, unbiased=False) + eps) + beta).half()

# %% wrong="numpy out"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    z = x.float().numpy()
    return gamma.numpy() * (z - z.mean(0)) / np.sqrt(z.var(0) + eps) + beta.numpy()

# %% wrong="statistics in the input's type" named="mixed_statistics_rounded"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    y = (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + eps)
    return (gamma * y + beta).to(x.dtype)

# %% wrong="in place on a copy that is none for float32"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    wide -= mean
    wide /= (var + eps).sqrt()
    return (gamma * wide + beta).to(x.dtype)
