# %% [markdown]
# Answers to `batchnorm_backward_fused`: right in several styles, and wrong in every way the check should name.

# %% right="three_lines"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% right="with_sums"
def batchnorm_backward_fused(dy, cache):
    n = dy.shape[0]
    dgamma = np.sum(dy * cache["xhat"], axis=0)
    dbeta = np.sum(dy, axis=0)
    dx = cache["gamma"] * cache["rstd"] / n * (n * dy - dbeta - cache["xhat"] * dgamma)
    return dx, dgamma, dbeta

# %% right="loops"
def batchnorm_backward_fused(dy, cache):
    rows, features = dy.shape
    dx, sums = np.empty((rows, features)), []
    for d in range(features):
        xhat, slope = cache["xhat"][:, d], cache["gamma"][d] * cache["rstd"][d]
        dgamma = sum(float(a * b) for a, b in zip(dy[:, d], xhat, strict=True))
        dbeta = sum(float(a) for a in dy[:, d])
        for n in range(rows):
            dx[n, d] = slope * (dy[n, d] - (dbeta + xhat[n] * dgamma) / rows)
        sums.append((dgamma, dbeta))
    return dx, np.array([s[0] for s in sums]), np.array([s[1] for s in sums])

# %% right="projection"
def batchnorm_backward_fused(dy, cache):
    n, features = dy.shape
    dx = np.empty((n, features))
    for d in range(features):
        basis = np.stack([np.ones(n), cache["xhat"][:, d]])
        dx[:, d] = cache["gamma"][d] * cache["rstd"][d] * (np.eye(n) - basis.T @ basis / n) @ dy[:, d]
    return dx, np.einsum("nd,nd->d", dy, cache["xhat"]), np.ones(n) @ dy

# %% right="transposed"
def batchnorm_backward_fused(dy, cache):
    g, z = dy.T, cache["xhat"].T
    dbeta, dgamma = g.sum(axis=1), (g * z).sum(axis=1)
    slope = (cache["gamma"] * cache["rstd"])[:, None]
    return (slope * (g - (dbeta[:, None] + z * dgamma[:, None]) / g.shape[1])).T, dgamma, dbeta

# %% right="rows in whatever order they come"
def batchnorm_backward_fused(dy, cache):
    order = np.random.permutation(len(dy))
    dbeta, dgamma = 0.0, 0.0
    for n in order:
        dbeta = dbeta + dy[n]
        dgamma = dgamma + dy[n] * cache["xhat"][n]
    dx = np.zeros(dy.shape)
    for n in order:
        dx[n] = cache["gamma"] * cache["rstd"] * (dy[n] - (dbeta + cache["xhat"][n] * dgamma) / len(order))
    return dx, dgamma, dbeta

# %% wrong="mean_constant"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="std_constant"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="variance_sign"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) + xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="missing_two"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - 0.5 * xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="variance_not_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).sum(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="mean_not_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.sum(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dxhat_without_gamma"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="needs_more_of_cache"
def batchnorm_backward_fused(dy, cache):
    x, gamma = cache["x"], cache["gamma"]
    rstd = 1 / np.sqrt(cache["var"])
    xhat = (x - cache["mean"]) * rstd
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="needs_more_of_cache"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * x).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dgamma_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dbeta_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.mean(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dgamma_axis_1"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=1)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dbeta_axis_1"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=1)
    return dx, dgamma, dbeta

# %% wrong="dgamma_dbeta_swapped"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dbeta, dgamma

# %% wrong="dx_sign"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return -dx, dgamma, dbeta

# %% wrong="keepdims"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0, keepdims=True)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="single_precision"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return np.float32(dx), dgamma, dbeta

# %% wrong="in_place"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dbeta = dy.sum(axis=0)
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dy *= xhat
    dgamma = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="mean_constant+std_constant"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy)
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="variance_sign+dbeta_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.mean(axis=0) + xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.mean(axis=0)
    return dx, dgamma, dbeta

# %% wrong="dxhat_without_gamma+dx_sign"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = -rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="mean_not_averaged+variance_not_averaged"
def batchnorm_backward_fused(dy, cache):
    x, xhat, rstd, gamma = cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dx = gamma * rstd * (dy - dy.sum(axis=0) - xhat * (dy * xhat).sum(axis=0))
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    return dx, dgamma, dbeta

