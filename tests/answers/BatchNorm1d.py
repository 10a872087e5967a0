# %% [markdown]
# Answers to `BatchNorm1d`: right in several styles, and wrong in every way the check should name.

# %% right="two_modes"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% right="functions_inside"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps = eps
        self.momentum = momentum
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)
        self.training = True

    def train(self, mode=True):
        self.training = mode
        return self

    def eval(self):
        return self.train(False)

    def forward(self, x):
        scale, shift = self._affine(x)
        return x * scale + shift

    def _affine(self, x):
        mean, var = self._batch(x) if self.training else (self.running_mean, self.running_var)
        scale = self.gamma / np.sqrt(var + self.eps)
        return scale, self.beta - mean * scale

    def _batch(self, x):
        self.running_mean += self.momentum * (x.mean(axis=0) - self.running_mean)
        self.running_var += self.momentum * (x.var(axis=0, ddof=1) - self.running_var)
        return x.mean(axis=0), x.var(axis=0)

    __call__ = forward

    def state_dict(self):
        return {key: np.array(value) for key, value in vars(self).items() if isinstance(value, np.ndarray)}

    def load_state_dict(self, state):
        vars(self).update({key: np.array(value) for key, value in state.items()})

# %% right="loops"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.features, self.eps, self.momentum, self.mode = num_features, eps, momentum, "train"
        self.gamma, self.beta = [1.0] * num_features, [0.0] * num_features
        self.running_mean, self.running_var = [0.0] * num_features, [1.0] * num_features

    def train(self):
        self.mode = "train"

    def eval(self):
        self.mode = "eval"

    def __call__(self, x):
        y = np.zeros(x.shape)
        for d in range(self.features):
            mean, var = self.running_mean[d], self.running_var[d]
            if self.mode == "train":
                mean = sum(x[:, d]) / len(x)
                squares = sum((value - mean) ** 2 for value in x[:, d])
                var = squares / len(x)
                keep = 1 - self.momentum
                self.running_mean[d] = keep * self.running_mean[d] + self.momentum * mean
                self.running_var[d] = keep * self.running_var[d] + self.momentum * squares / (len(x) - 1)
            for n in range(len(x)):
                y[n, d] = self.gamma[d] * (x[n, d] - mean) / (var + self.eps) ** 0.5 + self.beta[d]
        return y

    def state_dict(self):
        return {"gamma": np.array(self.gamma), "beta": np.array(self.beta),
                "running_mean": np.array(self.running_mean), "running_var": np.array(self.running_var)}

    def load_state_dict(self, state):
        self.gamma, self.beta = list(state["gamma"]), list(state["beta"])
        self.running_mean, self.running_var = list(state["running_mean"]), list(state["running_var"])

# %% right="transposed"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.settings = (eps, momentum)
        self.gamma, self.beta, self.memory = np.ones(num_features), np.zeros(num_features), np.zeros((2, num_features))
        self.memory[1] = 1
        self.train()

    running_mean = property(lambda self: self.memory[0])
    running_var = property(lambda self: self.memory[1])

    def train(self):
        self.step = self.train_step

    def eval(self):
        self.step = lambda z: self.memory

    def train_step(self, z):
        now = np.stack([z.mean(axis=1), z.var(axis=1)])
        unbiased = np.array([[1.0], [z.shape[1] / (z.shape[1] - 1)]])
        self.memory = (1 - self.settings[1]) * self.memory + self.settings[1] * unbiased * now
        return now

    def __call__(self, x):
        mean, var = self.step(x.T)
        z = (x.T - mean[:, None]) / np.sqrt(var + self.settings[0])[:, None]
        return (self.gamma[:, None] * z + self.beta[:, None]).T

    def state_dict(self):
        rows = np.vstack([self.gamma, self.beta, self.memory])
        return dict(zip(("gamma", "beta", "running_mean", "running_var"), rows, strict=True))

    def load_state_dict(self, state):
        rows = np.array([state[name] for name in ("gamma", "beta", "running_mean", "running_var")])
        self.gamma, self.beta, self.memory = rows[0], rows[1], rows[2:]

# %% right="keeps what it gave back last"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps = np.asarray(eps, dtype=float)
        self.momentum = np.asarray(momentum, dtype=float)
        self.load_state_dict(dict(gamma=np.ones(num_features), beta=np.zeros(num_features),
                                  running_mean=np.zeros(num_features), running_var=np.ones(num_features)))
        self.mode = "train"

    def train(self):
        self.mode = "train"

    def eval(self):
        self.mode = "eval"

    def __call__(self, x):
        if self.mode == "eval":
            mean, var = self.running_mean, self.running_var
        else:
            mean, var = np.mean(x, axis=0), np.var(x, axis=0)
            p = self.momentum
            self.running_mean = (1 - p) * self.running_mean + p * mean
            self.running_var = (1 - p) * self.running_var + p * np.var(x, axis=0, ddof=1)
        self.xhat = (x - mean) / np.sqrt(var + self.eps)
        self.y = self.gamma * self.xhat + self.beta
        return self.y

    def state_dict(self):
        return {name: np.array(getattr(self, name), copy=True) for name in BatchNorm1d.STATE}

    def load_state_dict(self, state):
        for name in BatchNorm1d.STATE:
            setattr(self, name, np.array(state[name], copy=True))

