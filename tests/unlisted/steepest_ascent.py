# %% wrong="arcsine of the second component"
def steepest_ascent(grad):
    size = np.linalg.norm(grad)
    return np.arcsin(grad[1] / size), size

# %% wrong="across the gradient"
def steepest_ascent(grad):
    return np.arctan2(grad[1], grad[0]) + np.pi / 2, np.linalg.norm(grad)

# %% wrong="the largest component for the rate" named="rate_largest"
def steepest_ascent(grad):
    return np.arctan2(grad[1], grad[0]), np.abs(grad).max()

# %% wrong="the angle of the squares"
def steepest_ascent(grad):
    return np.arctan2(grad[1] ** 2, grad[0] ** 2), np.linalg.norm(grad)

# %% wrong="always along an axis"
def steepest_ascent(grad):
    k = int(np.argmax(np.abs(grad)))
    return k * np.pi / 2, np.linalg.norm(grad)

# %% wrong="the direction as a vector" named="wrong_shape"
def steepest_ascent(grad):
    rate = np.linalg.norm(grad)
    return grad / rate, rate

# %% wrong="a search over whole degrees"
def steepest_ascent(grad):
    angles = np.radians(np.arange(-179, 181))
    slopes = grad[0] * np.cos(angles) + grad[1] * np.sin(angles)
    k = slopes.argmax()
    return angles[k], slopes[k]

# %% wrong="arctan2 in the order of the components" named="arctan2_swapped"
def steepest_ascent(grad):
    return np.arctan2(*grad), np.linalg.norm(grad)
