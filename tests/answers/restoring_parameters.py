# %% [markdown]
# Answers to `restoring_parameters`: right in several styles, and wrong in every way the check should name.

# %% right="statistics"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% right="loops"
def restoring_parameters(x, eps):
    gamma, beta = [], []
    for column in x.T.tolist():
        mean = sum(column) / len(column)
        beta.append(mean)
        gamma.append((sum((value - mean) ** 2 for value in column) / len(column) + eps) ** 0.5)
    return np.array(gamma), np.array(beta)

# %% right="einsum"
def restoring_parameters(x, eps):
    weights = np.full(len(x), 1 / len(x))
    beta = np.einsum("n,nd->d", weights, x)
    return (np.einsum("n,nd,nd->d", weights, x - beta, x - beta) + eps) ** 0.5, beta

# %% right="transposed"
def restoring_parameters(x, eps):
    z = np.ascontiguousarray(x.T)
    return np.hypot(z.std(axis=1), np.sqrt(eps)), np.average(z, axis=1)

# %% right="least squares, minimum norm"
def restoring_parameters(x, eps):
    xhat = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    gamma, beta = np.zeros(x.shape[1]), np.zeros(x.shape[1])
    for d in range(x.shape[1]):
        a = np.column_stack([xhat[:, d], np.ones(len(x))])
        gamma[d], beta[d] = np.linalg.lstsq(a, x[:, d], rcond=None)[0]
    return gamma, beta

# %% right="steepness of the line through the extremes"
def restoring_parameters(x, eps):
    h = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    up, down = h.argmax(0), h.argmin(0)
    d = np.arange(x.shape[1])
    rise = x[up, d] - x[down, d]
    run = h[up, d] - h[down, d]
    gamma = np.divide(rise, run, out=np.ones_like(run), where=run > 0)
    return gamma, x[up, d] - gamma * h[up, d]

# %% right="diagonal of cov"
def restoring_parameters(x, eps):
    var = np.diag(np.atleast_2d(np.cov(x, rowvar=False, bias=True)))
    return np.exp(0.5 * np.log(var + eps)), np.average(x, axis=0)

# %% wrong="axis_1"
def restoring_parameters(x, eps):
    mean = x.mean(axis=1)
    var = x.var(axis=1)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% wrong="restore_with_variance"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = var + eps
    beta = mean
    return gamma, beta

# %% wrong="restore_without_eps"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = np.sqrt(var)
    beta = mean
    return gamma, beta

# %% wrong="restore_inverted"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = 1 / np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% wrong="restore_beta_sign"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = np.sqrt(var + eps)
    beta = -mean
    return gamma, beta

# %% wrong="restore_swapped"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = np.sqrt(var + eps)
    beta = mean
    return beta, gamma

# %% wrong="ddof_1"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% wrong="in_place"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    x -= mean
    var = (x**2).mean(axis=0)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% wrong="keepdims"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0, keepdims=True)
    var = x.var(axis=0, keepdims=True)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma, beta

# %% wrong="single_precision"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = np.sqrt(var + eps)
    beta = mean
    return gamma.astype("float32"), beta.astype("float32")

# %% wrong="ddof_1+restore_without_eps"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0, ddof=1)
    gamma = np.sqrt(var)
    beta = mean
    return gamma, beta

# %% wrong="restore_inverted+restore_beta_sign"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = 1 / np.sqrt(var + eps)
    beta = -mean
    return gamma, beta

# %% wrong="restore_with_variance+restore_swapped"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    gamma = var + eps
    beta = mean
    return beta, gamma

# %% wrong="cancellation"
def restoring_parameters(x, eps):
    mean = x.mean(axis=0)
    return np.sqrt((x**2).mean(axis=0) - mean**2 + eps), mean

# %% right="solved as least squares, feature by feature"
def restoring_parameters(x, eps):
    xhat = (x - x.mean(0)) / np.sqrt(x.var(0) + eps)
    gamma, beta = [], []
    for d in range(x.shape[1]):
        if x[:, d].std() == 0:
            gamma.append(np.sqrt(eps)), beta.append(x[0, d])
            continue
        a = np.c_[xhat[:, d], np.ones(len(x))]
        (g, b), *_ = np.linalg.lstsq(a, x[:, d], rcond=None)
        gamma.append(g), beta.append(b)
    return gamma, beta

# %% right="hypot of std and the root of eps"
def restoring_parameters(x, eps):
    return np.hypot(x.std(axis=0), eps**0.5), np.average(x, axis=0)

# %% right="both rows of one array"
def restoring_parameters(x, eps):
    m = np.mean(x, axis=0, dtype=np.longdouble)
    return np.stack([np.sqrt(np.mean((x - m) ** 2, axis=0) + eps), m])

# %% wrong="restore_eps_outside"
def restoring_parameters(x, eps):
    return x.std(0) + eps, x.mean(0)

# %% wrong="restore_eps_ignored"
def restoring_parameters(x, eps):
    return np.sqrt(x.var(axis=0) + 1e-5), x.mean(axis=0)
