# %% [markdown]
# Answers to `convert_momentum`: right in several styles, and wrong in every way the check should name.

# %% right="one_line"
def convert_momentum(p):
    return 1 - p

# %% right="numpy"
def convert_momentum(p):
    return np.subtract(1.0, p)

# %% right="two_weights_sum_to_1"
def convert_momentum(p):
    new, old = p, 1.0
    old -= new
    return float(old)

# %% right="what_is_left_of_1_after_a_batch_of_0"
def convert_momentum(p):
    running = np.ones(1)
    running = running + p * (np.zeros(1) - running)
    return running[0]

# %% wrong="momentum_unchanged"
def convert_momentum(p):
    return p

# %% wrong="momentum_inverted"
def convert_momentum(p):
    return 1 / p

# %% right="exact fraction, then a float"
from fractions import Fraction

def convert_momentum(p):
    return float(1 - Fraction(p))

# %% right="a bound method"
convert_momentum = (1.0).__sub__

# %% right="a ufunc in a partial"
from functools import partial

convert_momentum = partial(np.subtract, 1.0)
