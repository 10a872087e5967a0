# %% [markdown]
# Answers to `evaluate`: right in several styles, and wrong in every way the check should name.

# %% right="plain"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% right="decorator_and_dictionary"
import torch


@torch.no_grad()
def evaluate(model, loader, device):
    modes = {name: module.training for name, module in model.named_modules()}
    model.train(False)
    hits = []
    for batch in loader:
        inputs, labels = batch[0].to(device), batch[1].to(device)
        _, predicted = torch.max(model(inputs), 1)
        hits.append(predicted.eq(labels.view_as(predicted)))
    for name, module in model.named_modules():
        module.training = modes[name]
    return torch.cat(hits).double().mean().item()

# %% right="inference_mode_on_the_host"
import torch


def evaluate(model, loader, device):
    training = [m for m in model.modules() if m.training]
    try:
        model.eval()
        predicted, truth = [], []
        with torch.inference_mode():
            for x, y in loader:
                predicted += model(x.to(device)).cpu().numpy().argmax(axis=1).tolist()
                truth += y.tolist()
        return sum(p == t for p, t in zip(predicted, truth)) / len(truth)
    finally:
        for m in training:
            m.training = True

# %% right="compare_on_the_host_float32"
import copy

import torch


def evaluate(model, loader, device):
    twin = copy.deepcopy(model).eval()
    correct = 0.0
    with torch.no_grad():
        for x, y in loader:
            correct += (twin(x.to(device)).softmax(dim=-1).argmax(-1).cpu() == y).float().sum()
    return correct / len(loader.dataset)

# %% wrong="eval_forgotten"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="mode_not_restored"
import torch


def evaluate(model, loader, device):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    return right / count

# %% wrong="mode_always_train"
import torch


def evaluate(model, loader, device):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train()
    return right / count

# %% wrong="mode_of_the_whole"
import torch


def evaluate(model, loader, device):
    was = model.training
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train(was)
    return right / count

# %% wrong="no_grad_forgotten"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    if True:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="grad_left_off"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    torch.set_grad_enabled(False)
    if True:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="accuracy_batches_averaged"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).double().mean().item()
            count += 1
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="accuracy_last_batch"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right = (model(x).argmax(dim=1) == y).sum().item()
            count = len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="accuracy_not_divided"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right

# %% wrong="accuracy_in_percent"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return 100 * right / count

# %% wrong="batch_not_moved"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="mode_not_restored+no_grad_forgotten"
import torch


def evaluate(model, loader, device):
    model.eval()
    right, count = 0, 0
    if True:
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    return right / count

# %% wrong="eval_forgotten+accuracy_batches_averaged"
import torch


def evaluate(model, loader, device):
    was = [(module, module.training) for module in model.modules()]
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).double().mean().item()
            count += 1
    for module, mode in was:
        module.training = mode
    return right / count

# %% wrong="mode_always_train+accuracy_in_percent"
import torch


def evaluate(model, loader, device):
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
    model.train()
    return 100 * right / count

# %% wrong="accuracy_by_batches"
import torch


def evaluate(model, loader, device):
    was = [module.training for module in model.modules()]
    model.eval()
    right = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
    for module, mode in zip(model.modules(), was):
        module.training = mode
    return right / len(loader)

# %% right="a context manager that restores"
import torch
from contextlib import contextmanager

@contextmanager
def measuring(model):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    try:
        with torch.no_grad():
            yield model
    finally:
        for m, mode in modes.items():
            m.training = mode

def evaluate(model, loader, device):
    with measuring(model):
        hits = torch.cat([model(x.to(device)).argmax(1).eq(y.to(device)) for x, y in loader])
    return hits.double().mean().item()

# %% right="inference_mode as a decorator, topk"
import torch

@torch.inference_mode()
def evaluate(model, loader, device):
    before = [(m, m.training) for m in model.modules()]
    model.train(False)
    right = count = 0
    for x, y in loader:
        best = model(x.to(device)).topk(1, dim=-1).indices.flatten()
        right += int((best == y.to(device)).sum())
        count += len(y)
    for m, mode in before:
        m.training = mode
    return right / count

# %% right="a deep copy is measured"
import torch
from copy import deepcopy

def evaluate(model, loader, device):
    twin = deepcopy(model).eval().requires_grad_(False)
    right = [(twin(x.to(device)).max(dim=1)[1].cpu().numpy() == y.cpu().numpy()) for x, y in loader]
    return float(np.mean(np.concatenate(right)))

# %% right="as_tensor, the labels stay on the host and index the scores"
import torch

def evaluate(model, loader, device):
    kept = {module: module.training for module in model.modules()}
    for module in kept:
        module.training = False
    best = []
    with torch.no_grad():
        for x, y in loader:
            scores = model(torch.as_tensor(x, device=device))
            best.append((scores[range(len(y)), y] >= scores.amax(dim=1)).float())
    for module, mode in kept.items():
        module.training = mode
    return torch.cat(best).mean()

# %% wrong="mode_not_restored+accuracy_first_batch"
import torch

def evaluate(model, loader, device):
    was = [module.training for module in model.modules()]
    model.eval()
    right = count = 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            right += (model(x).argmax(dim=1) == y).sum().item()
            count += len(y)
            return right / count
    for module, mode in zip(model.modules(), was):
        module.training = mode

# %% wrong="accuracy_first_batch"
import torch

def evaluate(model, loader, device):
    was = [module.training for module in model.modules()]
    model.eval()
    with torch.no_grad():
        x, y = next(iter(loader))
        right = (model(x.to(device)).argmax(dim=1) == y.to(device)).double().mean().item()
    for module, mode in zip(model.modules(), was):
        module.training = mode
    return right

# %% right="the guesses come to the host, where they are subtracted"
import torch

def evaluate(model, loader, device):
    before = [(module, module.training) for module in model.modules()]
    wrong, sizes = 0, []
    model.eval()
    with torch.no_grad():
        for inputs, labels in loader:
            guess = model(inputs.to(device)).cpu().max(dim=1).indices
            wrong += torch.count_nonzero(guess - labels).item()
            sizes.append(labels.shape[0])
    for module, training in before:
        module.training = training
    return 1 - wrong / sum(sizes)
