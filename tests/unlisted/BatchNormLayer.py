# %% wrong="gamma begins random"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.random.default_rng(0).normal(size=num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        self.grads = [(dy * self.xhat).sum(axis=0), dy.sum(axis=0)]
        return self.params[0] * self.rstd * (dy - dy.mean(axis=0) - self.xhat * (dy * self.xhat).mean(axis=0))

# %% wrong="xhat returned" named="layer_params_ignored"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.xhat

    def backward(self, dy):
        self.grads = [(dy * self.xhat).sum(axis=0), dy.sum(axis=0)]
        return self.rstd * (dy - dy.mean(axis=0) - self.xhat * (dy * self.xhat).mean(axis=0))

# %% wrong="a step taken inside backward" named="layer_takes_steps"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        self.grads = [(dy * self.xhat).sum(axis=0), dy.sum(axis=0)]
        self.params = [p - 0.1 * g for p, g in zip(self.params, self.grads)]
        return self.params[0] * self.rstd * (dy - dy.mean(axis=0) - self.xhat * (dy * self.xhat).mean(axis=0))

# %% wrong="statistics of the first batch for ever"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps, self.mean = eps, None
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        if self.mean is None:
            self.mean, self.rstd = x.mean(axis=0), 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - self.mean) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        self.grads = [(dy * self.xhat).sum(axis=0), dy.sum(axis=0)]
        return self.params[0] * self.rstd * (dy - dy.mean(axis=0) - self.xhat * (dy * self.xhat).mean(axis=0))

# %% wrong="only centred on the way back"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.rstd = 1 / np.sqrt(x.var(axis=0) + self.eps)
        self.xhat = (x - x.mean(axis=0)) * self.rstd
        return self.params[0] * self.xhat + self.params[1]

    def backward(self, dy):
        self.grads = [(dy * self.xhat).sum(axis=0), dy.sum(axis=0)]
        return self.params[0] * self.rstd * (dy - dy.mean(axis=0))

# %% wrong="forward returns y and cache" named="wrong_count"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = []

    def forward(self, x):
        self.r = 1 / np.sqrt(x.var(0) + self.eps)
        self.h = (x - x.mean(0)) * self.r
        return self.params[0] * self.h + self.params[1], (self.h, self.r)

    def backward(self, dy):
        dgamma, dbeta = (dy * self.h).sum(0), dy.sum(0)
        self.grads = [dgamma, dbeta]
        return self.params[0] * self.r * (dy - (dbeta + self.h * dgamma) / len(dy))

# %% wrong="backward returns all three and keeps nothing" named="wrong_count"
class BatchNormLayer:
    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = [np.zeros(num_features), np.zeros(num_features)]

    def forward(self, x):
        self.r = 1 / np.sqrt(x.var(0) + self.eps)
        self.h = (x - x.mean(0)) * self.r
        return self.params[0] * self.h + self.params[1]

    def backward(self, dy):
        dgamma, dbeta = (dy * self.h).sum(0), dy.sum(0)
        return self.params[0] * self.r * (dy - (dbeta + self.h * dgamma) / len(dy)), dgamma, dbeta

# %% wrong="lists shared by all layers"
class BatchNormLayer:
    cache = {}

    def __init__(self, num_features, eps=1e-5):
        self.eps = eps
        self.params = [np.ones(num_features), np.zeros(num_features)]
        self.grads = []

    def forward(self, x):
        BatchNormLayer.cache["r"] = 1 / np.sqrt(x.var(0) + self.eps)
        BatchNormLayer.cache["h"] = (x - x.mean(0)) * BatchNormLayer.cache["r"]
        return self.params[0] * self.cache["h"] + self.params[1]

    def backward(self, dy):
        h = self.cache["h"]
        dgamma, dbeta = (dy * h).sum(0), dy.sum(0)
        self.grads = [dgamma, dbeta]
        return self.params[0] * self.cache["r"] * (dy - (dbeta + h * dgamma) / len(dy))

# %% wrong="backward returns nothing" named="returns_none"
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
        self.dx = dx
