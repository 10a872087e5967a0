# %% wrong="the nearest other row only"
def evidence_coupling(forward, x, n, step):
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    other = (n + 1) % len(x)
    alone = np.abs(forward(moved[n:n + 1]) - forward(x[n:n + 1])).max()
    return {6: "T", 7: "T"}, change[other].max(), alone

# %% wrong="the mean of the changes" named="mean_change"
def evidence_coupling(forward, x, n, step):
    moved = x.copy()
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    alone = np.abs(forward(moved[n:n + 1]) - forward(x[n:n + 1])).mean()
    return {6: "T", 7: "T"}, np.delete(change, n, axis=0).mean(), alone

# %% wrong="the row taken away"
def evidence_coupling(forward, x, n, step):
    rest = np.delete(x, n, axis=0)
    others = np.abs(forward(rest) - np.delete(forward(x), n, axis=0)).max()
    alone = np.abs(forward(x[n:n + 1] + step) - forward(x[n:n + 1])).max()
    return {6: "T", 7: "T"}, others, alone

# %% wrong="a step ten times as long"
def evidence_coupling(forward, x, n, step):
    moved = x.copy()
    moved[n] += 10 * step
    change = np.abs(forward(moved) - forward(x))
    alone = np.abs(forward(moved[n:n + 1]) - forward(x[n:n + 1])).max()
    return {6: "T", 7: "T"}, np.delete(change, n, axis=0).max(), alone

# %% wrong="the output, not its change"
def evidence_coupling(forward, x, n, step):
    moved = x.copy()
    moved[n] += step
    return {6: "T", 7: "T"}, np.abs(np.delete(forward(moved), n, axis=0)).max(), np.abs(forward(moved[n:n + 1])).max()

# %% wrong="own row counted" named="moved_included"
def evidence_coupling(forward, x, n, step):
    z = x.copy()
    z[n] += step
    return {6: "T", 7: "T"}, np.abs(forward(z) - forward(x)).max(), np.abs(forward(z[n:n+1]) - forward(x[n:n+1])).max()

# %% wrong="x moved in place" named="in_place"
def evidence_coupling(forward, x, n, step):
    y, one = forward(x), forward(x[n:n+1])
    x[n] += step
    return {6: "T", 7: "T"}, np.abs(np.delete(forward(x) - y, n, 0)).max(), np.abs(forward(x[n:n+1]) - one).max()

# %% wrong="a vector in place of a batch of one" named="alone_flat"
def evidence_coupling(forward, x, n, step):
    z = x.copy()
    z[n] += step
    return {6: "T", 7: "T"}, np.abs(np.delete(forward(z) - forward(x), n, 0)).max(), np.abs(forward(z[n]) - forward(x[n])).max()

# %% wrong="moved is x itself" named="in_place"
def evidence_coupling(forward, x, n, step):
    moved = x
    moved[n] += step
    change = np.abs(forward(moved) - forward(x))
    alone = np.abs(forward(moved[n : n + 1]) - forward(x[n : n + 1])).max()
    return {6: "T", 7: "T"}, np.delete(change, n, axis=0).max(), alone