# %% wrong="averaged_dgamma_inside"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma * rstd / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="averaged_dbeta_inside"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.mean(axis=0)
    dx = gamma * rstd / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="sums_swapped_inside"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = dy.sum(axis=0)
    dbeta = (dy * xhat).sum(axis=0)
    dx = gamma * rstd / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="n_missing"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma * rstd / n * (dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="not_divided_by_n"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma * rstd * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="rstd_forgotten"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="gamma_on_dy_only"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = rstd / n * (n * dy * gamma - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="gamma_twice"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dxhat = dy * gamma
    dx = gamma * rstd / n * (n * dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0))
    return dx, dgamma, dbeta

# %% wrong="xhat_forgotten"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma * rstd / n * (n * dy - dbeta - dgamma)
    return dx, dgamma, dbeta

# %% wrong="needs_more_of_cache"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma / np.sqrt(cache["var"]) / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="averaged_dgamma_inside+averaged_dbeta_inside"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).mean(axis=0)
    dbeta = dy.mean(axis=0)
    dx = gamma * rstd / n * (n * dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="n_missing+rstd_forgotten"
def batchnorm_backward_fused(dy, cache):
    n, x, xhat, rstd, gamma = len(dy), cache["x"], cache["xhat"], cache["rstd"], cache["gamma"]
    dgamma = (dy * xhat).sum(axis=0)
    dbeta = dy.sum(axis=0)
    dx = gamma / n * (dy - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% right="a_class_of_one_direction"
class Direction:
    def __init__(self, along):
        self.along = along

    def removed_from(self, a):
        return a - self.along * (a * self.along).mean(axis=0)


def batchnorm_backward_fused(dy, cache):
    dx = Direction(cache["xhat"]).removed_from(Direction(np.ones_like(dy)).removed_from(dy))
    return cache["gamma"] * cache["rstd"] * dx, (dy * cache["xhat"]).sum(axis=0), dy.sum(axis=0)

# %% wrong="rstd_squared"
def batchnorm_backward_fused(dy, cache):
    dgamma, dbeta, n = (dy * cache["xhat"]).sum(axis=0), dy.sum(axis=0), len(dy)
    dx = cache["gamma"] * cache["rstd"] ** 2 / n * (n * dy - dbeta - cache["xhat"] * dgamma)
    return dx, dgamma, dbeta

# %% wrong="calls_another_answer"
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


def batchnorm_backward_fused(dy, cache):
    return batchnorm_backward(dy, cache)

# %% right="Kratzert's closed form"
def batchnorm_backward_fused(dy, cache):
    n, xhat = dy.shape[0], cache["xhat"]
    dbeta = np.sum(dy, axis=0)
    dgamma = np.sum(xhat * dy, axis=0)
    return 1 / n * cache["gamma"] * cache["rstd"] * (n * dy - dbeta - xhat * dgamma), dgamma, dbeta

# %% right="projections with einsum, subtracted one after the other"
def batchnorm_backward_fused(dy, cache):
    h, n = cache["xhat"], len(dy)
    g = dy - np.einsum("nd->d", dy) / n
    g = g - h * (np.einsum("nd,nd->d", g, h) / n)
    return g * (cache["gamma"] * cache["rstd"]), np.einsum("nd,nd->d", dy, h), np.einsum("nd->d", dy)

# %% right="column generator, long double"
def batchnorm_backward_fused(dy, cache):
    def one(d):
        g, h = dy[:, d].astype(np.longdouble), cache["xhat"][:, d].astype(np.longdouble)
        s, t = g.sum(), g @ h
        return cache["gamma"][d] * cache["rstd"][d] * (g - (s + h * t) / len(g)), t, s
    dx, dgamma, dbeta = zip(*(one(d) for d in range(dy.shape[1])))
    return np.stack(dx, axis=1), dgamma, dbeta

# %% wrong="dgamma_from_dxhat"
def batchnorm_backward_fused(dy, cache):
    xhat, dxhat = cache["xhat"], dy * cache["gamma"]
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dxhat * xhat).sum(axis=0), dy.sum(axis=0)

# %% wrong="dbeta_from_dxhat"
def batchnorm_backward_fused(dy, cache):
    xhat, dxhat = cache["xhat"], dy * cache["gamma"]
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dxhat.sum(axis=0)

# %% wrong="dgamma_from_dxhat+dbeta_from_dxhat"
def batchnorm_backward_fused(dy, cache):
    n, xhat, rstd, dxhat = len(dy), cache["xhat"], cache["rstd"], dy * cache["gamma"]
    dgamma, dbeta = (dxhat * xhat).sum(axis=0), dxhat.sum(axis=0)
    dx = rstd / n * (n * dxhat - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta

# %% wrong="needs_more_of_cache"
def batchnorm_backward_fused(dy, cache):
    n, c = len(dy), cache["x"] - cache["mean"]
    dxhat = dy * cache["gamma"]
    dvar = (dxhat * c).sum(axis=0) * -0.5 * (cache["var"] + cache["eps"]) ** -1.5
    dmean = -(dxhat * cache["rstd"]).sum(axis=0)
    dx = dxhat * cache["rstd"] + 2 * dvar * c / n + dmean / n
    return dx, (dy * cache["xhat"]).sum(axis=0), dy.sum(axis=0)

# %% wrong="dgamma_without_xhat"
def batchnorm_backward_fused(dy, cache):
    xhat, dxhat = cache["xhat"], dy * cache["gamma"]
    dx = cache["rstd"] * (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
    return dx, dy.sum(axis=0), dy.sum(axis=0)

# %% wrong="dgamma_without_xhat_inside"
def batchnorm_backward_fused(dy, cache):
    n, xhat = len(dy), cache["xhat"]
    dgamma, dbeta = dy.sum(axis=0), dy.sum(axis=0)
    return cache["gamma"] * cache["rstd"] / n * (n * dy - dbeta - xhat * dgamma), dgamma, dbeta

# %% wrong="divided_by_xhat_squared"
def batchnorm_backward_fused(dy, cache):
    xhat, dxhat = cache["xhat"], dy * cache["gamma"]
    along = (dxhat * xhat).sum(axis=0) / (xhat**2).sum(axis=0)
    return cache["rstd"] * (dxhat - dxhat.mean(axis=0) - along * xhat), (dy * xhat).sum(axis=0), dy.sum(axis=0)

# %% right="all of the cache unpacked, three entries used"
def batchnorm_backward_fused(dy, cache):
    x, mean, var, rstd, xhat, gamma, eps = (cache[k] for k in ("x", "mean", "var", "rstd", "xhat", "gamma", "eps"))
    N = x.shape[0]
    print("N is", N)
    dgamma, dbeta = np.sum(dy * xhat, axis=0), np.sum(dy, axis=0)
    return gamma * rstd * (dy - (dbeta + xhat * dgamma) / N), dgamma, dbeta
