# %% wrong="one step for all by the first gradient"
def sgd_step(params, grads, lr):
    return [p - lr * np.sum(grads[0]) for p in params]

# %% wrong="twice"
def sgd_step(params, grads, lr):
    return [p - 2 * lr * g for p, g in zip(params, grads)]

# %% wrong="decayed"
def sgd_step(params, grads, lr):
    return [(1 - lr) * p - lr * g for p, g in zip(params, grads)]

# %% wrong="the sign of the gradient"
def sgd_step(params, grads, lr):
    return [p - lr * np.sign(g) for p, g in zip(params, grads)]

# %% wrong="only the first parameter"
def sgd_step(params, grads, lr):
    return [params[0] - lr * grads[0], params[1]]

# %% wrong="rebinding the loop variable"
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        p = p - lr * g
    return params

# %% wrong="list repetition"
def sgd_step(params, grads, lr):
    return [p - g for p, g in zip(params, grads * int(lr))] or params

# %% wrong="a generator without a list" named="wrong_count"
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        yield p + lr * g

# %% wrong="the last one only" named="wrong_count"
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        new = [p - lr * g]
    return new

# %% wrong="return inside the loop" named="wrong_count"
def sgd_step(params, grads, lr):
    new = []
    for p, g in zip(params, grads):
        new.append(p - lr * g)
        return new

# %% wrong="nested loops over both lists" named="wrong_count"
def sgd_step(params, grads, lr):
    return [p - lr * g for p in params for g in grads]
