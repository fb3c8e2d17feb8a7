"""What went wrong without a word, or goes wrong so in other libraries, each beside Keras."""

import json

import keras
import numpy as np
import pytest

from course_utils import nn
from course_utils.nn import activations, losses, metrics

pytestmark = [
    pytest.mark.usefixtures("no_graphs"),
    pytest.mark.filterwarnings("ignore:Even though the `tf.config"),
]


def two_layers(library):
    Dense = library.layers.Dense
    return library.Sequential([library.Input((4,)), Dense(5, "tanh"), Dense(1, "sigmoid")])


@pytest.fixture
def table(rng):
    x = rng.normal(size=(60, 4)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("float32")


# A layer keeps its weights wherever it goes.


@pytest.mark.parametrize("library", [nn, keras])
def test_a_layer_in_a_second_model_keeps_its_weights_and_both_learn(library, table):
    x, y = table
    model = two_layers(library)
    model.compile("sgd", "binary_crossentropy")
    model.fit(x, y, epochs=2, verbose=0)
    before = model.predict(x, verbose=0)
    trunk = library.Sequential(model.layers[:-1])
    head = library.Sequential([*model.layers[:-1], library.layers.Dense(1, "sigmoid")])
    hidden = trunk.predict(x, verbose=0)
    np.testing.assert_array_equal(model.predict(x, verbose=0), before)
    np.testing.assert_allclose(
        hidden, np.tanh(x @ model.get_weights()[0] + model.get_weights()[1]), atol=1e-6
    )
    head.compile("sgd", "binary_crossentropy")
    head.fit(x, y, epochs=2, verbose=0)
    assert np.abs(trunk.predict(x, verbose=0) - hidden).max() > 1e-3  # the layer is one and shared
    model.fit(x, y, epochs=1, verbose=0)
    assert (model.layers[0].get_weights()[0] == head.layers[0].get_weights()[0]).all()


@pytest.mark.parametrize("library", [nn, keras])
def test_weights_given_before_a_layer_was_added_stay(library, rng):
    layer = library.layers.Dense(3)
    layer(np.zeros((1, 4), "float32"))
    weights = [rng.normal(size=(4, 3)), rng.normal(size=3)]
    layer.set_weights(weights)
    model = library.Sequential([library.Input((4,)), layer])
    model.build((None, 4))
    for one, other in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_a_second_build_keeps_weights_and_refuses_another_shape():
    model = two_layers(nn)
    before = model.get_weights()
    model.build((4,))
    model.build((None, 4))
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(ValueError, match=r"built for input shape \(4,\), but .* shape \(5,\)"):
        model.build((5,))


def test_none_in_a_shape_is_the_batch_or_an_error():
    model = nn.Sequential([nn.Dense(2)])
    model.build((None, 4))
    assert model.input_shape == (4,)
    for wrong in [(None, None, 4), (4, 0), (2.5,)]:
        with pytest.raises(ValueError, match="whole numbers above 0, without the batch"):
            nn.Sequential([nn.Dense(2)]).build(wrong)
    with pytest.raises(ValueError, match="Input: expected a shape of whole numbers"):
        nn.Input(shape=(None, 4))


# Whole numbers and half precision.


WHOLE = [np.array([[1, 0]]), np.array([[1, 0]], "uint8"), [[1, 0]]]


@pytest.mark.parametrize("y_pred", WHOLE)
@pytest.mark.parametrize("name", ["MeanSquaredError", "BinaryCrossentropy", "Huber"])
def test_whole_numbers_as_predictions_are_computed_with_as_floats(name, y_pred):
    ours, theirs = getattr(losses, name)(), getattr(keras.losses, name)()
    y = np.array([[0.5, 0.25]], "float32")
    as_float = np.asarray(y_pred, "float32")
    assert ours(y, y_pred) == pytest.approx(float(theirs(y, as_float)), rel=0.01)  # 1 - 1e-7
    np.testing.assert_allclose(ours.gradient(y, y_pred), ours.gradient(y, as_float), rtol=1e-5)


def test_the_mean_squared_error_of_whole_numbers_is_no_whole_number():
    assert nn.MeanSquaredError()([0.5, 0.25], np.array([1, 0])) == 0.15625


@pytest.mark.parametrize("dtype", ["int64", "uint8", "bool"])
@pytest.mark.parametrize("name", [n for n in activations.NAMES if n not in ("linear", "relu")])
def test_activations_of_whole_numbers_are_those_of_the_same_floats(name, dtype):
    z, f = np.array([[1, 2, 3]]).astype(dtype), activations.get(name)
    np.testing.assert_allclose(f(z), f(z.astype(float)), rtol=1e-6)
    assert f(z).dtype.kind == "f"
    np.testing.assert_allclose(f(z.tolist()), f(z.astype(float)), rtol=1e-6)


@pytest.mark.parametrize("name", ["MeanSquaredError", "MeanAbsoluteError", "Huber"])
def test_losses_of_half_precision_do_not_overflow(name):
    y, y_pred = np.zeros(3000), np.full(3000, 300, "float16")
    ours, theirs = getattr(losses, name)(), getattr(keras.losses, name)()
    assert ours(y, y_pred) == pytest.approx(float(theirs(y, y_pred.astype("float32"))), rel=1e-5)
    assert ours.gradient(y, y_pred).dtype == np.float16


def test_the_penalty_of_half_precision_does_not_overflow():
    assert nn.L1(1.0)(np.full(1000, 100, "float16")) == 100_000


def test_a_model_in_half_precision_trains(table):
    x, y = table
    model = nn.Sequential([nn.Dense(5, "tanh", input_dim=4), nn.Dense(1)], seed=0, dtype="float16")
    for loss in ("mse", nn.BinaryCrossentropy(from_logits=True)):
        model.compile("sgd", loss)
        curve = model.fit(x, y, epochs=5, verbose=0).history["loss"]
        assert curve[-1] < curve[0]
        assert model.get_weights()[0].dtype == np.float16


# Frozen layers.


def transfer(library):
    """A frozen trunk with batch normalization under a new head."""
    la = library.layers
    model = library.Sequential([library.Input((4,)), la.Dense(6, "tanh", kernel_regularizer="l2")])
    model.add(la.BatchNormalization())
    model.add(la.Dense(3, "relu"))
    model.add(la.Dense(1, "sigmoid"))
    for layer in model.layers[:2]:
        layer.trainable = False
    return model


def test_a_frozen_layer_trains_as_in_keras_that_is_not_at_all(table):
    x, y = table
    ours, theirs = transfer(nn), transfer(keras)
    start = theirs.get_weights()
    ours.set_weights(start)
    how = {"optimizer": "adam", "loss": "binary_crossentropy", "metrics": ["accuracy"]}
    for frozen in (True, False):
        for model in (ours, theirs):
            for layer in model.layers[:2]:
                layer.trainable = not frozen
            model.compile(**how)
        curves = [
            m.fit(x, y, epochs=4, batch_size=16, shuffle=False, verbose=0).history
            for m in (ours, theirs)
        ]
        np.testing.assert_allclose(curves[0]["loss"], curves[1]["loss"], rtol=1e-5)
        for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)
        same = [(a == b).all() for a, b in zip(ours.get_weights(), start, strict=True)]
        assert same == ([True] * 6 + [False] * 4 if frozen else [False] * 10)


