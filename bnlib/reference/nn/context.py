"""What surrounds a call: is it being recorded, or does a transform of torch.func look on?"""

from __future__ import annotations

import torch
from torch.autograd import forward_ad


def recorded() -> bool:
    """Does torch.compile, torch.export or torch.jit.trace write this call down?  Then sizes may be symbols."""
    return torch.compiler.is_compiling() or torch.jit.is_tracing()


def transformed() -> bool:
    """Is this inside vmap, jvp or another transform of torch.func, or inside forward-mode differentiation?

    Such a transform knows PyTorch's own operations, so it must be shown nothing else.
    """
    return torch._C._functorch.peek_interpreter_stack() is not None or forward_ad._current_level >= 0
