# %% [markdown]
# Answers to `gradient_descent`: right in several styles, and wrong in every way the check should name.

# %% right="one_loop"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% right="loss_first"
def gradient_descent(w, b, x, y, lr, steps):
    def loss(w, b):
        return np.mean((x @ w + b - y) ** 2)
    
    losses = np.zeros(steps + 1)
    losses[0] = loss(w, b)
    for step in range(steps):
        error = x @ w + b - y
        w, b = w - lr * 2 * (error @ x) / len(x), b - lr * 2 * error.mean()
        losses[step + 1] = loss(w, b)
    return losses

# %% right="loops"
def gradient_descent(w, b, x, y, lr, steps):
    w, losses = [float(v) for v in w], []
    rows, features = x.shape
    for step in range(steps + 1):
        errors = [sum(x[n, d] * w[d] for d in range(features)) + b - y[n] for n in range(rows)]
        losses.append(sum(e * e for e in errors) / rows)
        for d in range(features):
            w[d] -= lr * 2 * sum(e * x[n, d] for n, e in enumerate(errors)) / rows
        b -= lr * 2 * sum(errors) / rows
    return losses

# %% right="joined"
def gradient_descent(w, b, x, y, lr, steps):
    ones = np.hstack([x, np.ones((len(x), 1))])
    v = np.append(w, b)
    losses = []
    for step in range(steps + 1):
        error = ones @ v - y
        losses.append(error @ error / len(y))
        v = v - 2 * lr / len(y) * ones.T @ error
    return np.array(losses)

# %% right="copy_then_in_place"
def gradient_descent(w, b, x, y, lr, steps):
    w = w.copy()
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w -= lr * dw
        b -= lr * db
    return np.array(losses)

# %% right="eigenvectors, closed form"
def gradient_descent(w, b, x, y, lr, steps):
    a = np.column_stack([x, np.ones(len(x))])
    n = len(x)
    u, s, vt = np.linalg.svd(a, full_matrices=True)
    e0 = a @ np.append(w, b) - y
    c = u.T @ e0
    lam = np.zeros(n)
    lam[: len(s)] = 2 * s**2 / n
    k = np.arange(steps + 1)[:, None]
    return ((c * (1 - lr * lam) ** k) ** 2).mean(axis=1)

# %% wrong="ascent"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w + lr * dw
        b = b + lr * db
    return np.array(losses)

# %% wrong="w_frozen"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        b = b - lr * db
    return np.array(losses)

# %% wrong="b_frozen"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
    return np.array(losses)

# %% wrong="never_updated"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        pass
    return np.array(losses)

# %% wrong="first_loss_missing"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses[1:])

# %% wrong="last_loss_missing"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        w = w - lr * 2 * x.T @ error / len(x)
        b = b - lr * 2 * error.mean()
    return np.array(losses)

# %% wrong="sequential_update"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * 2 * (x @ w + b - y).mean()
    return np.array(losses)

# %% wrong="lr_ignored"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - dw
        b = b - db
    return np.array(losses)

# %% wrong="lr_hard_coded"
def gradient_descent(w, b, x, y, lr, steps):
    lr = 0.1
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="stale_gradient"
def gradient_descent(w, b, x, y, lr, steps):
    error = x @ w + b - y
    dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
    losses = [np.mean(error**2)]
    for step in range(steps):
        w, b = w - lr * dw, b - lr * db
        losses.append(np.mean((x @ w + b - y) ** 2))
    return np.array(losses)

# %% wrong="slope_halved"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = x.T @ error / len(x), error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="gradient_sum"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error, 2 * error.sum()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="half_loss"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2) / 2)
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="in_place"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w -= lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="ascent+b_frozen"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w + lr * dw
    return np.array(losses)

# %% wrong="half_loss+slope_halved"
def gradient_descent(w, b, x, y, lr, steps):
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2) / 2)
        dw, db = x.T @ error / len(x), error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses)

# %% wrong="first_loss_missing+lr_hard_coded"
def gradient_descent(w, b, x, y, lr, steps):
    lr = 0.1
    losses = []
    for step in range(steps + 1):
        error = x @ w + b - y
        losses.append(np.mean(error**2))
        dw, db = 2 * x.T @ error / len(x), 2 * error.mean()
        w = w - lr * dw
        b = b - lr * db
    return np.array(losses[1:])

# %% right="recursion"
def gradient_descent(w, b, x, y, lr, steps):
    e = x @ w + b - y
    first = [float(e @ e) / len(y)]
    if steps == 0:
        return first
    return first + list(gradient_descent(w - lr * 2 / len(y) * (e @ x), b - lr * 2 * e.mean(), x, y, lr, steps - 1))

# %% right="closed form through the eigenvectors"
def gradient_descent(w, b, x, y, lr, steps):
    a = np.c_[x, np.ones(len(x))]
    h = 2 / len(x) * a.T @ a
    lam, q = np.linalg.eigh(h)
    best = np.linalg.lstsq(a, y, rcond=None)[0]
    gap = q.T @ (np.r_[w, b] - best)
    out = []
    for k in range(steps + 1):
        e = a @ (best + q @ ((1 - lr * lam) ** k * gap)) - y
        out.append(np.mean(e**2))
    return np.array(out)

# %% right="a generator into fromiter"
def gradient_descent(w, b, x, y, lr, steps):
    def losses(w, b):
        for _ in range(steps + 1):
            e = y - b - x.dot(w)
            yield np.square(e).mean()
            w, b = w + 2 * lr * np.einsum("n,nd->d", e, x) / e.size, b + 2 * lr * e.mean()
    return np.fromiter(losses(w, b), dtype=float)

# %% wrong="start_ignored"
def gradient_descent(w, b, x, y, lr, steps):
    w, b, losses = np.zeros(x.shape[1]), 0.0, []
    for _ in range(steps + 1):
        error = x @ w + b - y
        losses.append((error**2).mean())
        w, b = w - lr * 2 * x.T @ error / len(y), b - lr * 2 * error.mean()
    return np.array(losses)
