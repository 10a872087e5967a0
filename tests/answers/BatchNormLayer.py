# %% [markdown]
# Answers to `BatchNormLayer`: right in several styles, and wrong in every way the check should name.

# %% right="functions_inside"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        gamma, beta = self.params
        y, self.cache = norm_forward(x, gamma, beta, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dgamma, dbeta]
        return dx

# %% right="all_in_the_class"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps, self.params = eps, [np.ones(num_features), np.zeros(num_features)]
        self.grads = [0 * p for p in self.params]

    def forward(self, x):
        self.rstd = (x.var(axis=0) + self.eps) ** -0.5
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        self.grads = (np.einsum("nd,nd->d", dy, self.xhat), np.ones(len(dy)) @ dy)
        inner = dy - (self.grads[1] + self.xhat * self.grads[0]) / len(dy)
        return self.params[0] * self.rstd * inner

# %% right="a_closure_as_memory"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = []

    def forward(self, x):
        y, cache = norm_forward(x, *self.params, self.eps)
        self.way_back = lambda dy: norm_backward(dy, cache)
        return y

    def backward(self, dy):
        dx, *self.grads = self.way_back(dy)
        return dx

# %% right="loops_over_features"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.caches, y = [], np.empty(x.shape)
        for d in range(x.shape[1]):
            y[:, d], cache = norm_forward(x[:, d], self.params[0][d], self.params[1][d], self.eps)
            self.caches.append(cache)
        return y

    def backward(self, dy):
        dx = np.empty(dy.shape)
        for d, cache in enumerate(self.caches):
            dx[:, d], self.grads[0][d], self.grads[1][d] = norm_backward(dy[:, d], cache)
        return dx

# %% right="an output buffer that is used again"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self.eps, self.buffer = eps, None

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        y = self.params[0] * self.xhat + self.params[1]
        if self.buffer is None or self.buffer.shape != y.shape:
            self.buffer = np.empty_like(y)
        self.buffer[...] = y
        return self.buffer

    def backward(self, dy):
        dgamma, dbeta = (dy * self.xhat).sum(axis=0), dy.sum(axis=0)
        dx = self.params[0] * self.rstd * (dy - (dbeta + self.xhat * dgamma) / len(dy))
        for mine, new in zip(self.grads, (dgamma, dbeta)):
            mine[...] = new
        self.buffer[...] = dx
        return self.buffer

# %% wrong="cache_shared"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

memory = {}

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        y, memory["cache"] = norm_forward(x, *self.params, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, memory["cache"])
        self.grads = [dgamma, dbeta]
        return dx

# %% wrong="cache_stale"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self.cache = None

    def forward(self, x):
        y, cache = norm_forward(x, *self.params, self.eps)
        if self.cache is None:
            self.cache = cache
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dgamma, dbeta]
        return dx

# %% wrong="layer_params_ignored"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self.gamma, self.beta = self.params

    def forward(self, x):
        y, self.cache = norm_forward(x, self.gamma, self.beta, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dgamma, dbeta]
        return dx

# %% wrong="layer_eps_ignored"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        gamma, beta = self.params
        y, self.cache = norm_forward(x, gamma, beta, 1e-5)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dgamma, dbeta]
        return dx

# %% wrong="layer_grads_swapped"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        gamma, beta = self.params
        y, self.cache = norm_forward(x, gamma, beta, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dbeta, dgamma]
        return dx

# %% wrong="layer_grads_added"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        gamma, beta = self.params
        y, self.cache = norm_forward(x, gamma, beta, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [self.grads[0] + dgamma, self.grads[1] + dbeta]
        return dx

# %% wrong="layer_grads_forgotten"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        gamma, beta = self.params
        y, self.cache = norm_forward(x, gamma, beta, self.eps)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        return dx

# %% wrong="cache_stale+layer_grads_swapped"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self.cache = None

    def forward(self, x):
        y, cache = norm_forward(x, *self.params, self.eps)
        self.cache = self.cache or cache
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, self.cache)
        self.grads = [dbeta, dgamma]
        return dx

# %% wrong="cache_shared+layer_eps_ignored"
def norm_forward(x, gamma, beta, eps):
    rstd = 1 / np.sqrt(x.var(axis=0) + eps)
    xhat = (x - x.mean(axis=0)) * rstd
    return gamma * xhat + beta, (xhat, rstd, gamma)

def norm_backward(dy, cache):
    xhat, rstd, gamma = cache
    dx = gamma * rstd * (dy - dy.mean(axis=0) - xhat * (dy * xhat).mean(axis=0))
    return dx, (dy * xhat).sum(axis=0), dy.sum(axis=0)

memory = []

class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        y, cache = norm_forward(x, *self.params, 1e-5)
        memory.append(cache)
        return y

    def backward(self, dy):
        dx, dgamma, dbeta = norm_backward(dy, memory[-1])
        self.grads = [dgamma, dbeta]
        return dx

# %% right="parameters as properties of a dictionary, no cache object"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = list(np.stack([np.ones(num_features), np.zeros(num_features)]))
        self.grads = [None, None]

    def forward(self, x):
        self.std = np.sqrt(x.var(0) + self.eps)
        self.h = (x - x.mean(0)) / self.std
        return self.h * self.params[0] + self.params[1]

    def backward(self, dy):
        self.grads = [np.einsum("nd,nd->d", dy, self.h), np.einsum("nd->d", dy)]
        return self.params[0] / self.std * (dy - (self.grads[1] + self.h * self.grads[0]) / len(dy))

# %% right="backward is a closure made in forward"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.params, self.grads, self.eps = [np.full(num_features, 1.0), np.full(num_features, 0.0)], [], eps

    def forward(self, x):
        g, b = self.params
        m = x.mean(axis=0)
        r = (((x - m) ** 2).mean(axis=0) + self.eps) ** -0.5
        h = (x - m) * r

        def back(dy):
            self.grads = [(dy * h).sum(axis=0), dy.sum(axis=0)]
            d = dy * g
            return r * (d - d.mean(axis=0) - h * (d * h).mean(axis=0))
        self.backward = back
        return g * h + b

    def backward(self, dy):
        raise RuntimeError("forward first")

# %% right="a dataclass"
from dataclasses import dataclass, field

@dataclass
class BatchNormLayer:
    num_features: int
    eps: float = 1e-5
    params: list = field(init=False)
    grads: list = field(init=False)

    def __post_init__(self):
        self.params = [np.ones(self.num_features), np.zeros(self.num_features)]
        self.grads = [np.zeros_like(p) for p in self.params]

    def forward(self, x):
        c = x - x.mean(0)
        self.r = 1 / np.sqrt(np.mean(c**2, 0) + self.eps)
        self.h = c * self.r
        return self.params[0] * self.h + self.params[1]

    def backward(self, dy):
        self.grads[0] = np.sum(dy * self.h, 0)
        self.grads[1] = np.sum(dy, 0)
        return self.params[0] * self.r * (dy - self.grads[1] / len(dy) - self.h * self.grads[0] / len(dy))

# %% wrong="layer_takes_steps"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]
        self.eps = eps

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        dgamma, dbeta = (dy * self.xhat).sum(axis=0), dy.sum(axis=0)
        dx = self.params[0] * self.rstd * (dy - (dbeta + self.xhat * dgamma) / len(dy))
        self.grads = [dgamma, dbeta]
        self.params[0] -= 0.1 * dgamma
        self.params[1] -= 0.1 * dbeta
        return dx
