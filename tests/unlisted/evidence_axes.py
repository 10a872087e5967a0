# %% wrong="the smallest change"
def evidence_axes(forward, x, per_feature, per_example):
    base = forward(x)
    return ({4: "F", 5: "F"}, np.abs(forward(x + per_feature) - base).min(),
            np.abs(forward(x + per_example[:, None]) - base).min())

# %% wrong="multiplied, not added"
def evidence_axes(forward, x, per_feature, per_example):
    base = forward(x)
    return ({4: "F", 5: "F"}, np.abs(forward(x * per_feature) - base).max(),
            np.abs(forward(x * per_example[:, None]) - base).max())

# %% wrong="the input's change"
def evidence_axes(forward, x, per_feature, per_example):
    return {4: "F", 5: "F"}, np.abs(per_feature).max(), np.abs(per_example).max()

# %% wrong="root of the mean square"
def evidence_axes(forward, x, per_feature, per_example):
    base = forward(x)
    return ({4: "F", 5: "F"}, np.sqrt(((forward(x + per_feature) - base) ** 2).mean()),
            np.sqrt(((forward(x + per_example[:, None]) - base) ** 2).mean()))

# %% wrong="the first row only"
def evidence_axes(forward, x, per_feature, per_example):
    base = forward(x)
    return ({4: "F", 5: "F"}, np.abs(forward(x + per_feature) - base)[0].max(),
            np.abs(forward(x + per_example[:, None]) - base)[0].max())

# %% wrong="mean change" named="mean_change"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x)
    return {4: "F", 5: "F"}, np.abs(forward(x + per_feature) - y).mean(), np.abs(forward(x + per_example[:, None]) - y).mean()

# %% wrong="changes of the input" named="compared_with_input"
def evidence_axes(forward, x, per_feature, per_example):
    return {4: "F", 5: "F"}, np.abs(forward(x + per_feature) - x).max(), np.abs(forward(x + per_example[:, None]) - x).max()

# %% wrong="swapped" named="results_exchanged"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x)
    return {4: "F", 5: "F"}, np.abs(forward(x + per_example[:, None]) - y).max(), np.abs(forward(x + per_feature) - y).max()
