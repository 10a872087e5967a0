# %% [markdown]
# Answers to `sgd_step`: right in several styles, and wrong in every way the check should name.

# %% right="loop"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p - lr * g)
    return stepped

# %% right="comprehension"
def sgd_step(params, grads, lr):
    return [p - lr * g for p, g in zip(params, grads, strict=True)]

# %% right="copies_stepped_in_place"
def sgd_step(params, grads, lr):
    new = [np.array(p, dtype=float) for p in params]
    for k in range(len(new)):
        new[k] -= lr * grads[k]
    return tuple(new)

# %% right="one_flat_vector"
def sgd_step(params, grads, lr):
    flat = np.concatenate([np.ravel(p) for p in params]) - lr * np.concatenate([np.ravel(g) for g in grads])
    parts = np.split(flat, np.cumsum([np.size(p) for p in params])[:-1])
    return [part.reshape(np.shape(p)) for part, p in zip(parts, params, strict=True)]

# %% right="map"
def sgd_step(params, grads, lr):
    return list(map(lambda p, g: np.subtract(p, np.multiply(lr, g)), params, grads))

# %% right="entries of rows by hand"
def sgd_step(params, grads, lr):
    def entries(p, g):
        return [a - lr * b if np.ndim(a) == 0 else entries(a, b) for a, b in zip(p, g)]
    return [np.array(entries(p, g)) for p, g in zip(params, grads)]

# %% wrong="step_uphill"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p + lr * g)
    return stepped

# %% wrong="step_without_lr"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p - g)
    return stepped

# %% wrong="step_normalized"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p - lr * g / np.linalg.norm(g))
    return stepped

# %% wrong="in_place"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        p -= lr * g
        stepped.append(p)
    return stepped

# %% wrong="single_precision"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(np.float32(p - lr * g))
    return stepped

# %% wrong="step_uphill+step_without_lr"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p + g)
    return stepped

# %% wrong="step_normalized+step_uphill"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        stepped.append(p + lr * g / np.linalg.norm(g))
    return stepped

# %% wrong="step_without_lr+in_place"
def sgd_step(params, grads, lr):
    stepped = []
    for p, g in zip(params, grads, strict=True):
        p -= g
        stepped.append(p)
    return stepped

# %% right="map with an operator"
import operator

def sgd_step(params, grads, lr):
    return list(map(operator.sub, params, (np.multiply(lr, g) for g in grads)))

# %% right="copies moved in place"
def sgd_step(params, grads, lr):
    new = [np.array(p, dtype=float) for p in params]
    for p, g in zip(new, grads):
        np.subtract(p, lr * np.asarray(g), out=p)
    return new

# %% right="torch's own SGD"
import torch

def sgd_step(params, grads, lr):
    ts = [torch.nn.Parameter(torch.tensor(p, dtype=torch.float64)) for p in params]
    for t, g in zip(ts, grads):
        t.grad = torch.tensor(g, dtype=torch.float64)
    torch.optim.SGD(ts, lr=lr).step()
    return [t.detach().numpy() for t in ts]

# %% right="recursion on the lists"
def sgd_step(params, grads, lr):
    if not params:
        return []
    return [params[0] - lr * grads[0], *sgd_step(params[1:], grads[1:], lr)]
