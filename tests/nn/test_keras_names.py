"""Names and options that programs for beginners use, with Keras' numbers behind them."""

import keras
import numpy as np
import pytest

from course_utils import nn

pytestmark = [
    pytest.mark.usefixtures("no_graphs"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config"),
]


def model(library, units=1, activation="sigmoid"):
    Dense = library.layers.Dense
    return library.Sequential([library.Input((4,)), Dense(5, "tanh"), Dense(units, activation)])


@pytest.fixture
def table(rng):
    x = rng.normal(size=(60, 4)).astype("float32")
    return x, (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype("float32")


def assert_same_curves(table, how, units=1, activation="sigmoid", **fit):
    """how, fit: functions from the library to the keyword arguments of compile and fit."""
    ours, theirs = (model(library, units, activation) for library in (nn, keras))
    ours.set_weights(theirs.get_weights())
    curves = []
    for library, one in ((nn, ours), (keras, theirs)):
        one.compile(**how(library))
        options = {"epochs": 4, "batch_size": 16, "shuffle": False, "verbose": 0}
        options |= {k: v(library) if callable(v) else v for k, v in fit.items()}
        curves.append(one.fit(*table, **options).history)
    assert curves[0].keys() == curves[1].keys()
    for name in curves[1]:
        np.testing.assert_allclose(curves[0][name], curves[1][name], rtol=2e-5, err_msg=name)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    return curves[0]


NAMES = {
    "": "Sequential Input layers models losses metrics optimizers callbacks regularizers utils",
    "models": "Sequential load_model",
    "layers": "Dense Activation Flatten Dropout Embedding BatchNormalization LayerNormalization "
    "Conv1D Conv2D DepthwiseConv2D MaxPooling1D MaxPooling2D AveragePooling2D ReLU ELU LeakyReLU "
    "Softmax GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D "
    "Input Reshape Rescaling Layer",
    "optimizers": "SGD RMSprop Adam AdamW schedules",
    "optimizers.schedules": "ExponentialDecay InverseTimeDecay PiecewiseConstantDecay CosineDecay",
    "regularizers": "l1 l2 L1 L2 l1_l2 L1L2",
    "utils": "to_categorical set_random_seed",
    "callbacks": "EarlyStopping ReduceLROnPlateau ModelCheckpoint LearningRateScheduler Callback",
}


@pytest.mark.parametrize("place", NAMES)
def test_names_are_where_keras_has_them(place):
    for name in NAMES[place].split():
        ours, theirs = nn, keras
        for part in [*place.split("."), name] if place else [name]:
            ours, theirs = getattr(ours, part), getattr(theirs, part)
        assert callable(ours) == callable(theirs)


def test_schedules_can_be_imported_from_where_keras_has_them():
    from course_utils.nn.optimizers.schedules import ExponentialDecay

    assert ExponentialDecay is nn.ExponentialDecay


def test_to_categorical_is_that_of_keras():
    for labels, classes in [([0, 2, 1], None), ([[0], [2]], 4), (np.array([1.0, 0.0]), None)]:
        expected = keras.utils.to_categorical(labels, classes)
        received = nn.utils.to_categorical(labels, classes)
        assert received.dtype == expected.dtype
        np.testing.assert_array_equal(received, expected)
    for wrong, message in [(([0, 3], 3), "from 0 to 2"), ((["a"],), "whole-number labels")]:
        with pytest.raises(ValueError, match=message):
            nn.utils.to_categorical(*wrong)


def test_one_seed_for_everything(table):
    runs = []
    for seed in (3, 3, 4):
        nn.utils.set_random_seed(seed)
        one, other = model(nn), model(nn)
        one.compile("adam", "mse")
        curve = one.fit(*table, epochs=2, verbose=0).history["loss"]
        runs.append([*curve, float(other.get_weights()[0][0, 0]), np.random.random()])  # noqa: NPY002
        assert (one.layers[0].W != other.layers[0].W).any()
    assert runs[0] == runs[1] != runs[2]
    nn.seeding.source.clear()


METRICS = ["acc", "mae", "mse", "MeanSquaredError", "RootMeanSquaredError", "AUC", "Precision"]


def test_metrics_by_name_have_the_names_and_numbers_of_keras(table):
    assert_same_curves(table, lambda _: {"optimizer": "sgd", "loss": "mse", "metrics": METRICS})


def test_metrics_as_objects_and_losses_as_metrics_are_those_of_keras(table):
    def how(library):
        m = library.metrics
        several = [m.MeanAbsoluteError(), m.MeanSquaredError("square"), m.RootMeanSquaredError()]
        several += [library.losses.BinaryCrossentropy(), m.BinaryAccuracy(threshold=0.3)]
        return {"optimizer": "sgd", "loss": "mse", "metrics": several}

    # Keras takes the mean of a loss over batches as if the last were as long as the others.
    assert_same_curves(table, how, batch_size=20)


@pytest.mark.parametrize("units", [2, 3])
def test_cross_entropies_as_metrics_are_those_of_keras(units, table):
    x, y = table

    def how(library):
        metrics = [library.metrics.SparseCategoricalCrossentropy(), "accuracy"]
        loss = library.losses.SparseCategoricalCrossentropy()
        return {"optimizer": "sgd", "loss": loss, "metrics": metrics}

    assert_same_curves((x, y.astype(int)), how, units, "softmax")


def test_one_metric_needs_no_list(table):
    one = model(nn)
    one.compile("sgd", "mse", metrics="accuracy")
    assert list(one.evaluate(*table, verbose=0, return_dict=True)) == ["loss", "accuracy"]


@pytest.mark.parametrize("kind", ["binary", "one-hot", "labels"])
@pytest.mark.parametrize("from_logits", [False, True])
def test_sample_weights_train_as_in_keras(kind, from_logits, table, rng):
    x, y = table
    w = rng.uniform(0, 3, len(x)).astype("float32")
    units, name, link = {
        "binary": (1, "BinaryCrossentropy", "sigmoid"),
        "one-hot": (2, "CategoricalCrossentropy", "softmax"),
        "labels": (2, "SparseCategoricalCrossentropy", "softmax"),
    }[kind]
    y = {"binary": y, "one-hot": np.eye(2, dtype="float32")[y.astype(int)]}.get(kind, y.astype(int))

    def how(library):
        loss = getattr(library.losses, name)(from_logits=from_logits)
        return {"optimizer": "sgd", "loss": loss}

    link = None if from_logits else link
    options = {"sample_weight": w, "validation_data": (x, y, w[::-1])}
    assert_same_curves((x, y), how, units, link, **options)


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_sample_weights_of_regression_train_as_in_keras(loss, table, rng):
    w = rng.uniform(0, 3, 60).astype("float32")
    how = {"optimizer": "sgd", "loss": loss}
    assert_same_curves(table, lambda _: how, activation=None, sample_weight=w, validation_split=0.2)


@pytest.mark.parametrize("class_weight", [{0: 1.0, 1: 5.0}, {1: 0.2}])
def test_class_weights_train_as_in_keras(class_weight, table):
    how = {"optimizer": "sgd", "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    weighted = assert_same_curves(table, lambda _: how, class_weight=class_weight)
    one_hot = table[0], nn.utils.to_categorical(table[1])
    how = {"optimizer": "sgd", "loss": "categorical_crossentropy"}
    assert_same_curves(one_hot, lambda _: how, 2, "softmax", class_weight=class_weight)
    assert weighted["loss"] != assert_same_curves(table, lambda _: how | {"loss": "mse"})["loss"]


@pytest.mark.parametrize("lib", [nn, keras])
def test_weights_of_classes_and_of_examples_together_are_refused(lib, table):
    one = model(lib)
    one.compile("sgd", "mse")
    with pytest.raises(ValueError, match="class_weight"):
        one.fit(*table, class_weight={0: 0.5, 1: 4}, sample_weight=np.ones(60), verbose=0)


def test_weights_that_do_not_fit_are_refused(table):
    one = model(nn)
    one.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"sample_weight: expected one number for each of 60"):
        one.fit(*table, sample_weight=np.ones(59), verbose=0)
    with pytest.raises(TypeError, match=r"class_weight: expected a dict such as \{0: 1\.0"):
        one.fit(*table, class_weight=[1, 5], verbose=0)


@pytest.mark.parametrize("name", ["BinaryCrossentropy", "CategoricalCrossentropy"])
@pytest.mark.parametrize("from_logits", [False, True])
def test_label_smoothing_is_that_of_keras(name, from_logits, table, tape_gradient, rng):
    options = {"from_logits": from_logits, "label_smoothing": 0.2}
    ours, theirs = (getattr(lib.losses, name)(**options) for lib in (nn, keras))
    y = np.eye(3, dtype="float32")[rng.integers(0, 3, 8)]
    p = rng.dirichlet([1, 1, 1], 8).astype("float32")
    value, (gradient,) = tape_gradient(lambda p: theirs(y, p), p, np.float32(1))
    assert ours(y, p) == pytest.approx(float(value), rel=1e-5)
    np.testing.assert_allclose(ours.gradient(y, p), gradient, rtol=1e-4, atol=1e-6)
    if name == "BinaryCrossentropy":
        smooth = lambda lib: {"optimizer": "sgd", "loss": getattr(lib.losses, name)(**options)}  # noqa: E731
        assert_same_curves(table, smooth, activation=None if from_logits else "sigmoid")
    with pytest.raises(ValueError, match="expected label_smoothing with 0 <= label_smoothing < 1"):
        nn.BinaryCrossentropy(label_smoothing=1.0)


@pytest.mark.parametrize("kind", ["clipnorm", "clipvalue", "global_clipnorm"])
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_clipping_trains_as_in_keras(kind, name, table, tmp_path):
    x, y = table

    def how(library):
        return {"optimizer": getattr(library.optimizers, name)(0.01, **{kind: 0.05}), "loss": "mse"}

    assert_same_curves((10 * x, y), how)
    one = model(nn)
    one.compile(**how(nn))
    one.fit(x, y, verbose=0)
    one.save(tmp_path / "m.npz")
    loaded = nn.load_model(tmp_path / "m.npz")
    curves = [m.fit(x, y, shuffle=False, epochs=2, verbose=0).history for m in (one, loaded)]
    assert curves[0] == curves[1]
    with pytest.raises(ValueError, match="expected one kind of clipping"):
        nn.SGD(clipnorm=1.0, clipvalue=1.0)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"cooldown": 2},
        {"cooldown": 3, "patience": 1},
        {"min_lr": 0.02},
        {"min_delta": 0.5},
        {"mode": "max"},
    ],
)
def test_the_rate_falls_on_a_plateau_as_in_keras(options):
    values = [5, 4, 4.2, 4.3, 3.9, 4, 4, 4, 4, 3.8, 3.79, 3.7, 5, 5, 5, 5, 5]
    options = {"monitor": "v", "factor": 0.5, "patience": 2, "mode": "min"} | options
    rates = []
    for library in (nn, keras):
        one = model(library)
        one.compile(library.optimizers.SGD(0.1), "mse")
        callback = library.callbacks.ReduceLROnPlateau(**options)
        callback.set_model(one)
        callback.on_train_begin()
        for epoch, value in enumerate(values):
            callback.on_epoch_end(epoch, {"v": value})
            rates.append(float(np.asarray(one.optimizer.learning_rate)))
    np.testing.assert_allclose(rates[: len(values)], rates[len(values) :], rtol=1e-5)
    assert rates[-1] < 0.1


