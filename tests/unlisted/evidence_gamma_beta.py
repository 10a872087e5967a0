# %% wrong="tanh for the sigmoid"
def evidence_gamma_beta(x, gamma, beta, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    out = np.tanh(xhat)
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, std, x.mean(axis=0), (gamma * xhat + beta).var(axis=0), straight

# %% wrong="variance plus the mean squared"
def evidence_gamma_beta(x, gamma, beta, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, std, x.mean(axis=0), ((gamma * xhat + beta) ** 2).mean(axis=0), straight

# %% wrong="the inverse to undo it"
def evidence_gamma_beta(x, gamma, beta, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, 1 / std, -x.mean(axis=0), (gamma * xhat + beta).var(axis=0), straight

# %% wrong="beta back is beta"
def evidence_gamma_beta(x, gamma, beta, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, gamma * 1.0, beta * 1.0, (gamma * xhat + beta).var(axis=0), straight

# %% wrong="slope at zero for straightness"
def evidence_gamma_beta(x, gamma, beta, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / std
    return {14: "F", 15: "F", 16: "T"}, std, x.mean(axis=0), (gamma * xhat + beta).var(axis=0), 0.25 + 0 * std

# %% wrong="correlation not squared" named="correlation_not_squared"
def evidence_gamma_beta(x, gamma, beta, eps):
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    h = (x - m) / s
    return {14: "F", 15: "F", 16: "T"}, s, m, (gamma * h + beta).var(0), np.array([np.corrcoef(c, 1 / (1 + np.exp(-c)))[0, 1] for c in h.T])

# %% wrong="variance of gamma" named="variance_assumed"
def evidence_gamma_beta(x, gamma, beta, eps):
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    h = (x - m) / s
    return {14: "F", 15: "F", 16: "T"}, s, m, gamma**2, np.array([np.corrcoef(c, 1 / (1 + np.exp(-c)))[0, 1] ** 2 for c in h.T])

# %% wrong="std without eps to go back" named="restore_without_eps"
def evidence_gamma_beta(x, gamma, beta, eps):
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    h = (x - m) / s
    return {14: "F", 15: "F", 16: "T"}, x.std(0), m, (gamma * h + beta).var(0), np.array([np.corrcoef(c, 1 / (1 + np.exp(-c)))[0, 1] ** 2 for c in h.T])
