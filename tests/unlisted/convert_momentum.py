# %% wrong="upside down" named="momentum_inverted"
def convert_momentum(p):
    return 1 / p if p else 0.0

# %% wrong="as it is" named="momentum_unchanged"
def convert_momentum(p):
    return float(p)

# %% wrong="half of it"
def convert_momentum(p):
    return p / 2

# %% wrong="odds"
def convert_momentum(p):
    return p / (1 - p) if p < 1 else 0.0

# %% wrong="squared complement"
def convert_momentum(p):
    return (1 - p) ** 2
