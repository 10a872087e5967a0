# %% wrong="largest entry" named="distance_largest"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.abs(grad_fn(params - s * grads) - grads).max() for s in step_sizes])

# %% wrong="angle between the gradients" named="not_finite"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    found = []
    for s in step_sizes:
        g = grad_fn(params - s * grads)
        found.append(np.arccos(np.clip(g @ grads / (np.linalg.norm(g) * np.linalg.norm(grads)), -1, 1)))
    return np.array(found)

# %% wrong="difference of the lengths" named="distance_of_lengths"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([abs(np.linalg.norm(grad_fn(params - s * grads)) - np.linalg.norm(grads)) for s in step_sizes])

# %% wrong="distance of the parameters"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.linalg.norm(s * grads) for s in step_sizes])

# %% wrong="from one step to the next" named="distance_from_previous"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    old, found = grads, []
    for s in step_sizes:
        new = grad_fn(params - s * grads)
        found.append(np.linalg.norm(new - old))
        old = new
    return np.array(found)

# %% wrong="the largest only" named="wrong_shape"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return max(np.linalg.norm(grad_fn(params - s * grads) - grads) for s in step_sizes)

# %% wrong="axis 0 norm" named="wrong_shape"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    g = np.stack([grad_fn(params - s * grads) - grads for s in step_sizes])
    return np.linalg.norm(g, axis=0)

# %% wrong="squared" named="distance_squared"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.sum((grad_fn(params - s * grads) - grads) ** 2) for s in step_sizes])
