# %% wrong="condition of the correlation matrix"
def hessian_condition(x):
    return np.linalg.cond(np.corrcoef(x.T))

# %% wrong="trace over determinant"
def hessian_condition(x):
    h = 2 * x.T @ x / len(x)
    return np.trace(h) / np.linalg.det(h)

# %% wrong="largest eigenvalue only" named="largest_only"
def hessian_condition(x):
    return np.linalg.eigvalsh(2 * x.T @ x / len(x))[-1]

# %% wrong="the largest two"
def hessian_condition(x):
    values = np.linalg.eigvalsh(2 * x.T @ x / len(x))
    return values[-1] / values[-2]

# %% wrong="logarithm of it"
def hessian_condition(x):
    values = np.linalg.eigvalsh(2 * x.T @ x / len(x))
    return np.log10(values[-1] / values[0])
