# %% [markdown]
# Answers to `sync_batchnorm_forward`: right in several styles, and wrong in every way the check should name.

# %% right="combined_moments"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% right="one_big_batch_cut_again"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    rows = np.concatenate(shards)
    y = gamma * (rows - rows.mean(axis=0)) / np.sqrt(rows.var(axis=0) + eps) + beta
    return np.split(y, np.cumsum([len(shard) for shard in shards])[:-1])

# %% right="two_rounds_of_sums"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    count = sum(shard.shape[0] for shard in shards)
    mean = sum(shard.sum(axis=0) for shard in shards) / count
    var = sum(((shard - mean) ** 2).sum(axis=0) for shard in shards) / count
    scale = gamma / (var + eps) ** 0.5
    return tuple((shard - mean) * scale + beta for shard in shards)

# %% right="stream_of_rows"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    count, mean, m2 = 0, 0.0, 0.0
    for shard in shards:
        for row in shard:
            count += 1
            apart = row - mean
            mean = mean + apart / count
            m2 = m2 + apart * (row - mean)
    outputs = []
    for shard in shards:
        y = np.empty(shard.shape)
        for n in range(shard.shape[0]):
            for d in range(shard.shape[1]):
                y[n, d] = gamma[d] * (shard[n, d] - mean[d]) / (m2[d] / count + eps) ** 0.5 + beta[d]
        outputs.append(y)
    return outputs

# %% wrong="sync_local"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (s - s.mean(axis=0)) / np.sqrt(s.var(axis=0) + eps) + beta for s in shards]

# %% wrong="sync_first_shard"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    mean, var = shards[0].mean(axis=0), shards[0].var(axis=0)
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_mean_unweighted"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = means.mean(axis=0)
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_between_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = m2s.sum(axis=0) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="ddof_1"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / (count - 1)
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="eps_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (shard - mean) / np.sqrt(var) + beta for shard in shards]

# %% wrong="eps_outside"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (shard - mean) / (np.sqrt(var) + eps) + beta for shard in shards]

# %% wrong="gamma_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [(shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="beta_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) for shard in shards]

# %% wrong="in_place"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    for shard in shards:
        if shard.dtype.kind == "f":
            shard -= mean
        else:
            return [gamma * (s - mean) / np.sqrt(var + eps) + beta for s in shards]
    return [gamma * shard / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="single_precision"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    return [np.float32(gamma * (shard - mean) / np.sqrt(var + eps) + beta) for shard in shards]

# %% wrong="cancellation"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = sum((shard**2).sum(axis=0) for shard in shards) / count - mean**2
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_mean_unweighted+sync_between_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = means.mean(axis=0)
    var = m2s.sum(axis=0) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_between_forgotten+beta_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = m2s.sum(axis=0) / count
    return [gamma * (shard - mean) / np.sqrt(var + eps) for shard in shards]

# %% wrong="sync_first_shard+eps_forgotten"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([((shard - mean) ** 2).sum(axis=0) for shard, mean in zip(shards, means)])
    count = sizes.sum()
    mean = sizes @ means / count
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / count
    mean, var = shards[0].mean(axis=0), shards[0].var(axis=0)
    return [gamma * (shard - mean) / np.sqrt(var) + beta for shard in shards]

# %% wrong="sync_averaged"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    mean = np.mean([shard.mean(axis=0) for shard in shards], axis=0)
    var = np.mean([shard.var(axis=0) for shard in shards], axis=0)
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_variances_passed"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([shard.var(axis=0) for shard in shards])
    mean = sizes @ means / sizes.sum()
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / sizes.sum()
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_shard_ddof"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([len(shard) * shard.var(axis=0, ddof=1) for shard in shards])
    mean = sizes @ means / sizes.sum()
    var = (m2s.sum(axis=0) + sizes @ (means - mean) ** 2) / sizes.sum()
    return [gamma * (shard - mean) / np.sqrt(var + eps) + beta for shard in shards]

# %% wrong="sync_undivided"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    sizes = np.array([len(shard) for shard in shards])
    means = np.array([shard.mean(axis=0) for shard in shards])
    m2s = np.array([len(shard) * shard.var(axis=0) for shard in shards])
    mean = sizes @ means / sizes.sum()
    m2 = m2s.sum(axis=0) + sizes @ (means - mean) ** 2
    return [gamma * (shard - mean) / np.sqrt(m2 + eps) + beta for shard in shards]

# %% right="statistics of rows only, a tuple of outputs"
import math

def sync_batchnorm_forward(shards, gamma, beta, eps):
    n = sum(len(s) for s in shards)
    mean = sum(s.sum(axis=0) for s in shards) / n
    var = np.array([math.fsum(float(v) for s in shards for v in (s[:, d] - mean[d]) ** 2) / n for d in range(len(mean))])
    scale = gamma / np.sqrt(var + eps)
    return tuple((s - mean) * scale + beta for s in shards)

# %% right="moments combined as on devices"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    counts = np.array(list(map(len, shards)))
    means = np.array([s.mean(0) for s in shards])
    m2s = np.array([((s - m) ** 2).sum(0) for s, m in zip(shards, means)])
    n = counts.sum()
    mean = counts @ means / n
    var = (m2s.sum(0) + counts @ (means - mean) ** 2) / n
    return [gamma * (s - mean) * (var + eps) ** -0.5 + beta for s in shards]
