# %% [markdown]
# Answers to `batchnorm2d_backward`: right in several styles, and wrong in every way the check should name.

# %% right="three_axes"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% right="columns"
def batchnorm2d_backward(dy, cache):
    n, c, h, w = dy.shape
    g, xhat = (a.transpose(0, 2, 3, 1).reshape(-1, c) for a in (dy, cache["xhat"]))
    dgamma, dbeta = (g * xhat).sum(axis=0), g.sum(axis=0)
    dx = cache["gamma"] * cache["rstd"] / len(g) * (len(g) * g - dbeta - xhat * dgamma)
    return dx.reshape(n, h, w, c).transpose(0, 3, 1, 2), dgamma, dbeta

# %% right="channel_by_channel"
def batchnorm2d_backward(dy, cache):
    channels = dy.shape[1]
    dx, dgamma, dbeta = np.zeros(dy.shape), np.zeros(channels), np.zeros(channels)
    for c in range(channels):
        g, centred = dy[:, c] * cache["gamma"][c], cache["x"][:, c] - cache["mean"][c]
        rstd, m = (cache["var"][c] + cache["eps"]) ** -0.5, dy[:, c].size
        dvar = np.sum(g * centred) * -0.5 * rstd**3
        dmean = -np.sum(g) * rstd
        dx[:, c] = g * rstd + dvar * 2 * centred / m + dmean / m
        dgamma[c], dbeta[c] = np.sum(dy[:, c] * centred) * rstd, np.sum(dy[:, c])
    return dx, dgamma, dbeta

# %% right="einsum"
def batchnorm2d_backward(dy, cache):
    xhat, slope, m = cache["xhat"], cache["gamma"] * cache["rstd"], dy[:, 0].size
    dgamma, dbeta = np.einsum("nchw,nchw->c", dy, xhat), np.einsum("nchw->c", dy)
    along = dbeta[:, None, None] + np.einsum("nchw,c->nchw", xhat, dgamma)
    return np.einsum("c,nchw->nchw", slope, dy - along / m), dgamma, dbeta

# %% wrong="count_is_n"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = len(x)
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dgamma_per_pixel"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="mean_constant"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="std_constant"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dxhat_without_gamma"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dx_sign"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return -dx, dgamma, dbeta

# %% wrong="dgamma_with_x"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * x).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dgamma_averaged"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).mean(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dbeta_averaged"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.mean(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="in_place"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dgamma, dbeta = (dy * xhat).sum(axis=axes), dy.sum(axis=axes)
    dy *= gamma
    dxhat = dy
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    return dx, dgamma, dbeta

# %% wrong="keepdims"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes, keepdims=True)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="single_precision"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return np.float32(dx), dgamma, dbeta

# %% wrong="mean_constant+std_constant"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="count_is_n+dxhat_without_gamma"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = len(x)
    dxhat = dy
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="dgamma_averaged+dbeta_averaged"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term - var_term)
    dgamma = (dy * xhat).mean(axis=axes)
    dbeta = dy.mean(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="std_constant+dgamma_with_x"
def batchnorm2d_backward(dy, cache):
    x, xhat = cache["x"], cache["xhat"]
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes = (0, 2, 3)
    count = x.size // x.shape[1]
    dxhat = dy * gamma
    mean_term = dxhat.sum(axis=axes, keepdims=True) / count
    var_term = xhat * (dxhat * xhat).sum(axis=axes, keepdims=True) / count
    dx = rstd * (dxhat - mean_term)
    dgamma = (dy * x).sum(axis=axes)
    dbeta = dy.sum(axis=axes)
    return dx, dgamma, dbeta

# %% wrong="channels_mixed_back"
def batchnorm2d_backward(dy, cache):
    shape, channels = dy.shape, dy.shape[1]
    dy, xhat = dy.reshape(-1, channels), cache["xhat"].reshape(-1, channels)
    dxhat = dy * cache["gamma"]
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx.reshape(shape), (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% right="sums over three axes, einsum"
def batchnorm2d_backward(dy, cache):
    h, m = cache["xhat"], dy[:, 0].size
    dgamma, dbeta = np.einsum("nchw,nchw->c", dy, h), np.einsum("nchw->c", dy)
    dx = np.einsum("c,nchw->nchw", cache["gamma"] * cache["rstd"],
                   dy - (dbeta[:, None, None] + h * dgamma[:, None, None]) / m)
    return dx, dgamma, dbeta

# %% right="torch's autograd from x"
import torch

def batchnorm2d_backward(dy, cache):
    x, g = (torch.tensor(cache[k], dtype=torch.float64, requires_grad=True) for k in ("x", "gamma"))
    b = torch.zeros_like(g, requires_grad=True)
    mean = x.mean((0, 2, 3), keepdim=True)
    var = ((x - mean) ** 2).mean((0, 2, 3), keepdim=True)
    y = g[:, None, None] * (x - mean) / torch.sqrt(var + cache["eps"]) + b[:, None, None]
    y.backward(torch.tensor(dy, dtype=torch.float64))
    return x.grad.numpy(), g.grad.numpy(), b.grad.numpy()

# %% right="a list of channels"
def batchnorm2d_backward(dy, cache):
    def channel(c):
        d, h = dy[:, c], cache["xhat"][:, c]
        t, s = np.vdot(d, h), np.add.reduce(d, axis=None)
        return cache["gamma"][c] * cache["rstd"][c] * (d - s / d.size - h * t / d.size), t, s
    dx, dgamma, dbeta = zip(*map(channel, range(dy.shape[1])))
    return np.stack(dx, axis=1), dgamma, dbeta

# %% wrong="xhat_not_moved"
def bn_backward(dy, cache):
    xhat, dxhat = cache["xhat"], cache["gamma"] * dy
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)


def batchnorm2d_backward(dy, cache):
    n, c, h, w = dy.shape
    rows = {**cache, "xhat": cache["xhat"].reshape(-1, c)}
    dx, dgamma, dbeta = bn_backward(np.moveaxis(dy, 1, -1).reshape(-1, c), rows)
    return np.moveaxis(dx.reshape(n, h, w, c), -1, 1), dgamma, dbeta

# %% wrong="dx_home_by_reshape"
def bn_backward(dy, cache):
    xhat, dxhat = cache["xhat"], cache["gamma"] * dy
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)


