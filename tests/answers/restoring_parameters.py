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
