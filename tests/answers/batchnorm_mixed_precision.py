# %% [markdown]
# Answers to `batchnorm_mixed_precision`: right in several styles, and wrong in every way the check should name.

# %% right="plain"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% right="two_passes_and_rsqrt"
import torch


def batchnorm_mixed_precision(x, gamma, beta, eps):
    centred = x.to(torch.float32) - x.to(torch.float32).mean(0)
    rstd = torch.rsqrt(centred.square().mean(0) + eps)
    return torch.addcmul(beta.float(), centred, rstd * gamma.float()).type_as(x)

# %% right="sums_with_a_dtype"
import torch


def batchnorm_mixed_precision(x, gamma, beta, eps):
    n = x.shape[0]
    mean = torch.sum(x, dim=0, dtype=torch.float32) / n
    var = torch.sum((x - mean) ** 2, dim=0) / n  # half minus float32 is float32
    y = torch.empty_like(x)
    for row in range(n):
        y[row] = (x[row] - mean) / torch.sqrt(var + eps) * gamma + beta
    return y

# %% right="in_double"
import torch


def batchnorm_mixed_precision(x, gamma, beta, eps):
    var, mean = torch.var_mean(x.double(), dim=0, correction=0)
    return (gamma * (x.double() - mean) * (var + eps) ** -0.5 + beta).to(dtype=x.dtype)

# %% wrong="mixed_statistics_rounded"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="mixed_statistics_rounded"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = x.mean(dim=0), x.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="mixed_statistics_low"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    mean, var = x.mean(dim=0), ((x - x.mean(dim=0)) ** 2).mean(dim=0)
    xhat = (x - mean) / (var + eps).sqrt()
    return gamma.to(x.dtype) * xhat + beta.to(x.dtype)

# %% wrong="mixed_statistics_low"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    mean = x.sum(dim=0) / len(x)
    var = ((x - mean) ** 2).sum(dim=0) / len(x)
    return (gamma * (x - mean).float() / (var.float() + eps).sqrt() + beta).to(x.dtype)

# %% wrong="mixed_overflow"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), x.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="mixed_output_float32"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta)

# %% wrong="mixed_input_changed"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    x -= 1
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="ddof_1"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=True)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="eps_forgotten"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / var.sqrt()
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="eps_outside"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var.sqrt() + eps)
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="gamma_forgotten"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (xhat + beta).to(x.dtype)

# %% wrong="beta_forgotten"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat).to(x.dtype)

# %% wrong="eps_forgotten+beta_forgotten"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=False)
    xhat = (wide - mean) / var.sqrt()
    return (gamma * xhat).to(x.dtype)

# %% wrong="mixed_output_float32+ddof_1"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=0), wide.var(dim=0, unbiased=True)
    xhat = (wide - mean) / (var + eps).sqrt()
    return (gamma * xhat + beta)

# %% wrong="axis_1"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(dim=1, keepdim=True), wide.var(dim=1, unbiased=False, keepdim=True)
    return (gamma * (wide - mean) / (var + eps).sqrt() + beta).to(x.dtype)

# %% wrong="one_for_all"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    mean, var = wide.mean(), wide.var(unbiased=False)
    return (gamma * (wide - mean) / (var + eps).sqrt() + beta).to(x.dtype)

# %% right="torch's layer function in float32"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    return torch.nn.functional.batch_norm(x.float(), None, None, gamma, beta, True, 0.0, eps).type_as(x)

# %% right="double in between, rounded through float32"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    z = x.to(torch.float32)
    var, mean = torch.var_mean(z, 0, correction=0)
    return torch.addcmul(beta, gamma, (z - mean) * torch.rsqrt(var + eps)).to(dtype=x.dtype)

# %% right="matmul with ones, einsum"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    z, n = x.float(), x.shape[0]
    mean = torch.ones(n) @ z / n
    c = z - mean
    var = torch.einsum("nd,nd->d", c, c) / n
    y = gamma * c / torch.sqrt(var + eps) + beta
    return y.half() if x.dtype == torch.float16 else y.bfloat16() if x.dtype == torch.bfloat16 else y

# %% right="the layer folded into a scale and a shift"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    z = x.to(torch.float32)
    mean = z.mean(0)
    scale = gamma * torch.rsqrt((z - mean).square().mean(0) + eps)
    return (z * scale + (beta - mean * scale)).to(x.dtype)

# %% right="torch's layer function, which takes both types"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)

# %% wrong="mixed_statistics_rounded"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    mean, var = x.float().mean(dim=0), x.float().var(dim=0, unbiased=False)
    xhat = (x - mean.to(x.dtype)) / torch.sqrt(var + eps).to(x.dtype)
    return (gamma * xhat + beta).to(x.dtype)

# %% wrong="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    z = x.float()
    mean = z.mean(dim=0, keepdim=True)
    var = (z - mean).pow(2).mean(dim=0, keepdim=True)
    xhat = ((z - mean) / (var + eps).sqrt()).to(x.dtype)
    return (xhat.float() * gamma + beta).to(x.dtype)

# %% wrong="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma.to(x.dtype) * xhat + beta.to(x.dtype)).to(x.dtype)

# %% wrong="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return (gamma * xhat).to(x.dtype) + beta.to(x.dtype)

# %% wrong="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    xhat = (wide - wide.mean(dim=0)) / (wide.var(dim=0, unbiased=False) + eps).sqrt()
    return gamma.to(x.dtype) * xhat.to(x.dtype) + beta.to(x.dtype)

# %% wrong="mixed_rounded_twice"
import torch

def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    std = torch.sqrt(wide.var(dim=0, unbiased=False) + eps).to(x.dtype)
    return (gamma * (wide - wide.mean(dim=0)) / std + beta).to(x.dtype)

# %% wrong="mixed_rounded_twice"
def batchnorm_mixed_precision(x, gamma, beta, eps):
    wide = x.float()
    centred = (wide - wide.mean(dim=0)).to(x.dtype)
    return (gamma * centred.float() / (wide.var(dim=0, unbiased=False) + eps).sqrt() + beta).to(x.dtype)
