"""Lesson 11: beyond batch norm."""

from __future__ import annotations

import numpy as np

from bnlib.check.exercises.lesson_06 import FORM
from bnlib.check.model import Args, Case, Exercise, Outputs, Property
from bnlib.oracle import norms, renorm, weights

LESSON = "11_beyond_batchnorm"
SCALE = ("norm_ddof_1", "eps_outside", "eps_forgotten", "eps_hard_coded", "divide_by_variance")
AFFINE = ("gamma_forgotten", "beta_forgotten", "beta_scaled")
WHOLE = ("in_place", "single_precision")  # results have the shape of x: keepdims has nowhere to show
PRECISE = (*WHOLE, "cancellation", "integer_cast")


def spread_out(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers whose mean and spread differ along every axis, so that no two choices of axes agree."""
    x = 3 + 2 * rng.normal(size=shape)
    for axis, length in enumerate(shape):
        x = x + rng.normal(size=length).reshape([-1 if k == axis else 1 for k in range(len(shape))])
    return x


def affine(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """γ and β far from 1 and 0, and from each other."""
    return rng.uniform(1.5, 3, size), rng.uniform(-3, -1, size)


def _normalize_cases(rng: np.random.Generator) -> list[Case]:
    def case(shape: tuple[int, ...], axes: tuple[int, ...], *eps: float) -> Case:
        title = f"x {shape}, axes = {axes}" + (f", eps = {eps[0]}" if eps else ", eps left at its default")
        return Case(title, (spread_out(rng, shape), axes, *eps))

    return [
        Case("x = [[1, 3], [2, 6]], axes = (1,), eps = 0", (np.array([[1.0, 3.0], [2.0, 6.0]]), (1,), 0.0)),
        case((5, 5), (0,), 0.3), case((5, 5), (1,), 0.3), case((3, 3, 3, 3), (0, 2, 3), 0.5),
        case((3, 3, 3, 3), (2, 3), 0.2), case((2, 4, 3, 5), (1, 2, 3), 0.1), case((4, 4), (1,)),
        Case("an offset of 1e8", (1e8 + rng.normal(size=(6, 6)), (1,), 0.3), 0.0, 1e-5, blame="cancellation"),
        Case("integers", (rng.integers(0, 9, size=(6, 4)), (1,), 0.3), blame="integer_cast"),
        Case("x (3, 4, 5), axes = (-1,)", (spread_out(rng, (3, 4, 5)), (-1,), 0.2), blame="axes_negative"),
    ]


def layer_case(rng: np.random.Generator, shape: tuple[int, ...], *eps: float) -> Case:
    title = f"x {shape}" + (f", eps = {eps[0]}" if eps else ", eps left at its default")
    return Case(title, (spread_out(rng, shape), *affine(rng, shape[-1]), *eps))


def _layer_cases(rng: np.random.Generator) -> list[Case]:
    worked = (np.array([[1.0, 3.0], [2.0, 6.0]]), np.array([2.0, 1.0]), np.array([0.0, 10.0]), 0.0)
    return [
        Case("x = [[1, 3], [2, 6]], gamma = [2, 1], beta = [0, 10], eps = 0", worked),
        layer_case(rng, (5, 5), 0.3), layer_case(rng, (4, 4, 4), 0.5), layer_case(rng, (3, 3, 3), 0.2),
        layer_case(rng, (6, 3), 0.1), layer_case(rng, (4, 4)),
        Case("an offset of 1e8", (1e8 + rng.normal(size=(6, 6)), *affine(rng, 6), 0.3), 0.0, 1e-5,
             blame="cancellation"),
        Case("integers", (rng.integers(0, 9, size=(6, 4)), *affine(rng, 4), 0.3), blame="integer_cast"),
    ]


def image_case(rng: np.random.Generator, shape: tuple[int, ...], groups: int | None, *eps: float) -> Case:
    """A case of instance norm, or of group norm when there are groups."""
    title = f"x {shape}" + (f", groups = {groups}" if groups else "") + (
        f", eps = {eps[0]}" if eps else ", eps left at its default")
    return Case(title, (spread_out(rng, shape), *((groups,) if groups else ()), *affine(rng, shape[1]), *eps))


def _instance_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("two images of two channels of 1 × 2 pixels, gamma = [2, 1], beta = [0, 10], eps = 0",
             (np.array([[[[1.0, 3.0]], [[2.0, 6.0]]], [[[0.0, 8.0]], [[7.0, 3.0]]]]), np.array([2.0, 1.0]),
              np.array([0.0, 10.0]), 0.0)),
        image_case(rng, (3, 3, 3, 3), None, 0.3), image_case(rng, (4, 4, 3, 4), None, 0.5),
        image_case(rng, (2, 3, 4, 5), None, 0.1), image_case(rng, (3, 3, 3, 3), None),
    ]


def _group_cases(rng: np.random.Generator) -> list[Case]:
    return [
        image_case(rng, (2, 6, 3, 6), 2, 0.3), image_case(rng, (6, 6, 2, 6), 3, 0.5),
        image_case(rng, (3, 8, 3, 2), 2, 0.1), image_case(rng, (4, 6, 6, 6), 2),
    ]


def renorm_case(rng: np.random.Generator, rows: int, features: int, r_max: float, d_max: float, *eps: float) -> Case:
    """Running statistics chosen so that r and d lie above, between and below their limits, in turn."""
    x = spread_out(rng, (rows, features))
    ratio = np.resize([3.0, 0.25, 1.3, 0.8, 2.8, 0.9], features) * rng.uniform(0.95, 1.05, features)
    away = np.resize([0.4, -0.5, 2.5, -3.0, 0.2, -2.2], features) * rng.uniform(0.95, 1.05, features)
    running_std = np.sqrt(x.var(axis=0) + (eps[0] if eps else 1e-5)) / ratio
    running_mean = x.mean(axis=0) - away * running_std
    title = f"x {x.shape}, r_max = {r_max}, d_max = {d_max}" + (f", eps = {eps[0]}" if eps else "")
    return Case(title, (x, *affine(rng, features), running_mean, running_std, r_max, d_max, *eps))


def _renorm_cases(rng: np.random.Generator) -> list[Case]:
    worked = (np.array([[1.0, 0.0], [5.0, 8.0]]), np.ones(2), np.zeros(2), np.zeros(2), np.array([1.0, 2.0]), 3.0, 5.0,
              0.0)
    return [
        Case("x = [[1, 0], [5, 8]], running_mean = [0, 0], running_std = [1, 2], r_max = 3, d_max = 5, eps = 0",
             worked),
        renorm_case(rng, 6, 6, 2.0, 1.0, 0.3), renorm_case(rng, 4, 4, 2.0, 1.0, 0.5),
        renorm_case(rng, 9, 6, 2.5, 2.0, 0.2), renorm_case(rng, 2, 6, 2.0, 1.0, 0.1), renorm_case(rng, 5, 6, 2.0, 1.5),
    ]


def weight_case(rng: np.random.Generator, shape: tuple[int, ...]) -> Case:
    return Case(f"v {shape}", (1 + 2 * rng.normal(size=shape), rng.uniform(2, 4, shape[0])))


def _weight_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("v = [[3, 4], [0, 2]], g = [10, 1]", (np.array([[3.0, 4.0], [0.0, 2.0]]), np.array([10.0, 1.0]))),
        *(weight_case(rng, shape) for shape in ((5, 5), (4, 4), (3, 6), (3, 3, 3, 3), (4, 2, 3, 4))),
    ]


def spectral_case(rng: np.random.Generator, outputs: int, inputs: int, steps: int) -> Case:
    """Singular values lie close together, so that every step of power iteration shows."""
    u = rng.normal(size=outputs)
    return Case(f"weight ({outputs}, {inputs}), steps = {steps}",
                (2 * rng.normal(size=(outputs, inputs)), u / np.linalg.norm(u), steps), rtol=1e-6)


def _spectral_cases(rng: np.random.Generator) -> list[Case]:
    return [
        Case("weight = [[3, 0], [0, 4]], u = [1, 0], steps = 1",
             (np.diag([3.0, 4.0]), np.array([1.0, 0.0]), 1)),
        *(spectral_case(rng, *sizes) for sizes in ((5, 5, 1), (4, 4, 3), (6, 3, 2), (3, 5, 2))),
    ]


def _spread_as_asked(args: Args, out: Outputs) -> bool:
    """Has xhat, out[0], the variance that normalizing x over the axes leaves?"""
    var = np.asarray(args[0], np.float64).var(axis=args[1])
    return bool(np.allclose(out[0].var(axis=args[1]), var / (var + (args[2] if len(args) > 2 else 1e-5))))


def _iterated(weight: np.ndarray, u: np.ndarray, steps: int) -> np.ndarray:
    """u (O,) after `steps` steps of power iteration."""
    for _ in range(steps):
        u = weight @ (weight.T @ u)
    return u / np.linalg.norm(u)


EXERCISES = (
    Exercise("normalize", LESSON, "normalize(x, axes, eps=1e-5) -> xhat", ("xhat",), _normalize_cases, norms.normalize,
             ("axes_complement", "axes_all", "axes_first_only", "axes_in_turn", "axes_not_kept", *SCALE, "not_centred",
              "axes_negative", *PRECISE),
             properties=(Property(lambda args, out: bool(np.allclose(out[0].mean(axis=args[1]), 0, atol=1e-6)),
                                  "xhat must have mean 0 over the given axes."),
                         Property(_spread_as_asked, "xhat must have the variance σ²/(σ² + ε) over the given axes.")),
             see="“One function”"),
    Exercise("layernorm", LESSON, "layernorm(x, gamma, beta, eps=1e-5) -> y", ("y",), _layer_cases, norms.layernorm,
             ("layer_batch_axis", "layer_one_for_all", "layer_second_axis", "layer_all_but_first", "axes_not_kept",
              "layer_rms", "layer_gamma_inside", "layer_affine_per_row", *SCALE, *AFFINE, *PRECISE),
             see="“Layer norm”"),
    Exercise("instancenorm", LESSON, "instancenorm(x, gamma, beta, eps=1e-5) -> y", ("y",), _instance_cases,
             norms.instancenorm,
             ("instance_over_batch", "instance_over_channels", "instance_width_only", "instance_channels_last",
              "instance_affine_per_image", "affine_along_width", *SCALE, *AFFINE, *WHOLE),
             see="“Instance norm and group norm”"),
    Exercise("groupnorm", LESSON, "groupnorm(x, groups, gamma, beta, eps=1e-5) -> y", ("y",), _group_cases,
             norms.groupnorm,
             ("groups_interleaved", "groups_are_sizes", "groups_over_batch", "groups_per_pixel", "groups_pixels_only",
              "groups_ignored", "groups_affine_per_group", "affine_along_width", *SCALE, *AFFINE, *WHOLE),
             see="“Instance norm and group norm”"),
    Exercise("batch_renorm", LESSON,
             "batch_renorm(x, gamma, beta, running_mean, running_std, r_max, d_max, eps=1e-5) -> y", ("y",),
             _renorm_cases, renorm.batch_renorm,
             (*(switch.name for switch in renorm.SWITCHES), "norm_ddof_1", "eps_outside", "eps_forgotten", *AFFINE,
              *WHOLE),
             see="“Batch renormalization”"),
    Exercise("weight_norm", LESSON, "weight_norm(v, g) -> w", ("w",), _weight_cases, weights.weight_norm,
             (*(switch.name for switch in weights.SWITCHES if switch.name.startswith("weight")), *WHOLE),
             properties=(Property(lambda args, out: bool(np.allclose(
                 np.sqrt((out[0] ** 2).reshape(len(args[1]), -1).sum(axis=1)), np.abs(args[1]), 1e-9)),
                 "Each output of w must have the length g, to the last digit."),),
             see="“Normalizing the weights”"),
    Exercise("spectral_norm", LESSON, "spectral_norm(weight, u, steps) -> (weight, u)", ("weight", "u"),
             _spectral_cases, weights.spectral_norm,
             (*(switch.name for switch in weights.SWITCHES if switch.name.startswith("spectral")), *FORM),
             properties=(Property(lambda args, out: bool(np.isclose((out[1] ** 2).sum(), 1)),
                                  "u must have length 1."),
                         Property(lambda args, out: bool(np.allclose(out[1], _iterated(*args))),
                                  "u must be what `steps` steps make of the u you were given: v = Wᵀu, then u = Wv, "
                                  "each divided by its length.")),
             see="“Normalizing the weights”"),
)
