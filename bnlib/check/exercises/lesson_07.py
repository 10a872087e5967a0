"""Lesson 07: convolution."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_04 import cache_of
from bnlib.check.exercises.lesson_06 import FOLD, FORM, state
from bnlib.check.model import Case, Exercise, Property
from bnlib.oracle import images, running

LESSON = "07_convolution"


def forward_case(rng: np.random.Generator, title: str, shape: tuple[int, ...], *eps: float) -> Case:
    return Case(title, (3 + 2 * rng.normal(size=shape), *state(rng, shape[1])[:2], *eps))


def cache_case(rng: np.random.Generator, title: str, shape: tuple[int, ...], eps: float) -> Case:
    """One that looks into the cache, too."""
    case = forward_case(rng, title, shape, eps)
    return Case(title, (*case.args, "cache"), blame="cache_unlike")


def _forward_cases(rng: np.random.Generator) -> list[Case]:
    return [
        forward_case(rng, "N = C = H = W = 3, eps = 0.3", (3, 3, 3, 3), 0.3),
        forward_case(rng, "N = 2, C = W = 4, H = 3, eps = 0.5", (2, 4, 3, 4), 0.5),
        forward_case(rng, "N = 4, C = 2, H = 3, W = 5, eps = 0.1", (4, 2, 3, 5), 0.1),
        forward_case(rng, "eps left at its default", (2, 3, 2, 3)),
        cache_case(rng, "what the cache holds, N = 2, C = 3, H = 4, W = 5", (2, 3, 4, 5), 0.2),
        forward_case(rng, "C = 1, as grey images have, eps = 0.2", (4, 1, 2, 3), 0.2),
    ]


def backward_case(rng: np.random.Generator, title: str, shape: tuple[int, ...], eps: float) -> Case:
    cache = cache_of(3 + 2 * rng.normal(size=shape), rng.uniform(1.5, 3, shape[1]), eps, (0, 2, 3))
    return Case(title, (rng.normal(size=shape), cache), rtol=1e-6, atol=1e-8)


def _backward_cases(rng: np.random.Generator) -> list[Case]:
    return [
        backward_case(rng, "N = C = H = W = 3, eps = 0.3", (3, 3, 3, 3), 0.3),
        backward_case(rng, "N = 2, C = W = 4, H = 3, eps = 0.5", (2, 4, 3, 4), 0.5),
        backward_case(rng, "N = 4, C = 2, H = 3, W = 5, eps = 0.1", (4, 2, 3, 5), 0.1),
    ]


def fold_case(rng: np.random.Generator, title: str, shape: tuple[int, ...], eps: float) -> Case:
    return Case(title, (rng.normal(size=shape), 2 + rng.normal(size=shape[0]), *state(rng, shape[0]), eps))


def _fold_cases(rng: np.random.Generator) -> list[Case]:
    return [fold_case(rng, "weight (3, 3, 3, 3), eps = 0.3", (3, 3, 3, 3), 0.3),
            fold_case(rng, "weight (4, 4, 2, 4), eps = 0.5", (4, 4, 2, 4), 0.5),
            fold_case(rng, "weight (5, 2, 3, 3), eps = 0.1", (5, 2, 3, 3), 0.1)]


EXERCISES = (
    Exercise("batchnorm2d_forward", LESSON, "batchnorm2d_forward(x, gamma, beta, eps=1e-5) -> (y, cache)",
             ("y", "“the cache”"), _forward_cases, images.batchnorm2d_forward,
             ("per_pixel", "per_image", "per_example", "one_for_all_channels", "channels_last",
              "variances_averaged", "home_by_reshape", "channels_mixed",
              "channels_mixed_throughout", "statistics_along_width", "affine_along_width",
              "image_ddof_1", "image_eps_forgotten", "image_eps_outside", "image_eps_ignored", "image_by_variance",
              "image_not_centred", "image_gamma_beta_swapped", "image_beta_first", "image_gamma_forgotten",
              "image_beta_forgotten", "cache_unlike", "in_place", "single_precision", "cancellation", "integer_cast"),
             driver="image_cache", see="“One mean a channel”"),
    Exercise("batchnorm2d_backward", LESSON, "batchnorm2d_backward(dy, cache) -> (dx, dgamma, dbeta)",
             ("dx", "dgamma", "dbeta"), _backward_cases, images.batchnorm2d_backward,
             ("count_is_n", "channels_mixed_back", "xhat_not_moved", "dx_home_by_reshape", "images_not_flattened",
              "means_per_pixel", "means_per_image", "sums_not_divided", "dgamma_per_pixel", "mean_constant",
              "std_constant", "variance_sign", "xhat_forgotten", "dxhat_without_gamma", "gamma_on_dy_only",
              "gamma_twice", "rstd_forgotten", "rstd_squared", "dx_sign", "dgamma_with_x", "dgamma_from_dxhat",
              "dbeta_from_dxhat", "dgamma_averaged", "dbeta_averaged", *FORM),
             properties=(Property(lambda args, out: bool(np.allclose(out[0].sum(axis=(0, 2, 3)), 0, atol=1e-6)),
                                  "dx must sum to 0 over every channel."),),
             see="“Backward by a reshape”"),
    Exercise("fold_batchnorm2d", LESSON,
             "fold_batchnorm2d(weight, bias, gamma, beta, running_mean, running_var, eps) -> (weight, bias)",
             ("weight", "bias"), _fold_cases, running.fold_batchnorm, (*FOLD, "fold_along_width", *FORM),
             see="“Folding into a convolution”"),
)
