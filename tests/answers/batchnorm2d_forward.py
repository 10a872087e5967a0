# %% [markdown]
# Answers to `batchnorm2d_forward`: right in several styles, and wrong in every way the check should name.

# %% right="three_axes"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    mean, var = mean.ravel(), var.ravel()
    return y, {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": 1 / np.sqrt(var + eps), "gamma": gamma,
               "eps": eps}

# %% right="columns"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    columns = x.transpose(0, 2, 3, 1).reshape(-1, c)
    mean, var = columns.mean(axis=0), columns.var(axis=0)
    xhat = (columns - mean) / np.sqrt(var + eps)

    def home(rows):
        return rows.reshape(n, h, w, c).transpose(0, 3, 1, 2)
    return home(gamma * xhat + beta), {"x": x, "xhat": home(xhat), "mean": mean, "var": var,
                                       "rstd": 1 / np.sqrt(var + eps), "gamma": gamma, "eps": eps}

# %% right="channel_by_channel"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    y, xhat = np.zeros(x.shape), np.zeros(x.shape)
    cache = {"x": x, "xhat": xhat, "gamma": gamma, "eps": eps, "mean": [], "var": [], "rstd": []}
    for c in range(x.shape[1]):
        values = [float(v) for v in x[:, c].ravel()]
        mean = sum(values) / len(values)
        var = sum((v - mean) ** 2 for v in values) / len(values)
        for name, value in (("mean", mean), ("var", var), ("rstd", (var + eps) ** -0.5)):
            cache[name] = np.append(cache[name], value)
        xhat[:, c] = (x[:, c] - mean) * cache["rstd"][c]
        y[:, c] = gamma[c] * xhat[:, c] + beta[c]
    return y, cache

# %% right="einsum"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    count = x[:, 0].size
    centred = x - (np.einsum("nchw->c", x) / count)[:, None, None]
    var = np.einsum("nchw,nchw->c", centred, centred) / count
    rstd = 1 / np.sqrt(var + eps)
    y = np.einsum("nchw,c->nchw", centred, gamma * rstd) + beta[:, None, None]
    return y, dict(x=x, xhat=centred * rstd[:, None, None], mean=np.einsum("nchw->c", x) / count, var=var, rstd=rstd,
                   gamma=gamma, eps=eps)

# %% right="channels_first"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    z = np.swapaxes(x, 0, 1)
    rows = z.reshape(len(gamma), -1)
    mean, var = rows.mean(axis=1), rows.var(axis=1)
    rows = (rows - mean[:, None]) / np.sqrt(var[:, None] + eps)
    y, xhat = (np.swapaxes(r.reshape(z.shape), 0, 1) for r in (rows * gamma[:, None] + beta[:, None], rows))
    return y, {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": 1 / np.sqrt(var + eps), "gamma": gamma,
               "eps": eps}

# %% wrong="per_pixel"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(axis=0, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="per_image"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="per_example"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    var = x.var(axis=(1, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="one_for_all_channels"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean()
    var = x.var()
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="channels_mixed"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    flat = x.reshape(-1, x.shape[1])
    mean = flat.mean(axis=0)
    var = flat.var(axis=0)
    xhat = ((flat - mean) / np.sqrt(var + eps)).reshape(x.shape)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="affine_along_width"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma * xhat + beta
    return y, xhat

# %% wrong="image_ddof_1"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True, ddof=1)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_eps_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_eps_outside"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_gamma_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_beta_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat
    return y, xhat

# %% wrong="in_place"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    x[...] = xhat
    return y, xhat

# %% wrong="in_place+integer_cast"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    x -= mean
    xhat = x / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="single_precision"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return np.float32(y), xhat

# %% wrong="per_pixel+image_eps_outside"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(axis=0, keepdims=True)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_ddof_1+image_eps_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True, ddof=1)
    xhat = (x - mean) / np.sqrt(var)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_gamma_forgotten+image_beta_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = xhat
    return y, xhat

