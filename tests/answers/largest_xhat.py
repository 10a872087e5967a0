# %% [markdown]
# Answers to `largest_xhat`: right in several styles, and wrong in every way the check should name.

# %% right="numpy"
def largest_xhat(n):
    return np.sqrt(n - 1)

# %% right="python_float"
def largest_xhat(n):
    return (float(n) - 1.0) ** 0.5

# %% right="the_extreme_batch"
def largest_xhat(n):
    x = np.zeros(n)
    x[0] = 1.0
    return float((x[0] - x.mean()) / x.std()) if n > 1 else 0.0

# %% right="from_the_formula_of_one_against_the_rest"
def largest_xhat(n):
    deviation = (n - 1) / n
    var = (n - 1) / n**2
    return deviation / np.sqrt(var) if n > 1 else 0.0

# %% wrong="sqrt_n"
def largest_xhat(n):
    return np.sqrt(n)

# %% wrong="root_forgotten"
def largest_xhat(n):
    return float(n - 1)

# %% wrong="bound_with_ddof_1"
def largest_xhat(n):
    return (n - 1) / np.sqrt(n)

# %% right="a class with __call__"
import math

class _Wall:
    def __call__(self, n):
        return math.hypot(*[1.0] * (n - 1)) if n > 1 else 0.0

largest_xhat = _Wall()

# %% right="a partial of a general root"
from functools import partial

def _root(k, n):
    return float(n - 1) ** (1 / k)

largest_xhat = partial(_root, 2)

# %% right="built: one against a crowd"
def largest_xhat(n):
    x = np.zeros(n)
    x[0] = 1.0
    return np.abs(x - x.mean()).max() / x.std() if n > 1 else np.float64(0)

# %% right="exp of half a log1p"
def largest_xhat(n):
    return float(np.exp(0.5 * np.log(n - 1))) if n > 1 else 0

# %% wrong="bound_whole"
import math

def largest_xhat(n):
    return math.isqrt(n - 1)
