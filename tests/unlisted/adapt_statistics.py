# %% wrong="nothing but eval mode and back" named="adapt_in_eval+adapt_not_reset"
def adapt_statistics(model, loader):
    import torch

    was = [(m, m.training) for m in model.modules()]
    model.eval()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, mode in was:
        m.training = mode

# %% wrong="the statistics of the input for every layer"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    rows = torch.cat([x for x, _ in loader])
    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.running_mean.fill_(float(rows.mean()))
            m.running_var.fill_(float(rows.var()))

# %% wrong="reset only" named="adapt_in_eval"
def adapt_statistics(model, loader):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.reset_running_stats()

# %% wrong="gamma and beta reset too"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    modes, momenta = [(m, m.training) for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.reset_parameters()
        m.train()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in modes:
        m.training = mode

# %% wrong="the first batch many times" named="adapt_first_batch"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    modes, momenta = [(m, m.training) for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.reset_running_stats()
        m.train()
        m.momentum = None
    x = loader[0][0]
    with torch.no_grad():
        for _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in modes:
        m.training = mode

# %% wrong="the old values not forgotten" named="adapt_as_in_training+adapt_1d_only"
import torch
from torch import nn

def adapt_statistics(model, loader):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.train()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, mode in modes:
        m.training = mode

# %% wrong="model.children only"
import torch
from torch import nn

def adapt_statistics(model, loader):
    modes = [(m, m.training) for m in model.modules()]
    model.eval()
    norms = [m for m in model.children() if isinstance(m, nn.BatchNorm1d)]
    momenta = [m.momentum for m in norms]
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
        m.train()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, p in zip(norms, momenta):
        m.momentum = p
    for m, mode in modes:
        m.training = mode

# %% wrong="train mode for everything" named="adapt_1d_only+adapt_dropout_on"
import torch
from torch import nn

def adapt_statistics(model, loader):
    modes = [(m, m.training) for m in model.modules()]
    model.train()
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm1d)]
    momenta = [m.momentum for m in norms]
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, p in zip(norms, momenta):
        m.momentum = p
    for m, mode in modes:
        m.training = mode
