# %% wrong="bias on the input"
def evidence_invariance(forward, x, weight, bias, k):
    base = forward(x @ weight)
    return ({17: "T", 18: "T"}, np.abs(forward((x + 1) @ weight) - base).max(),
            np.abs(forward(x @ (k * weight)) - base).max())

# %% wrong="k added"
def evidence_invariance(forward, x, weight, bias, k):
    base = forward(x @ weight)
    return ({17: "T", 18: "T"}, np.abs(forward(x @ weight + bias) - base).max(),
            np.abs(forward(x @ (k + weight)) - base).max())

# %% wrong="k to the half"
def evidence_invariance(forward, x, weight, bias, k):
    base = forward(x @ weight)
    return ({17: "T", 18: "T"}, np.abs(forward(x @ weight + bias) - base).max(),
            np.abs(forward(x @ (np.sqrt(abs(k)) * weight)) - base).max())

# %% wrong="a median"
def evidence_invariance(forward, x, weight, bias, k):
    base = forward(x @ weight)
    return ({17: "T", 18: "T"}, np.median(np.abs(forward(x @ weight + bias) - base)),
            np.median(np.abs(forward(x @ (k * weight)) - base)))

# %% wrong="against the input of the norm" named="compared_with_input"
def evidence_invariance(forward, x, weight, bias, k):
    z = x @ weight
    return {17: "T", 18: "T"}, np.abs(forward(z + bias) - z).max(), np.abs(forward(k * z) - z).max()

# %% wrong="x scaled before forward's output"
def evidence_invariance(forward, x, weight, bias, k):
    y = forward(x @ weight)
    return {17: "T", 18: "T"}, np.abs(y + bias - y).max(), np.abs(k * y - y).max()

# %% wrong="relative change"
def evidence_invariance(forward, x, weight, bias, k):
    y = forward(x @ weight)
    return {17: "T", 18: "T"}, np.abs(forward(x @ weight + bias) - y).max() / np.abs(y).max(), np.abs(forward(x @ (k * weight)) - y).max() / np.abs(y).max()

# %% wrong="bias kept while scaling" named="both_at_once"
def evidence_invariance(forward, x, weight, bias, k):
    y = forward(x @ weight)
    return {17: "T", 18: "T"}, np.abs(forward(x @ weight + bias) - y).max(), np.abs(forward(x @ (k * weight) + bias) - y).max()
