# %% [markdown]
# Answers to `loss_range`: right in several styles, and wrong in every way the check should name.

# %% right="list"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return min(losses), max(losses)

# %% right="loop"
def loss_range(loss_fn, params, grads, step_sizes):
    lowest, highest = np.inf, -np.inf
    for step in step_sizes:
        there = params.copy()
        there -= step * grads
        loss = loss_fn(there)
        lowest, highest = min(lowest, loss), max(highest, loss)
    return lowest, highest

# %% right="all_places_at_once"
def loss_range(loss_fn, params, grads, step_sizes):
    places = params - np.outer(step_sizes, grads)
    losses = np.array([loss_fn(place) for place in places])
    return losses.min(), losses.max()

# %% right="sorted"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = sorted(float(loss_fn(params + -step * grads)) for step in step_sizes)
    return [losses[0], losses[-1]]

# %% right="quantiles"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = np.zeros(len(step_sizes))
    for k, step in enumerate(step_sizes):
        losses[k] = loss_fn(np.subtract(params, np.multiply(step, grads)))
    return tuple(np.quantile(losses, [0, 1]))

# %% right="apply_along_axis"
def loss_range(loss_fn, params, grads, step_sizes):
    places = params[None, :] - step_sizes[:, None] * grads[None, :]
    losses = np.apply_along_axis(loss_fn, 1, places)
    return np.amin(losses), np.amax(losses)

# %% wrong="walk_uphill"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params + step * grads) for step in step_sizes]
    return min(losses), max(losses)

# %% wrong="walk_accumulated"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = []
    for step in step_sizes:
        params = params - step * grads
        losses.append(loss_fn(params))
    return min(losses), max(losses)

# %% wrong="walk_unit"
def loss_range(loss_fn, params, grads, step_sizes):
    direction = grads / np.linalg.norm(grads)
    losses = [loss_fn(params - step * direction) for step in step_sizes]
    return min(losses), max(losses)

# %% wrong="range_with_start"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params)]
    for step in step_sizes:
        losses.append(loss_fn(params - step * grads))
    return min(losses), max(losses)

# %% wrong="range_ends"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return losses[0], losses[-1]

# %% wrong="range_mean_std"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = np.array([loss_fn(params - step * grads) for step in step_sizes])
    return losses.mean() - losses.std(), losses.mean() + losses.std()

# %% wrong="range_relative"
def loss_range(loss_fn, params, grads, step_sizes):
    here = loss_fn(params)
    changes = [loss_fn(params - step * grads) - here for step in step_sizes]
    return min(changes), max(changes)

# %% wrong="range_swapped"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params - step * grads) for step in step_sizes]
    return max(losses), min(losses)

# %% wrong="in_place"
def loss_range(loss_fn, params, grads, step_sizes):
    losses, at = [], 0.0
    for step in step_sizes:
        params -= (step - at) * grads
        at = step
        losses.append(loss_fn(params))
    return min(losses), max(losses)

# %% wrong="walk_accumulated+in_place"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = []
    for step in step_sizes:
        params -= step * grads
        losses.append(loss_fn(params))
    return min(losses), max(losses)

# %% wrong="walk_uphill+range_swapped"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params + step * grads) for step in step_sizes]
    return max(losses), min(losses)

# %% wrong="walk_unit+range_relative"
def loss_range(loss_fn, params, grads, step_sizes):
    direction = grads / np.sqrt(np.sum(grads**2))
    losses = np.array([loss_fn(params - step * direction) for step in step_sizes])
    return losses.min() - loss_fn(params), losses.max() - loss_fn(params)

# %% wrong="walk_uphill+range_with_start"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = [loss_fn(params + step * grads) for step in [0, *step_sizes]]
    return min(losses), max(losses)

# %% right="one broadcast of places, min and max of a map"
def loss_range(loss_fn, params, grads, step_sizes):
    places = params - np.outer(step_sizes, grads)
    losses = list(map(loss_fn, places))
    return min(losses), max(losses)

# %% right="apply_along_axis"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = np.apply_along_axis(lambda s: loss_fn(params - s * grads), 0, np.reshape(step_sizes, (1, -1)))
    return np.quantile(losses, [0, 1]).tolist()

# %% right="an array of two"
def loss_range(loss_fn, params, grads, step_sizes):
    losses = np.sort([float(loss_fn(np.add(params, -s * grads))) for s in step_sizes])
    return losses[[0, -1]]

# %% wrong="range_from_zero"
def loss_range(loss_fn, params, grads, step_sizes):
    lowest = highest = 0
    for step in step_sizes:
        loss = loss_fn(params - step * grads)
        lowest, highest = min(lowest, loss), max(highest, loss)
    return lowest, highest
