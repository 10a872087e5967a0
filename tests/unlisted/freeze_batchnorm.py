# %% wrong="momentum 1"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.momentum = 1.0
            m.weight.requires_grad = m.bias.requires_grad = False

# %% wrong="the whole model frozen" named="freeze_whole_model+freeze_every_parameter"
def freeze_batchnorm(model):
    model.eval()
    model.train = lambda mode=True: model
    for p in model.parameters():
        p.requires_grad = False

# %% wrong="statistics thrown away"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.reset_running_stats()
            m.eval()
            m.train = lambda mode=True, m=m: m
            m.weight.requires_grad = m.bias.requires_grad = False

# %% wrong="the linear layers frozen in their place"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d)):
            for p in m.parameters():
                p.requires_grad = False

# %% wrong="gamma and beta set to 1 and 0"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.ones_(m.weight)
            nn.init.zeros_(m.bias)
            m.eval()
            m.train = lambda mode=True, m=m: m
            m.weight.requires_grad = m.bias.requires_grad = False

# %% wrong="late binding returns None"
from torch import nn

def freeze_batchnorm(model):
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.eval()
            m.requires_grad_(False)
            m.train = lambda: None

# %% wrong="eval only" named="freeze_undone_by_train+freeze_1d_only"
from torch import nn

def freeze_batchnorm(model):
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.eval()
            m.requires_grad_(False)

# %% wrong="momentum 0" named="freeze_averages_only+freeze_1d_only"
from torch import nn

def freeze_batchnorm(model):
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.momentum = 0.0
            m.eval()
            m.requires_grad_(False)
