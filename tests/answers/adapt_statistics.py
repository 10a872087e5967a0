# %% [markdown]
# Answers to `adapt_statistics`: right in several styles, and wrong in every way the check should name.

# %% right="plain_average"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    modes = [(m, m.training) for m in model.modules()]
    momenta = [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in modes:
        m.training = mode

# %% right="falling_momentum"
def adapt_statistics(model, loader):
    import torch

    modes = {name: m.training for name, m in model.named_modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)}
    model.eval()
    for m in norms:
        m.training = True
    with torch.inference_mode():
        for k, (x, y) in enumerate(loader):
            for m in norms:
                m.momentum = 1 / (k + 1)
            model(x)
    for m in norms:
        m.momentum = norms[m]
    for name, m in model.named_modules():
        m.training = modes[name]
    return model

# %% right="hooks"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if type(m).__name__.startswith("BatchNorm")]
    modes = [m.training for m in model.modules()]
    sums = {m: [0.0, 0.0] for m in norms}

    def watch(m, inputs):
        over = [k for k in range(inputs[0].ndim) if k != 1]
        sums[m][0] = sums[m][0] + inputs[0].mean(dim=over)
        sums[m][1] = sums[m][1] + inputs[0].var(dim=over)

    model.eval()
    handles = [m.register_forward_pre_hook(watch) for m in norms]
    for m in norms:
        m.training = True
    batches = 0
    for x, _ in loader:
        with torch.no_grad():
            model(x)
        batches += 1
    for handle in handles:
        handle.remove()
    for m in norms:
        m.running_mean.copy_(sums[m][0] / batches)
        m.running_var.copy_(sums[m][1] / batches)
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_in_eval"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_exponential"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes = [m.training for m in model.modules()]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_last_batch"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.momentum = 1.0
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_not_reset"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_mean_only"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    variances = [m.running_var.clone() for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum, var in zip(norms, momenta, variances):
        m.momentum = momentum
        m.running_var.copy_(var)
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_biased"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, seen = [m.training for m in model.modules()], {m: [] for m in norms}

    def watch(m, inputs):
        seen[m].append((inputs[0].mean(dim=0), inputs[0].var(dim=0, unbiased=False)))

    model.eval()
    handles = [m.register_forward_pre_hook(watch) for m in norms]
    for m in norms:
        m.training = True
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, handle in zip(norms, handles):
        handle.remove()
        m.running_mean.copy_(torch.stack([mean for mean, _ in seen[m]]).mean(dim=0))
        m.running_var.copy_(torch.stack([var for _, var in seen[m]]).mean(dim=0))
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_children_only"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_dropout_on"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes, momenta = [m.training for m in model.modules()], [m.momentum for m in norms]
    model.train()
    for m in norms:
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_momentum_lost"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    modes = [m.training for m in model.modules()]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_left_in_train"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    momenta = [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    model.train()

# %% wrong="adapt_left_in_eval"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    momenta = [m.momentum for m in norms]
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    model.eval()

# %% wrong="adapt_modes_levelled"
def adapt_statistics(model, loader):
    import torch

    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    momenta, was_training = [m.momentum for m in norms], model.training
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in zip(norms, momenta):
        m.momentum = momentum
    model.train(was_training)

# %% wrong="adapt_as_in_training"
def adapt_statistics(model, loader):
    import torch

    modes = [m.training for m in model.modules()]
    model.eval()
    for m in model.modules():
        if isinstance(m, torch.nn.modules.batchnorm._BatchNorm):
            m.train()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, mode in zip(model.modules(), modes):
        m.training = mode

# %% wrong="adapt_momentum_lost+adapt_modes_levelled"
def adapt_statistics(model, loader):
    import torch

    was_training = model.training
    model.eval()
    for m in model.modules():
        if isinstance(m, torch.nn.modules.batchnorm._BatchNorm):
            m.train()
            m.reset_running_stats()
            m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    model.train(was_training)

# %% wrong="adapt_momentum_default"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    modes = [(m, m.training) for m in model.modules()]
    bns = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    model.eval()
    for b in bns:
        b.reset_running_stats()
        b.train()
        b.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, t in modes:
        m.training = t
    for b in bns:
        b.momentum = 0.1

# %% wrong="adapt_as_in_training+adapt_modes_levelled"
def adapt_statistics(model, loader):
    import torch
    from torch import nn

    was = model.training
    bns = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    model.eval()
    for b in bns:
        b.train()
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    model.train(was)

# %% right="forward hooks collect the statistics"
import torch
from torch.nn.modules.batchnorm import _BatchNorm

def adapt_statistics(model, loader):
    before = {m: m.training for m in model.modules()}
    norms = [m for m in model.modules() if isinstance(m, _BatchNorm)]
    momenta = [m.momentum for m in norms]
    model.eval()
    for k, m in enumerate(norms):
        m.train()
        m.reset_running_stats()
    with torch.no_grad():
        for k, (x, _) in enumerate(loader, start=1):
            for m in norms:
                m.momentum = 1.0 / k
            model(x)
    for m, p in zip(norms, momenta):
        m.momentum = p
    for m, mode in before.items():
        m.training = mode

# %% right="inference mode, momentum None, try and finally"
import torch
from torch import nn

def adapt_statistics(model, loader):
    kept = [(m, m.training, getattr(m, "momentum", 0)) for m in model.modules()]
    try:
        model.eval()
        for m, _, _ in kept:
            if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)):
                m.reset_running_stats()
                m.momentum = None
                m.training = True
        with torch.no_grad():
            [model(x) for x, y in loader]
    finally:
        for m, mode, momentum in kept:
            m.training = mode
            if hasattr(m, "momentum"):
                m.momentum = momentum


# %% wrong="adapt_first_batch"
def adapt_statistics(model, loader):
    import torch

    modes = {m: m.training for m in model.modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)}
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        x, _ = next(iter(loader))
        model(x)
    for m, momentum in norms.items():
        m.momentum = momentum
    for m, mode in modes.items():
        m.training = mode

# %% wrong="adapt_all_at_once"
def adapt_statistics(model, loader):
    import torch

    modes = {m: m.training for m in model.modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)}
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        model(torch.cat([x for x, _ in loader]))
    for m, momentum in norms.items():
        m.momentum = momentum
    for m, mode in modes.items():
        m.training = mode

# %% wrong="adapt_1d_only"
def adapt_statistics(model, loader):
    import torch

    modes = {m: m.training for m in model.modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.BatchNorm1d)}
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in norms.items():
        m.momentum = momentum
    for m, mode in modes.items():
        m.training = mode

# %% wrong="adapt_left_measuring"
def adapt_statistics(model, loader):
    import torch

    modes = {m: m.training for m in model.modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)}
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in norms.items():
        m.momentum = momentum

# %% wrong="adapt_left_measuring+adapt_1d_only"
def adapt_statistics(model, loader):
    import torch

    modes = {m: m.training for m in model.modules()}
    norms = {m: m.momentum for m in model.modules() if isinstance(m, torch.nn.BatchNorm1d)}
    model.eval()
    for m in norms:
        m.train()
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x, _ in loader:
            model(x)
    for m, momentum in norms.items():
        m.momentum = momentum
