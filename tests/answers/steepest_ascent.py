# %% [markdown]
# Answers to `steepest_ascent`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0])
    return theta, np.linalg.norm(grad)

# %% right="complex"
def steepest_ascent(grad):
    z = grad[0] + 1j * grad[1]
    return np.angle(z), np.abs(z)

# %% right="quadrants_by_hand"
def steepest_ascent(grad):
    gx, gy = grad
    rate = (gx**2 + gy**2) ** 0.5
    if gx == 0:
        return (np.pi / 2 if gy > 0 else -np.pi / 2), rate
    theta = np.arctan(gy / gx)
    if gx < 0:
        theta += np.pi
    return theta, rate

# %% right="einsum"
def steepest_ascent(grad):
    rate = np.sqrt(np.einsum("d,d->", grad, grad))
    u = grad / rate
    return np.arctan2(*u[::-1]), rate

# %% right="half_angle"
def steepest_ascent(grad):
    gx, gy = grad
    rate = np.hypot(gx, gy)
    if gy == 0 and gx < 0:
        return np.pi, rate
    half = np.arctan2(gy, rate + gx) if gx >= 0 else np.arctan2(rate - gx, gy)
    return 2 * half, rate

# %% right="rate_along_the_direction"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0]) % (2 * np.pi)
    return theta, np.dot(grad, [np.cos(theta), np.sin(theta)])

# %% right="discrete Fourier transform of the slopes"
def steepest_ascent(grad):
    c = np.fft.fft([grad[0] * np.cos(t) + grad[1] * np.sin(t) for t in 2 * np.pi * np.arange(8) / 8]) / 4
    return -np.angle(c[1]), np.abs(c[1])

# %% wrong="descent"
def steepest_ascent(grad):
    theta = np.arctan2(-grad[1], -grad[0])
    return theta, np.linalg.norm(grad)

# %% wrong="quadrant_lost"
def steepest_ascent(grad):
    theta = np.arctan(grad[1] / grad[0])
    return theta, np.linalg.norm(grad)

# %% wrong="arctan2_swapped"
def steepest_ascent(grad):
    theta = np.arctan2(grad[0], grad[1])
    return theta, np.linalg.norm(grad)

# %% wrong="degrees_out"
def steepest_ascent(grad):
    theta = np.degrees(np.arctan2(grad[1], grad[0]))
    return theta, np.linalg.norm(grad)

# %% wrong="rate_squared"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0])
    return theta, np.sum(grad**2)

# %% wrong="rate_summed"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0])
    return theta, np.abs(grad).sum()

# %% wrong="rate_largest"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0])
    return theta, np.abs(grad).max()

# %% wrong="descent+rate_squared"
def steepest_ascent(grad):
    theta = np.arctan2(grad[1], grad[0])
    return theta + np.pi, grad @ grad

# %% wrong="quadrant_lost+degrees_out"
def steepest_ascent(grad):
    return np.arctan(grad[1] / grad[0]) * 180 / np.pi, np.linalg.norm(grad)

# %% wrong="arctan2_swapped+rate_summed"
def steepest_ascent(grad):
    return np.arctan2(*grad), sum(abs(grad))

# %% right="cmath.polar, swapped"
import cmath

def steepest_ascent(grad):
    rate, theta = cmath.polar(complex(*grad))
    return theta, rate

# %% right="one array of two numbers"
def steepest_ascent(grad):
    return np.array([np.arctan2(grad[1], grad[0]), np.linalg.norm(grad)])

# %% right="np.angle and a square root"
def steepest_ascent(grad):
    gx, gy = map(float, grad)
    return float(np.angle(gx + gy * 1j)), (gx * gx + gy * gy) ** 0.5

# %% right="arccos with the sign of the second component"
def steepest_ascent(grad):
    rate = np.sqrt(np.dot(grad, grad))
    angle = np.arccos(np.clip(grad[0] / rate, -1, 1)) if rate else 0.0
    return (-angle if grad[1] < 0 else angle), rate

# %% wrong="wrong_order"
def steepest_ascent(grad):
    return np.linalg.norm(grad), np.arctan2(grad[1], grad[0])
