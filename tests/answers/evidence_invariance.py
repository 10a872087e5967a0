# %% [markdown]
# Answers to `evidence_invariance`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% right="einsum"
def evidence_invariance(forward, x, weight, bias, k):
    z = np.einsum("nd,dh->nh", x, weight)
    y = forward(z)
    return {17: "T", 18: "T"}, np.max(abs(y - forward(z + bias[None, :]))), np.max(abs(y - forward(k * z)))

# %% right="a_helper"
def evidence_invariance(forward, x, weight, bias, k):
    def change(w, b):
        return float(np.linalg.norm((forward(x @ w + b) - forward(x @ weight)).ravel(), np.inf))
    return {17: "T", 18: "T"}, change(weight, bias), change(weight * k, np.zeros_like(bias))

# %% wrong="signed_change"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = (forward(x @ weight + bias) - base).max()
    scaled = (forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% wrong="mean_change"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).mean()
    scaled = np.abs(forward(x @ (k * weight)) - base).mean()
    return verdicts, biased, scaled

# %% wrong="compared_with_input"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = x @ weight
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% wrong="results_exchanged"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, scaled, biased

# %% wrong="both_at_once"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight) + bias) - base).max()
    return verdicts, biased, scaled

# %% wrong="mean_change+both_at_once"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).mean()
    scaled = np.abs(forward(x @ (k * weight) + bias) - base).mean()
    return verdicts, biased, scaled

# %% wrong="verdict_17"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "F", 18: "T"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% wrong="verdict_18"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "T", 18: "F"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% wrong="verdict_17+verdict_18"
def evidence_invariance(forward, x, weight, bias, k):
    verdicts = {17: "F", 18: "F"}
    base = forward(x @ weight)
    biased = np.abs(forward(x @ weight + bias) - base).max()
    scaled = np.abs(forward(x @ (k * weight)) - base).max()
    return verdicts, biased, scaled

# %% wrong="change_length"
def evidence_invariance(forward, x, weight, bias, k):
    z = x @ weight
    y = forward(z)
    return (
        {17: "T", 18: "T"},
        np.sqrt(((forward(z + bias) - y) ** 2).sum()),
        np.sqrt(((forward(x @ (k * weight)) - y) ** 2).sum()),
    )

# %% wrong="forward_ignored"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_invariance(forward, x, weight, bias, k):
    z = x @ weight
    y = normalize(z)
    return {17: "T", 18: "T"}, abs(normalize(z + bias) - y).max(), abs(normalize(x @ (k * weight)) - y).max()

# %% wrong="output_scaled"
def evidence_invariance(forward, x, weight, bias, k):
    z = x @ weight
    y = forward(z)
    return {17: "T", 18: "T"}, abs(forward(z + bias) - y).max(), abs(k * forward(z) - y).max()

# %% right="a helper with a starred list"
def evidence_invariance(forward, x, weight, bias, k):
    y = forward(np.einsum("ni,io->no", x, weight))
    inputs = [x @ weight + bias, x @ np.multiply(k, weight)]
    return ({17: "T", 18: "T"}, *(np.abs(np.subtract(forward(z), y)).max() for z in inputs))

# %% right="ptp-free maxima, z scaled instead of the weight"
def evidence_invariance(forward, x, weight, bias, k):
    z = x.dot(weight)
    size = lambda d: float(max(d.max(), (-d).max()))
    return {17: "T", 18: "T"}, size(forward(z + bias[None, :]) - forward(z)), size(forward(k * z) - forward(z))
