# %% wrong="third moment"
def evidence_shape(a, b):
    def norm(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    def tails(x):
        return ((x - x.mean(axis=0)) ** 3).mean(axis=0) / x.std(axis=0) ** 3

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    both = norm(np.concatenate([a, b]))
    return ({11: "F", 12: "F", 13: "D"}, tails(a), tails(norm(a)), apart(norm(a), norm(b)),
            apart(both[:len(a)], both[len(a):]))

# %% wrong="row by row, not by rank" named="not_sorted"
def evidence_shape(a, b):
    def norm(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    def tails(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    both = norm(np.concatenate([a, b]))
    return ({11: "F", 12: "F", 13: "D"}, tails(a), tails(norm(a)), np.abs(norm(a) - norm(b)).max(axis=0),
            np.abs(both[:len(a)] - both[len(a):]).max(axis=0))

# %% wrong="a mean distance" named="mean_change"
def evidence_shape(a, b):
    def norm(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    def tails(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).mean(axis=0)

    both = norm(np.concatenate([a, b]))
    return ({11: "F", 12: "F", 13: "D"}, tails(a), tails(norm(a)), apart(norm(a), norm(b)),
            apart(both[:len(a)], both[len(a):]))

# %% wrong="together alternates the rows"
def evidence_shape(a, b):
    def norm(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    def tails(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    both = norm(np.concatenate([a, b]))
    return ({11: "F", 12: "F", 13: "D"}, tails(a), tails(norm(a)), apart(norm(a), norm(b)),
            apart(both[::2], both[1::2]))

# %% wrong="kurtosis of b"
def evidence_shape(a, b):
    def norm(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)

    def tails(x):
        return ((x - x.mean(axis=0)) ** 4).mean(axis=0) / x.var(axis=0) ** 2

    def apart(x, y):
        return np.abs(np.sort(x, axis=0) - np.sort(y, axis=0)).max(axis=0)

    both = norm(np.concatenate([a, b]))
    return ({11: "F", 12: "F", 13: "D"}, tails(b), tails(norm(b)), apart(norm(a), norm(b)),
            apart(both[:len(a)], both[len(a):]))

# %% wrong="excess kurtosis" named="excess_kurtosis"
def evidence_shape(a, b):
    norm = lambda z: (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    kurt = lambda z: ((z - z.mean(0)) ** 4).mean(0) / z.var(0) ** 2 - 3
    ab = norm(np.vstack([a, b]))
    apart = lambda p, q: np.abs(np.sort(p, 0) - np.sort(q, 0)).max(0)
    return {11: "F", 12: "F", 13: "D"}, kurt(a), kurt(norm(a)), apart(norm(a), norm(b)), apart(ab[:len(a)], ab[len(a):])

# %% wrong="not sorted" named="not_sorted"
def evidence_shape(a, b):
    norm = lambda z: (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    kurt = lambda z: ((z - z.mean(0)) ** 4).mean(0) / z.var(0) ** 2
    ab = norm(np.vstack([a, b]))
    apart = lambda p, q: np.abs(p - q).max(0)
    return {11: "F", 12: "F", 13: "D"}, kurt(a), kurt(norm(a)), apart(norm(a), norm(b)), apart(ab[:len(a)], ab[len(a):])

# %% wrong="np.sort along the rows" named="sorted_along_rows"
def evidence_shape(a, b):
    norm = lambda z: (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5)
    kurt = lambda z: ((z - z.mean(0)) ** 4).mean(0) / z.var(0) ** 2
    ab = norm(np.vstack([a, b]))
    apart = lambda p, q: np.abs(np.sort(p) - np.sort(q)).max(0)
    return {11: "F", 12: "F", 13: "D"}, kurt(a), kurt(norm(a)), apart(norm(a), norm(b)), apart(ab[:len(a)], ab[len(a):])
