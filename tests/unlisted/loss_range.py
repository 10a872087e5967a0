# %% wrong="first and last step" named="range_ends"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return losses[0], losses[-1]

# %% wrong="the whole length of the gradient made 1" named="walk_unit"
def loss_range(loss_fn, params, grads, step_sizes):
    way = grads / np.linalg.norm(grads)
    losses = [loss_fn(params - step * way) for step in step_sizes]
    return min(losses), max(losses)

# %% wrong="quartiles"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return np.quantile(losses, 0.25), np.quantile(losses, 0.75)

# %% wrong="the step of the lowest and highest"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return step_sizes[int(np.argmin(losses))], step_sizes[int(np.argmax(losses))]

# %% wrong="middle and half width"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return (max(losses) + min(losses)) / 2, (max(losses) - min(losses)) / 2

# %% wrong="the range as one number" named="wrong_count"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - s * grads) for s in step_sizes]
    return max(losses) - min(losses)

# %% wrong="params counted in" named="range_with_start"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params)] + [loss_fn(params - s * grads) for s in step_sizes]
    return min(losses), max(losses)

# %% wrong="steps one after the other" named="walk_accumulated"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = []
    for s in step_sizes:
        params = params - s * grads
        losses.append(loss_fn(params))
    return min(losses), max(losses)
