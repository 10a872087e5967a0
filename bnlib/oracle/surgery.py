"""What is done to a PyTorch model's batch norm layers from outside, with the mistakes people make (lesson 10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from bnlib.oracle.switches import Switch

if TYPE_CHECKING:
    from torch import Tensor, nn

SWITCHES = (
    Switch("adapt_in_eval", "The batch norm layers never saw the new data in train mode: in eval mode nothing is "
           "measured.", "adapt average"),
    Switch("adapt_exponential", "You let the layer's own momentum weigh the batches: every batch counts equally "
           "(momentum = None).", "adapt average"),
    Switch("adapt_as_in_training", "That is one more epoch of training for the averages: forget the old values "
           "(reset_running_stats), and let every batch count equally (momentum = None).", "adapt average"),
    Switch("adapt_last_batch", "Only the last batch counts in your result: average over all of them.",
           "adapt average"),
    Switch("adapt_first_batch", "Only the first batch counts in your result: go through the whole loader.",
           "adapt average"),
    Switch("adapt_all_at_once", "You sent all data through as one batch: take the statistics of each batch of the "
           "loader, and average those.", "adapt average"),
    Switch("adapt_not_reset", "The old statistics are still in the average: reset them first.", "adapt start"),
    Switch("adapt_mean_only", "The running variance is still the old one: adapt it, too.", "adapt variance"),
    Switch("adapt_biased", "Your variance divides by N: the running variance takes N − 1.", "adapt variance"),
    Switch("adapt_children_only", "A batch norm inside a block was missed: look through modules(), not children().",
           "adapt layers"),
    Switch("adapt_1d_only", "BatchNorm2d was passed over: it is a batch norm layer as well as BatchNorm1d.",
           "adapt layers"),
    Switch("adapt_dropout_on", "Dropout was on while you measured: only the batch norm layers go to train mode.",
           "adapt dropout"),
    Switch("adapt_momentum_lost", "The layers' momentum is not what it was: put it back.", "adapt momentum"),
    Switch("adapt_momentum_default", "You set every momentum to 0.1: put back what each layer had.",
           "adapt momentum"),
    Switch("adapt_left_in_train", "The model is left in train mode: restore the mode it had.", "adapt mode"),
    Switch("adapt_left_in_eval", "The model is left in eval mode: restore the mode it had.", "adapt mode"),
    Switch("adapt_left_measuring", "The model is left as it was while you measured, with only its batch norm layers in "
           "train mode: put every mode back.", "adapt mode"),
    Switch("adapt_modes_levelled", "One layer had a mode of its own and lost it: restore the mode of every module.",
           "adapt mode"),
    Switch("freeze_undone_by_train", "model.train() thaws your layers: make them stay in eval mode whatever is asked.",
           "freeze statistics"),
    Switch("freeze_nothing", "The model is as it was before: work on the model you are given, in place, not on a "
           "copy.", "freeze statistics"),
    Switch("freeze_parameters_only", "The statistics are still alive: a frozen batch norm normalizes as in eval mode.",
           "freeze statistics"),
    Switch("freeze_momentum_zero", "The stored statistics stand still, but in train mode the layer still normalizes "
           "by the batch.", "freeze statistics"),
    Switch("freeze_averages_only", "The stored statistics stand still, but after model.train() the layer normalizes "
           "by the batch again: it must stay in eval mode.", "freeze statistics"),
    Switch("freeze_whole_model", "The whole model is stuck in eval mode: dropout is off, too. Freeze the batch norm "
           "layers only.", "freeze statistics"),
    Switch("freeze_statistics_only", "γ and β still learn: set requires_grad to False for them.", "freeze parameters"),
    Switch("freeze_every_parameter", "Nothing can learn any more: freeze the parameters of batch norm only.",
           "freeze parameters"),
    Switch("freeze_children_only", "A batch norm inside a block is still alive: look through modules(), not "
           "children().", "freeze layers"),
    Switch("freeze_1d_only", "BatchNorm2d is still alive: it is a batch norm layer as well as BatchNorm1d.",
           "freeze layers"),
    Switch("freeze_not_at_once", "Your layers hold their mode but are not in eval mode: call eval() before you replace "
           "train().", "freeze statistics"),
    Switch("freeze_model_deaf", "model.train() and model.eval() do nothing any more: replace train() of the batch norm "
           "layers, not the model's.", "freeze statistics"),
    Switch("freeze_train_returns_another", "layer.train() does not return the layer it is called on. Mind that a "
           "lambda made in a loop sees the loop's last layer.", "freeze statistics"),
    Switch("groups_one_for_all", "Everything is decayed: γ, β and the biases belong to a group without.",
           "groups decay"),
    Switch("groups_gamma_decayed", "γ is decayed: its name is “weight”, but it is none.", "groups decay"),
    Switch("groups_bias_decayed", "The biases of linear and convolution layers are decayed.", "groups decay"),
    Switch("groups_other_norms_decayed", "γ and β of the other normalization layers are decayed: batch norm is not "
           "the only one.", "groups decay"),
    Switch("groups_other_gamma_decayed", "γ of the other normalization layers is decayed: batch norm is not the only "
           "one.", "groups decay"),
    Switch("groups_nothing_decayed", "Nothing is decayed: the weights keep weight_decay.", "groups decay"),
    Switch("groups_default_decay", "A group without \"weight_decay\" takes the optimizer's own, which need not be 0 "
           "(AdamW's is 0.01): write 0.0.", "observed", True),
    Switch("groups_swapped", "It is the wrong way round: the weights are decayed, the others are not.",
           "groups decay"),
    Switch("groups_kernels_not_decayed", "Convolution kernels are weights as well, of four axes: decay them.",
           "groups kernels"),
    Switch("groups_kernels_left_out", "Convolution kernels are in no group, so they never learn: they are weights as "
           "well, of four axes.", "groups kernels"),
    Switch("groups_rest_left_out", "Only the weights are in a group: γ, β and the biases never learn. Put them into "
           "one without decay.", "groups members"),
    Switch("groups_norms_left_out", "γ and β are in no group, so they never learn: put them into the one without "
           "decay.", "groups members"),
    Switch("groups_biases_left_out", "The biases are in no group, so they never learn: put them into the one without "
           "decay.", "groups members"),
    Switch("groups_duplicated", "A parameter stands in the groups more than once: a block repeats its layers'.",
           "groups members"),
)


def norms_of(model: nn.Module, on: frozenset[str]) -> list[Any]:
    """The model's batch norm layers: all of them, or only its direct children, or only those without images."""
    from torch.nn import BatchNorm1d
    from torch.nn.modules.batchnorm import _BatchNorm

    kind = BatchNorm1d if on & {"adapt_1d_only", "freeze_1d_only"} else _BatchNorm
    deep = not on & {"adapt_children_only", "freeze_children_only"}
    return [m for m in (model.modules() if deep else model.children()) if isinstance(m, kind)]


