# %% [markdown]
# Answers to `spectral_norm`: right in several styles, and wrong in every way the check should name.

# %% right="as_written"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, u

# %% right="length_of_Wv"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = u @ weight
        v = v / np.sqrt((v**2).sum())
        u = weight @ v
        sigma = np.sqrt((u**2).sum())
        u = u / sigma
    return weight / sigma, u

# %% right="sums"
def spectral_norm(weight, u, steps):
    outputs, inputs = weight.shape
    for _ in range(steps):
        v = np.array([sum(weight[o, i] * u[o] for o in range(outputs)) for i in range(inputs)])
        v = v / sum(a * a for a in v) ** 0.5
        u = np.array([sum(weight[o, i] * v[i] for i in range(inputs)) for o in range(outputs)])
        u = u / sum(a * a for a in u) ** 0.5
    sigma = sum(u[o] * weight[o, i] * v[i] for o in range(outputs) for i in range(inputs))
    return weight / sigma, u

# %% right="while_and_einsum"
def spectral_norm(weight, u, steps):
    done = 0
    while done < steps:
        v = np.einsum("oi,o->i", weight, u)
        v = v / np.linalg.norm(v)
        u = np.einsum("oi,i->o", weight, v)
        u = u / np.linalg.norm(u)
        done += 1
    return weight / np.einsum("o,oi,i->", u, weight, v), u

# %% wrong="spectral_frobenius"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = np.linalg.norm(weight)
    return weight / sigma, u

# %% wrong="spectral_one_sided"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        sigma = np.linalg.norm(v)
        v = v / sigma
        u = weight @ v
        u = u / np.linalg.norm(u)
    return weight / sigma, u

# %% wrong="spectral_half_step_more"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = np.linalg.norm(weight.T @ u)
    return weight / sigma, u

# %% wrong="spectral_exact"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = np.linalg.norm(weight, 2)
    return weight / sigma, u

# %% wrong="spectral_sigma_transposed"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = v @ weight @ u
    return weight / sigma, u

# %% wrong="spectral_sigma_squared"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma**2, u

# %% wrong="spectral_steps_ignored"
def spectral_norm(weight, u, steps):
    v = weight.T @ u
    v = v / np.linalg.norm(v)
    u = weight @ v
    u = u / np.linalg.norm(u)
    return weight / (u @ weight @ v), u

# %% wrong="spectral_one_step_more"
def spectral_norm(weight, u, steps):
    for _ in range(steps + 1):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, u

# %% wrong="spectral_start_ignored"
def spectral_norm(weight, u, steps):
    u = np.ones(len(weight))
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, u

# %% wrong="spectral_u_not_normalized"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
    sigma = u @ weight @ v
    return weight / sigma, u

# %% wrong="spectral_v_not_normalized"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, u

# %% wrong="spectral_transposed"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight @ u
        v = v / np.linalg.norm(v)
        u = weight.T @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight.T @ v
    return weight / sigma, u

# %% wrong="spectral_not_divided"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight, u

# %% wrong="spectral_multiplied"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight * sigma, u

# %% wrong="spectral_u_old"
def spectral_norm(weight, u, steps):
    start = u
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, start

# %% wrong="spectral_v_returned"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, v

# %% wrong="in_place"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u[:] = weight @ v
        u /= np.linalg.norm(u)
    sigma = u @ weight @ v
    return weight / sigma, u

# %% wrong="keepdims"
def spectral_norm(weight, u, steps):
    u = u.reshape(-1, 1)
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = (u.T @ weight @ v).item()
    return weight / sigma, u

# %% wrong="single_precision"
def spectral_norm(weight, u, steps):
    for _ in range(steps):
        v = weight.T @ u
        v = v / np.linalg.norm(v)
        u = weight @ v
        u = u / np.linalg.norm(u)
    sigma = u @ weight @ v
    return (weight / sigma).astype(np.float32), u.astype(np.float32)

# %% wrong="spectral_frobenius+spectral_u_old"
def spectral_norm(weight, u, steps):
    return weight / np.sqrt((weight**2).sum()), u

# %% wrong="spectral_steps_ignored+spectral_sigma_squared"
def spectral_norm(weight, u, steps):
    v = weight.T @ u
    v = v / np.linalg.norm(v)
    u = weight @ v
    u = u / np.linalg.norm(u)
    return weight / (v @ weight.T @ weight @ v), u

# %% right="torch's normalize"
import torch
from torch.nn.functional import normalize as unit

def spectral_norm(weight, u, steps):
    w, u = torch.tensor(weight, dtype=torch.float64), torch.tensor(u, dtype=torch.float64)
    for _ in range(steps):
        v = unit(w.mT @ u, dim=0, eps=0.0)
        u = unit(w @ v, dim=0, eps=0.0)
    return (w / torch.dot(u, w @ v)).numpy(), u.numpy()

# %% right="recursion; sigma as the length of W v"
def spectral_norm(weight, u, steps):
    v = weight.T @ u
    v = v / np.sqrt(v @ v)
    z = weight @ v
    sigma = np.sqrt(z @ z)
    return (weight / sigma, z / sigma) if steps == 1 else spectral_norm(weight, z / sigma, steps - 1)

# %% right="einsum, a list of two"
from functools import reduce

def spectral_norm(weight, u, steps):
    unit = lambda z: z / np.linalg.norm(z)
    step = lambda uv, _: (lambda v: (unit(np.einsum("oi,i->o", weight, v)), v))(unit(np.einsum("oi,o->i", weight, uv[0])))
    u, v = reduce(step, range(steps), (u, None))
    return [weight / np.einsum("o,oi,i", u, weight, v), u]