def batchnorm2d_backward(dy, cache):
    c = dy.shape[1]
    rows = {**cache, "xhat": np.moveaxis(cache["xhat"], 1, -1).reshape(-1, c)}
    dx, dgamma, dbeta = bn_backward(np.moveaxis(dy, 1, -1).reshape(-1, c), rows)
    return dx.reshape(dy.shape), dgamma, dbeta

# %% wrong="images_not_flattened"
def bn_backward(dy, cache):
    xhat, dxhat = cache["xhat"], cache["gamma"] * dy
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)


def batchnorm2d_backward(dy, cache):
    return bn_backward(dy, cache)

# %% wrong="means_per_pixel"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=0, keepdims=True) - xhat * (dxhat * xhat).mean(axis=0, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="means_per_image"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    level, along = dxhat.mean(axis=(2, 3), keepdims=True), (dxhat * xhat).mean(axis=(2, 3), keepdims=True)
    dx = rstd * (dxhat - level - xhat * along)
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="sums_not_divided"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.sum(axis=axes, keepdims=True) - xhat * (dxhat * xhat).sum(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="variance_sign"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) + xhat * (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="xhat_forgotten"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) - (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="gamma_on_dy_only"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dy.mean(axis=axes, keepdims=True) - xhat * (dy * xhat).mean(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="gamma_twice"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    level, along = dxhat.mean(axis=axes, keepdims=True), (dxhat * xhat).mean(axis=axes, keepdims=True)
    dx = gamma * rstd * (dxhat - level - xhat * along)
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="rstd_forgotten"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True)
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="rstd_squared"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd**2 * (dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="dgamma_from_dxhat"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dxhat * xhat).sum(axis=axes), dy.sum(axis=axes)

# %% wrong="dbeta_from_dxhat"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dxhat.sum(axis=axes)

# %% wrong="dgamma_from_dxhat+dbeta_from_dxhat"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dxhat - dxhat.mean(axis=axes, keepdims=True) - xhat * (dxhat * xhat).mean(axis=axes, keepdims=True))
    return dx, (dxhat * xhat).sum(axis=axes), dxhat.sum(axis=axes)

# %% wrong="means_per_image+dxhat_without_gamma"
def batchnorm2d_backward(dy, cache):
    gamma, rstd = cache["gamma"].reshape(1, -1, 1, 1), cache["rstd"].reshape(1, -1, 1, 1)
    axes, xhat, dxhat = (0, 2, 3), cache["xhat"], dy * gamma
    dx = rstd * (dy - dy.mean(axis=(2, 3), keepdims=True) - xhat * (dy * xhat).mean(axis=(2, 3), keepdims=True))
    return dx, (dy * xhat).sum(axis=axes), dy.sum(axis=axes)
