# %% wrong="the rate halves at every step"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        w = w - lr * 0.5**step * 2 * x.T @ error / len(x)
        b = b - lr * 0.5**step * 2 * error.mean()
    return np.array(losses)

# %% wrong="momentum of 0.9"
def gradient_descent(w, b, x, y, lr, steps):
    losses, speed, drift = [], np.zeros_like(w), 0.0
    for _ in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        speed = 0.9 * speed + 2 * x.T @ error / len(x)
        drift = 0.9 * drift + 2 * error.mean()
        w, b = w - lr * speed, b - lr * drift
    return np.array(losses)

# %% wrong="one example at a time"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        losses.append(np.mean((x @ w + b - y) ** 2))
        row = step % len(x)
        error = x[row] @ w + b - y[row]
        w, b = w - lr * 2 * error * x[row], b - lr * 2 * error
    return np.array(losses)

# %% wrong="the sign of the gradient only"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for _ in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        w, b = w - lr * np.sign(x.T @ error), b - lr * np.sign(error.mean())
    return np.array(losses)

# %% wrong="the smallest loss so far" named="never_updated"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for _ in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        w, b = w + lr * 2 * x.T @ error / len(x), b + lr * 2 * error.mean()
    return np.minimum.accumulate(np.array(losses))

# %% wrong="stops when the loss no longer falls" named="wrong_shape"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for _ in range(steps + 1):
        e = x @ w + b - y
        losses.append(np.mean(e**2))
        if len(losses) > 1 and losses[-1] >= losses[-2]:
            break
        w = w - lr * 2 / len(y) * x.T @ e
        b = b - lr * 2 * e.mean()
    return np.array(losses)

# %% wrong="stochastic, one example a step"
def gradient_descent(w, b, x, y, lr, steps):
    losses = [np.mean((x @ w + b - y) ** 2)]
    for k in range(steps):
        n = k % len(y)
        e = x[n] @ w + b - y[n]
        w, b = w - lr * 2 * e * x[n], b - lr * 2 * e
        losses.append(np.mean((x @ w + b - y) ** 2))
    return np.array(losses)

# %% wrong="returns the weights as well" named="wrong_count"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for _ in range(steps + 1):
        e = x @ w + b - y
        losses.append(np.mean(e**2))
        w, b = w - lr * 2 / len(y) * x.T @ e, b - lr * 2 * e.mean()
    return w, b, np.array(losses)

# %% wrong="return inside the loop" named="wrong_shape"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for _ in range(steps + 1):
        e = x @ w + b - y
        losses.append(np.mean(e**2))
        w, b = w - lr * 2 / len(y) * x.T @ e, b - lr * 2 * e.mean()
        return np.array(losses)