@pytest.mark.parametrize("frozen", [[1], [2], [0, 2]])
def test_gradients_go_through_a_frozen_layer_and_leave_it_as_it_is(frozen, table):
    weights, starts = [], []
    for library in (nn, keras):
        Dense = library.layers.Dense
        layers = [Dense(5, "tanh"), Dense(4, "tanh", kernel_regularizer="l2"), Dense(1, "sigmoid")]
        model = library.Sequential([library.Input((4,)), *layers])
        starts.append(model.get_weights())
        model.set_weights(starts[0])
        for place in frozen:
            model.layers[place].trainable = False
        model.compile(library.optimizers.Adam(0.01), "binary_crossentropy")
        model.fit(*table, epochs=3, batch_size=16, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for number, (one, other) in enumerate(zip(*weights, strict=True)):
        np.testing.assert_allclose(one, other, atol=1e-5)
        assert (one == starts[0][number]).all() == (number // 2 in frozen)


def test_frozen_parameters_are_counted_apart_as_in_keras(capsys):
    ours, theirs = transfer(nn), transfer(keras)
    for kind in ("weights", "trainable_weights", "non_trainable_weights"):
        shapes = [[tuple(w.shape) for w in getattr(m, kind)] for m in (ours, theirs)]
        assert sorted(shapes[0]) == sorted(shapes[1]), kind
    ours.summary()
    assert "Parameters: 79 (learned: 25)" in capsys.readouterr().out
    ours.trainable = False
    assert ours.trainable_weights == []
    assert nn.Dense(2, trainable=False, input_dim=3).trainable_weights == []


def test_a_frozen_layer_is_saved_as_one(tmp_path):
    transfer(nn).save(tmp_path / "m.npz")
    loaded = nn.load_model(tmp_path / "m.npz")
    assert [layer.trainable for layer in loaded.layers] == [False, False, True, True]


def test_what_learns_may_only_change_with_a_new_compile(table):
    model = transfer(nn)
    model.compile("adam", "binary_crossentropy")
    model.fit(*table, verbose=0)
    model.trainable = True
    with pytest.raises(RuntimeError, match=r"Adam: this optimizer has trained other weights"):
        model.fit(*table, verbose=0)
    model.compile("adam", "binary_crossentropy")
    model.fit(*table, verbose=0)
    model.add(nn.Dense(1, "sigmoid"))
    with pytest.raises(RuntimeError, match=r"before its layers or their `trainable` changed"):
        model.fit(*table, verbose=0)


# Callbacks that decide, and what they are told.


def test_one_optimizer_in_two_models_is_refused_and_in_one_it_goes_on(table):
    adam = nn.Adam()
    first, second = two_layers(nn), two_layers(nn)
    first.compile(adam, "mse")
    first.fit(*table, verbose=0)
    second.compile(adam, "mse")
    with pytest.raises(RuntimeError, match=r"those of another model.*Adam\(\.\.\.\) or \"adam\""):
        second.fit(*table, verbose=0)
    first.compile(adam, "mse")
    first.fit(*table, verbose=0)
    assert adam.iterations == 4


@pytest.mark.parametrize("name", ["prc", "f1", "recall", "loss_of_mine"])
def test_early_stopping_takes_the_direction_of_the_metric(name, table):
    """Two epochs without improvement of an accuracy that is called otherwise."""

    def model(library):
        model = two_layers(library)
        model.compile("sgd", "mse", metrics=[library.metrics.BinaryAccuracy(name=name)])
        return model

    ours, theirs = model(nn), model(keras)
    ours.set_weights(theirs.get_weights())
    options = {"monitor": name, "patience": 2}
    stops = nn.callbacks.EarlyStopping(**options), keras.callbacks.EarlyStopping(**options)
    lengths = [
        len(m.fit(*table, epochs=12, shuffle=False, verbose=0, callbacks=[stop]).epoch)
        for m, stop in zip((ours, theirs), stops, strict=True)
    ]
    assert lengths[0] == lengths[1]
    assert stops[0].best == pytest.approx(stops[1].best)


def events(library):
    """A callback that writes down what it is told, with the names in the logs."""

    class Diary(library.callbacks.Callback):
        lines = ()

        def note(self, event, *number, logs):
            names = sorted(set(logs) - {"outputs"}) if isinstance(logs, dict) else logs
            self.lines += ((event, *number, names),)

    def hook(event):
        if "batch" in event or "epoch" in event:
            return lambda self, number, logs=None: self.note(event, number, logs=logs)
        return lambda self, logs=None: self.note(event, logs=logs)

    for event in [name for name in dir(nn.Callback) if name.startswith("on_")]:
        setattr(Diary, event, hook(event))
    return Diary()


def test_callbacks_are_told_all_that_keras_tells(table):
    x, y = table
    diaries = []
    for library in (nn, keras):
        diary = events(library)
        model = two_layers(library)
        model.compile("sgd", "mse", metrics=["mae"] if library is keras else [Mae("mae")])
        options = {"batch_size": 20, "verbose": 0, "callbacks": [diary]}
        model.fit(x, y, epochs=2, validation_data=(x, y), **options)
        model.evaluate(x, y, **options)
        model.predict(x, **options)
        diaries.append(diary.lines)
    ours, theirs = ([line[:-1] for line in lines] for lines in diaries)
    assert ours == theirs
    for one, other in zip(*diaries, strict=True):
        assert isinstance(one[-1], list), f"{one[0]} was told {one[-1]} instead of logs"
        if one[0].endswith("end") and not one[0].startswith("on_predict"):
            assert one[-1] == other[-1], one


class Mae(nn.Metric):
    """The mean absolute error, as one would write it."""

    def reset_state(self):
        self.total, self.count = 0.0, 0

    def update_state(self, y_true, y_pred):
        self.total += np.abs(y_true.reshape(y_pred.shape) - y_pred).sum()
        self.count += len(y_pred)

    def result(self):
        return float(self.total / self.count)


def test_one_callback_needs_no_list_and_a_class_is_no_callback(table):
    model = two_layers(nn)
    model.compile("sgd", "mse")
    stop = nn.EarlyStopping("loss", patience=9)
    model.fit(*table, verbose=0, callbacks=stop)
    assert stop.model is model
    with pytest.raises(TypeError, match=r"of this library: EarlyStopping\(\), got <class"):
        model.fit(*table, verbose=0, callbacks=[nn.EarlyStopping])
    with pytest.raises(TypeError, match="expected objects of Callback classes of this library"):
        model.fit(*table, verbose=0, callbacks=[keras.callbacks.EarlyStopping()])


def test_the_old_names_of_the_batch_events_are_heard_as_in_keras(table):
    heard = []
    for library in (nn, keras):

        class Old(library.callbacks.Callback):
            lines = ()

            def on_batch_begin(self, batch, logs=None):
                self.lines += (batch,)

            def on_batch_end(self, batch, logs=None):
                self.lines += ((batch, sorted(logs)),)

        old = Old()
        model = two_layers(library)
        model.compile("sgd", "mse")
        model.fit(*table, batch_size=20, verbose=0, callbacks=[old])
        heard.append(old.lines)
    assert heard[0] == heard[1]
    assert len(heard[0]) == 6


@pytest.mark.parametrize("library", [nn, keras])
def test_a_scheduler_for_each_epoch_does_not_replace_a_schedule_for_each_step(library, table):
    model = two_layers(library)
    schedule = library.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    model.compile(library.optimizers.SGD(schedule), "mse")
    scheduler = library.callbacks.LearningRateScheduler(lambda epoch: 0.01)
    with pytest.raises((ValueError, TypeError), match=r"(?i)schedule"):
        model.fit(*table, verbose=0, callbacks=[scheduler])


@pytest.mark.parametrize("library", [nn, keras])
def test_validation_data_go_before_a_split(library, table):
    x, y = table
    model = two_layers(library)
    model.compile(library.optimizers.SGD(0.0), "mse")
    options = {"epochs": 1, "verbose": 0, "validation_data": (x[:9], y[:9])}
    both = model.fit(x, y, validation_split=0.5, **options).history
    one = model.fit(x, y, **options).history
    assert both["loss"] == pytest.approx(one["loss"], rel=1e-5)
    assert both["val_loss"] == pytest.approx(one["val_loss"], rel=1e-5)


# Losses and metrics.


@pytest.mark.parametrize("activation", ["sigmoid", "softmax"])
def test_from_logits_behind_its_own_activation_is_said(activation, table):
    x, y = table
    sparse = activation == "softmax"
    loss = (nn.SparseCategoricalCrossentropy if sparse else nn.BinaryCrossentropy)(from_logits=True)
    model = nn.Sequential([nn.Dense(2 if sparse else 1, activation, name="out", input_dim=4)])
    model.compile("sgd", loss)
    message = rf"Dense 'out' ends in {activation}, and {type(loss).__name__}\(from_logits=True\)"
    with pytest.warns(nn.NetworkWarning, match=message):
        model.fit(x, y, verbose=0)
    p = model.predict(x)
    with pytest.warns(nn.NetworkWarning, match="applies its own to that again"):
        value = model.evaluate(x, y, verbose=0)
    y, f = (np.eye(2)[y.astype(int)], keras.ops.softmax) if sparse else (y, keras.ops.sigmoid)
    name = "CategoricalCrossentropy" if sparse else "BinaryCrossentropy"
    of_twice = getattr(keras.losses, name)()(y.reshape(p.shape), f(p))
    assert value == pytest.approx(float(of_twice), rel=1e-5)


@pytest.mark.filterwarnings("error")
def test_from_logits_behind_no_activation_is_right(table):
    model = nn.Sequential([nn.Dense(1, input_dim=4)])
    model.compile("sgd", nn.BinaryCrossentropy(from_logits=True))
    model.fit(*table, verbose=0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.1, "0.1", [0.1], None])
def test_a_penalty_is_a_number_from_zero(value):
    for make in (nn.L1, nn.L2, nn.L1L2):
        with pytest.raises(ValueError, match=rf"{make.__name__}: expected l. with 0 <= l., got"):
            make(value)


def test_auc_needs_two_thresholds_and_labels_of_zero_and_one():
    for thresholds in (1, 0, 2.5):
        with pytest.raises(ValueError, match="AUC: expected num_thresholds"):
            nn.AUC(num_thresholds=thresholds)
    for metric in (nn.AUC(), nn.Precision(), nn.Recall()):
        with pytest.raises(ValueError, match=r"expected labels 0 and 1 in y_true, found"):
            metric(np.array([0, 2]), np.array([0.1, 0.9]))


def test_sizes_are_whole_numbers():
    for make in (lambda: nn.Embedding(4.0, 2), lambda: nn.Dense(3.0), lambda: nn.Dense("3")):
        with pytest.raises(ValueError, match="to be a whole number above 0"):
            make()
    assert nn.Dense(np.int64(3)).units == 3


def test_metrics_have_different_names(table):
    model = two_layers(nn)
    model.compile("sgd", "mse", metrics=[nn.AUC(), nn.AUC()])
    with pytest.raises(ValueError, match=r"there is a 'auc' already.*AUC\(name=\"\.\.\.\"\)"):
        model.fit(*table, verbose=0)
    model.compile("sgd", "mse", metrics=[nn.AUC(name="loss")])
    with pytest.raises(ValueError, match="there is a 'loss' already"):
        model.fit(*table, verbose=0)


@pytest.mark.parametrize("metric", [metrics.BinaryAccuracy(), metrics.AUC()])
def test_targets_are_not_reshaped_into_another_order(metric):
    with pytest.raises(ValueError, match=r"expected y_true of shape \(2, 4\).*got \(4, 2\)"):
        metric(np.ones((4, 2)), np.ones((2, 4)))


def test_labels_and_places_between_two_whole_numbers_are_refused(table):
    model = nn.Sequential([nn.Dense(3, "softmax", input_dim=4)])
    model.compile("sgd", "sparse_categorical_crossentropy")
    for wrong in (0.5, np.nan):
        labels = np.zeros(60)
        labels[7] = wrong
        with pytest.raises(
            ValueError, match=rf"expected whole-number labels, got some like {wrong}"
        ):
            model.fit(table[0], labels, verbose=0)
    with pytest.raises(ValueError, match=r"Embedding.*expected whole numbers, got some like 1\.5"):
        nn.Embedding(4, 2)(np.array([[1.0, 1.5]]))


@pytest.mark.parametrize(
    ("class_weight", "message"),
    [
        ({"0": 1.0, "1": 5.0}, "expected classes as whole numbers, got '0'"),
        ({0.5: 2.0}, r"expected classes as whole numbers, got 0\.5"),
        ({0: np.nan}, "every weight, got nan"),
        ({1: -1.0}, r"every weight, got -1\.0"),
        ({1: "5"}, "every weight, got '5'"),
    ],
)
def test_weights_of_classes_that_can_not_be_meant_are_refused(class_weight, message, table):
    model = two_layers(nn)
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=f"class_weight: .*{message}"):
        model.fit(*table, class_weight=class_weight, verbose=0)