# %% right="one matrix of four rows, views"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self._all = np.zeros((4, num_features))
        self._all[[0, 3]] = 1
        self.eps, self.momentum, self.training = eps, momentum, True

    gamma = property(lambda self: self._all[0], lambda self, v: self._all.__setitem__(0, v))
    beta = property(lambda self: self._all[1], lambda self, v: self._all.__setitem__(1, v))
    running_mean = property(lambda self: self._all[2], lambda self, v: self._all.__setitem__(2, v))
    running_var = property(lambda self: self._all[3], lambda self, v: self._all.__setitem__(3, v))

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            stats = np.array([x.mean(0), x.var(0)])
            unbiased = stats * [[1], [len(x) / (len(x) - 1)]]
            self._all[2:] += self.momentum * (unbiased - self._all[2:])
        else:
            stats = self._all[2:]
        mean, var = stats
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return dict(zip(self.STATE, self._all.copy()))

    def load_state_dict(self, state):
        self._all = np.stack([state[name] for name in self.STATE])

# %% wrong="running_var_biased"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="correction_inverted"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * (n - 1) / n
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_mean_corrected"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean * n / (n - 1)
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="momentum_reversed"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_overwritten"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = mean
            self.running_var = var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_not_decayed"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = self.running_mean + m * mean
            self.running_var = self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_std_kept"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * np.sqrt(var * n / (n - 1))
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_var_frozen"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="eval_uses_batch"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = x.mean(axis=0), x.var(axis=0)
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="train_uses_running"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            y = self.normalize(x, self.running_mean, self.running_var)
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
            return y
        return self.normalize(x, self.running_mean, self.running_var)

    def normalize(self, x, mean, var):
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="updated_in_eval"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        use = (self.running_mean, self.running_var)
        n, m = len(x), self.momentum
        mean, var = x.mean(axis=0), x.var(axis=0)
        self.running_mean = (1 - m) * self.running_mean + m * mean
        self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        if not self.training:
            mean, var = use
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_var_starts_at_0"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.zeros(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="state_forgets_statistics"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="state_forgets_parameters"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_var_biased+momentum_reversed"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = m * self.running_mean + (1 - m) * mean
            self.running_var = m * self.running_var + (1 - m) * var
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="eval_uses_batch+state_forgets_parameters"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = x.mean(axis=0), x.var(axis=0)
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="state_forgets_statistics+running_var_biased"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_var_starts_at_0+running_not_decayed"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.zeros(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = self.running_mean + m * mean
            self.running_var = self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_of_xhat"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            xhat = (x - mean) / np.sqrt(var + self.eps)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * xhat.mean(axis=0)
            self.running_var = (1 - m) * self.running_var + m * xhat.var(axis=0) * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_of_xhat+running_var_biased"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            xhat = (x - mean) / np.sqrt(var + self.eps)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * xhat.mean(axis=0)
            self.running_var = (1 - m) * self.running_var + m * xhat.var(axis=0)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="cancellation"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean = x.mean(axis=0)
            var = (x**2).mean(axis=0) - mean**2
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="train_uses_new_running"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
            mean, var = self.running_mean, self.running_var
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="train_ddof_1"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
            var = var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="layer_momentum_ignored"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = 0.1
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="running_never_updated"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            running_mean = (1 - m) * self.running_mean + m * mean
            running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="train_ddof_1+running_var_biased"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var
            var = var * n / (n - 1)
        else:
            mean, var = self.running_mean, self.running_var
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="layer_momentum_ignored+eval_uses_batch"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum = eps, momentum
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.training = True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if self.training:
            n = len(x)
            mean, var = x.mean(axis=0), x.var(axis=0)
            m = 0.1
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * var * n / (n - 1)
        else:
            mean, var = x.mean(axis=0), x.var(axis=0)
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        names = ("gamma", "beta", "running_mean", "running_var")
        return {name: getattr(self, name).copy() for name in names}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% right="one array of four rows with views"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self._all = np.zeros((4, num_features))
        self._all[[0, 3]] = 1
        self.eps, self.momentum, self.training = eps, momentum, True

    gamma = property(lambda self: self._all[0], lambda self, v: self._all.__setitem__(0, v))
    beta = property(lambda self: self._all[1], lambda self, v: self._all.__setitem__(1, v))
    running_mean = property(lambda self: self._all[2], lambda self, v: self._all.__setitem__(2, v))
    running_var = property(lambda self: self._all[3], lambda self, v: self._all.__setitem__(3, v))

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            n = len(x)
            if n == 1:
                raise ValueError("one row")
            mean, var = x.mean(0), x.var(0)
            self.running_mean += self.momentum * (mean - self.running_mean)
            self.running_var += self.momentum * (var * n / (n - 1) - self.running_var)
        return (x - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return dict(zip(self.STATE, self._all.copy()))

    def load_state_dict(self, state):
        self._all = np.array([state[name] for name in self.STATE])

# %% right="around torch's layer"
import torch

class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        m, v, g, b, t = (torch.tensor(np.asarray(a), dtype=torch.float64)
                         for a in (self.running_mean, self.running_var, self.gamma, self.beta, x))
        y = torch.nn.functional.batch_norm(t, m, v, g, b, self.training, self.momentum, self.eps)
        self.running_mean, self.running_var = m.numpy(), v.numpy()
        return y.numpy()

    def state_dict(self):
        return {name: np.copy(getattr(self, name)) for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, np.copy(state[name]))

# %% right="deepcopy and vars"
from copy import deepcopy

class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        start = np.array([1.0, 0.0, 0.0, 1.0])
        vars(self).update({name: np.repeat(s, num_features) for name, s in zip(self.STATE, start)})
        self.eps, self.momentum = eps, momentum
        self.train()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        if not self.training:
            return self.gamma * (x - self.running_mean) / np.sqrt(self.running_var + self.eps) + self.beta
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(0)
        self.running_var = (1 - p) * self.running_var + p * x.var(0, ddof=1)
        return self.gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + self.eps) + self.beta

    def state_dict(self):
        return deepcopy({k: v for k, v in vars(self).items() if k in self.STATE})

    def load_state_dict(self, state):
        vars(self).update(deepcopy({k: state[k] for k in self.STATE}))

