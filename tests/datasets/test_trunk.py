"""The pretrained trunk: by NumPy, by Keras, and against weights that have learned nothing."""

import io
import pickle

import numpy as np
import pytest

from course_utils.data.building import trunk as building
from course_utils.datasets import build_keras_trunk, load_emoji, load_trunk


@pytest.fixture(scope="module")
def trunk():
    return load_trunk()


@pytest.mark.parametrize("size", [(64, 64), (33, 50)])
@pytest.mark.parametrize("pooling", [True, False])
def test_keras_and_numpy_compute_the_same_features(trunk, size, pooling):
    images = np.random.default_rng(0).random((3, *size, 3), np.float32)
    model = build_keras_trunk(trunk, (*size, 3), pooling)
    by_numpy = trunk(images, pooling)
    assert by_numpy.shape == ((3, 80) if pooling else (3, -(-size[0] // 16), -(-size[1] // 16), 80))
    np.testing.assert_allclose(model.predict(images, verbose=0), by_numpy, atol=2e-3)


def test_the_keras_trunk_is_frozen(trunk):
    model = build_keras_trunk(trunk, (32, 32, 3))
    assert not model.trainable_variables
    kernels = sum(layer.kernel.size for layer in trunk.layers)
    assert kernels == 245_792
    assert model.count_params() == kernels + sum(layer.bias.size for layer in trunk.layers)


def test_learned_features_tell_emoji_apart_better_than_random_ones():
    data = load_emoji()
    train = np.arange(800) % 2 == 0
    accuracy = {}
    for name, seed in (("learned", None), ("random", 0)):
        features = load_trunk(seed)(data.images)
        features = (features - features[train].mean(axis=0)) / (features[train].std(axis=0) + 1e-6)
        bias = np.ones((800, 1))
        design, targets = np.hstack([features, bias]), np.eye(8)[data.y]
        penalty = 30 * np.eye(81)
        gram = design[train].T @ design[train] + penalty
        weights = np.linalg.solve(gram, design[train].T @ targets[train])
        accuracy[name] = np.mean((design @ weights).argmax(axis=1)[~train] == data.y[~train])
    assert accuracy["learned"] > accuracy["random"] + 0.1, accuracy
    assert accuracy["learned"] > 0.55


def test_the_description_says_which_weights_these_are():
    assert "ImageNet" in repr(load_trunk())
    assert "at random" in repr(load_trunk(random_seed=1))


def test_images_of_a_wrong_shape_are_refused(trunk):
    with pytest.raises(ValueError, match=r"\(n, height, width, 3\), got \(4, 32, 32\)"):
        trunk(np.zeros((4, 32, 32)))


def test_folding_gives_the_convolution_and_its_normalization_in_one():
    rng = np.random.default_rng(0)
    names = ("weight", "bias", "running_mean", "running_var")
    tensors = {f"norm.{name}": rng.random(4) + 0.1 for name in names}
    tensors["conv.weight"] = rng.normal(size=(4, 3, 1, 1))
    weights, bias = building.fold(tensors, "conv", "norm")
    x = rng.normal(size=3)
    z = tensors["conv.weight"][:, :, 0, 0] @ x
    gamma, beta, mean, variance = (tensors[f"norm.{name}"] for name in names)
    expected = gamma * (z - mean) / np.sqrt(variance + building.EPSILON) + beta
    np.testing.assert_allclose(weights[:, :, 0, 0] @ x + bias, expected)


def test_tensors_are_read_with_their_strides():
    """As PyTorch wrote them: a transposed tensor keeps its storage and changes its strides."""
    values = np.arange(6, dtype="<f4")
    stream = io.BytesIO()
    for head in (1, 2, {}):
        pickle.dump(head, stream, protocol=2)
    # {"w": torch._utils._rebuild_tensor_v2(storage, 0, (2, 3), (1, 2))}, in pickle's own code
    stream.write(
        b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n"
        b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000tQ"
        b"K\x00K\x02K\x03\x86K\x01K\x02\x86tRs."
    )
    pickle.dump(["0"], stream, protocol=2)
    stream.write((6).to_bytes(8, "little") + values.tobytes())
    tensors = building.read_tensors(stream.getvalue())
    np.testing.assert_array_equal(tensors["w"], values.reshape(3, 2).T)


def test_a_file_of_weights_can_run_nothing():
    with pytest.raises(pickle.UnpicklingError, match=r"os\.system"):
        building.Outlines(io.BytesIO(b"cos\nsystem\n(X\x02\x00\x00\x00lstR.")).load()
