# %% [markdown]
# Answers to `evidence_axes`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% right="transposed"
def evidence_axes(forward, x, per_feature, per_example):
    shifted = forward((x.T + per_example).T)
    columns = np.max(np.abs(forward(x) - forward(x + per_feature[None])))
    return {4: "F", 5: "F"}, columns, np.max(np.abs(shifted - forward(x)))

# %% right="loops"
def evidence_axes(forward, x, per_feature, per_example):
    rows, columns = x.copy(), x.copy()
    for n in range(x.shape[0]):
        for d in range(x.shape[1]):
            columns[n, d] += per_feature[d]
            rows[n, d] += per_example[n]
    base = forward(x)
    return {4: "F", 5: "F"}, float(abs(forward(columns) - base).max()), float(abs(forward(rows) - base).max())

# %% wrong="signed_change"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = (forward(x + per_feature) - base).max()
    by_example = (forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="mean_change"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).mean()
    by_example = np.abs(forward(x + per_example[:, None]) - base).mean()
    return verdicts, by_feature, by_example

# %% wrong="compared_with_input"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = x
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="results_exchanged"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_example, by_feature

# %% wrong="example_along_features"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="signed_change+results_exchanged"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "F"}
    base = forward(x)
    by_feature = (forward(x + per_feature) - base).max()
    by_example = (forward(x + per_example[:, None]) - base).max()
    return verdicts, by_example, by_feature

# %% wrong="verdict_4"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "D", 5: "F"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="verdict_5"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "F", 5: "D"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="verdict_4+verdict_5"
def evidence_axes(forward, x, per_feature, per_example):
    verdicts = {4: "D", 5: "D"}
    base = forward(x)
    by_feature = np.abs(forward(x + per_feature) - base).max()
    by_example = np.abs(forward(x + per_example[:, None]) - base).max()
    return verdicts, by_feature, by_example

# %% wrong="change_length"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x)
    return (
        {4: "F", 5: "F"},
        np.linalg.norm(forward(x + per_feature) - y),
        np.linalg.norm(forward(x + per_example[:, None]) - y),
    )

# %% wrong="forward_ignored"
def normalize(x, eps=1e-5):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def evidence_axes(forward, x, per_feature, per_example):
    forward = normalize
    y = forward(x)
    return {4: "F", 5: "F"}, abs(forward(x + per_feature) - y).max(), abs(forward(x + per_example[:, None]) - y).max()

# %% wrong="shifts_added_up"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x)
    x2 = x + per_feature
    a = abs(forward(x2) - y).max()
    x3 = x2 + per_example[:, None]
    return {4: "F", 5: "F"}, a, abs(forward(x3) - y).max()

# %% right="broadcast_to and infinity norms"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x)
    change = lambda shift: np.linalg.norm((forward(x + np.broadcast_to(shift, x.shape)) - y).ravel(), np.inf)
    return {4: "F", 5: "F"}, change(per_feature), change(per_example[:, np.newaxis])

# %% right="transposes and Python's max"
def evidence_axes(forward, x, per_feature, per_example):
    y = forward(x.copy())
    a = max(abs(v) for row in (forward(np.add(x, per_feature)) - y) for v in row)
    b = max(abs(v) for row in (forward((x.T + per_example).T) - y) for v in row)
    return {4: "F", 5: "F"}, a, float(b)
