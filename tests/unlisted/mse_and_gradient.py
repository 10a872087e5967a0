# %% wrong="absolute error"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return np.abs(e).mean(), x.T @ np.sign(e) / len(y), np.sign(e).mean()

# %% wrong="root of the mean square" named="loss_root"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return np.sqrt((e**2).mean()), 2 * x.T @ e / len(y), 2 * e.mean()

# %% wrong="gradient of the first example only"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return (e**2).mean(), 2 * x[0] * e[0], 2 * e[0]

# %% wrong="regularized"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return (e**2).mean() + 0.1 * w @ w, 2 * x.T @ e / len(y) + 0.2 * w, 2 * e.mean()

# %% wrong="gradient by a coarse difference"
def mse_and_gradient(w, b, x, y):
    f = lambda w, b: ((x @ w + b - y) ** 2).mean()
    dw = np.array([(f(w + 0.1 * e, b) - f(w, b)) / 0.1 for e in np.eye(len(w))])
    return f(w, b), dw, (f(w, b + 0.1) - f(w, b)) / 0.1

# %% wrong="y as a column, the error becomes a matrix"
def mse_and_gradient(w, b, x, y):
    w = w.reshape(-1, 1)
    e = x @ w + b - y
    return np.mean(e**2), (2 / len(y) * x.T @ e).mean(axis=1), 2 * e.mean()

# %% wrong="Andrew Ng's half" named="half_loss+slope_halved"
def mse_and_gradient(w, b, x, y):
    m = len(y)
    e = x @ w + b - y
    return (e @ e) / (2 * m), x.T @ e / m, e.sum() / m

# %% wrong="returns dw, db, loss" named="wrong_order"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return 2 / len(y) * x.T @ e, 2 * e.mean(), np.mean(e**2)

# %% wrong="db kept as a vector of errors" named="wrong_shape"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return np.mean(e**2), 2 / len(y) * x.T @ e, 2 / len(y) * e

# %% wrong="gradient divided by the number of features"
def mse_and_gradient(w, b, x, y):
    e = x @ w + b - y
    return np.mean(e**2), 2 / len(w) * x.T @ e, 2 * e.mean()