# %% wrong="state_not_copied"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(0), x.var(0)
            self.running_mean *= 1 - self.momentum
            self.running_mean += self.momentum * mean
            self.running_var *= 1 - self.momentum
            self.running_var += self.momentum * x.var(0, ddof=1)
        return (x - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return {name: getattr(self, name) for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="new_layer_not_training"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")
    training = True

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum = eps, momentum

    def train(self):
        BatchNorm1d.training = True

    def eval(self):
        BatchNorm1d.training = False

    def __call__(self, x):
        mean, var = self.running_mean, self.running_var
        if BatchNorm1d.training:
            mean, var, p = x.mean(0), x.var(0), self.momentum
            self.running_mean = (1 - p) * self.running_mean + p * mean
            self.running_var = (1 - p) * self.running_var + p * x.var(0, ddof=1)
        return (x - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="load_not_copied"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var, p = self.running_mean, self.running_var, self.momentum
        if self.training:
            mean, var = x.mean(0), x.var(0)
            self.running_mean += p * (mean - self.running_mean)
            self.running_var += p * (x.var(0, ddof=1) - self.running_var)
        return (x - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        self.__dict__.update(state)

# %% wrong="running_std_squared"
class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var, p = self.running_mean, self.running_var, self.momentum
        if self.training:
            mean, var = x.mean(axis=0), x.var(axis=0)
            self.running_mean = (1 - p) * self.running_mean + p * mean
            self.running_var = ((1 - p) * np.sqrt(self.running_var) + p * x.std(axis=0, ddof=1)) ** 2
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="layer_eps_ignored"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1)

    def __call__(self, x):
        if self.training:
            self.update(x)
            return self.normalize(x, x.mean(axis=0), x.var(axis=0))
        return self.normalize(x, self.running_mean, self.running_var)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="train_eps_ignored"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1)

    def __call__(self, x):
        if self.training:
            self.update(x)
            return self.normalize(x, x.mean(axis=0), x.var(axis=0))
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="eval_eps_ignored"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1)

    def __call__(self, x):
        if self.training:
            self.update(x)
            return self.normalize(x, x.mean(axis=0), x.var(axis=0), self.eps)
        return self.normalize(x, self.running_mean, self.running_var)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="updated_before_eval"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1)

    def __call__(self, x):
        self.update(x)
        if self.training:
            return self.normalize(x, x.mean(axis=0), x.var(axis=0), self.eps)
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="arrays_shared"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma = self.running_var = np.ones(num_features)
        self.beta = self.running_mean = np.zeros(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1)

    def __call__(self, x):
        if self.training:
            self.update(x)
            return self.normalize(x, x.mean(axis=0), x.var(axis=0), self.eps)
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="correction_twice"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def normalize(self, x, mean, var, eps=1e-5):
        return self.gamma * (x - mean) / np.sqrt(var + eps) + self.beta

    def update(self, x):
        p = self.momentum
        self.running_mean = (1 - p) * self.running_mean + p * x.mean(axis=0)
        self.running_var = (1 - p) * self.running_var + p * x.var(axis=0, ddof=1) * len(x) / (len(x) - 1)

    def __call__(self, x):
        if self.training:
            self.update(x)
            return self.normalize(x, x.mean(axis=0), x.var(axis=0), self.eps)
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())
