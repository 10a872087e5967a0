"""The evidence of lesson 12 does what it is for: it tells layers for which a claim holds from those for which not."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from autograder.hidden.lesson_12 import KEY
from bnlib import reference
from bnlib.check.drivers.lesson_12 import LETTERS, THEMES

ROOT = Path(__file__).resolve().parent.parent
SEEDS = range(5)


def batchnorm(x: NDArray) -> NDArray:
    """PyTorch's, in training."""
    return torch.nn.functional.batch_norm(torch.from_numpy(x), None, None, training=True).numpy()


NARROWED = 17  # "a batch of one" in the notes, "of a single feature vector" in lesson 12: there it is true


def test_the_reference_gives_the_verdicts_that_the_hidden_cases_hold() -> None:
    x, c = np.random.default_rng(0).normal(size=(6, 3)), np.ones(3)
    f = np.tanh
    calls: dict[str, tuple] = {
        "evidence_scale": (x, 3), "evidence_axes": (f, x, c, np.ones(6)), "evidence_coupling": (f, x, 0, c),
        "evidence_extremes": (x, c, 0), "evidence_shape": (x, x), "evidence_gamma_beta": (x, c, c, 0.1),
        "evidence_invariance": (f, x, np.eye(3), c, 2.0), "evidence_runaway": (f, x, x, 0.1, 2),
        "evidence_batches": ([x],), "evidence_size": (x, 2, 3), "evidence_memory": (x[:3], x, c, 0.1),
        "evidence_prediction": (f, f, x, x),
    }
    given: dict[int, str] = {}
    for name, theme in THEMES.items():
        verdicts, *numbers = getattr(reference, name)(*calls[name])
        assert tuple(verdicts) == theme.claims and len(numbers) == len(theme.evidence)
        given |= verdicts
    assert given == {claim: letter for claim, (_, letter) in KEY.items()}
    assert list(given) == list(range(1, 31)) and set(given.values()) == set(LETTERS)


def test_the_verdicts_are_those_that_the_lessons_printed() -> None:
    words = {"true": "T", "it depends": "D", "false": "F"}
    printed: dict[int, set[str]] = {}
    for line in (ROOT / "docs" / "claims.md").read_text(encoding="utf-8").splitlines():
        row = re.match(r"\| (\d+) \| .+? \| (true|it depends|false) \| \d\d_", line)
        if row:
            printed.setdefault(int(row[1]), set()).add(words[row[2]])
    held = {note: letter for note, letter in KEY.values() if note != NARROWED}
    compared = {note for note in held if note in printed}
    assert len(compared) >= 27
    assert {note: letter for note, letter in held.items() if note in compared and letter not in printed[note]} == {}


