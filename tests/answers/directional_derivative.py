# %% [markdown]
# Answers to `directional_derivative`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def directional_derivative(grad, theta):
    return grad[0] * np.cos(theta) + grad[1] * np.sin(theta)

# %% right="tensordot"
def directional_derivative(grad, theta):
    u = np.array([np.cos(theta), np.sin(theta)])
    return np.tensordot(grad, u, axes=1)

# %% right="einsum"
def directional_derivative(grad, theta):
    u = np.stack([np.cos(theta), np.sin(theta)], axis=-1)
    return np.einsum("...d,d->...", u, grad)

# %% right="complex"
def directional_derivative(grad, theta):
    slope = complex(grad[0], -grad[1]) * np.exp(1j * np.asarray(theta))
    return slope.real

# %% right="loops"
def directional_derivative(grad, theta):
    angles = np.asarray(theta, dtype=float)
    rate = np.zeros(angles.shape)
    for index in np.ndindex(angles.shape):
        u = [np.cos(angles[index]), np.sin(angles[index])]
        rate[index] = sum(g * c for g, c in zip(grad, u))
    return rate

# %% right="length_times_cosine"
def directional_derivative(grad, theta):
    steepest = np.arctan2(grad[1], grad[0])
    return np.linalg.norm(grad) * np.cos(theta - steepest)

# %% right="vectorize"
def directional_derivative(grad, theta):
    return np.vectorize(lambda t: np.dot(grad, [np.cos(t), np.sin(t)]))(theta)

# %% right="frompyfunc, objects that are numbers"
def directional_derivative(grad, theta):
    gx, gy = grad
    return np.frompyfunc(lambda t: gx * np.cos(t) + gy * np.sin(t), 1, 1)(theta)

# %% wrong="degrees"
def directional_derivative(grad, theta):
    theta = np.deg2rad(theta)
    return grad[0] * np.cos(theta) + grad[1] * np.sin(theta)

# %% wrong="sine_cosine_swapped"
def directional_derivative(grad, theta):
    return grad[0] * np.sin(theta) + grad[1] * np.cos(theta)

# %% wrong="absolute_value"
def directional_derivative(grad, theta):
    return np.abs(grad[0] * np.cos(theta) + grad[1] * np.sin(theta))

# %% wrong="unit_gradient"
def directional_derivative(grad, theta):
    grad = grad / np.linalg.norm(grad)
    return grad[0] * np.cos(theta) + grad[1] * np.sin(theta)

# %% wrong="long_direction"
def directional_derivative(grad, theta):
    return grad[0] + grad[1] * np.tan(theta)

# %% wrong="one_component"
def directional_derivative(grad, theta):
    return grad[0] * np.cos(theta)

# %% wrong="degrees+sine_cosine_swapped"
def directional_derivative(grad, theta):
    angle = theta * np.pi / 180
    u = np.array([np.sin(angle), np.cos(angle)])
    return np.tensordot(grad, u, axes=1)

# %% wrong="absolute_value+unit_gradient"
def directional_derivative(grad, theta):
    n = grad / np.sqrt(np.sum(grad**2))
    return abs(n[0] * np.cos(theta) + n[1] * np.sin(theta))

# %% wrong="sine_cosine_swapped+one_component"
def directional_derivative(grad, theta):
    return grad[0] * np.sin(theta)

# %% wrong="theta_matmul"
def directional_derivative(grad, theta):
    return grad @ np.array([np.cos(theta), np.sin(theta)])

# %% right="real part of a complex product"
def directional_derivative(grad, theta):
    return ((grad[0] - 1j * grad[1]) * np.exp(1j * np.asarray(theta))).real

# %% right="norm times cosine of the angle between"
def directional_derivative(grad, theta):
    return np.hypot(grad[0], grad[1]) * np.cos(np.subtract(theta, np.arctan2(grad[1], grad[0])))

# %% right="tensordot with the stacked direction"
def directional_derivative(grad, theta):
    return np.tensordot(grad, np.stack([np.cos(theta), np.sin(theta)]), axes=1)

# %% right="vectorize with math"
import math

def directional_derivative(grad, theta):
    return np.vectorize(lambda t: math.fsum([grad[0] * math.cos(t), grad[1] * math.sin(t)]), otypes=[float])(theta)

# %% wrong="sine_subtracted"
def directional_derivative(grad, theta):
    return grad[0] * np.cos(theta) - grad[1] * np.sin(theta)