@pytest.mark.parametrize("value", [-0.1, np.nan, "0.9", [0.9]])
@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (nn.SGD, "momentum"),
        (nn.RMSprop, "rho"),
        (nn.RMSprop, "momentum"),
        (nn.RMSprop, "epsilon"),
        (nn.Adam, "beta_1"),
        (nn.Adam, "beta_2"),
        (nn.Adam, "epsilon"),
        (nn.AdamW, "weight_decay"),
        (nn.Huber, "delta"),
        (nn.BatchNormalization, "momentum"),
        (nn.BatchNormalization, "epsilon"),
        (nn.LayerNormalization, "epsilon"),
        (nn.EarlyStopping, "patience"),
        (nn.ReduceLROnPlateau, "patience"),
        (nn.ReduceLROnPlateau, "cooldown"),
        (nn.ReduceLROnPlateau, "min_lr"),
    ],
)
def test_numbers_of_constructors_are_numbers_in_their_range(make, argument, value):
    with pytest.raises(ValueError, match=rf"{make.__name__}: expected {argument} with 0 <= "):
        make(**{argument: value})
    if argument in ("momentum", "rho", "beta_1", "beta_2"):  # 1 never forgets
        with pytest.raises(ValueError, match=f"0 <= {argument} < 1, got 1"):
            make(**{argument: 1})


