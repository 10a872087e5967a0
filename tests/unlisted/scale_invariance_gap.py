# %% wrong="the input scaled by two"
def scale_invariance_gap(forward, w, k):
    return float(np.abs(forward(2 * w) - forward(w)).max())

# %% wrong="the mean of the difference"
def scale_invariance_gap(forward, w, k):
    return float((forward(k * w) - forward(w)).mean())

# %% wrong="relative to k" named="gap_not_relative+gap_homogeneous"
def scale_invariance_gap(forward, w, k):
    return float(np.abs(forward(k * w) - k * forward(w)).max())

# %% wrong="norms compared"
def scale_invariance_gap(forward, w, k):
    return float(abs(np.linalg.norm(forward(k * w)) - np.linalg.norm(forward(w))))

# %% wrong="one entry"
def scale_invariance_gap(forward, w, k):
    return float(np.abs(forward(k * w) - forward(w)).ravel()[0])

# %% wrong="mean of changes" named="gap_by_mean+gap_mean"
def scale_invariance_gap(forward, w, k):
    a, b = forward(w), forward(k * w)
    return np.abs(b - a).mean() / np.abs(a).mean()

# %% wrong="scaled output, not scaled weights"
def scale_invariance_gap(forward, w, k):
    a = forward(w)
    return np.abs(k * a - a).max() / np.abs(a).max()

# %% wrong="absolute value after the maximum" named="gap_by_signed+gap_change_signed"
def scale_invariance_gap(forward, w, k):
    a = forward(w)
    return abs(np.max(forward(k * w) - a)) / abs(np.max(a))
