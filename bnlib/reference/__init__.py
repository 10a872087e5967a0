"""Every answer of the course, library-grade.  Absent from the students' edition."""

from bnlib.reference.backward import backward_intermediates, batchnorm_backward, batchnorm_backward_fused
from bnlib.reference.directions import directional_derivative, numerical_gradient, relative_error, steepest_ascent
from bnlib.reference.evidence import (
    evidence_axes,
    evidence_batches,
    evidence_coupling,
    evidence_extremes,
    evidence_gamma_beta,
    evidence_invariance,
    evidence_memory,
    evidence_prediction,
    evidence_runaway,
    evidence_scale,
    evidence_shape,
    evidence_size,
)
from bnlib.reference.forward import Cache, batch_statistics, batchnorm_forward, influence_matrix, largest_xhat
from bnlib.reference.gamma_beta import BatchNormLayer, restoring_parameters, sgd_step
from bnlib.reference.images import batchnorm2d_backward, batchnorm2d_forward, fold_batchnorm2d
from bnlib.reference.landscape import gradient_predictiveness, loss_range, scale_invariance_gap, steps_to_accuracy
from bnlib.reference.norms import groupnorm, instancenorm, layernorm, normalize
from bnlib.reference.parallel import combine_moments, sync_batchnorm_forward
from bnlib.reference.pitfalls import accumulation_gap, discriminator_batch, separability, shuffled_batches
from bnlib.reference.renorm import batch_renorm
from bnlib.reference.running import (
    BatchNorm1d,
    batchnorm_inference,
    convert_momentum,
    fold_batchnorm,
    population_statistics,
    update_running,
)
from bnlib.reference.scaling import (
    feature_statistics,
    gradient_descent,
    hessian_condition,
    mse_and_gradient,
    standardize,
)
from bnlib.reference.surgery import adapt_statistics, freeze_batchnorm, parameter_groups
from bnlib.reference.training import batchnorm_mixed_precision, evaluate, train_epoch
from bnlib.reference.weights import spectral_norm, weight_norm

__all__ = [
    "BatchNorm1d",
    "BatchNormLayer",
    "Cache",
    "accumulation_gap",
    "adapt_statistics",
    "backward_intermediates",
    "batch_renorm",
    "batch_statistics",
    "batchnorm2d_backward",
    "batchnorm2d_forward",
    "batchnorm_backward",
    "batchnorm_backward_fused",
    "batchnorm_forward",
    "batchnorm_inference",
    "batchnorm_mixed_precision",
    "combine_moments",
    "convert_momentum",
    "directional_derivative",
    "discriminator_batch",
    "evaluate",
    "evidence_axes",
    "evidence_batches",
    "evidence_coupling",
    "evidence_extremes",
    "evidence_gamma_beta",
    "evidence_invariance",
    "evidence_memory",
    "evidence_prediction",
    "evidence_runaway",
    "evidence_scale",
    "evidence_shape",
    "evidence_size",
    "feature_statistics",
    "fold_batchnorm",
    "fold_batchnorm2d",
    "freeze_batchnorm",
    "gradient_descent",
    "gradient_predictiveness",
    "groupnorm",
    "hessian_condition",
    "influence_matrix",
    "instancenorm",
    "largest_xhat",
    "layernorm",
    "loss_range",
    "mse_and_gradient",
    "normalize",
    "numerical_gradient",
    "parameter_groups",
    "population_statistics",
    "relative_error",
    "restoring_parameters",
    "scale_invariance_gap",
    "separability",
    "sgd_step",
    "shuffled_batches",
    "spectral_norm",
    "standardize",
    "steepest_ascent",
    "steps_to_accuracy",
    "sync_batchnorm_forward",
    "train_epoch",
    "update_running",
    "weight_norm",
]