def adapt_statistics(model: nn.Module, loader: Iterable[tuple[Tensor, Tensor]], on: frozenset[str]) -> None:
    """Running statistics become the plain average over the batches of each batch's mean and unbiased variance."""
    import torch

    norms = norms_of(model, on)
    kept = bool(on & {"adapt_not_reset", "adapt_as_in_training"})
    modes, momenta, was_training = {m: m.training for m in model.modules()}, {m: m.momentum for m in norms}, \
        model.training
    old = {m: (m.running_mean.clone(), m.running_var.clone(), int(m.num_batches_tracked)) for m in norms}
    seen: dict[Any, list[tuple[Tensor, Tensor]]] = {m: [] for m in norms}
    model.train("adapt_dropout_on" in on)
    for layer in norms:
        layer.train("adapt_in_eval" not in on)
        if not kept:
            layer.reset_running_stats()
        hook = _watch(seen[layer], "adapt_biased" not in on)
        layer.handle = layer.register_forward_pre_hook(hook)
    inputs = [x for x, _ in loader]
    if "adapt_all_at_once" in on:
        inputs = [torch.cat(inputs)]
    with torch.no_grad():
        for x in inputs[: 1 if "adapt_first_batch" in on else None]:
            model(x)
    for layer in norms:
        layer.handle.remove()
        mean, var, count = old[layer]
        if not kept:
            mean, var, count = torch.zeros_like(mean), torch.ones_like(var), 0
        for k, (m, v) in enumerate(seen[layer], start=1):
            weight = 1 / (count + k)
            if on & {"adapt_exponential", "adapt_as_in_training"}:
                weight = momenta[layer]
            weight = 1.0 if "adapt_last_batch" in on else 0.0 if "adapt_in_eval" in on else weight
            mean, var = (1 - weight) * mean + weight * m, (1 - weight) * var + weight * v
        layer.running_mean.copy_(mean)
        layer.running_var.copy_(old[layer][1] if "adapt_mean_only" in on else var)
        layer.momentum = None if "adapt_momentum_lost" in on else momenta[layer]
        if "adapt_momentum_default" in on:
            layer.momentum = 0.1
    if on & {"adapt_left_in_train", "adapt_left_in_eval", "adapt_modes_levelled"}:
        model.train("adapt_left_in_train" in on or ("adapt_modes_levelled" in on and was_training))
    elif "adapt_left_measuring" not in on:
        for module, mode in modes.items():
            module.training = mode


