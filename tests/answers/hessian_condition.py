# %% [markdown]
# Answers to `hessian_condition`: right in several styles, and wrong in every way the check should name.

# %% right="eigenvalues"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    values = np.linalg.eigvalsh(hessian)
    return values[-1] / values[0]

# %% right="cond"
def hessian_condition(x):
    return np.linalg.cond(x.T @ x)

# %% right="squared_singular_values"
def hessian_condition(x):
    return np.linalg.cond(x) ** 2

# %% right="svd"
def hessian_condition(x):
    s = np.linalg.svd(x, compute_uv=False)
    return float((s.max() / s.min()) ** 2)

# %% right="loops"
def hessian_condition(x):
    rows, features = x.shape
    hessian = np.zeros((features, features))
    for row in x:
        hessian += np.outer(row, row)
    values = np.linalg.eigvals(hessian)
    return max(values.real) / min(values.real)

# %% right="Cholesky factor"
def hessian_condition(x):
    c = np.linalg.cholesky(x.T @ x / len(x))
    return np.linalg.cond(c) ** 2

# %% wrong="cond_of_x"
def hessian_condition(x):
    return np.linalg.cond(x)

# %% wrong="determinant"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    return np.linalg.det(hessian)

# %% wrong="diagonal_only"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    return np.diag(hessian).max() / np.diag(hessian).min()

# %% wrong="largest_only"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    values = np.linalg.eigvalsh(hessian)
    return values[-1]

# %% wrong="inverse_ratio"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    values = np.linalg.eigvalsh(hessian)
    return values[0] / values[-1]

# %% wrong="centred_hessian"
def hessian_condition(x):
    x = x - x.mean(axis=0)
    hessian = 2 * x.T @ x / len(x)
    values = np.linalg.eigvalsh(hessian)
    return values[-1] / values[0]

# %% wrong="bias_column"
def hessian_condition(x):
    x = np.column_stack([x, np.ones(len(x))])
    hessian = 2 * x.T @ x / len(x)
    values = np.linalg.eigvalsh(hessian)
    return values[-1] / values[0]

# %% wrong="cond_of_x+inverse_ratio"
def hessian_condition(x):
    return 1 / np.linalg.cond(x)

# %% wrong="diagonal_only+inverse_ratio"
def hessian_condition(x):
    hessian = 2 * x.T @ x / len(x)
    return np.diag(hessian).min() / np.diag(hessian).max()

# %% right="cond of the Hessian in the 2-norm"
def hessian_condition(x):
    return float(np.linalg.cond(2 / x.shape[0] * np.dot(x.T, x), p=2))

# %% right="norm times norm of the inverse"
def hessian_condition(x):
    h = np.einsum("ni,nj->ij", x, x) * 2 / len(x)
    return np.linalg.norm(h, 2) * np.linalg.norm(np.linalg.inv(h), 2)

# %% right="from the QR factor"
def hessian_condition(x):
    return np.linalg.cond(np.linalg.qr(x, mode="r")) ** 2

# %% wrong="standardized_hessian"
def hessian_condition(x):
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    return np.linalg.cond(z.T @ z)
