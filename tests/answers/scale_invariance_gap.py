# %% [markdown]
# Answers to `scale_invariance_gap`: right in several styles, and wrong in every way the check should name.

# %% right="max_abs"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - before)) / np.max(np.abs(before))

# %% right="norms"
def scale_invariance_gap(forward, w, k):
    before = np.ravel(forward(w))
    after = np.ravel(forward(w * k))
    return np.linalg.norm(before - after, np.inf) / np.linalg.norm(before, np.inf)

# %% right="loops"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(np.multiply(w, k))
    gap = size = 0.0
    for b, a in zip(before.flat, after.flat):
        gap, size = max(gap, abs(a - b)), max(size, abs(b))
    return gap / size

# %% right="scaled_first"
def scale_invariance_gap(forward, w, k):
    before = forward(w.copy())
    unit = before / abs(before).max()
    return float(abs(forward(k * w) / abs(before).max() - unit).max())

# %% right="both_sides"
def scale_invariance_gap(forward, w, k):
    change = forward(k * w) - forward(w)
    size = max(forward(w).max(), -forward(w).min())
    return max(change.max(), -change.min()) / size

# %% wrong="gap_not_relative"
def scale_invariance_gap(forward, w, k):
    return np.max(np.abs(forward(k * w) - forward(w)))

# %% wrong="gap_by_scaled"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - before)) / np.max(np.abs(after))

# %% wrong="gap_by_entry"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - before) / np.abs(before))

# %% wrong="gap_change_signed"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(after - before) / np.max(np.abs(before))

# %% wrong="gap_mean"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.mean(np.abs(after - before)) / np.max(np.abs(before))

# %% wrong="gap_divided"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(w / k)
    return np.max(np.abs(after - before)) / np.max(np.abs(before))

# %% wrong="gap_shifted"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(w + k)
    return np.max(np.abs(after - before)) / np.max(np.abs(before))

# %% wrong="gap_homogeneous"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - k * before)) / np.max(np.abs(before))

# %% wrong="in_place"
def scale_invariance_gap(forward, w, k):
    before = forward(w)
    w *= k
    after = forward(w)
    return np.max(np.abs(after - before)) / np.max(np.abs(before))

# %% wrong="gap_not_relative+gap_mean"
def scale_invariance_gap(forward, w, k):
    return np.mean(np.abs(forward(k * w) - forward(w)))

# %% wrong="gap_not_relative+gap_homogeneous"
def scale_invariance_gap(forward, w, k):
    return np.abs(forward(k * w) - k * forward(w)).max()

# %% wrong="gap_by_scaled+gap_divided"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(w / k)
    return np.max(np.abs(after - before)) / np.max(np.abs(after))

# %% wrong="gap_by_signed"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - before)) / np.max(before)

# %% wrong="gap_change_signed+gap_by_signed"
def scale_invariance_gap(forward, w, k):
    return np.max(forward(k * w) - forward(w)) / np.max(forward(w))

# %% wrong="gap_by_mean"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w), forward(k * w)
    return np.max(np.abs(after - before)) / np.mean(np.abs(before))

# %% wrong="gap_mean+gap_by_mean"
def scale_invariance_gap(forward, w, k):
    before = forward(w)
    return np.mean(np.abs(forward(k * w) - before)) / np.mean(np.abs(before))

# %% wrong="gap_norm"
def scale_invariance_gap(forward, w, k):
    before = forward(w)
    return np.linalg.norm(forward(k * w) - before) / np.linalg.norm(before)

# %% wrong="gap_of_sizes"
def scale_invariance_gap(forward, w, k):
    before, after = np.abs(forward(w)).max(), np.abs(forward(k * w)).max()
    return abs(after - before) / before

# %% right="Python's max over flat lists"
def scale_invariance_gap(forward, w, k):
    before, after = forward(w).ravel().tolist(), forward(k * w).ravel().tolist()
    return max(abs(p - q) for p, q in zip(before, after)) / max(map(abs, before))
