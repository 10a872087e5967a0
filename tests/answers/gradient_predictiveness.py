# %% [markdown]
# Answers to `gradient_predictiveness`: right in several styles, and wrong in every way the check should name.

# %% right="list"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.linalg.norm(grad_fn(params - step * grads) - grads) for step in step_sizes])

# %% right="loop"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances = np.zeros(len(step_sizes))
    for k, step in enumerate(step_sizes):
        total = 0.0
        for after, before in zip(grad_fn(params - step * grads), grads):
            total += (after - before) ** 2
        distances[k] = total**0.5
    return distances

# %% right="recomputed"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    here = grad_fn(params)
    changes = np.array([grad_fn(params - step * grads) - here for step in step_sizes])
    return np.sqrt((changes**2).sum(axis=1))

# %% right="einsum"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    places = params - np.outer(step_sizes, grads)
    changes = grads - np.stack([grad_fn(place) for place in places])
    return np.sqrt(np.einsum("sp,sp->s", changes, changes))

# %% right="dot"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances = []
    for step in step_sizes:
        change = grad_fn(np.subtract(params, step * grads)) - grads
        distances.append(np.sqrt(change @ change))
    return distances

# %% right="hypot"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.hypot.reduce(grad_fn(params - s * grads) - grads) for s in step_sizes])

# %% wrong="walk_uphill"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.linalg.norm(grad_fn(params + step * grads) - grads) for step in step_sizes])

# %% wrong="walk_accumulated"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances = []
    for step in step_sizes:
        params = params - step * grads
        distances.append(np.linalg.norm(grad_fn(params) - grads))
    return np.array(distances)

# %% wrong="walk_unit"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    unit = grads / np.linalg.norm(grads)
    return np.array([np.linalg.norm(grad_fn(params - step * unit) - grads) for step in step_sizes])

# %% wrong="distance_squared"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.sum((grad_fn(params - step * grads) - grads) ** 2) for step in step_sizes])

# %% wrong="distance_l1"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.sum(np.abs(grad_fn(params - step * grads) - grads)) for step in step_sizes])

# %% wrong="distance_largest"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.max(np.abs(grad_fn(params - step * grads) - grads)) for step in step_sizes])

# %% wrong="distance_root_mean"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.sqrt(np.mean((grad_fn(params - step * grads) - grads) ** 2)) for step in step_sizes])

# %% wrong="distance_of_lengths"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    norm = np.linalg.norm
    return np.array([abs(norm(grad_fn(params - step * grads)) - norm(grads)) for step in step_sizes])

# %% wrong="distance_per_length"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    ratios = []
    for step in step_sizes:
        move = step * grads
        ratios.append(np.linalg.norm(grad_fn(params - move) - grads) / np.linalg.norm(move))
    return np.array(ratios)

# %% wrong="distance_per_step"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.linalg.norm(grad_fn(params - step * grads) - grads) / step for step in step_sizes])

# %% wrong="distance_from_previous"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances = []
    for step in step_sizes:
        after = grad_fn(params - step * grads)
        distances.append(np.linalg.norm(after - (grads if not distances else before)))
        before = after
    return np.array(distances)

# %% wrong="distance_from_zero"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.linalg.norm(grad_fn(params - step * grads)) for step in step_sizes])

# %% wrong="in_place"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances, at = [], 0.0
    for step in step_sizes:
        params -= (step - at) * grads
        at = step
        distances.append(np.linalg.norm(grad_fn(params) - grads))
    return np.array(distances)

# %% wrong="walk_accumulated+in_place"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances = []
    for step in step_sizes:
        params -= step * grads
        distances.append(np.linalg.norm(grad_fn(params) - grads))
    return np.array(distances)

# %% wrong="walk_uphill+distance_squared"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([((grad_fn(params + step * grads) - grads) ** 2).sum() for step in step_sizes])

# %% wrong="walk_accumulated+distance_from_previous"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    distances, before = [], grads
    for step in step_sizes:
        params = params - step * grads
        after = grad_fn(params)
        distances.append(np.linalg.norm(after - before))
        before = after
    return np.array(distances)

# %% wrong="distance_squared+distance_per_step"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return np.array([np.sum((grad_fn(params - step * grads) - grads) ** 2) / step for step in step_sizes])

# %% wrong="distance_relative"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    size = np.linalg.norm(grads)
    return np.array([np.linalg.norm(grad_fn(params - step * grads) - grads) / size for step in step_sizes])

# %% right="math.dist"
import math

def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    return [math.dist(grad_fn(params - s * grads), grads) for s in step_sizes]

# %% right="a matrix of gradients and einsum"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    g = np.stack([grad_fn(p) for p in params - np.multiply.outer(step_sizes, grads)]) - grads
    return np.sqrt(np.einsum("sp,sp->s", g, g))

# %% right="np.vectorize over the steps, norm over axis"
def gradient_predictiveness(grad_fn, params, grads, step_sizes):
    change = np.vectorize(lambda s: grad_fn(params - s * grads) - grads, signature="()->(p)")
    return np.linalg.norm(change(step_sizes), axis=-1)
