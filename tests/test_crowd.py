"""Several networks at once: each is what it would be alone, and their gradients are right."""

from __future__ import annotations

import numpy as np
import pytest

from bnlib import crowd, data


class PerExample:
    """Layer norm."""

    def forward(self, x, progress):
        self.progress = progress
        self.rstd = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
        self.xhat = (x - x.mean(axis=-1, keepdims=True)) * self.rstd
        return self.xhat

    def backward(self, dxhat):
        along = (dxhat * self.xhat).mean(axis=-1, keepdims=True)
        return self.rstd * (dxhat - dxhat.mean(axis=-1, keepdims=True) - self.xhat * along)


def loss(z, y):
    """Mean cross-entropy of each network, summed over the networks."""
    z = z - z.max(axis=-1, keepdims=True)
    right = np.take_along_axis(z, y[..., None], axis=-1)[..., 0]
    return (np.log(np.exp(z).sum(axis=-1)) - right).mean(axis=1).sum()


@pytest.mark.parametrize("norm", [None, PerExample])
def test_a_step_goes_down_the_gradient_of_the_mean_cross_entropy(norm):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 6, 4)), rng.integers(0, 3, size=(2, 6))

    def build():
        made = crowd.Crowd((4, 5, 5, 3), norm, (1, 2))
        for p in (*made.betas, *made.gammas):
            p += np.random.default_rng(3).normal(scale=0.3, size=p.shape)
        return made

    def parts(c):
        return [*c.weights, *c.betas, *(c.gammas if norm else [])]

    stepped = build()
    stepped.step(crowd.cross_entropy_gradient(stepped.forward(x, 0.0), y), 1.0)
    for k, (before, after) in enumerate(zip(parts(build()), parts(stepped), strict=True)):
        for index in [(0, 0, 0), (1, before.shape[1] - 1, before.shape[2] - 1)]:
            ends = []
            for h in (1e-6, -1e-6):
                moved = build()
                parts(moved)[k][index] += h
                ends.append(loss(moved.forward(x, 0.0), y))
            assert before[index] - after[index] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-7)


def test_a_network_in_a_crowd_is_the_network_alone():
    split = data.load_digits()
    together = crowd.accuracies(PerExample, split, 64, 2, 0.1, seeds=(3, 5))
    alone = [crowd.accuracies(PerExample, split, 64, 2, 0.1, seeds=(seed,))[0] for seed in (3, 5)]
    np.testing.assert_allclose(together, alone, atol=2e-3)
    assert together.shape == (2,) and together.min() > 0.8


def test_progress_runs_through_training_and_is_none_at_inference():
    seen = []

    class Watcher(PerExample):
        def forward(self, x, progress):
            seen.append(progress)
            return super().forward(x, progress)

    x, y = np.random.default_rng(0).normal(size=(10, 4)), np.arange(10) % 3
    watched = crowd.Crowd((4, 5, 3), Watcher, (0,))
    watched.train(x, y, 4, 2, 0.1)
    watched.accuracies(x, y)
    assert seen == [0, 0.25, 0.5, 0.75, None]


@pytest.mark.parametrize("batch_size", [0, 11])
def test_a_batch_size_that_does_not_fit_is_refused(batch_size):
    with pytest.raises(ValueError, match="batch_size must lie between 1 and the 10 examples"):
        crowd.Crowd((4, 3), None, (0,)).train(np.zeros((10, 4)), np.zeros(10, int), batch_size, 1, 0.1)
