# %% wrong="the rate is 1 over the trace"
def evidence_scale(x, steps):
    c = x - x.mean(axis=0)
    h = 2 / len(x) * c.T @ c
    values = np.linalg.eigvalsh(h)
    z = c / x.std(axis=0)
    s = np.linalg.eigvalsh(z.T @ z)
    left = (1 - values[0] / values.sum()) ** steps
    return {1: "T", 2: "T", 3: "D"}, np.diag(h).max() / np.diag(h).min(), left, s[-1] / s[0]

# %% wrong="condition by the range in place of std"
def evidence_scale(x, steps):
    c = x - x.mean(axis=0)
    h = 2 / len(x) * c.T @ c
    values = np.linalg.eigvalsh(h)
    z = c / (x.max(axis=0) - x.min(axis=0))
    s = np.linalg.eigvalsh(z.T @ z)
    left = (1 - values[0] / values[-1]) ** steps
    return {1: "T", 2: "T", 3: "D"}, np.diag(h).max() / np.diag(h).min(), left, s[-1] / s[0]

# %% wrong="the ratio of the first two features"
def evidence_scale(x, steps):
    c = x - x.mean(axis=0)
    h = 2 / len(x) * c.T @ c
    values = np.linalg.eigvalsh(h)
    z = c / x.std(axis=0)
    s = np.linalg.eigvalsh(z.T @ z)
    left = (1 - values[0] / values[-1]) ** steps
    return {1: "T", 2: "T", 3: "D"}, h[0, 0] / h[1, 1], left, s[-1] / s[0]

# %% wrong="the exponential of it"
def evidence_scale(x, steps):
    c = x - x.mean(axis=0)
    h = 2 / len(x) * c.T @ c
    values = np.linalg.eigvalsh(h)
    z = c / x.std(axis=0)
    s = np.linalg.eigvalsh(z.T @ z)
    left = np.exp(-steps * values[0] / values[-1])
    return {1: "T", 2: "T", 3: "D"}, np.diag(h).max() / np.diag(h).min(), left, s[-1] / s[0]

# %% wrong="the median curvature"
def evidence_scale(x, steps):
    c = x - x.mean(axis=0)
    h = 2 / len(x) * c.T @ c
    values = np.linalg.eigvalsh(h)
    z = c / x.std(axis=0)
    s = np.linalg.eigvalsh(z.T @ z)
    left = (1 - values[0] / values[-1]) ** steps
    return {1: "T", 2: "T", 3: "D"}, np.diag(h).max() / np.median(np.diag(h)), left, s[-1] / s[0]

# %% wrong="not centred" named="scale_not_centred"
def evidence_scale(x, steps):
    h = 2 / len(x) * x.T @ x
    lam = np.linalg.eigvalsh(h)
    z = (x - x.mean(0)) / x.std(0)
    d = np.diag(h)
    return {1: "T", 2: "T", 3: "D"}, d.max() / d.min(), (1 - lam[0] / lam[-1]) ** steps, np.linalg.cond(z.T @ z)

# %% wrong="condition of z instead of zTz" named="cond_of_x"
def evidence_scale(x, steps):
    c = x - x.mean(0)
    h = 2 / len(x) * c.T @ c
    lam = np.linalg.eigvalsh(h)
    d = np.diag(h)
    return {1: "T", 2: "T", 3: "D"}, d.max() / d.min(), (1 - lam[0] / lam[-1]) ** steps, np.linalg.cond(c / x.std(0))

# %% wrong="ratio of spreads, not curvatures" named="ratio_of_scales"
def evidence_scale(x, steps):
    c = x - x.mean(0)
    lam = np.linalg.eigvalsh(c.T @ c)
    s = x.std(0)
    z = c / s
    return {1: "T", 2: "T", 3: "D"}, s.max() / s.min(), (1 - lam[0] / lam[-1]) ** steps, np.linalg.cond(z.T @ z)

# %% wrong="steps as a factor"
def evidence_scale(x, steps):
    c = x - x.mean(0)
    h = 2 / len(x) * c.T @ c
    v, d = np.linalg.eigvalsh(h), np.diag(h)
    z = c / c.std(0)
    return {1: "T", 2: "T", 3: "D"}, d.max() / d.min(), (1 - v[0] / v[-1]) * steps, np.linalg.cond(z.T @ z)
