# %% wrong="the rate decays"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for t in range(steps):
        b = b - lr / (t + 1) * 2 * (forward(x + b) - target).mean(axis=0)
    slope = np.array([(loss(1e-5 * e) - loss(-1e-5 * e)) / 2e-5 for e in np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="the target moved too"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return ((forward(x + b) - target - b) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    slope = np.array([(loss(1e-5 * e) - loss(-1e-5 * e)) / 2e-5 for e in np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="a quotient of losses"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    slope = np.array([(loss(1e-5 * e) - loss(-1e-5 * e)) / 2e-5 for e in np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) / loss(0 * b), slope

# %% wrong="the bias added after the norm" named="bias_behind"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return ((forward(x) + b - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x) + b - target).mean(axis=0)
    slope = np.array([(loss(1e-5 * e) - loss(-1e-5 * e)) / 2e-5 for e in np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="the length of the slope"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    slope = np.array([(loss(1e-5 * e) - loss(-1e-5 * e)) / 2e-5 for e in np.eye(len(b))])
    return {19: "T", 20: "T"}, np.abs(b), loss(b) - loss(0 * b), np.abs(slope)

# %% wrong="the sign of descent lost" named="ascent"
def evidence_runaway(forward, x, target, lr, steps):
    loss = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b += lr * 2 * (forward(x + b) - target).mean(0)
    slope = np.array([(loss(e) - loss(-e)) / 2e-5 for e in 1e-5 * np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="slope at the end" named="slope_at_end"
def evidence_runaway(forward, x, target, lr, steps):
    loss = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(0)
    slope = np.array([(loss(b + e) - loss(b - e)) / 2e-5 for e in 1e-5 * np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="loss averaged over features" named="loss_averaged"
def evidence_runaway(forward, x, target, lr, steps):
    loss = lambda b: ((forward(x + b) - target) ** 2).mean()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(0)
    slope = np.array([(loss(e) - loss(-e)) / 2e-5 for e in 1e-5 * np.eye(len(b))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="the size of the change" named="change_backwards"
def evidence_runaway(forward, x, target, lr, steps):
    loss = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(0)
    slope = np.array([(loss(e) - loss(-e)) / 2e-5 for e in 1e-5 * np.eye(len(b))])
    return {19: "T", 20: "T"}, b, abs(loss(b) - loss(0 * b)), slope
