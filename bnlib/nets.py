"""Small networks on the digits, with batch norm in either place, and a layer made of a student's own function.

Only demonstrations import this module: it needs PyTorch, graded cells do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from bnlib.data import Split
from bnlib.oracle.batchnorm import DEFAULT_EPS, forward_torch

Forward = Callable[..., tuple[np.ndarray, Any]]
ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


def mlp(
    widths: Sequence[int],
    activation: str,
    norm: Literal["before", "after"] | None = None,
    seed: int = 0,
    layer: Callable[[int], nn.Module] = nn.BatchNorm1d,
    scale: float = 1.0,
) -> nn.Sequential:
    """Linear layers of `widths` (inputs first, classes last), with `activation` between them.

    `norm` puts `layer(width)` before or after each activation.  Weights (D_out, D_in) are normal with variance
    scale² · g / D_in, g = 2 for ReLU (He et al. 2015, arXiv 1502.01852, §2.2) and 1 otherwise; biases are 0.
    All is in PyTorch's default type.  Where accuracies are printed, make that float64: training amplifies rounding,
    and in float32 two processors end with different numbers.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation {activation!r} is not one of {', '.join(ACTIVATIONS)}")
    if norm not in (None, "before", "after"):
        raise ValueError(f"norm must be None, 'before' or 'after', not {norm!r}")
    generator = torch.Generator().manual_seed(seed)
    modules: list[nn.Module] = []
    for k, (inputs, outputs) in enumerate(pairwise(widths), start=1):
        linear = nn.Linear(inputs, outputs)
        gain = 2.0 if activation == "relu" else 1.0
        nn.init.normal_(linear.weight, std=scale * (gain / inputs) ** 0.5, generator=generator)
        nn.init.zeros_(linear.bias)
        modules.append(linear)
        if k == len(widths) - 1:  # the scores of the classes stay as they are
            break
        modules += [layer(outputs)] if norm == "before" else []
        modules.append(ACTIVATIONS[activation]())
        modules += [layer(outputs)] if norm == "after" else []
    return nn.Sequential(*modules)


def train(
    model: nn.Module, split: Split, lr: float, steps: int, batch_size: int, seed: int, every: int = 0
) -> dict[str, list[float]]:
    """Plain SGD on the cross-entropy; batches are drawn without repetition within a step.

    Returns "loss" (one a step), and "step" and "accuracy" on the test set, in eval mode, after every `every`
    steps (0: only at the end).
    """
    x, y = as_tensors(split.x_train, split.y_train)
    rng = np.random.default_rng(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    history: dict[str, list[float]] = {"loss": [], "step": [], "accuracy": []}
    for step in range(1, steps + 1):
        rows = torch.from_numpy(rng.choice(len(x), size=batch_size, replace=False))
        model.train()
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        history["loss"].append(loss.item())
        if step == steps or (every and step % every == 0):
            history["step"].append(step)
            history["accuracy"].append(accuracy(model, split))
    return history


def accuracy(model: nn.Module, split: Split) -> float:
    """Share of the test set that `model` names rightly, in eval mode; the model's mode is left as it was."""
    was_training = model.training
    model.eval()
    x, y = as_tensors(split.x_test, split.y_test)
    with torch.no_grad():
        share = (model(x).argmax(dim=1) == y).double().mean().item()
    model.train(was_training)
    return share


def as_tensors(x: np.ndarray, y: np.ndarray) -> tuple[Tensor, Tensor]:
    """Inputs (N, D) in PyTorch's default type, labels as int64 (N,)."""
    return torch.tensor(x, dtype=torch.get_default_dtype()).flatten(1), torch.from_numpy(np.asarray(y, np.int64))


class StudentBatchNorm(nn.Module):
    """A layer whose values come from a student's `batchnorm_forward(x, gamma, beta, eps) -> (y, cache)`.

    The gradient is the oracle's, by autograd, so the function alone is enough to train with.  It always uses the
    statistics of the batch it is given, in eval mode too: running statistics belong to lesson 06.
    """

    def __init__(self, forward: Forward, features: int, eps: float = DEFAULT_EPS) -> None:
        super().__init__()
        self.function, self.eps = forward, eps
        self.gamma = nn.Parameter(torch.ones(features))
        self.beta = nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor) -> Tensor:
        truth: Tensor = forward_torch(x, self.gamma, self.beta, self.eps)
        given = (t.detach().double().numpy().copy() for t in (x, self.gamma, self.beta))
        y, _ = self.function(*given, self.eps)
        if np.shape(y) != tuple(x.shape):
            raise ValueError(f"your batchnorm_forward returned shape {np.shape(y)} for x of shape {tuple(x.shape)}")
        student = torch.from_numpy(np.asarray(y, np.float64)).to(truth.dtype)
        return truth + (student - truth).detach()  # the student's values, the truth's gradient
