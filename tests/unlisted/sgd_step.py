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
