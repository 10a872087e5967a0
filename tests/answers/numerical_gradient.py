# %% [markdown]
# Answers to `numerical_gradient`: right in several styles, and wrong in every way the check should name.

# %% right="ndindex"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad

# %% right="nditer"
def numerical_gradient(f, x, h=1e-5):
    point = np.array(x, dtype=np.float64)
    grad = np.empty_like(point)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        k = it.multi_index
        right, left = point.copy(), point.copy()
        right[k] += h
        left[k] -= h
        grad[k] = (f(right) - f(left)) / (right[k] - left[k])
        it.iternext()
    return grad

# %% right="unit_vectors"
def numerical_gradient(f, x, h=1e-5):
    steps = h * np.eye(x.size)
    slopes = [(f(x + step.reshape(x.shape)) - f(x - step.reshape(x.shape))) / (2 * h) for step in steps]
    return np.array(slopes).reshape(x.shape)

# %% right="closure"
def numerical_gradient(f, x, h=1e-5):
    def slope(k):
        def along(t):
            moved = x.astype(float).ravel()
            moved[k] += t
            return f(moved.reshape(x.shape))

        return (along(h) - along(-h)) / h / 2

    return np.reshape([slope(k) for k in range(x.size)], x.shape)

# %% right="flat"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for k, value in enumerate(x.flat):
        values = []
        for sign in (1, -1):
            moved = x.astype(float)
            moved.flat[k] = value + sign * h
            values.append(f(moved))
        grad.flat[k] = np.diff(values)[0] / (-2 * h)
    return grad

# %% right="one_mask_at_a_time"
def numerical_gradient(f, x, h=1e-5):
    grad = 0.0 * x
    for k in range(x.size):
        mask = (np.arange(x.size) == k).reshape(x.shape)
        grad = grad + mask * (f(np.where(mask, x + h, x)) - f(np.where(mask, x - h, x))) * 0.5 / h
    return grad

# %% wrong="one_sided"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += h
        grad[index] = (f(moved) - f(x)) / h
    return grad

# %% wrong="backward_sided"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] -= h
        grad[index] = (f(x) - f(moved)) / h
    return grad

# %% wrong="not_halved"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / h
    return grad

# %% wrong="not_divided"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = above - below
    return grad

# %% wrong="h_ignored"
def numerical_gradient(f, x, h=1e-5):
    h = 1e-5
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad

# %% wrong="x_not_restored"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        grad[index] = (above - below) / (2 * h)
    return grad

# %% wrong="flattened"
def numerical_gradient(f, x, h=1e-5):
    grad = []
    for step in h * np.eye(x.size):
        step = step.reshape(x.shape)
        grad.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(grad)

# %% wrong="gradient_sign"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (below - above) / (2 * h)
    return grad

# %% wrong="in_place"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        x[index] += h
        grad[index] = (above - below) / (2 * h)
    return grad

# %% wrong="integer_cast"
def numerical_gradient(f, x, h=1e-5):
    x = x.copy()
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad

# %% wrong="one_sided+flattened"
def numerical_gradient(f, x, h=1e-5):
    here = f(x)
    return np.array([(f(x + step.reshape(x.shape)) - here) / h for step in h * np.eye(x.size)])

# %% wrong="one_sided+x_not_restored"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        before = f(x)
        x[index] += h
        grad[index] = (f(x) - before) / h
    return grad

# %% wrong="not_halved+gradient_sign"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (below - above) / h
    return grad

# %% wrong="x_not_restored+in_place"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        below = f(x)
        grad[index] = (above - below) / (2 * h)
    return grad


# %% wrong="step_unlike_divisor"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        old, step = x[i], h * max(1.0, abs(x[i]))
        x[i] = old + step
        up = f(x)
        x[i] = old - step
        down = f(x)
        x[i] = old
        grad[i] = (up - down) / (2 * h)
    return grad

# %% right="np.nditer with multi_index on a float copy"
def numerical_gradient(f, x, h=1e-5):
    z = np.array(x, dtype=float)
    g = np.zeros_like(z)
    it = np.nditer(z, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        old = z[i]
        z[i] = old + h
        up = f(z)
        z[i] = old - h
        down = f(z)
        z[i] = old
        g[i] = (up - down) / (2 * h)
    return g

# %% right="a basis of unit vectors, in a list comprehension"
def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)

# %% right="functools.partial and vectorize over flat indices"
from functools import partial

def _slope(f, x, h, k):
    up, down = x.astype(float), x.astype(float)
    up.flat[k] += h
    down.flat[k] -= h
    return float(f(up) - f(down)) / (up.flat[k] - down.flat[k])

def numerical_gradient(f, x, h=1e-5):
    x = np.asarray(x)
    return np.reshape(list(map(partial(_slope, f, x, h), range(x.size))), x.shape)

# %% wrong="lower_point_is_x"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= h
        grad[i] = (above - f(x)) / (2 * h)
    return grad

# %% wrong="all_entries_moved"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        grad[i] = (f(x + h) - f(x - h)) / (2 * h)
    return grad