@pytest.mark.parametrize(
    "options", [{"baseline": 3.5}, {"start_from_epoch": 4}, {"baseline": 9}, {"baseline": 1}]
)
def test_early_stopping_with_a_baseline_or_a_late_start_is_that_of_keras(options):
    stopped = []
    for library in (nn, keras):
        one = model(library)
        one.stop_training = False
        stop = library.callbacks.EarlyStopping("v", patience=2, mode="min", **options)
        stop.set_model(one)
        stop.on_train_begin()
        for epoch, value in enumerate([5, 4, 3, 4, 5, 6, 7, 8]):
            stop.on_epoch_end(epoch, {"v": value})
            stopped.append(one.stop_training)
    assert stopped[:8] == stopped[8:]


def test_callbacks_with_verbose_say_what_they_do(table, tmp_path, capsys):
    one = model(nn)
    one.compile(nn.SGD(0.0), "mse")
    callbacks = [
        nn.EarlyStopping("loss", patience=2, verbose=1, restore_best_weights=True),
        nn.ReduceLROnPlateau("loss", patience=1, verbose=1, min_lr=0.5),
        nn.ModelCheckpoint(tmp_path / "w.npz", verbose=1, save_weights_only=True),
        nn.LearningRateScheduler(lambda epoch: 1e-9 / (epoch + 1), verbose=1),
    ]
    one.fit(*table, epochs=9, shuffle=False, verbose=0, callbacks=callbacks)
    out = capsys.readouterr().out
    assert "Epoch 1: learning rate now 1e-09" in out
    assert f"Epoch 1: saved to {tmp_path / 'w.npz'}" in out
    assert "early stopping" in out
    one.load_weights(tmp_path / "w.npz")


