# %% [markdown]
# Answers to `batchnorm_backward`: right in several styles, and wrong in every way the check should name.

# %% right="node_by_node"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% right="loops"
def batchnorm_backward(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    rows, features = dy.shape
    dx, dgamma, dbeta = np.zeros((rows, features)), np.zeros(features), np.zeros(features)
    for d in range(features):
        for n in range(rows):
            dgamma[d] += dy[n, d] * xhat[n, d]
            dbeta[d] += dy[n, d]
        for n in range(rows):
            for m in range(rows):
                moved = float(n == m) - 1 / rows - xhat[n, d] * xhat[m, d] / rows
                dx[n, d] += gamma[d] * rstd[d] * moved * dy[m, d]
    return dx, dgamma, dbeta

# %% right="einsum_jacobian"
def batchnorm_backward(dy, cache):
    xhat, rstd, gamma = cache["xhat"], cache["rstd"], cache["gamma"]
    n = len(dy)
    jacobian = (np.eye(n) - 1 / n)[:, :, None] - np.einsum("nd,md->nmd", xhat, xhat) / n
    dx = np.einsum("d,d,nmd,md->nd", gamma, rstd, jacobian, dy)
    return dx, np.einsum("nd,nd->d", dy, xhat), np.einsum("nd->d", dy)

# %% right="transposed"
def batchnorm_backward(dy, cache):
    dz, zhat = dy.T, cache["xhat"].T
    gamma, rstd = cache["gamma"][:, None], cache["rstd"][:, None]
    dzhat = gamma * dz
    dx = rstd * (dzhat - dzhat.mean(axis=1, keepdims=True) - zhat * (dzhat * zhat).mean(axis=1, keepdims=True))
    return dx.T, (dz * zhat).sum(axis=1), dz.sum(axis=1)

# %% right="staged_graph"
def batchnorm_backward(dy, cache):
    n, d = dy.shape
    centred = cache["x"] - cache["mean"]
    std = np.sqrt(cache["var"] + cache["eps"])
    dxhat = dy * cache["gamma"]
    drstd = np.sum(dxhat * centred, axis=0)
    dstd = -drstd / std**2
    dvar = 0.5 * dstd / std
    dsquares = np.ones((n, d)) * dvar / n
    dcentred = dxhat / std + 2 * centred * dsquares
    dmean = -np.sum(dcentred, axis=0)
    return dcentred + np.ones((n, d)) * dmean / n, np.sum(dy * centred / std, axis=0), np.sum(dy, axis=0)

# %% right="reverse mode, a tape of closures"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[k] for k in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    grads = {"xhat": dy * gamma, "c": 0.0, "x": 0.0}
    c = x - mean
    r = (var + eps) ** -0.5
    tape = []
    def record(step):
        tape.append(step)
        return step
    @record
    def mean_node():
        grads["x"] = grads["x"] + grads["mean"] / n
    @record
    def c_node():
        grads["x"] = grads["x"] + grads["c"]
        grads["mean"] = -np.sum(grads["c"], axis=0)
    @record
    def var_node():
        grads["c"] = grads["c"] + 2 / n * c * grads["var"]
    @record
    def r_node():
        grads["var"] = -0.5 * (var + eps) ** -1.5 * grads["r"]
    @record
    def xhat_node():
        grads["c"] = grads["c"] + grads["xhat"] * r
        grads["r"] = np.sum(grads["xhat"] * c, axis=0)
    for step in reversed(tape):
        step()
    return grads["x"], np.sum(dy * c * r, axis=0), np.sum(dy, axis=0)

# %% wrong="mean_constant"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n
    return dx, dgamma, dbeta

# %% wrong="std_constant"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dmean / n
    return dx, dgamma, dbeta

# %% wrong="variance_sign"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * 0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="missing_two"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="variance_not_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_not_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean
    return dx, dgamma, dbeta

# %% wrong="dxhat_without_gamma"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="rstd_without_eps"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_with_x"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * x).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dbeta_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.mean(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_axis_1"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=1)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dbeta_axis_1"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=1)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_dbeta_swapped"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dbeta, dgamma

# %% wrong="dx_sign"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return -dx, dgamma, dbeta

# %% wrong="keepdims"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0, keepdims=True)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="single_precision"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return np.float32(dx), dgamma, dbeta

# %% wrong="in_place"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dy *= gamma
    dxhat = dy
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_constant+std_constant"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd
    return dx, dgamma, dbeta

# %% wrong="dgamma_averaged+dbeta_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.mean(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="missing_two+dgamma_with_x"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * x).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_constant+dgamma_dbeta_swapped"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n
    return dx, dbeta, dgamma

# %% wrong="std_constant+in_place"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dy *= gamma
    dxhat = dy
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dx_without_eps"
def batchnorm_backward(dy, cache):
    n, rstd = len(dy), 1 / np.sqrt(cache["var"])
    dxhat, centred = dy * cache["gamma"], cache["x"] - cache["mean"]
    dvar = np.sum(dxhat * centred, axis=0) * -0.5 * rstd**3
    dx = dxhat * rstd + dvar * 2 * centred / n - np.sum(dxhat, axis=0) * rstd / n
    return dx, np.sum(dy * cache["xhat"], axis=0), np.sum(dy, axis=0)

# %% right="a_class_of_nodes"
class Node:
    def __init__(self, value):
        self.value, self.grad = value, np.zeros_like(value)


def batchnorm_backward(dy, cache):
    x, mean, var = Node(cache["x"]), Node(cache["mean"]), Node(cache["var"])
    n, std = len(dy), np.sqrt(cache["var"] + cache["eps"])
    dxhat = cache["gamma"] * dy
    var.grad += -0.5 * np.einsum("nd,nd->d", dxhat, x.value - mean.value) / std**3
    mean.grad += -np.einsum("nd->d", dxhat) / std
    x.grad += dxhat / std + (2 * (x.value - mean.value) * var.grad + mean.grad) / n
    return x.grad, np.einsum("nd,nd->d", dy, cache["xhat"]), np.einsum("nd->d", dy)

# %% wrong="variance_term_doubled"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -1.0 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="variance_term_power"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_term_sign"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = (dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_term_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).mean(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_term_not_scaled"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -dxhat.sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="straight_by_variance"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd**2 + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_term_sign+variance_sign"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * 0.5 * rstd**3
    dmean = (dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="mean_term_not_scaled+dgamma_averaged"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -dxhat.sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% right="the N by N matrix, feature by feature"
def batchnorm_backward(dy, cache):
    n = len(dy)
    dx = np.empty_like(cache["xhat"])
    for d in range(dy.shape[1]):
        h = cache["xhat"][:, d]
        jac = cache["rstd"][d] * (np.eye(n) - 1 / n - np.outer(h, h) / n)
        dx[:, d] = jac.T @ (cache["gamma"][d] * dy[:, d])
    return dx, np.diag(dy.T @ cache["xhat"]), np.ones(n) @ dy

# %% right="torch's autograd through the whole graph"
import torch

def batchnorm_backward(dy, cache):
    x, g = (torch.tensor(cache[k], dtype=torch.float64, requires_grad=True) for k in ("x", "gamma"))
    b = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    y = g * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=0) + cache["eps"]) + b
    return tuple(t.numpy() for t in torch.autograd.grad(y, (x, g, b), torch.tensor(dy, dtype=torch.float64)))

