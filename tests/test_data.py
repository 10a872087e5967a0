"""The data lessons use: real, in range, split without overlap, the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from bnlib import data


@pytest.fixture(scope="module")
def mnist() -> data.Split:
    return data.load_mnist()


def as_rows(x: np.ndarray) -> set[bytes]:
    return {row.tobytes() for row in x}


def test_digits_are_1797_images_in_0_to_1_with_a_quarter_for_testing():
    split = data.load_digits()
    assert split.x_train.shape == (1348, 64) and split.x_test.shape == (449, 64)
    x = np.concatenate([split.x_train, split.x_test])
    assert x.dtype == np.float64 and x.min() == 0 and x.max() == 1
    assert split.y_train.dtype == np.int64 and set(split.y_train) == set(split.y_test) == set(range(10))


def test_mnist_is_the_true_one_500_images_a_class(mnist):
    assert mnist.x_train.shape == (4000, 1, 28, 28) and mnist.x_test.shape == (1000, 1, 28, 28)
    x, y = np.concatenate([mnist.x_train, mnist.x_test]), np.concatenate([mnist.y_train, mnist.y_test])
    assert x.min() == 0 and x.max() == 1 and np.bincount(y).tolist() == [500] * 10
    # LeCun's files have a mean of 0.1307 and a standard deviation of 0.3081 over the training set's pixels.
    assert x.mean() == pytest.approx(0.1307, abs=0.003) and x.std() == pytest.approx(0.3081, abs=0.003)


def test_an_image_keeps_its_own_label(mnist):
    """A nearest-centroid rule names four in five of the test set; with shuffled labels it would name one in ten."""
    for split in (data.load_digits(), mnist):
        train, test = split.x_train.reshape(len(split.x_train), -1), split.x_test.reshape(len(split.x_test), -1)
        centroids = np.stack([train[split.y_train == k].mean(axis=0) for k in range(10)])
        nearest = ((test[:, None] - centroids) ** 2).sum(axis=2).argmin(axis=1)
        assert (nearest == split.y_test).mean() > 0.7


def test_no_image_is_in_both_parts_and_none_is_lost(mnist):
    for split, count in ((data.load_digits(), 1797), (mnist, 5000)):
        train, test = as_rows(split.x_train), as_rows(split.x_test)
        assert not train & test
        assert len(train | test) == count


def test_the_seed_decides_the_split():
    same, again, other = data.load_digits(seed=1), data.load_digits(seed=1), data.load_digits(seed=2)
    assert all(np.array_equal(a, b) for a, b in zip(same, again, strict=True))
    assert not np.array_equal(same.y_train, other.y_train)


@pytest.mark.parametrize("share", [0, 1, -0.5, 2])
def test_a_senseless_test_share_is_refused(share):
    with pytest.raises(ValueError, match="test_share must lie between 0 and 1"):
        data.load_digits(test_share=share)


def test_batches_are_one_shuffled_epoch_without_the_remainder():
    x, y = np.arange(10.0)[:, None], np.arange(10)
    got = list(data.batches(x, y, 3, np.random.default_rng(0)))
    assert [len(rows) for rows, _ in got] == [3, 3, 3]
    labels = np.concatenate([labels for _, labels in got])
    assert len(set(labels)) == 9 and labels.tolist() != sorted(labels)
    assert all(np.array_equal(rows[:, 0], labels) for rows, labels in got)


def test_batches_repeat_with_the_generator_and_differ_between_epochs():
    x, y = np.arange(10.0)[:, None], np.arange(10)
    rng = np.random.default_rng(0)
    first, second = ([labels.tolist() for _, labels in data.batches(x, y, 5, rng)] for _ in range(2))
    assert first == [labels.tolist() for _, labels in data.batches(x, y, 5, np.random.default_rng(0))] != second


@pytest.mark.parametrize("size", [0, -1, 11])
def test_a_batch_size_that_gives_no_batch_is_refused(size):
    with pytest.raises(ValueError, match=f"batch_size must lie between 1 and the 10 examples there are, not {size}"):
        list(data.batches(np.zeros((10, 1)), np.zeros(10), size, np.random.default_rng(0)))
