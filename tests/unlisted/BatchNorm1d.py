# %% wrong="running variance is a running maximum"
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
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var, m = x.mean(axis=0), x.var(axis=0), self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = np.maximum(self.running_var, x.var(axis=0, ddof=1))
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {k: getattr(self, k).copy() for k in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="momentum halves with every batch"
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
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var, m = x.mean(axis=0), x.var(axis=0), self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)
            self.momentum = m / 2
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {k: getattr(self, k).copy() for k in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="gamma and beta left out in eval"
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
        if not self.training:
            return (x - self.running_mean) / np.sqrt(self.running_var + self.eps)
        mean, var, m = x.mean(axis=0), x.var(axis=0), self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * mean
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {k: getattr(self, k).copy() for k in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="training uses the mixed statistics half and half"
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
        mean, var = self.running_mean, self.running_var
        if self.training:
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
            self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)
            mean, var = (x.mean(axis=0) + self.running_mean) / 2, (x.var(axis=0) + self.running_var) / 2
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {k: getattr(self, k).copy() for k in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        for name, value in state.items():
            setattr(self, name, value.copy())

# %% wrong="only the statistics come back" named="state_forgets_parameters"
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
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var, m = x.mean(axis=0), x.var(axis=0), self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)
        return self.gamma * (x - mean) / np.sqrt(var + self.eps) + self.beta

    def state_dict(self):
        return {k: getattr(self, k).copy() for k in ("gamma", "beta", "running_mean", "running_var")}

    def load_state_dict(self, state):
        self.running_mean, self.running_var = state["running_mean"].copy(), state["running_var"].copy()

# %% wrong="the arrays are class attributes of the first layer: shared running mean"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1, zeros=np.zeros(64)):
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = zeros[:num_features], np.ones(num_features)
        self.eps, self.momentum, self.training = eps, momentum, True

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def __call__(self, x):
        mean, var, p = self.running_mean, self.running_var, self.momentum
        if self.training:
            mean, var = x.mean(0), x.var(0)
            self.running_mean[:] = (1 - p) * self.running_mean + p * mean
            self.running_var[:] = (1 - p) * self.running_var + p * x.var(0, ddof=1)
        return (x - mean) / np.sqrt(var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="training with the running statistics it has just updated" named="train_uses_new_running"
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
        if self.training:
            p = self.momentum
            self.running_mean = (1 - p) * self.running_mean + p * x.mean(0)
            self.running_var = (1 - p) * self.running_var + p * x.var(0, ddof=1)
        return (x - self.running_mean) / np.sqrt(self.running_var + self.eps) * self.gamma + self.beta

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="the state under names of its own"
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
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {"gamma": self.gamma.copy(), "beta": self.beta.copy(), "mean": self.running_mean.copy(),
                "var": self.running_var.copy()}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="the state as a list"
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
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return [getattr(self, name).copy() for name in self.STATE]

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())

# %% wrong="gamma and beta are numbers"
class BatchNorm1d:
    STATE = ("gamma", "beta", "running_mean", "running_var")

    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.gamma, self.beta = 1.0, 0.0
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
        return self.normalize(x, self.running_mean, self.running_var, self.eps)

    def state_dict(self):
        return {name: getattr(self, name).copy() for name in self.STATE}

    def load_state_dict(self, state):
        for name in self.STATE:
            setattr(self, name, state[name].copy())
