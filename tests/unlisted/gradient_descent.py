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
