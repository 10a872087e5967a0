# %% [markdown]
# Answers to `evidence_runaway`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% right="slope_before_the_steps"
def evidence_runaway(forward, x, target, lr, steps):
    features, b = x.shape[1], np.zeros(x.shape[1])
    loss = lambda b: np.sum((forward(x + b) - target) ** 2) / len(x)
    slope = np.zeros(features)
    for d in range(features):
        step = np.zeros(features)
        step[d] = 1e-6
        slope[d] = (loss(step) - loss(-step)) / 2e-6
    before = loss(b)
    for _ in range(steps):
        error = forward(x + b) - target
        b -= lr * 2 * np.sum(error, axis=0) / len(x)
    return {19: "T", 20: "T"}, b, loss(b) - before, slope

# %% right="one_sided_slope"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return np.square(forward(x + b) - target).mean(axis=0).sum()
    b = np.zeros(x.shape[1])
    slope = np.array([(loss(b + e) - loss(b)) / 1e-6 for e in 1e-6 * np.eye(len(b))])
    for _ in range(steps):
        b -= lr * 2 * (forward(x + b) - target).mean(axis=0)
    return {19: "T", 20: "T"}, b, loss(b) - loss(np.zeros(len(b))), slope

# %% right="einsum_and_a_wider_step"
def evidence_runaway(forward, x, target, lr, steps):
    def error(b):
        return forward(x + b[None, :]) - target
    def loss(b):
        return np.einsum("nd,nd->", error(b), error(b)) / len(x)
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b + lr * (-2 * error(b).mean(0))
    units = 1e-4 * np.eye(len(b))
    slope = [(loss(u) - loss(-u)) / 2e-4 for u in units]
    return {19: "T", 20: "T"}, b, loss(b) - loss(0 * b), slope

# %% wrong="ascent"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b + lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="gradient_sum"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).sum(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="stale_gradient"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    db = 2 * (forward(x + b) - target).mean(axis=0)
    for _ in range(steps):
        b = b - lr * db
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="slope_of_belief"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = 2 * (forward(x) - target).mean(axis=0)
    return verdicts, b, change, slope

# %% wrong="change_backwards"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(np.zeros_like(b)) - loss(b)
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="ascent+change_backwards"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b + lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(np.zeros_like(b)) - loss(b)
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="verdict_19"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "F", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="verdict_20"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "F"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="verdict_19+verdict_20"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "F", 20: "F"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(axis=0)
    change = loss(b) - loss(np.zeros_like(b))
    h = 1e-5
    slope = np.array([(loss(h * e) - loss(-h * e)) / (2 * h) for e in np.eye(len(b))])
    return verdicts, b, change, slope

# %% wrong="loss_averaged"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x + b) - target) ** 2).mean()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return {19: "T", 20: "T"}, b, L(b) - L(np.zeros_like(b)), np.array([(L(v) - L(-v)) / 2e-5 for v in e])

# %% wrong="slope_at_end"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x + b) - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return {19: "T", 20: "T"}, b, L(b) - L(np.zeros_like(b)), np.array([(L(b + v) - L(b - v)) / 2e-5 for v in e])

# %% wrong="gradient_halved"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * (forward(x + b) - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return {19: "T", 20: "T"}, b, L(b) - L(np.zeros_like(b)), np.array([(L(v) - L(-v)) / 2e-5 for v in e])

# %% wrong="bias_behind"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x) + b - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * (forward(x) + b - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return {19: "T", 20: "T"}, b, L(b) - L(np.zeros_like(b)), np.array([(L(v) - L(-v)) / 2e-5 for v in e])

# %% wrong="start_moved"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    b0 = b
    for _ in range(steps):
        b -= lr * 2 * (forward(x + b) - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return {19: "T", 20: "T"}, b, L(b) - L(b0), np.array([(L(v) - L(-v)) / 2e-5 for v in e])

# %% right="a_list_and_a_copied_start"
def evidence_runaway(forward, x, target, lr, steps):
    L = lambda b: ((forward(x + b) - target) ** 2).mean(0).sum()
    b = np.zeros(x.shape[1])
    b0 = b.copy()
    for _ in range(steps):
        b -= lr * 2 * (forward(x + b) - target).mean(0)
    e = 1e-5 * np.eye(len(b))
    return [{19: "T", 20: "T"}, b, L(b) - L(b0), np.array([(L(v) - L(-v)) / 2e-5 for v in e])]

# %% right="a step of 1e-4, unit vectors"
def evidence_runaway(forward, x, target, lr, steps):
    loss = lambda b: np.sum((forward(x + b) - target) ** 2) / len(x)
    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * 2 * np.average(forward(x + b) - target, axis=0)
    slope = [(loss(e) - loss(-e)) / 2e-4 for e in 1e-4 * np.eye(x.shape[1])]
    return {19: "T", 20: "T"}, b, loss(b) - loss(np.zeros_like(b)), slope

# %% right="recursion, a step of 1e-6"
def evidence_runaway(forward, x, target, lr, steps):
    def loss(b):
        return float(np.einsum("nd,nd->", *[forward(x + b) - target] * 2)) / len(x)
    def walk(b, k):
        return b if k == 0 else walk(b - 2 * lr / len(x) * np.add.reduce(forward(x + b) - target), k - 1)
    zero = np.zeros(x.shape[1])
    b = walk(zero, steps)
    slope = np.array([(loss(h) - loss(-h)) / 2e-6 for h in np.diag(np.full(len(zero), 1e-6))])
    return {19: "T", 20: "T"}, b, loss(b) - loss(zero), slope

# %% wrong="slope_followed"
def evidence_runaway(forward, x, target, lr, steps):
    verdicts = {19: "T", 20: "T"}
    def loss(b):
        return ((forward(x + b) - target) ** 2).mean(axis=0).sum()

    def slope(b):
        return np.array([(loss(b + e) - loss(b - e)) / 2e-5 for e in 1e-5 * np.eye(len(b))])

    b = np.zeros(x.shape[1])
    for _ in range(steps):
        b = b - lr * slope(b)
    return verdicts, b, loss(b) - loss(np.zeros_like(b)), slope(np.zeros_like(b))