# %% wrong="per_example+image_beta_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(1, 2, 3), keepdims=True)
    var = x.var(axis=(1, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat
    return y, xhat

# %% wrong="channels_mixed_throughout"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    flat = x.reshape(-1, x.shape[1])
    xhat = (flat - flat.mean(axis=0)) / np.sqrt(flat.var(axis=0) + eps)
    return (gamma * xhat + beta).reshape(x.shape), xhat

# %% wrong="statistics_along_width"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=(0, 2, 3))) / np.sqrt(x.var(axis=(0, 2, 3)) + eps)
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1), xhat

# %% wrong="statistics_along_width+affine_along_width"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(axis=(0, 2, 3))) / np.sqrt(x.var(axis=(0, 2, 3)) + eps)
    return gamma * xhat + beta, xhat

# %% right="a_class_for_the_layout"
class Columns:
    def __init__(self, images):
        n, c, h, w = images.shape
        self.shape, self.values = (n, h, w, c), np.moveaxis(images, 1, 3).reshape(-1, c).astype(float)

    def cache(self, eps):
        mean = self.values.mean(axis=0)
        centred = self.values - mean
        var = (centred**2).mean(axis=0)
        return {"mean": mean, "var": var, "rstd": 1 / np.sqrt(var + eps), "xhat": centred / np.sqrt(var + eps)}

    def home(self, values):
        return np.moveaxis(values.reshape(self.shape), 3, 1)


def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    columns = Columns(x)
    cache = columns.cache(eps)
    y = columns.home(gamma * cache["xhat"] + beta)
    return y, {**cache, "x": x, "xhat": columns.home(cache["xhat"]), "gamma": gamma, "eps": eps}

# %% wrong="image_eps_ignored"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + 1e-5)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_by_variance"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / (var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_not_centred"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = x / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_gamma_beta_swapped"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = beta.reshape(1, -1, 1, 1) * xhat + gamma.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="image_beta_first"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * (xhat + beta.reshape(1, -1, 1, 1))
    return y, xhat

# %% wrong="image_by_variance+image_eps_forgotten"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = x.var(axis=(0, 2, 3), keepdims=True)
    xhat = (x - mean) / var
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="per_image+image_gamma_beta_swapped"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    y = beta.reshape(1, -1, 1, 1) * xhat + gamma.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="cancellation"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=(0, 2, 3), keepdims=True)
    var = (x * 1.0 * x).mean(axis=(0, 2, 3), keepdims=True) - mean**2
    xhat = (x - mean) / np.sqrt(var + eps)
    y = gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1)
    return y, xhat

# %% wrong="integer_cast"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    y = np.zeros_like(x)
    for c in range(x.shape[1]):
        channel = x[:, c]
        y[:, c] = gamma[c] * (channel - channel.mean()) / np.sqrt(channel.var() + eps) + beta[c]
    return y, None

# %% right="einsum and np.ix_-like shapes"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    n, c, h, w = x.shape
    m = n * h * w
    mean = np.einsum("nchw->c", x) / m
    d = x - mean[None, :, None, None]
    var = np.einsum("nchw,nchw->c", d, d) / m
    rstd = (var + eps) ** -0.5
    xhat = np.einsum("nchw,c->nchw", d, rstd)
    y = np.einsum("nchw,c->nchw", xhat, gamma) + np.reshape(beta, (c, 1, 1))
    return y, dict(x=x, mean=mean, var=var, rstd=rstd, xhat=xhat, gamma=gamma, eps=eps)

# %% right="channel by channel into a channels-last buffer"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    xhat = np.moveaxis(np.empty(np.moveaxis(x, 1, -1).shape), -1, 1)
    y = np.empty_like(xhat)
    mean, var = [], []
    for c in range(x.shape[1]):
        ch = x[:, c].ravel()
        mean.append(np.average(ch))
        var.append(np.average((ch - mean[-1]) ** 2))
        xhat[:, c] = (x[:, c] - mean[-1]) / np.sqrt(var[-1] + eps)
        y[:, c] = gamma[c] * xhat[:, c] + beta[c]
    mean, var = np.array(mean), np.array(var)
    return y, {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": 1 / np.sqrt(var + eps), "gamma": gamma, "eps": eps}

# %% right="torch, with an ordered dictionary"
import torch
from collections import OrderedDict

def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    t = torch.tensor(x, dtype=torch.float64)
    var, mean = torch.var_mean(t, dim=(0, 2, 3), correction=0)
    rstd = torch.rsqrt(var + eps)
    xhat = (t - mean.view(1, -1, 1, 1)) * rstd.view(1, -1, 1, 1)
    y = xhat.numpy() * gamma.reshape(1, -1, 1, 1) + beta.reshape(1, -1, 1, 1)
    return y, OrderedDict(x=x, xhat=xhat.numpy(), mean=mean.numpy(), var=var.numpy(), rstd=rstd.numpy(), gamma=gamma, eps=eps)

# %% wrong="cache_unlike"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean[:, None, None]) * rstd[:, None, None]
    y = gamma[:, None, None] * xhat + beta[:, None, None]
    return y, (x, xhat, mean, var, rstd, gamma, eps)


# %% wrong="channels_last"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    cache = {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": rstd, "gamma": gamma, "eps": eps}
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1), cache

# %% wrong="channels_last+affine_along_width"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    cache = {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": rstd, "gamma": gamma, "eps": eps}
    return gamma * xhat + beta, cache

# %% wrong="variances_averaged"
def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(2, 3)).mean(axis=0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean.reshape(1, -1, 1, 1)) * rstd.reshape(1, -1, 1, 1)
    cache = {"x": x, "xhat": xhat, "mean": mean, "var": var, "rstd": rstd, "gamma": gamma, "eps": eps}
    return gamma.reshape(1, -1, 1, 1) * xhat + beta.reshape(1, -1, 1, 1), cache

# %% wrong="home_by_reshape"
def bn_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    return gamma * xhat + beta, {"mean": mean, "var": var, "rstd": rstd, "xhat": xhat, "gamma": gamma, "eps": eps}


def batchnorm2d_forward(x, gamma, beta, eps=1e-5):
    y, cache = bn_forward(np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]), gamma, beta, eps)
    return y.reshape(x.shape), {**cache, "x": x, "xhat": cache["xhat"].reshape(x.shape)}