@pytest.mark.parametrize("seed", SEEDS)
def test_pytorch_s_batch_norm_takes_features_moves_neighbours_and_ignores_a_bias(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(8, 4)), rng.normal(size=(4, 5))
    _, by_feature, by_example = reference.evidence_axes(batchnorm, x, rng.normal(size=4), rng.normal(size=8))
    assert by_feature < 1e-12 and by_example > 0.1
    _, others, _ = reference.evidence_coupling(lambda z: batchnorm(z) if len(z) > 1 else 0 * z, x, 2, np.ones(4))
    assert others > 0.01
    _, biased, scaled = reference.evidence_invariance(batchnorm, x, w, rng.normal(size=5), 7.0)
    assert biased < 1e-12 and scaled < 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_a_layer_without_statistics_comes_out_the_other_way(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, w = rng.normal(size=(8, 4)), rng.normal(size=(4, 5))
    _, others, alone = reference.evidence_coupling(np.tanh, x, 2, np.ones(4))
    assert others == 0 and alone > 0.01
    _, biased, scaled = reference.evidence_invariance(np.tanh, x, w, np.ones(5), 7.0)
    assert min(biased, scaled) > 0.01
    _, b, change, slope = reference.evidence_runaway(lambda z: z, x, np.ones_like(x), 0.1, 100)
    np.testing.assert_allclose(b, 1 - x.mean(axis=0), atol=1e-6)
    assert change < 0 and np.all(np.abs(slope) > 1e-3)


def test_a_constant_mu_makes_b_run_away_while_the_loss_stands_still() -> None:
    x = np.random.default_rng(0).normal(size=(10, 3))
    for steps in (10, 1000):
        _, b, change, slope = reference.evidence_runaway(lambda z: z - z.mean(axis=0), x, np.ones_like(x), 0.1, steps)
        np.testing.assert_allclose(b, 0.2 * steps)
        assert abs(change) < 1e-9 and np.abs(slope).max() < 1e-6


def test_the_believed_slope_is_pytorch_s_when_mu_is_detached_and_the_true_one_when_not() -> None:
    rng = np.random.default_rng(1)
    x, target = (torch.from_numpy(rng.normal(size=(6, 3))) for _ in range(2))
    for cut in (True, False):
        b = torch.zeros(3, dtype=torch.float64, requires_grad=True)
        z = x + b
        mean = z.mean(dim=0).detach() if cut else z.mean(dim=0)
        (grad,) = torch.autograd.grad(((z - mean - target) ** 2).mean(dim=0).sum(), b)
        _, moved, _, slope = reference.evidence_runaway(
            lambda v: v - v.mean(axis=0), x.numpy(), target.numpy(), 1.0, 1)
        np.testing.assert_allclose(-moved if cut else slope, grad.numpy(), atol=1e-8)


def test_the_record_shown_in_the_lesson_is_pytorch_s() -> None:
    text = (ROOT / "solutions" / "12_verdicts" / "verdicts.py").read_text(encoding="utf-8")
    rows = re.search(r"record = np\.array\(\[\n(.*?)\]\)", text, re.DOTALL)
    assert rows is not None
    record = np.array([[float(v) for v in re.findall(r"-?\d\.\d+", line)] for line in rows[1].splitlines() if line])
    layer = torch.nn.BatchNorm1d(3, momentum=0.1)
    layer.running_mean = torch.from_numpy(record[0]).float()
    layer(torch.from_numpy(np.stack([record[1] - 1, record[1] + 1])).float())
    np.testing.assert_allclose(layer.running_mean.numpy(), record[2], atol=1e-6)
    weight = reference.evidence_memory(record, record, np.zeros(3), 0.1)[1]
    np.testing.assert_allclose(weight, 0.1)


@pytest.mark.parametrize("n", [2, 5, 50, 500])
def test_the_farthest_row_reaches_the_root_of_n_minus_1(n: int) -> None:
    _, largest, spread, tested = reference.evidence_extremes(np.random.default_rng(n).normal(size=(n, 3)),
                                                             np.full(3, 1e9), 0)
    assert largest == pytest.approx(np.sqrt(n - 1), rel=1e-6)
    assert spread.max() < 1e-6 and tested.min() > 1e8


@pytest.mark.parametrize("seed", SEEDS)
def test_separate_normalization_hides_mean_and_scale_and_nothing_else(seed: int) -> None:
    a = np.random.default_rng(seed).exponential(size=(200, 2))
    _, before, after, separate, together = reference.evidence_shape(a, 4 * a + 9)
    np.testing.assert_allclose(before, after, rtol=1e-4)
    assert separate.max() < 1e-3 and together.min() > 1
    assert reference.evidence_shape(a, -a)[3].min() > 0.5


def test_gamma_and_beta_back_make_pytorch_s_batch_norm_the_identity() -> None:
    x = np.random.default_rng(3).normal(2, 3, size=(20, 4))
    _, gamma, beta, variance, straight = reference.evidence_gamma_beta(x, np.full(4, 3.0), np.ones(4), 0.3)
    weight, bias = torch.from_numpy(gamma), torch.from_numpy(beta)
    y = torch.nn.functional.batch_norm(torch.from_numpy(x), None, None, weight, bias, training=True, eps=0.3)
    np.testing.assert_allclose(y.numpy(), x, atol=1e-12)
    np.testing.assert_allclose(variance, 9 * x.var(axis=0) / (x.var(axis=0) + 0.3))
    assert np.all((straight > 0.9) & (straight < 1))


def test_averages_of_batches_are_right_for_equal_means_and_short_for_variances() -> None:
    rng = np.random.default_rng(5)
    _, off, variance, squared = reference.evidence_batches(list(3 * rng.normal(size=(20000, 2, 1))))
    assert off[0] < 1e-12
    assert variance[0] == pytest.approx(1 / 2, abs=0.02) and squared[0] == pytest.approx(1 / np.pi, abs=0.02)


def test_the_error_of_a_batch_mean_falls_with_the_root_of_its_size() -> None:
    _, small, large, kurtosis = reference.evidence_size(np.random.default_rng(6).normal(size=(64000, 2)), 4, 64)
    assert small == pytest.approx(1 / 2, rel=0.03) and large == pytest.approx(1 / 8, rel=0.06)
    np.testing.assert_allclose(kurtosis, 3, atol=0.2)


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("evidence_scale", (np.ones((4, 2)), 3), "feature 0 is constant"),
        ("evidence_coupling", (np.tanh, np.ones((4, 2)), 4, np.ones(2)), "n must be one of the rows 0 to 3"),
        ("evidence_extremes", (np.ones((4, 2)), np.ones(3), 0), "far must have one entry per feature"),
        ("evidence_shape", (np.eye(3), np.eye(4)), "a and b must have one shape"),
        ("evidence_batches", ([],), "batches is empty"),
        ("evidence_size", (np.eye(4), 3, 2), "small must divide the 4 rows"),
        ("evidence_memory", (np.ones((2, 3)), np.eye(3), np.ones(3), 0.1), "record must have three rows"),
        ("evidence_memory", (np.ones((3, 3)), np.eye(3), np.ones(3), 0.1), "record tells nothing"),
        ("evidence_memory", (np.eye(3), np.eye(3), np.ones(3), 1.5), "momentum must lie between 0 and 1"),
        ("evidence_runaway", (np.tanh, np.eye(3), np.eye(2), 0.1, 1), "target must have x's shape"),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        getattr(reference, name)(*args)
