"""The reference of lesson 07: batch norm on images, against PyTorch's layer, and folding into a convolution."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bnlib.check.exercises.lesson_04 import cache_of
from bnlib.reference import batchnorm2d_backward, batchnorm2d_forward, batchnorm_forward, fold_batchnorm2d

SEEDS = st.integers(0, 2**32 - 1)
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(2, 5))


def images(seed: int, shape: tuple[int, ...], dtype: type = np.float64) -> tuple:
    """x, gamma, beta, dy."""
    rng = np.random.default_rng(seed)
    c = shape[1]
    parts = 1 + 2 * rng.normal(size=shape), rng.uniform(0.5, 2, c), rng.normal(size=c), rng.normal(size=shape)
    return tuple(part.astype(dtype) for part in parts)


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-12), (np.float32, 1e-5)])
@pytest.mark.parametrize("shape", [
    (2, 3, 1, 1), (1, 2, 3, 4), (4, 3, 5, 2), (3, 3, 3, 3), (4096, 2, 1, 1), (16, 4, 16, 16),
])
def test_both_passes_equal_pytorch_s_layer(shape, dtype, tolerance):
    x, gamma, beta, dy = images(0, shape, dtype)
    layer = torch.nn.BatchNorm2d(shape[1], eps=0.01, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(gamma))
        layer.bias.copy_(torch.from_numpy(beta))
    tx = torch.from_numpy(x.astype(np.float64)).requires_grad_()
    ty = layer(tx)
    ty.backward(torch.from_numpy(dy.astype(np.float64)))
    y, cache = batchnorm2d_forward(x, gamma, beta, 0.01)
    ours = (y, *batchnorm2d_backward(dy, cache))
    theirs = (ty.detach(), tx.grad, layer.weight.grad, layer.bias.grad)
    for a, b in zip(ours, theirs, strict=True):
        truth = b.numpy()
        assert a.dtype == dtype and a.shape == truth.shape
        np.testing.assert_allclose(a, truth, rtol=0, atol=tolerance * max(1, np.abs(truth).max()))


@settings(max_examples=40, deadline=None)
@given(SEEDS, SHAPES)
def test_images_of_one_pixel_are_the_rows_of_lesson_03(seed, shape):
    x, gamma, beta, _ = images(seed, (shape[0] * 3, shape[1], 1, 1))
    y, _ = batchnorm2d_forward(x, gamma, beta)
    np.testing.assert_array_equal(y[:, :, 0, 0], batchnorm_forward(x[:, :, 0, 0], gamma, beta)[0])


@settings(max_examples=40, deadline=None)
@given(SEEDS, SHAPES)
def test_where_a_pixel_stands_does_not_matter(seed, shape):
    x, gamma, beta, _ = images(seed, shape)
    y, _ = batchnorm2d_forward(x, gamma, beta)
    turned, _ = batchnorm2d_forward(x[::-1, :, ::-1, ::-1].swapaxes(2, 3), gamma, beta)
    np.testing.assert_allclose(turned, y[::-1, :, ::-1, ::-1].swapaxes(2, 3), atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(SEEDS, SHAPES)
def test_dx_sums_to_0_over_every_channel_and_stands_across_xhat(seed, shape):
    x, gamma, beta, dy = images(seed, shape)
    _, cache = batchnorm2d_forward(x, gamma, beta, 0.0)
    dx, _, _ = batchnorm2d_backward(dy, cache)
    scale = 1e-10 * max(1, cache.rstd.max())
    np.testing.assert_allclose(dx.sum(axis=(0, 2, 3)), 0, atol=scale)
    np.testing.assert_allclose((dx * cache.xhat).sum(axis=(0, 2, 3)), 0, atol=scale)


@pytest.mark.parametrize("shape, kernel, stride, padding", [
    ((2, 3, 8, 8), (5, 3, 3, 3), 1, 1), ((1, 1, 5, 6), (2, 1, 1, 1), 1, 0), ((3, 4, 9, 7), (4, 4, 2, 3), 2, 2),
])
def test_the_folded_convolution_equals_convolution_and_batch_norm(shape, kernel, stride, padding):
    rng = np.random.default_rng(shape[0])
    x, weight = rng.normal(size=shape), rng.normal(size=kernel)
    bias, gamma, beta, mean = rng.normal(size=(4, kernel[0]))
    var = rng.uniform(0.3, 3, kernel[0])

    def convolved(w, b):
        return torch.nn.functional.conv2d(*map(torch.from_numpy, (x, w, b)), stride=stride, padding=padding)

    for b in (bias, None):
        z = convolved(weight, np.zeros(kernel[0]) if b is None else b)
        mean_, var_, gamma_, beta_ = map(torch.from_numpy, (mean, var, gamma, beta))
        truth = torch.nn.functional.batch_norm(z, mean_, var_, gamma_, beta_, training=False, eps=0.1)
        folded = convolved(*fold_batchnorm2d(weight, b, gamma, beta, mean, var, 0.1))
        np.testing.assert_allclose(folded.numpy(), truth.numpy(), rtol=1e-12, atol=1e-12 * float(truth.abs().max()))


def test_arguments_are_left_unchanged_and_integers_are_promoted():
    x, gamma, beta, dy = images(1, (2, 3, 4, 2))
    before = [a.copy() for a in (x, gamma, beta, dy)]
    cache = cache_of(x, gamma, 0.1, (0, 2, 3))
    batchnorm2d_forward(x, gamma, beta)
    dx, dgamma, dbeta = batchnorm2d_backward(dy, cache)
    weight, _ = fold_batchnorm2d(x, None, gamma[:2], beta[:2], beta[:2], gamma[:2], 0.1)
    assert all(np.array_equal(a, b) for a, b in zip((x, gamma, beta, dy), before, strict=True))
    assert dx.shape == x.shape and dgamma.shape == dbeta.shape == (3,) and weight.shape == x.shape
    whole = np.arange(48).reshape(2, 3, 4, 2)
    y, _ = batchnorm2d_forward(whole, [1, 1, 1], [0, 0, 0])
    truth, _ = batchnorm2d_forward(whole.astype(float), np.ones(3), np.zeros(3))
    assert y.dtype == np.float64 and np.array_equal(y, truth)


X, GAMMA, BETA, DY = images(0, (2, 3, 4, 4))
CACHE = cache_of(X, GAMMA, 0.1, (0, 2, 3))


@pytest.mark.parametrize("call, sentence", [
    (lambda: batchnorm2d_forward(X[0], GAMMA, BETA), r"x must be 4-D, \(N, C, H, W\), not of shape \(3, 4, 4\)"),
    (lambda: batchnorm2d_forward(X[:0], GAMMA, BETA), r"x is empty, shape \(0, 3, 4, 4\)"),
    (lambda: batchnorm2d_forward(X, GAMMA[:2], BETA), "gamma must have one entry per feature"),
    (lambda: batchnorm2d_forward(X, GAMMA, BETA, -1), "eps must not be negative"),
    (lambda: batchnorm2d_backward(DY[:, :, 0], CACHE), "dy must be 4-D"),
    (lambda: batchnorm2d_backward(DY[:1], CACHE), r"dy must have the shape of the forward pass's x, \(2, 3, 4, 4\)"),
    (lambda: batchnorm2d_backward(DY, {"xhat": X}), "cache has no 'rstd'"),
    (lambda: fold_batchnorm2d(X[0, 0], None, GAMMA, BETA, BETA, GAMMA, 0.1), r"weight must be \(O, I, kH, kW\)"),
    (lambda: fold_batchnorm2d(X, None, GAMMA, BETA, BETA, GAMMA, 0.1), "running_mean must have one entry per output"),
])
def test_bad_input_is_refused_in_one_clear_sentence(call, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        call()
