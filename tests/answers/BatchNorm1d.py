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
        return {"weight": np.array(self.gamma), "bias": np.array(self.beta),
                "statistics": np.array([self.running_mean, self.running_var])}

    def load_state_dict(self, state):
        self.gamma, self.beta = list(state["weight"]), list(state["bias"])
        self.running_mean, self.running_var = (list(row) for row in state["statistics"])

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
        return {"all": np.vstack([self.gamma, self.beta, self.memory])}

    def load_state_dict(self, state):
        self.gamma, self.beta, self.memory = state["all"][0], state["all"][1], state["all"][2:].copy()

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
