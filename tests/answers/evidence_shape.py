# %% [markdown]
# Answers to `evidence_shape`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% right="moments_by_einsum"
def evidence_shape(a, b):
    def hat(x):
        return (x - x.mean(axis=0)) / x.std(axis=0)
    def kurtosis(x):
        z = hat(x)
        return np.einsum("nd,nd->d", z**2, z**2) / len(z)
    def gap(x, y):
        return np.max(abs(np.sort(x.T) - np.sort(y.T)), axis=1)
    mean, std = np.vstack([a, b]).mean(axis=0), np.vstack([a, b]).std(axis=0)
    together = gap((a - mean) / std, (b - mean) / std)
    return {11: "F", 12: "F", 13: "D"}, kurtosis(a), kurtosis(hat(a)), gap(hat(a), hat(b)), together

# %% right="one_feature_at_a_time"
def evidence_shape(a, b):
    def hat(column):
        return (column - column.mean()) / np.sqrt(column.var() + 1e-5)
    rows = []
    for one, two in zip(a.T, b.T):
        both = hat(np.append(one, two))
        hats = hat(one), hat(two)
        rows.append([
            np.mean((one - one.mean()) ** 4) / one.var() ** 2,
            np.mean((hats[0] - hats[0].mean()) ** 4) / hats[0].var() ** 2,
            max(abs(p - q) for p, q in zip(sorted(hats[0]), sorted(hats[1]))),
            max(abs(p - q) for p, q in zip(sorted(both[:len(one)]), sorted(both[len(one):]))),
        ])
    before, after, separate, together = np.array(rows).T
    return {11: "F", 12: "F", 13: "D"}, before, after, separate, together

# %% wrong="signed_change"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return (np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="mean_change"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).mean(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="excess_kurtosis"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2 - 3

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="fourth_moment"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0)

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="not_sorted"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(x - y).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="one_s_statistics"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat = normalize(a)
    bhat = (b - a.mean(axis=0)) / a.std(axis=0)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="mean_change+excess_kurtosis"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2 - 3

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).mean(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="verdict_11"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "D", 12: "F", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="verdict_12"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "D", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="verdict_13"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "F", 12: "F", 13: "T"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="verdict_11+verdict_12"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    verdicts = {11: "D", 12: "D", 13: "D"}
    def kurtosis(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    ahat, bhat = normalize(a), normalize(b)
    both = normalize(np.concatenate([a, b]))
    return verdicts, kurtosis(a), kurtosis(ahat), apart(ahat, bhat), apart(both[: len(a)], both[len(a) :])

# %% wrong="change_length"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    def k(x):
        return (normalize(x, 0) ** 4).mean(0)

    def gap(p, q):
        return np.linalg.norm(np.sort(p, 0) - np.sort(q, 0), axis=0)

    h = normalize(np.vstack([a, b]))
    return (
        {11: "F", 12: "F", 13: "D"},
        k(a),
        k(normalize(a)),
        gap(normalize(a), normalize(b)),
        gap(h[: len(a)], h[len(a) :]),
    )

# %% wrong="sorted_along_rows"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    def k(x):
        return (normalize(x, 0) ** 4).mean(0)

    def gap(p, q):
        return abs(np.sort(p) - np.sort(q)).max(0)

    h = normalize(np.vstack([a, b]))
    return (
        {11: "F", 12: "F", 13: "D"},
        k(a),
        k(normalize(a)),
        gap(normalize(a), normalize(b)),
        gap(h[: len(a)], h[len(a) :]),
    )

# %% wrong="together_raw"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_shape(a, b):
    def k(x):
        return (normalize(x, 0) ** 4).mean(0)

    def gap(p, q):
        return abs(np.sort(p, 0) - np.sort(q, 0)).max(0)

    return {11: "F", 12: "F", 13: "D"}, k(a), k(normalize(a)), gap(normalize(a), normalize(b)), gap(a, b)

# %% right="moments by einsum"
def evidence_shape(a, b):
    norm = lambda z: (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    def kurt(z):
        c = z - z.mean(0)
        return np.einsum("nd,nd,nd,nd->d", c, c, c, c) / len(c) / (np.einsum("nd,nd->d", c, c) / len(c)) ** 2
    ab = norm(np.vstack([a, b]))
    apart = lambda p, q: np.max(np.abs(np.sort(p, axis=0) - np.sort(q, axis=0)), axis=0)
    return {11: "F", 12: "F", 13: "D"}, kurt(a), kurt(norm(a)), apart(norm(a), norm(b)), apart(ab[:len(a)], ab[len(a):])

# %% right="feature by feature"
def evidence_shape(a, b):
    def norm(v):
        return (v - np.average(v)) / (np.var(v) + 1e-5) ** 0.5
    def kurt(v):
        return np.average((v - np.average(v)) ** 4) / np.var(v) ** 2
    def one(p, q):
        n, both = len(p), norm(np.append(p, q))
        return (kurt(p), kurt(norm(p)), max(abs(s - t) for s, t in zip(sorted(norm(p)), sorted(norm(q)))),
                max(abs(s - t) for s, t in zip(sorted(both[:n]), sorted(both[n:]))))
    return ({11: "F", 12: "F", 13: "D"}, *np.transpose([one(p, q) for p, q in zip(a.T, b.T)]))