# Files.


def test_an_array_in_an_initializer_comes_back(tmp_path):
    start = np.arange(8.0).reshape(4, 2)
    model = nn.Sequential([nn.Dense(2, kernel_initializer=nn.Constant(start), input_dim=4)])
    np.testing.assert_array_equal(model.layers[0].W, start)
    model.save(tmp_path / "m.npz")
    loaded = nn.load_model(tmp_path / "m.npz")
    np.testing.assert_array_equal(loaded.layers[0].kernel_initializer.value, start)


def test_a_layer_may_be_called_optimizer(tmp_path, table):
    model = nn.Sequential([nn.Dense(2, name="optimizer", input_dim=4), nn.Dense(1)])
    model.compile("adam", "mse")
    model.fit(*table, verbose=0)
    model.save(tmp_path / "m.npz")
    loaded = nn.load_model(tmp_path / "m.npz")
    np.testing.assert_array_equal(loaded.predict(table[0]), model.predict(table[0]))
    curves = [m.fit(*table, shuffle=False, verbose=0).history for m in (model, loaded)]
    assert curves[0] == curves[1]


def test_numpys_whole_numbers_in_shapes_are_saved(tmp_path):
    model = nn.Sequential([nn.Input((np.int64(4),)), nn.Dense(np.int32(2))])
    model.save(tmp_path / "m.npz")
    assert nn.load_model(tmp_path / "m.npz").output_shape == (2,)


