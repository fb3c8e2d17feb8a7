import json
import zipfile

import numpy as np
import pytest

from course_utils import nn


def full_model():
    """One of everything that can be saved."""
    schedule = nn.CosineDecay(0.0, 50, warmup_target=0.01, warmup_steps=5)
    model = nn.Sequential(seed=0, name="full")
    model.add(nn.Input((6, 6, 1)))
    model.add(nn.Conv2D(3, (2, 2), padding="same", kernel_initializer=nn.HeNormal(seed=1)))
    model.add(nn.BatchNormalization(momentum=0.8))
    model.add(nn.Activation(nn.activations.LeakyReLU(0.05)))
    model.add(nn.MaxPooling2D(2))
    model.add(nn.Dropout(0.0))
    model.add(nn.Flatten())
    model.add(nn.Dense(4, "elu", kernel_regularizer=nn.L1L2(0.01, 0.02), name="inner"))
    model.add(nn.Dense(1, "sigmoid", use_bias=False, bias_initializer=nn.Constant(2)))
    model.compile(nn.AdamW(schedule, 0.01), nn.BinaryCrossentropy(), metrics=["accuracy", nn.AUC()])
    return model


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    return rng.normal(size=(40, 6, 6, 1)), rng.integers(0, 2, 40)


def test_a_loaded_model_predicts_the_same_and_trains_on_as_if_never_saved(tmp_path, images):
    model, path = full_model(), tmp_path / "model.npz"
    model.fit(*images, epochs=2, verbose=0, shuffle=False)
    model.save(path)
    loaded = nn.Sequential.load(path)
    np.testing.assert_array_equal(loaded.predict(images[0]), model.predict(images[0]))
    histories = [
        m.fit(*images, epochs=3, verbose=0, shuffle=False).history for m in (model, loaded)
    ]
    assert histories[0] == histories[1]
    assert loaded.name == "full"
    assert [la.name for la in loaded.layers] == [la.name for la in model.layers]


def test_a_file_is_arrays_and_json_and_needs_no_pickle(tmp_path, images):
    path = tmp_path / "model.npz"
    full_model().save(path)
    with np.load(path, allow_pickle=False) as arrays:
        assert arrays["inner/W"].shape == (27, 4)
        assert json.loads(str(arrays["config"]))["layers"][0]["class"] == "layers.Conv2D"
    assert zipfile.ZipFile(path).testzip() is None
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


def test_a_model_that_was_never_compiled_is_saved_without_training_state(tmp_path):
    path = tmp_path / "model.npz"
    model = nn.Sequential([nn.Embedding(7, 3), nn.Flatten(), nn.Dense(2)], dtype="float64")
    with pytest.raises(ValueError, match="no weights before it knows its input shape"):
        model.save(path)
    x = np.array([[1, 2, 6]])
    y = model(x)
    model.save(path)
    loaded = nn.load_model(path)
    assert loaded.optimizer is None
    assert loaded.dtype == "float64"
    np.testing.assert_array_equal(loaded(x), y)


class Cube(nn.ActivationFunction):
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, z):
        return self.factor * z**3

    def backward(self, dy, z, y):
        return dy * self.factor * 3 * z**2


class Forgetful(Cube):
    def __init__(self, scale):
        super().__init__(scale)


def test_classes_of_ones_own_are_saved_and_named_when_missing(tmp_path):
    path = tmp_path / "model.npz"
    model = nn.Sequential([nn.Dense(2, Cube(0.5), input_dim=3)])
    model.save(path)
    with pytest.raises(ValueError, match=r'pass custom_objects=\{"Cube": Cube\}'):
        nn.load_model(path)
    loaded = nn.load_model(path, custom_objects={"Cube": Cube})
    x = np.ones((1, 3))
    np.testing.assert_array_equal(loaded(x), model(x))


def test_what_is_no_path_writes_no_file(tmp_path, monkeypatch):
    """Such as an array, which would be the name of a file in the working folder."""
    monkeypatch.chdir(tmp_path)
    model = nn.Sequential([nn.Dense(1, input_dim=1)])
    for save in (model.save, model.save_weights):
        with pytest.raises(TypeError, match="PathLike"):
            save(np.zeros(2))
    assert list(tmp_path.iterdir()) == []


def test_what_can_not_be_described_is_named(tmp_path):
    path = tmp_path / "model.npz"
    model = nn.Sequential([nn.Dense(2, Forgetful(0.5), input_dim=3)])
    with pytest.raises(TypeError, match=r"Forgetful should keep .*\['scale'\] as attributes"):
        model.save(path)
    model = nn.Sequential([nn.Dense(2, input_dim=3)])
    model.compile(nn.SGD(lambda step: 0.1), "mse")
    with pytest.raises(TypeError, match="can't save <function"):
        model.save(path)
    assert not path.exists()
