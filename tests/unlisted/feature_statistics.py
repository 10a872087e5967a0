# %% wrong="the range for the spread"
def feature_statistics(x):
    return x.mean(axis=0), x.max(axis=0) - x.min(axis=0)

# %% wrong="root of the mean square, not centred" named="uncentred_var"
def feature_statistics(x):
    return x.mean(axis=0), np.sqrt((x**2).mean(axis=0))

# %% wrong="middle of the range for the mean"
def feature_statistics(x):
    return (x.max(axis=0) + x.min(axis=0)) / 2, x.std(axis=0)

# %% wrong="mean over all but the first row"
def feature_statistics(x):
    return x[1:].mean(axis=0), x[1:].std(axis=0)

# %% wrong="standard error"
def feature_statistics(x):
    return x.mean(axis=0), x.std(axis=0) / np.sqrt(len(x))

# %% wrong="torch's default std" named="ddof_1+integer_cast"
import torch

def feature_statistics(x):
    t = torch.tensor(x)
    return t.mean(0).numpy(), t.std(0).numpy()

# %% wrong="centres the caller's array" named="in_place+integer_cast"
def feature_statistics(x):
    mean = x.mean(axis=0)
    x -= mean
    return mean, np.sqrt((x**2).mean(axis=0))

# %% wrong="a dictionary" named="wrong_count"
def feature_statistics(x):
    return {"mean": x.mean(axis=0), "std": x.std(axis=0)}

# %% wrong="whole numbers of the rows divided by floor"
def feature_statistics(x):
    mean = x.sum(axis=0) // len(x)
    return mean, np.sqrt(((x - mean) ** 2).sum(axis=0) // len(x))