def test_a_checkpoint_makes_its_folder(tmp_path, table):
    model = two_layers(nn)
    model.compile("sgd", "mse")
    path = tmp_path / "runs" / "first" / "best.npz"
    model.fit(*table, verbose=0, callbacks=[nn.ModelCheckpoint(path)])
    np.testing.assert_array_equal(nn.load_model(path).predict(table[0]), model.predict(table[0]))


def test_stored_weights_of_another_shape_are_refused(tmp_path):
    path = tmp_path / "m.npz"
    two_layers(nn).save(path)
    arrays = dict(np.load(path))
    np.savez(path, **arrays | {"dense/W": np.zeros((1, 5))})
    with pytest.raises(ValueError, match=r"'dense/W' of shape \(4, 5\), found an array of \(1, 5"):
        nn.load_model(path)
    del arrays["dense/W"]
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match="found nothing"):
        nn.load_model(path)


@pytest.mark.parametrize(
    "kind",
    ["text", "empty", "keras", "array", "npz", "cut", "half", "null", "layers", "zip", "zlib"],
)
def test_files_of_others_get_one_sentence(kind, tmp_path):
    path = tmp_path / "m.keras"
    if kind == "keras":
        two_layers(keras).save(path)
    elif kind == "array":
        with open(path, "wb") as file:
            np.save(file, np.zeros(3))
    elif kind == "npz":
        with open(path, "wb") as file:
            np.savez(file, W=np.zeros(3))
    elif kind == "half":
        with open(path, "wb") as file:
            np.savez(file, config=json.dumps({"layers": 3}))
    elif kind in ("null", "layers"):
        config = (
            dict.fromkeys(["name", "dtype", "input_shape", "layers"]) if kind == "layers" else None
        )
        with open(path, "wb") as file:
            np.savez(file, config=json.dumps(config))
    elif kind in ("zip", "zlib"):
        with open(path, "wb") as file:
            np.savez_compressed(file, config="{}" * 1000)
        whole = bytearray(path.read_bytes())
        header = (
            30 + int.from_bytes(whole[26:28], "little") + int.from_bytes(whole[28:30], "little")
        )
        if kind == "zip":
            whole[6] |= 1  # it says that it needs a password
        else:
            whole[header + 2 : header + 30] = bytes([255]) * 28
        path.write_bytes(whole)
    elif kind == "cut":
        two_layers(nn).save(path)
        path.write_bytes(path.read_bytes()[:700])
    else:
        path.write_text("no model" if kind == "text" else "")
    with pytest.raises(ValueError, match=r"m\.keras: not a file that `save` of this library wrote"):
        nn.load_model(path)
    with pytest.raises(FileNotFoundError):
        nn.load_model(tmp_path / "none.npz")
