"""Drop-in PyTorch layers: the arguments, buffers, modes and errors of `torch.nn`, the formulas of the course.

`bnlib.reference.BatchNorm1d` is lesson 06's NumPy layer; the PyTorch one is `bnlib.reference.nn.BatchNorm1d`.

    formulas   batch norm in four functions, to be read
    compiled   the same four made one pass each by torch.compile, for large batches on the CPU
    kernels    the same four in Triton, for CUDA
    functional the differentiable operation that chooses among them
    context    whether something records or transforms the call, which decides what may be chosen

Other than torch.nn's, input and layer may differ in float type; `torch.jit.script` and `torch.fx.symbolic_trace` do not
take the layers (torch.compile, torch.export and torch.jit.trace do).
"""

from bnlib.reference.nn.layers import BatchNorm1d, BatchNorm2d, BatchNorm3d
from bnlib.reference.nn.renorm import BatchRenorm
from bnlib.reference.nn.sync import SyncBatchNorm

__all__ = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "BatchRenorm", "SyncBatchNorm"]