def _watch(seen: list[tuple[Tensor, Tensor]], unbiased: bool) -> Any:
    def hook(module: Any, inputs: tuple[Tensor, ...]) -> None:
        x = inputs[0].transpose(0, 1).flatten(1)
        seen.append((x.mean(dim=1), x.var(dim=1, correction=int(unbiased))))

    return hook


def freeze_batchnorm(model: nn.Module, on: frozenset[str]) -> None:
    """Batch norm layers act as in eval mode from now on, whatever mode is asked for; γ and β have no gradient."""
    if "freeze_nothing" in on:
        return
    for layer in norms_of(model, on):
        if "freeze_momentum_zero" in on:
            layer.momentum = 0.0
        elif "freeze_parameters_only" not in on and "freeze_whole_model" not in on:
            if "freeze_not_at_once" not in on:
                layer.eval()
            if "freeze_averages_only" in on:
                layer.track_running_stats = False
            elif "freeze_train_returns_another" in on:
                layer.train = lambda mode=True: model
            elif not on & {"freeze_undone_by_train", "freeze_model_deaf"}:
                layer.train = lambda mode=True, layer=layer: layer
        if "freeze_statistics_only" not in on:
            layer.requires_grad_(False)
    if "freeze_whole_model" in on:
        model.eval()
    if on & {"freeze_whole_model", "freeze_model_deaf"}:
        model.train = lambda mode=True: model  # type: ignore[method-assign]
    if "freeze_every_parameter" in on:
        model.requires_grad_(False)


def parameter_groups(model: nn.Module, weight_decay: float, on: frozenset[str]) -> list[dict[str, Any]]:
    """Two groups for an optimizer: weights with weight_decay; γ, β and biases without."""
    from torch.nn.modules.batchnorm import _BatchNorm

    decayed: list[Tensor] = []
    free: list[Tensor] = []
    for module in model.modules():
        for name, p in module.named_parameters(recurse="groups_duplicated" in on):
            kind = "bias" if name.endswith("bias") else "weight" if p.ndim > 1 else "gamma"
            of_norm = kind == "gamma" or (kind == "bias" and _norm_owns(model, p))
            if ("groups_norms_left_out" in on and of_norm) or (
                    "groups_biases_left_out" in on and kind == "bias" and not of_norm) or (
                    "groups_rest_left_out" in on and kind != "weight") or (
                    "groups_kernels_left_out" in on and p.ndim == 4):
                continue
            other = of_norm and not any(p is q for m in model.modules() if isinstance(m, _BatchNorm)
                                        for q in m.parameters(recurse=False))
            decay = (kind == "weight" or "groups_one_for_all" in on
                     or ("groups_gamma_decayed" in on and kind == "gamma")
                     or ("groups_bias_decayed" in on and kind == "bias" and not of_norm)
                     or ("groups_other_norms_decayed" in on and other)
                     or ("groups_other_gamma_decayed" in on and other and kind == "gamma"))
            if "groups_kernels_not_decayed" in on and p.ndim == 4:
                decay = False
            (decayed if decay != ("groups_swapped" in on) else free).append(p)
    rate = 0.0 if "groups_nothing_decayed" in on else weight_decay
    return [{"params": decayed, "weight_decay": rate}, {"params": free, "weight_decay": 0.0}]


def _norm_owns(model: nn.Module, p: Tensor) -> bool:
    """Does `p` belong to a layer whose weight has one axis, a normalization layer?"""
    for module in model.modules():
        weight = getattr(module, "weight", None)
        if weight is not None and weight.ndim == 1 and any(p is q for q in module.parameters(recurse=False)):
            return True
    return False