def test_weights_alone_go_to_a_file_and_into_a_model_of_the_same_form(table, tmp_path):
    path = tmp_path / "first.weights.h5"
    one, other = model(nn), model(nn)
    one.save_weights(path)
    other.load_weights(path)
    np.testing.assert_array_equal(one.predict(table[0]), other.predict(table[0]))
    with pytest.raises(ValueError, match="holds weights only: make the model and call"):
        nn.load_model(path)
    with pytest.raises(ValueError, match=r"set_weights expected arrays of shapes"):
        model(nn, units=3).load_weights(path)
    one.compile("adam", "mse")
    one.fit(*table, verbose=0)
    one.save(path)
    other.load_weights(path)
    np.testing.assert_array_equal(one.predict(table[0]), other.predict(table[0]))


def test_every_layer_can_be_saved(tmp_path):
    la = nn.layers
    one = nn.Sequential([nn.Input((6, 6, 2)), la.Rescaling(0.5, 1.0)])
    for layer in (
        la.DepthwiseConv2D(2, padding="same"),
        la.LayerNormalization(),
        la.ReLU(),
        la.LeakyReLU(0.1),
        la.ELU(),
        la.AveragePooling2D(),
        la.Reshape((9, 2)),
        la.Conv1D(3, 2),
        la.MaxPooling1D(),
        la.GlobalAveragePooling1D(),
        la.Softmax(),
    ):
        one.add(layer)
    one.compile(
        nn.Adam(nn.InverseTimeDecay(0.1, 10, 2)),
        metrics=["mae", nn.RootMeanSquaredError()],
        loss=nn.CategoricalCrossentropy(label_smoothing=0.1),
    )
    one.save(tmp_path / "m.npz")
    loaded = nn.load_model(tmp_path / "m.npz")
    x = np.random.default_rng(0).normal(size=(4, 6, 6, 2))
    np.testing.assert_array_equal(loaded.predict(x), one.predict(x))
    assert [type(la) for la in loaded.layers] == [type(la) for la in one.layers]
    assert loaded.loss.label_smoothing == 0.1


def test_inverse_time_decay_is_that_of_keras():
    for staircase in (False, True):
        arguments = (0.1, 5, 0.7, staircase)
        ours = nn.optimizers.schedules.InverseTimeDecay(*arguments)
        theirs = keras.optimizers.schedules.InverseTimeDecay(*arguments)
        for step in (0, 1, 5, 12, 100):
            assert ours(step) == pytest.approx(float(theirs(step)), rel=1e-5)


@pytest.mark.parametrize("library", [nn, keras])
def test_a_model_keeps_the_history_of_its_last_fit(library, table):
    one = model(library)
    one.compile("sgd", "mse")
    for _ in range(2):
        history = one.fit(*table, epochs=2, verbose=0)
        assert one.history is history
        assert len(one.history.history["loss"]) == 2


def test_a_layer_can_be_taken_off():
    one = model(nn)
    assert one.pop().units == 1
    assert one.output_shape == (5,)
