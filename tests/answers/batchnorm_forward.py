# %% [markdown]
# Answers to `batchnorm_forward`: right in several styles, and wrong in every way the check should name.

# %% right="four_lines"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% right="rstd_and_dictionary"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    return gamma * xhat + beta, {"xhat": xhat, "rstd": rstd, "gamma": gamma}

# %% right="loops"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    rows, features = x.shape
    y = np.zeros((rows, features))
    for d in range(features):
        column = [float(value) for value in x[:, d]]
        mean = sum(column) / rows
        var = sum((value - mean) ** 2 for value in column) / rows
        for n in range(rows):
            y[n, d] = gamma[d] * (column[n] - mean) / (var + eps) ** 0.5 + beta[d]
    return y, None

# %% right="einsum"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    weights = np.full(len(x), 1 / len(x))
    centred = x - np.einsum("n,nd->d", weights, x)
    rstd = (np.einsum("n,nd,nd->d", weights, centred, centred) + eps) ** -0.5
    return np.einsum("nd,d,d->nd", centred, rstd, gamma) + beta, (centred, rstd)

# %% right="centring_matrix"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    n = x.shape[0]
    centred = (np.eye(n) - np.ones((n, n)) / n) @ (x - x[0])
    xhat = centred / np.sqrt(np.mean(centred**2, axis=0) + eps)
    return xhat @ np.diag(gamma) + beta, (xhat, centred)

# %% right="transposed"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    z = x.T
    mean = z.mean(axis=1, keepdims=True)
    var = z.var(axis=1, keepdims=True)
    zhat = (z - mean) / np.sqrt(var + eps)
    return (gamma[:, None] * zhat + beta[:, None]).T, zhat

# %% right="the whole Jacobian in the cache"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    n = len(x)
    rstd = np.reciprocal(np.sqrt(x.var(axis=0) + eps))
    xhat = rstd * (x - x.mean(axis=0))
    jacobian = rstd * (np.eye(n)[:, :, None] - (1 + xhat[:, None] * xhat) / n)
    return np.add(beta, xhat * gamma), jacobian

# %% wrong="axis_1_broadcast"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=1)
    var = x.var(axis=1)
    xhat = (x - mu) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, gamma)


# %% wrong="axis_1"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = ((x - mean) ** 2).mean(axis=1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="one_for_all"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean()
    var = x.var()
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="ddof_1"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="uncentred_var"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = (1.0 * x**2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="square_outside"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = (x - mean).sum(axis=0) ** 2 / len(x)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="std_for_var"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.std(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="divide_by_variance"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / (var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="eps_outside"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="eps_forgotten"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="eps_hard_coded"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + 1e-5)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="eps_twice"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / (np.sqrt(var + eps) + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="not_centred"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = x / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="gamma_forgotten"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="beta_forgotten"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat, (x, xhat, mean, var, gamma, eps)

# %% wrong="gamma_beta_swapped"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return beta * xhat + gamma, (x, xhat, mean, var, gamma, eps)

# %% wrong="beta_before_gamma"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * (xhat + beta), (x, xhat, mean, var, gamma, eps)

# %% wrong="gamma_before_normalizing"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    x = gamma * x
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="in_place"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    x[...] = gamma * xhat + beta
    return gamma * xhat + beta, xhat

# %% wrong="single_precision"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return np.float32(gamma * xhat + beta), (x, xhat, mean, var, gamma, eps)

# %% wrong="cancellation"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = (x**2).mean(axis=0) - mean**2
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="integer_cast"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    y = np.empty_like(x)
    for d in range(x.shape[1]):
        column = x[:, d]
        y[:, d] = gamma[d] * (column - column.mean()) / np.sqrt(column.var() + eps) + beta[d]
    return y, None

# %% wrong="eps_outside+ddof_1"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    xhat = (x - mean) / (np.sqrt(var) + eps)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="axis_1+eps_forgotten"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="beta_forgotten+divide_by_variance"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / (var + eps)
    return gamma * xhat, (x, xhat, mean, var, gamma, eps)

# %% wrong="ddof_1+beta_before_gamma"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * (xhat + beta), (x, xhat, mean, var, gamma, eps)

# %% wrong="gamma_forgotten+beta_forgotten"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return xhat, (x, xhat, mean, var, gamma, eps)

# %% wrong="eps_hard_coded+not_centred"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=0)
    var = ((x - mean) ** 2).mean(axis=0)
    xhat = x / np.sqrt(var + 1e-5)
    return gamma * xhat + beta, (x, xhat, mean, var, gamma, eps)

# %% wrong="ddof_1+in_place"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0, ddof=1)
    xhat = (x - mean) / np.sqrt(var + eps)
    x[...] = xhat
    return gamma * xhat + beta, xhat

# %% right="scale and offset first, cache a closure"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    mean = np.add.reduce(x, axis=0) / x.shape[0]
    c = x - mean
    scale = gamma * (np.einsum("nd,nd->d", c, c) / len(x) + eps) ** -0.5
    return c * scale + beta, lambda dy: (dy, scale)

# %% right="column by column into a transposed result"
import math

def batchnorm_forward(x, gamma, beta, eps=1e-5):
    def column(c, g, b):
        m = math.fsum(c) / len(c)
        v = math.fsum((t - m) ** 2 for t in c) / len(c)
        return [g * (t - m) / math.sqrt(v + eps) + b for t in c]
    return np.array([column(*three) for three in zip(x.T.tolist(), gamma, beta)]).T, ()

# %% right="centring matrix"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    n = x.shape[0]
    c = (np.eye(n) - np.full((n, n), 1 / n)) @ x
    std = np.sqrt(np.diag(c.T @ c) / n + eps)
    return c @ np.diag(gamma / std) + beta, {"c": c},

# %% wrong="wrong_order"
def batchnorm_forward(x, gamma, beta, eps=1e-5):
    xhat = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    return xhat, gamma * xhat + beta