# %% right="from statistics recomputed from x, in Fortran order"
def batchnorm_backward(dy, cache):
    x, n = cache["x"], len(dy)
    c = x - np.average(x, axis=0)
    r = 1 / np.sqrt(np.average(c * c, axis=0) + cache["eps"])
    dxhat = np.multiply(dy, cache["gamma"])
    dvar = np.sum(dxhat * c, 0) * (-r**3 / 2)
    dmean = -np.sum(dxhat * r, 0) - 2 * dvar * np.mean(c, 0)
    dx = np.asfortranarray(dxhat * r + 2 / n * c * dvar + dmean / n)
    return [dx, np.sum(dy * c * r, 0), np.sum(dy, 0)]

# %% wrong="dgamma_from_dxhat"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dgamma = (dxhat * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dbeta_from_dxhat"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dxhat.sum(axis=0)
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_from_dxhat+dbeta_from_dxhat"
def batchnorm_backward(dy, cache):
    x, mean, var, gamma, eps = (cache[name] for name in ("x", "mean", "var", "gamma", "eps"))
    n = len(x)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    dxhat = dy * gamma
    dgamma = (dxhat * xhat).sum(axis=0)
    dbeta = dxhat.sum(axis=0)
    dvar = (dxhat * (x - mean)).sum(axis=0) * -0.5 * rstd**3
    dmean = -(dxhat * rstd).sum(axis=0)
    dx = dxhat * rstd + dvar * 2 * (x - mean) / n + dmean / n
    return dx, dgamma, dbeta

# %% wrong="dgamma_without_xhat"
def batchnorm_backward(dy, cache):
    c, n = cache["x"] - cache["mean"], len(dy)
    dxhat = dy * cache["gamma"]
    dvar = (dxhat * c).sum(axis=0) * -0.5 * cache["rstd"] ** 3
    dmean = -(dxhat * cache["rstd"]).sum(axis=0)
    return dxhat * cache["rstd"] + 2 * dvar * c / n + dmean / n, dy.sum(axis=0), dy.sum(axis=0)

# %% wrong="dgamma_without_xhat+mean_constant"
def batchnorm_backward(dy, cache):
    c, n = cache["x"] - cache["mean"], len(dy)
    dxhat = dy * cache["gamma"]
    dvar = (dxhat * c).sum(axis=0) * -0.5 * cache["rstd"] ** 3
    return dxhat * cache["rstd"] + 2 * dvar * c / n, dy.sum(axis=0), dy.sum(axis=0)
