# %% [markdown]
# Answers to `parameter_groups`: right in several styles, and wrong in every way the check should name.

# %% right="by_axes"
def parameter_groups(model, weight_decay):
    decayed = [p for p in model.parameters() if p.ndim > 1]
    free = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% right="by_layer"
def parameter_groups(model, weight_decay):
    from torch import nn

    decayed, free = [], []
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            (decayed if isinstance(m, (nn.Linear, nn.Conv2d)) and name == "weight" else free).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]

# %% right="one_group_each"
def parameter_groups(model, weight_decay):
    return ({"params": (p for p in [p]), "weight_decay": weight_decay * (len(p.shape) >= 2)}
            for p in model.parameters())

# %% wrong="groups_one_for_all"
def parameter_groups(model, weight_decay):
    return [{"params": model.parameters(), "weight_decay": weight_decay}]

# %% wrong="groups_gamma_decayed"
def parameter_groups(model, weight_decay):
    decayed = [p for name, p in model.named_parameters() if not name.endswith("bias")]
    free = [p for name, p in model.named_parameters() if name.endswith("bias")]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_bias_decayed"
def parameter_groups(model, weight_decay):
    from torch import nn

    decayed, free = [], []
    for m in model.modules():
        norm = isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm))
        (free if norm else decayed).extend(m.parameters(recurse=False))
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_other_norms_decayed"
def parameter_groups(model, weight_decay):
    from torch import nn

    decayed, free = [], []
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
                free.append(p)
            elif isinstance(m, nn.LayerNorm):
                decayed.append(p)
            else:
                (free if name == "bias" else decayed).append(p)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_nothing_decayed"
def parameter_groups(model, weight_decay):
    decayed = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": decayed, "weight_decay": 0.0},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0}]

# %% wrong="groups_swapped"
def parameter_groups(model, weight_decay):
    decayed = [p for p in model.parameters() if p.ndim <= 1]
    free = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_kernels_not_decayed"
def parameter_groups(model, weight_decay):
    decayed = [p for p in model.parameters() if p.ndim == 2]
    free = [p for p in model.parameters() if p.ndim != 2]
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_norms_left_out"
def parameter_groups(model, weight_decay):
    from torch import nn

    layers = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    return [{"params": [m.weight for m in layers], "weight_decay": weight_decay},
            {"params": [m.bias for m in layers if m.bias is not None], "weight_decay": 0.0}]

# %% wrong="groups_biases_left_out"
def parameter_groups(model, weight_decay):
    from torch import nn

    norms = [m for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm))]
    return [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for m in norms for p in m.parameters()], "weight_decay": 0.0}]

# %% wrong="groups_duplicated"
def parameter_groups(model, weight_decay):
    decayed, free = [], []
    for m in model.modules():
        for p in m.parameters():
            (decayed if p.ndim > 1 else free).append(p)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_gamma_decayed+groups_duplicated"
def parameter_groups(model, weight_decay):
    decayed, free = [], []
    for m in model.modules():
        for name, p in m.named_parameters():
            (free if "bias" in name else decayed).append(p)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]

# %% wrong="groups_other_gamma_decayed"
def parameter_groups(model, weight_decay):
    from torch import nn

    w, o = [], []
    for m in model.modules():
        for n, p in m.named_parameters(recurse=False):
            (o if n == "bias" or isinstance(m, nn.modules.batchnorm._BatchNorm) else w).append(p)
    return [{"params": w, "weight_decay": weight_decay}, {"params": o, "weight_decay": 0.0}]

# %% wrong="groups_kernels_left_out"
def parameter_groups(model, weight_decay):
    return [
        {"params": [p for p in model.parameters() if p.ndim == 2], "weight_decay": weight_decay},
        {"params": [p for p in model.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]

# %% wrong="groups_rest_left_out"
def parameter_groups(model, weight_decay):
    return [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay}]

# %% right="names_and_parameters"
def parameter_groups(model, weight_decay):
    return [
        {"params": [(n, p) for n, p in model.named_parameters() if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [(n, p) for n, p in model.named_parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]

# %% right="a dictionary of lists, three groups"
from collections import defaultdict

def parameter_groups(model, weight_decay):
    by_axes = defaultdict(list)
    for name, p in model.named_parameters():
        by_axes[p.ndim].append(p)
    return [{"params": ps, "weight_decay": weight_decay if axes > 1 else 0} for axes, ps in by_axes.items()]

# %% right="one group a parameter"
def parameter_groups(model, weight_decay):
    return [dict(params=[p], weight_decay=weight_decay * (len(p.shape) >= 2)) for p in model.parameters()]

# %% right="sets of ids by module type"
from torch import nn

def parameter_groups(model, weight_decay):
    rest = {id(m.bias) for m in model.modules() if getattr(m, "bias", None) is not None}
    rest |= {id(p) for p in model.parameters() if p.dim() < 2}
    first, second = [], []
    for p in model.parameters():
        (second if id(p) in rest else first).append(p)
    return ({"params": first, "weight_decay": weight_decay}, {"params": second, "weight_decay": 0.0})

# %% wrong="groups_default_decay"
def parameter_groups(model, weight_decay):
    return [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for p in model.parameters() if p.ndim <= 1]}]
