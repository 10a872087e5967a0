# %% wrong="plain average of old and new"
def update_running(running_mean, running_var, x, momentum=0.1):
    n = len(x)
    return (running_mean + x.mean(axis=0)) / 2, (running_var + x.var(axis=0) * n / (n - 1)) / 2

# %% wrong="variance round the running mean"
def update_running(running_mean, running_var, x, momentum=0.1):
    n = len(x)
    var = ((x - running_mean) ** 2).sum(axis=0) / (n - 1)
    return (1 - momentum) * running_mean + momentum * x.mean(axis=0), (1 - momentum) * running_var + momentum * var

# %% wrong="momentum squared for the variance"
def update_running(running_mean, running_var, x, momentum=0.1):
    m = momentum**2
    return ((1 - momentum) * running_mean + momentum * x.mean(axis=0),
            (1 - m) * running_var + m * x.var(axis=0, ddof=1))

# %% wrong="the mean's own variance added"
def update_running(running_mean, running_var, x, momentum=0.1):
    var = x.var(axis=0, ddof=1) + (x.mean(axis=0) - running_mean) ** 2
    return (1 - momentum) * running_mean + momentum * x.mean(axis=0), (1 - momentum) * running_var + momentum * var

# %% wrong="a fixed momentum"
def update_running(running_mean, running_var, x, momentum=0.1):
    return 0.99 * running_mean + 0.01 * x.mean(axis=0), 0.99 * running_var + 0.01 * x.var(axis=0, ddof=1)

# %% wrong="correction m/(m-1) on the wrong term"
def update_running(running_mean, running_var, x, momentum=0.1):
    m = len(x)
    if m == 1:
        raise ValueError
    return ((1 - momentum) * running_mean + momentum * x.mean(0),
            ((1 - momentum) * running_var + momentum * x.var(0)) * m / (m - 1))

# %% wrong="Keras's momentum" named="momentum_reversed"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        raise ValueError
    return (momentum * running_mean + (1 - momentum) * x.mean(0),
            momentum * running_var + (1 - momentum) * x.var(0, ddof=1))

# %% wrong="CS231n's update, biased" named="running_var_biased"
def update_running(running_mean, running_var, x, momentum=0.1):
    if len(x) == 1:
        raise ValueError
    return ((1 - momentum) * running_mean + momentum * x.mean(0), (1 - momentum) * running_var + momentum * x.var(0))
