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
