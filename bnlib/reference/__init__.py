"""Every answer of the course, library-grade.  Absent from the students' edition."""

from bnlib.reference.directions import directional_derivative, numerical_gradient, relative_error, steepest_ascent
from bnlib.reference.forward import Cache, batch_statistics, batchnorm_forward, influence_matrix, largest_xhat
from bnlib.reference.scaling import (
    feature_statistics,
    gradient_descent,
    hessian_condition,
    mse_and_gradient,
    standardize,
)

__all__ = [
    "Cache",
    "batch_statistics",
    "batchnorm_forward",
    "directional_derivative",
    "feature_statistics",
    "gradient_descent",
    "hessian_condition",
    "influence_matrix",
    "largest_xhat",
    "mse_and_gradient",
    "numerical_gradient",
    "relative_error",
    "standardize",
    "steepest_ascent",
]
