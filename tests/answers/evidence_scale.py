# %% [markdown]
# Answers to `evidence_scale`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% right="by_variances_and_correlations"
def evidence_scale(x, steps):
    variances = x.var(axis=0)
    values = np.sort(np.linalg.eigvals(np.cov(x.T)).real)
    correlation = np.linalg.eigvalsh(np.corrcoef(x.T))
    left = (1 - values[0] / values[-1]) ** steps
    return {1: "T", 2: "T", 3: "D"}, variances.max() / variances.min(), left, correlation[-1] / correlation[0]

# %% right="singular_values_and_a_loop"
def evidence_scale(x, steps):
    centred = x - x.mean(axis=0)
    ratio = (centred**2).sum(axis=0).max() / (centred**2).sum(axis=0).min()
    s = np.linalg.svd(centred, compute_uv=False) ** 2
    left = 1.0
    for _ in range(steps):
        left *= 1 - s.min() / s.max()
    return {1: "T", 2: "T", 3: "D"}, ratio, left, np.linalg.cond(centred / x.std(axis=0, ddof=1)) ** 2

# %% wrong="scale_not_centred"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * x.T @ x  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="not_centred"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = x / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="left_standardized"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    left = (1 - values[0] / values[-1]) ** steps

    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="left_one_step"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = 1 - values[0] / values[-1]
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="ratio_of_scales"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = x.std(axis=0).max() / x.std(axis=0).min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="diagonal_only"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.sort(np.diag(2 / len(x) * xhat.T @ xhat))
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="cond_of_x"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = np.linalg.cond(xhat)
    return verdicts, ratio, left, condition

# %% wrong="scale_not_centred+left_one_step"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * x.T @ x  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) 
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="scale_not_centred+not_centred"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="verdict_1"
def evidence_scale(x, steps):
    verdicts = {1: "F", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="verdict_2"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "F", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="verdict_3"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "T"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="verdict_1+verdict_2"
def evidence_scale(x, steps):
    verdicts = {1: "F", 2: "F", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred  # (D, D)
    curvatures = np.diag(hessian)
    ratio = curvatures.max() / curvatures.min()
    values = np.linalg.eigvalsh(hessian)  # in ascending order
    left = (1 - values[0] / values[-1]) ** steps
    xhat = centred / x.std(axis=0)
    values = np.linalg.eigvalsh(2 / len(x) * xhat.T @ xhat)
    condition = values[-1] / values[0]
    return verdicts, ratio, left, condition

# %% wrong="ratio_of_eigenvalues"
def evidence_scale(x, steps):
    c = x - x.mean(0)
    h = 2 * c.T @ c / len(x)
    e = np.linalg.eigvalsh(h)
    s = c / x.std(0)
    f = np.linalg.eigvalsh(2 * s.T @ s / len(x))
    return {1: "T", 2: "T", 3: "D"}, e[-1] / e[0], (1 - e[0] / e[-1]) ** steps, f[-1] / f[0]

# %% wrong="left_of_loss"
def evidence_scale(x, steps):
    c = x - x.mean(0)
    h = 2 * c.T @ c / len(x)
    d = np.diag(h)
    e = np.linalg.eigvalsh(h)
    s = c / x.std(0)
    f = np.linalg.eigvalsh(2 * s.T @ s / len(x))
    return {1: "T", 2: "T", 3: "D"}, d.max() / d.min(), (1 - e[0] / e[-1]) ** (2 * steps), f[-1] / f[0]

# %% right="singular values of the centred data"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    c = x - np.ones(len(x)) @ x / len(x)
    h = np.einsum("nd,nd->d", c, c)
    s2 = np.linalg.svd(c, compute_uv=False) ** 2
    z = np.linalg.svd(c / np.sqrt(h), compute_uv=False) ** 2
    return verdicts, h.max() / h.min(), (1 - s2.min() / s2.max()) ** steps, z.max() / z.min()

# %% right="covariance and correlation matrices"
def evidence_scale(x, steps):
    cov, corr = np.cov(x.T), np.corrcoef(x.T)
    lam = np.linalg.eigvalsh(cov)
    left = np.exp(steps * np.log1p(-lam[0] / lam[-1]))
    d = np.diagonal(cov)
    return {1: "T", 2: "T", 3: "D"}, np.max(d) / np.min(d), left, np.linalg.cond(corr)

# %% wrong="left_of_curvatures"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    curvatures = 2 * (centred**2).mean(axis=0)
    left = (1 - curvatures.min() / curvatures.max()) ** steps
    z = centred / x.std(axis=0)
    return verdicts, curvatures.max() / curvatures.min(), left, np.linalg.cond(z.T @ z)

# %% wrong="condition_of_raw"
def evidence_scale(x, steps):
    verdicts = {1: "T", 2: "T", 3: "D"}
    centred = x - x.mean(axis=0)
    hessian = 2 / len(x) * centred.T @ centred
    values = np.linalg.eigvalsh(hessian)
    curvatures = np.diag(hessian)
    left = (1 - values[0] / values[-1]) ** steps
    return verdicts, curvatures.max() / curvatures.min(), left, values[-1] / values[0]
