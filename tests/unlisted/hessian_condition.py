# %% wrong="condition of the correlation matrix" named="standardized_hessian"
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

# %% wrong="cond in the Frobenius norm"
def hessian_condition(x):
    h = 2 / len(x) * x.T @ x
    return np.linalg.cond(h, "fro")

# %% wrong="the outer product of rows" named="not_finite"
def hessian_condition(x):
    h = 2 / len(x) * x @ x.T
    e = np.linalg.eigvalsh(h)
    return e[-1] / e[0]

# %% wrong="both eigenvalues" named="wrong_shape"
def hessian_condition(x):
    lam = np.linalg.eigvalsh(2 / len(x) * x.T @ x)
    return lam[-1], lam[0]

# %% wrong="x xT, whose smallest eigenvalue is a rounding" named="not_finite"
def hessian_condition(x):
    values = np.linalg.eigvalsh(x @ x.T)
    return values[-1] / abs(values[0])
