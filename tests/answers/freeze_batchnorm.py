# %% [markdown]
# Answers to `freeze_batchnorm`: right in several styles, and wrong in every way the check should name.

# %% right="train_replaced"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.eval()
            m.train = lambda mode=True, m=m: m
            m.weight.requires_grad = False
            m.bias.requires_grad = False

# %% right="hook_before_forward"
def freeze_batchnorm(model):
    from torch.nn.modules.batchnorm import _BatchNorm

    for m in model.modules():
        if isinstance(m, _BatchNorm):
            m.requires_grad_(False)
            m.register_forward_pre_hook(lambda layer, inputs: layer.eval() and None)
    return model

# %% right="class_changed"
def freeze_batchnorm(model):
    from torch import nn

    def always_in_eval_mode(self, mode=True):
        return nn.Module.train(self, False)

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.__class__ = type("Frozen", (type(m),), {"train": always_in_eval_mode})
            m.eval()
            for p in m.parameters():
                p.requires_grad_(False)

# %% right="replaced_by_an_affine_map"
def freeze_batchnorm(model):
    import torch
    from torch import nn

    class Affine(nn.Module):
        def __init__(self, m):
            super().__init__()
            scale = m.weight.detach() / torch.sqrt(m.running_var + m.eps)
            self.register_buffer("scale", scale)
            self.register_buffer("shift", m.bias.detach() - m.running_mean * scale)

        def forward(self, x):
            shape = (1, -1) + (1,) * (x.ndim - 2)
            return x * self.scale.reshape(shape) + self.shift.reshape(shape)

    for name, child in model.named_children():
        if isinstance(child, nn.modules.batchnorm._BatchNorm):
            setattr(model, name, Affine(child))
        else:
            freeze_batchnorm(child)

# %% wrong="freeze_undone_by_train"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.requires_grad_(False)

# %% wrong="freeze_parameters_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.weight.requires_grad = m.bias.requires_grad = False

# %% wrong="freeze_momentum_zero"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.momentum = 0.0
            m.requires_grad_(False)

# %% wrong="freeze_whole_model"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.requires_grad_(False)
    model.eval()
    model.train = lambda mode=True: model

# %% wrong="freeze_statistics_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.train = lambda mode=True, m=m: m

# %% wrong="freeze_every_parameter"
def freeze_batchnorm(model):
    from torch import nn

    for p in model.parameters():
        p.requires_grad = False
    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.train = lambda mode=True, m=m: m

# %% wrong="freeze_children_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.children():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval().requires_grad_(False)
            m.train = lambda mode=True, m=m: m

# %% wrong="freeze_undone_by_train+freeze_statistics_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()

# %% wrong="freeze_undone_by_train+freeze_children_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model:
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval().requires_grad_(False)

# %% wrong="freeze_averages_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.track_running_stats = False
            for p in m.parameters():
                p.requires_grad_(False)

# %% right="a_class_of_its_own"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            base = type(m)
            m.__class__ = type("Frozen" + base.__name__, (base,), {"train": lambda self, mode=True: self})
            for p in m.parameters():
                p.requires_grad_(False)

# %% right="a lambda bound by types.MethodType"
import types
from torch import nn

def freeze_batchnorm(model):
    def train(self, mode=True):
        self.training = False
        return self
    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.requires_grad_(False)
            m.eval()
            m.train = types.MethodType(train, m)

# %% right="the class is exchanged"
from torch import nn

def freeze_batchnorm(model):
    def freeze(m):
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            kind = type(m)
            m.__class__ = type("Frozen" + kind.__name__, (kind,), {"train": lambda self, mode=True: kind.train(self, False)})
            m.train()
            for p in m.parameters():
                p.requires_grad = False
    model.apply(freeze)

# %% right="running statistics in the forward pass, whatever the mode"
from torch import nn
from torch.nn import functional as F

def freeze_batchnorm(model):
    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.weight.requires_grad_(False), m.bias.requires_grad_(False)
            m.forward = lambda x, m=m: F.batch_norm(x, m.running_mean, m.running_var, m.weight, m.bias, False, 0.0, m.eps)

# %% wrong="freeze_nothing"
import copy
from torch import nn

def freeze_batchnorm(model):
    model = copy.deepcopy(model)
    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.eval()
            m.requires_grad_(False)
            m.train = lambda mode=True, m=m: m
    return model

# %% wrong="freeze_1d_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.BatchNorm1d):
            m.eval()
            m.train = lambda mode=True, m=m: m
            m.requires_grad_(False)

# %% wrong="freeze_not_at_once"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.train = lambda mode=True, m=m: m
            m.requires_grad_(False)

# %% wrong="freeze_train_returns_another"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.train = lambda mode=True: m
            m.requires_grad_(False)

# %% wrong="freeze_train_returns_another+freeze_statistics_only"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.train = lambda mode=True: None

# %% wrong="freeze_model_deaf"
def freeze_batchnorm(model):
    from torch import nn

    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.eval()
            m.requires_grad_(False)
    model.train = lambda mode=True: model
