# %% [markdown]
# Answers to `train_epoch`: right in several styles, and wrong in every way the check should name.

# %% right="plain"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% right="module_loss_and_dataset"
import torch


def train_epoch(model, loader, optimizer, device):
    criterion = torch.nn.CrossEntropyLoss()
    running_loss = 0.0
    model.train(True)
    for batch in loader:
        inputs, labels = (t.to(device, non_blocking=True) for t in batch)
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * inputs.size(0)
    return running_loss / len(loader.dataset)

# %% right="zero_grad_last_sum_reduction"
import torch


def train_epoch(model, loader, optimizer, device):
    for module in model.modules():
        module.training = True
    losses = []
    for k, (x, y) in enumerate(loader):
        x = x.to(device=device)
        y = y.to(device=device)
        each = torch.nn.functional.cross_entropy(model(x), y, reduction="none")
        each.mean().backward()
        optimizer.step()
        model.zero_grad()
        losses.extend(each.tolist())
    return sum(losses) / len(losses)

# %% right="log_softmax_tensor_result"
import torch


def train_epoch(model, loader, optimizer, device):
    model.train()
    total = torch.zeros((), dtype=torch.float64, device=device)
    count = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device).long()
        optimizer.zero_grad()
        loss = torch.nn.functional.nll_loss(torch.log_softmax(model(x), dim=-1), y)
        loss.backward()
        optimizer.step()
        total += loss.detach() * x.shape[0]
        count += x.shape[0]
    return total / count

# %% wrong="train_mode_forgotten"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="zero_grad_forgotten"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="weights_unmoved"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="gradient_summed"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y, reduction="sum")
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total / count

# %% wrong="softmax_twice"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(F.softmax(model(x), dim=1), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="loss_last_batch"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total = loss.item()
        count += len(y)
    return total

# %% wrong="loss_batches_averaged"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total / len(loader)

# %% wrong="loss_divided_twice"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total / len(loader.dataset)

# %% wrong="loss_not_divided"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total

# %% wrong="loss_keeps_graph"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        count += len(y)
    return total / count

# %% wrong="batch_not_moved"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="weights_unmoved"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        count += len(y)
    return total / count

# %% wrong="train_mode_forgotten+loss_last_batch"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total = loss.item()
        count += len(y)
    return total

# %% wrong="zero_grad_forgotten+loss_batches_averaged"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(y)
    return total / len(loader)

# %% wrong="softmax_twice+loss_keeps_graph"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(F.softmax(model(x), dim=1), y)
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        count += len(y)
    return total / count

# %% wrong="step_after_loop"
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
        count += len(y)
    optimizer.step()
    return total / count

# %% wrong="zero_grad_forgotten+step_after_loop"
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        total += loss.item() * len(y)
    optimizer.step()
    return total / len(loader.dataset)

# %% wrong="loss_after_step"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()
        with torch.no_grad():
            total += F.cross_entropy(model(x), y).item() * len(y)
        count += len(y)
    return total / count

# %% right="sum reduction, divided by len, generator of losses"
import torch
from torch.nn import functional as F

def train_epoch(model, loader, optimizer, device):
    model.train()
    def step(x, y):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach() * len(y), len(y)
    pairs = [step(x, y) for x, y in loader]
    return (sum(a for a, _ in pairs) / sum(n for _, n in pairs)).item()

# %% right="log softmax by hand, autograd.grad into .grad"
import torch

def train_epoch(model, loader, optimizer, device):
    model.train(True)
    total, count = 0.0, 0
    for batch in loader:
        x, y = (t.to(device=device, non_blocking=True) for t in batch)
        model.zero_grad()
        s = model(x)
        losses = torch.logsumexp(s, dim=1) - s.gather(1, y[:, None]).squeeze(1)
        for p, g in zip(model.parameters(), torch.autograd.grad(losses.mean(), list(model.parameters()))):
            p.grad = g
        optimizer.step()
        total += float(losses.detach().sum())
        count += y.shape[0]
    return total / count

# %% right="a closure for the optimizer, np.average"
import torch
from torch import nn

def train_epoch(model, loader, optimizer, device):
    criterion = nn.CrossEntropyLoss().to(device)
    model.train()
    losses, sizes = [], []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        def closure():
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            return loss
        losses.append(optimizer.step(closure).item())
        sizes.append(x.size(0))
    return np.average(losses, weights=sizes)

# %% right="as_tensor brings the batch over, loss per example"
import torch
from torch.nn import functional as F


def train_epoch(model, loader, optimizer, device):
    model.train()
    each = []
    for pair in loader:
        x, y = (torch.as_tensor(part, device=device) for part in pair)
        losses = F.cross_entropy(model(x), y, reduction="none")
        optimizer.zero_grad()
        losses.mean().backward()
        optimizer.step()
        each += losses.tolist()
    return np.mean(each)

# %% right="copied into tensors on the device, running mean"
import torch


def train_epoch(model, loader, optimizer, device):
    def over(there):
        return torch.empty(there.shape, dtype=there.dtype, device=device).copy_(there)

    for module in model.modules():
        module.training = True
    mean, seen = 0.0, 0
    for inputs, targets in loader:
        targets = over(targets)
        optimizer.zero_grad()
        scores = model(over(inputs))
        loss = (scores.logsumexp(1) - scores[torch.arange(len(targets)), targets]).mean()
        loss.backward()
        optimizer.step()
        seen += len(targets)
        mean += len(targets) / seen * (loss.item() - mean)
    return mean

# %% wrong="loss_first_batch"
from torch.nn import functional as F

def train_epoch(model, loader, optimizer, device):
    model.train()
    total = count = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        count += len(y)
        return total / count

# %% wrong="loss_by_batches"
from torch.nn import functional as F

def train_epoch(model, loader, optimizer, device):
    model.train()
    total = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
    return total / len(loader)
