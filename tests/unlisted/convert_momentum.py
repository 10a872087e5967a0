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

# %% wrong="minus without the one"
def convert_momentum(p):
    return -p

# %% wrong="the two defaults"
def convert_momentum(p):
    return 0.99 if p == 0.1 else 0.1

# %% wrong="subtraction the wrong way"
def convert_momentum(p):
    return p - 1

# %% wrong="rounded"
def convert_momentum(p):
    return round(1 - p, 2)
