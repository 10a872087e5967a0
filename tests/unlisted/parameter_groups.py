# %% wrong="no decay at all" named="groups_nothing_decayed"
def parameter_groups(model, weight_decay):
    return [{"params": list(model.parameters()), "weight_decay": 0.0}]

# %% wrong="the first layer only"
def parameter_groups(model, weight_decay):
    first, *rest = list(model.parameters())
    return [{"params": [first], "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]

# %% wrong="decay by size"
def parameter_groups(model, weight_decay):
    return [{"params": [p], "weight_decay": weight_decay / p.numel()} for p in model.parameters()]

# %% wrong="half the decay on the vectors"
def parameter_groups(model, weight_decay):
    return [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": weight_decay / 2}]

# %% wrong="the biases only are free" named="groups_gamma_decayed"
def parameter_groups(model, weight_decay):
    named = list(model.named_parameters())
    return [{"params": [p for n, p in named if "bias" not in n], "weight_decay": weight_decay},
            {"params": [p for n, p in named if "bias" in n], "weight_decay": 0.0}]

# %% wrong="names in place of parameters"
def parameter_groups(model, weight_decay):
    return [{"params": [n for n, p in model.named_parameters() if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [n for n, p in model.named_parameters() if p.ndim <= 1], "weight_decay": 0.0}]

# %% wrong="by the name bias" named="groups_gamma_decayed"
def parameter_groups(model, weight_decay):
    bias = [p for n, p in model.named_parameters() if n.endswith("bias")]
    rest = [p for n, p in model.named_parameters() if not n.endswith("bias")]
    return [{"params": rest, "weight_decay": weight_decay}, {"params": bias, "weight_decay": 0.0}]

# %% wrong="generators, used up" named="groups_rest_left_out"
def parameter_groups(model, weight_decay):
    ps = model.parameters()
    return [{"params": [p for p in ps if p.ndim > 1], "weight_decay": weight_decay},
            {"params": [p for p in ps if p.ndim <= 1], "weight_decay": 0.0}]
