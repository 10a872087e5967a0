# %% wrong="the first shard's statistics for all" named="sync_first_shard"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    mean, var = shards[0].mean(axis=0), shards[0].var(axis=0)
    return [gamma * (s - mean) / np.sqrt(var + eps) + beta for s in shards]

# %% wrong="one array given back"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + beta

# %% wrong="the largest variance"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    var = np.max([s.var(axis=0) for s in shards], axis=0)
    return [gamma * (s - x.mean(axis=0)) / np.sqrt(var + eps) + beta for s in shards]

# %% wrong="the shards in another order"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    mean, var = x.mean(axis=0), x.var(axis=0)
    return [gamma * (s - mean) / np.sqrt(var + eps) + beta for s in shards[::-1]]

# %% wrong="beta averaged over the shards"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    mean, var = x.mean(axis=0), x.var(axis=0)
    return [gamma * (s - mean) / np.sqrt(var + eps) + beta / len(shards) for s in shards]

# %% wrong="one array below another"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    return gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta

# %% wrong="cut into equal parts"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    x = np.concatenate(shards)
    y = gamma * (x - x.mean(0)) / np.sqrt(x.var(0) + eps) + beta
    return np.array_split(y, len(shards))

# %% wrong="each shard by itself" named="sync_local"
def sync_batchnorm_forward(shards, gamma, beta, eps):
    return [gamma * (s - s.mean(0)) / np.sqrt(s.var(0) + eps) + beta for s in shards]
