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
