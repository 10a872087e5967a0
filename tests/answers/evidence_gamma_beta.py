# %% [markdown]
# Answers to `evidence_gamma_beta`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% right="a_fitted_line"
def evidence_gamma_beta(x, gamma, beta, eps):
    mean, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mean) / (var + eps) ** 0.5
    out = 0.5 * (1 + np.tanh(xhat / 2))
    straight = []
    for d in range(x.shape[1]):
        line = np.polyval(np.polyfit(xhat[:, d], out[:, d], 1), xhat[:, d])
        straight.append(line.var() / out[:, d].var())
    return {14: "F", 15: "F", 16: "T"}, (var + eps) ** 0.5, mean, gamma**2 * xhat.var(axis=0), np.array(straight)

# %% right="covariances"
def evidence_gamma_beta(x, gamma, beta, eps):
    gamma_back = np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) / gamma_back
    y = gamma * xhat + beta
    out = 1 / (1 + np.exp(-xhat))
    out = out - out.mean(axis=0)
    straight = (xhat * out).mean(axis=0) ** 2 / (xhat**2).mean(axis=0) / (out**2).mean(axis=0)
    return {14: "F", 15: "F", 16: "T"}, gamma_back, x.mean(axis=0), ((y - y.mean(axis=0)) ** 2).mean(axis=0), straight

# %% wrong="restore_without_eps"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = x.std(axis=0), mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="restore_with_variance"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std**2, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="restore_swapped"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = mean, std
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="std_for_var"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).std(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="straight_of_x"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    xhat = x
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="straight_with_parameters"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    xhat = gamma * xhat + beta
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="correlation_not_squared"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="restore_without_eps+restore_with_variance"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = x.var(axis=0), mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="verdict_14"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "D", 15: "F", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="verdict_15"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "D", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="verdict_16"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "F", 15: "F", 16: "F"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="verdict_14+verdict_15"
def evidence_gamma_beta(x, gamma, beta, eps):
    verdicts = {14: "D", 15: "D", 16: "T"}
    mean, std = x.mean(axis=0), np.sqrt(x.var(axis=0) + eps)
    xhat = (x - mean) / std
    gamma_back, beta_back = std, mean
    variance = (gamma * xhat + beta).var(axis=0)
    out = 1 / (1 + np.exp(-xhat))
    straight = np.array([np.corrcoef(xhat[:, d], out[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return verdicts, gamma_back, beta_back, variance, straight

# %% wrong="default_eps_inside"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_gamma_beta(x, gamma, beta, eps):
    h = normalize(x)
    y = gamma * h + beta
    s = 1 / (1 + np.exp(-h))
    r = np.array([np.corrcoef(h[:, d], s[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, np.sqrt(x.var(0) + eps), x.mean(0), y.var(0), r

# %% wrong="variance_assumed"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_gamma_beta(x, gamma, beta, eps):
    h = normalize(x, eps)
    s = 1 / (1 + np.exp(-h))
    r = np.array([np.corrcoef(h[:, d], s[:, d])[0, 1] ** 2 for d in range(x.shape[1])])
    return {14: "F", 15: "F", 16: "T"}, np.sqrt(x.var(0) + eps), x.mean(0), gamma**2, r

# %% right="np.corrcoef column by column"
def evidence_gamma_beta(x, gamma, beta, eps):
    m, s = x.mean(0), np.sqrt(x.var(0) + eps)
    h = (x - m) / s
    straight = [np.corrcoef(c, 1 / (1 + np.exp(-c)))[0, 1] ** 2 for c in h.T]
    return {14: "F", 15: "F", 16: "T"}, s, m, np.var(gamma * h + beta, axis=0), straight

# %% right="share of variance explained by a fitted line, tanh for the sigmoid"
def evidence_gamma_beta(x, gamma, beta, eps):
    h = (x - np.mean(x, axis=0)) * (np.var(x, axis=0) + eps) ** -0.5
    straight = []
    for c in h.T:
        s = 0.5 * (1 + np.tanh(c / 2))
        k, b = np.polyfit(c, s, 1)
        straight.append(1 - np.var(s - k * c - b) / np.var(s))
    return {14: "F", 15: "F", 16: "T"}, np.sqrt(np.var(x, axis=0) + eps), np.mean(x, axis=0), gamma**2 * h.var(0), np.array(straight)
