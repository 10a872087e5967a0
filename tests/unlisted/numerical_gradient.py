# %% wrong="a step relative to x"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.astype(float), x.astype(float)
        up[i] *= 1 + h
        down[i] *= 1 - h
        grad[i] = (f(up) - f(down)) / (2 * h)
    return grad

# %% wrong="divided by 2 and multiplied by h"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / 2 * h
    return grad

# %% wrong="the first axis only"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        e = np.zeros(x.shape)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad

# %% wrong="second differences"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        grad[i] = (f(x + e) - 2 * f(x) + f(x - e)) / h**2
    return grad

# %% wrong="normalized to length 1"
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad / np.linalg.norm(grad)

# %% wrong="CS231n's old loop, which stops at x on the way down" named="lower_point_is_x"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
    while not it.finished:
        ix = it.multi_index
        x[ix] += h
        fxph = f(x)
        x[ix] -= h
        fxmh = f(x)
        grad[ix] = (fxph - fxmh) / (2 * h)
        it.iternext()
    return grad

# %% wrong="zip over the first axis only" named="wrong_shape"
def numerical_gradient(f, x, h=1e-5):
    x = x.astype(float)
    g = np.zeros(len(x))
    for i in range(len(x)):
        s = np.zeros_like(x)
        s[i] = h
        g[i] = (f(x + s) - f(x - s)) / (2 * h)
    return g

# %% wrong="h always 1e-5"
def numerical_gradient(f, x, h=1e-5):
    h = 1e-2
    x = np.array(x, dtype=float)
    g = np.empty_like(x)
    for i in np.ndindex(x.shape):
        s = np.zeros_like(x)
        s[i] = h
        g[i] = (f(x + s) - f(x - s)) / (2 * h)
    return g

# %% wrong="precedence in the denominator"
def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.empty_like(x)
    for i in np.ndindex(x.shape):
        s = np.zeros_like(x)
        s[i] = h
        g[i] = (f(x + s) - f(x - s)) / 2 * h
    return g

# %% wrong="an int too small for the step"
def numerical_gradient(f, x, h=1e-5):
    z = x.astype(np.float32)
    g = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = z.copy(), z.copy()
        up[i] += h
        down[i] -= h
        g[i] = (f(up) - f(down)) / (2 * h)
    return g
