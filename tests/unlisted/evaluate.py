# %% wrong="the error rate"
import torch


def evaluate(model, loader, device):
    was = [(m, m.training) for m in model.modules()]
    model.eval()
    wrong, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            wrong, count = wrong + (model(x).argmax(dim=1) != y).sum().item(), count + len(y)
    for m, mode in was:
        m.training = mode
    return wrong / count

# %% wrong="right is among the best two"
import torch


def evaluate(model, loader, device):
    was = [(m, m.training) for m in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            best = model(x).topk(2, dim=1).indices
            right, count = right + (best == y[:, None]).any(dim=1).sum().item(), count + len(y)
    for m, mode in was:
        m.training = mode
    return right / count

# %% wrong="the least likely class"
import torch


def evaluate(model, loader, device):
    was = [(m, m.training) for m in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right, count = right + (model(x).argmin(dim=1) == y).sum().item(), count + len(y)
    for m, mode in was:
        m.training = mode
    return right / count

# %% wrong="the mean probability of the right class"
import torch


def evaluate(model, loader, device):
    was = [(m, m.training) for m in model.modules()]
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            p = model(x).softmax(dim=1)
            total, count = total + p[torch.arange(len(y)), y].sum().item(), count + len(y)
    for m, mode in was:
        m.training = mode
    return total / count

# %% wrong="the best batch"
import torch


def evaluate(model, loader, device):
    was = [(m, m.training) for m in model.modules()]
    model.eval()
    best = 0.0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            best = max(best, (model(x).argmax(dim=1) == y).float().mean().item())
    for m, mode in was:
        m.training = mode
    return best

# %% wrong="argmax over the batch"
import torch

def evaluate(model, loader, device):
    modes = [m.training for m in model.modules()]
    model.eval()
    right = n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += sum(int(a == b) for a, b in zip(model(x).argmax(dim=0), y))
            n += len(y)
    for m, mode in zip(model.modules(), modes):
        m.training = mode
    return right / n

# %% wrong="floor division"
import torch

def evaluate(model, loader, device):
    modes = [m.training for m in model.modules()]
    model.eval()
    right = n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(1) == y).sum().item()
            n += len(y)
    for m, mode in zip(model.modules(), modes):
        m.training = mode
    return right // n

# %% wrong="train() afterwards, whatever it was" named="mode_always_train"
import torch

def evaluate(model, loader, device):
    model.eval()
    right = n = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(1) == y).sum().item()
            n += len(y)
    model.train()
    return right / n
