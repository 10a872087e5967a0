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
