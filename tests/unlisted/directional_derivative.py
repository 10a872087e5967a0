# %% wrong="tangent for sine"
def directional_derivative(grad, theta):
    return grad[0] * np.cos(theta) + grad[1] * np.tan(theta)

# %% wrong="across in place of along"
def directional_derivative(grad, theta):
    return -grad[0] * np.sin(theta) + grad[1] * np.cos(theta)

# %% wrong="only the length of the gradient"
def directional_derivative(grad, theta):
    return np.linalg.norm(grad) + 0 * theta

# %% wrong="angle counted from the gradient"
def directional_derivative(grad, theta):
    return np.linalg.norm(grad) * np.cos(theta)

# %% wrong="squares"
def directional_derivative(grad, theta):
    return grad[0] * np.cos(theta) ** 2 + grad[1] * np.sin(theta) ** 2

# %% wrong="only for numbers"
import math

def directional_derivative(grad, theta):
    return grad[0] * math.cos(theta) + grad[1] * math.sin(theta)

# %% wrong="the vector instead of its sum" named="wrong_shape"
def directional_derivative(grad, theta):
    return grad * np.array([np.cos(theta), np.sin(theta)])

# %% wrong="the other rotation"
def directional_derivative(grad, theta):
    return -grad[0] * np.sin(theta) + grad[1] * np.cos(theta)
