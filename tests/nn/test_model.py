import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import nn
from course_utils.nn import gradcheck
from course_utils.nn.batches import minibatches


def small_model(seed=0, **options):
    model = nn.Sequential(seed=seed, **options)
    model.add(nn.Dense(5, activation="tanh", input_dim=8))
    model.add(nn.Dense(1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@given(
    batch=st.integers(1, 5),
    units=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=10)
@pytest.mark.parametrize(
    ("loss", "activation", "outputs"),
    [
        ("binary_crossentropy", "sigmoid", 1),
        ("binary_crossentropy", "tanh", 0),
        ("categorical_crossentropy", "softmax", 3),
        ("sparse_categorical_crossentropy", "softmax", 3),
        ("mse", "softmax", 3),
        ("mae", None, 2),
        ("huber", "gelu", 2),
    ],
)
def test_model_gradients_agree_with_differences(loss, activation, outputs, batch, units, seed):
    rng = np.random.default_rng(seed)
    last = nn.Dense(max(outputs, 1), activation, kernel_regularizer="l2")
    layers = [nn.Dense(units, "elu"), nn.BatchNormalization(epsilon=0.1), nn.Dropout(0.3), last]
    if loss == "binary_crossentropy" and activation == "tanh":
        layers += [nn.Activation("sigmoid")]  # the link may also be a layer of its own
    model = nn.Sequential(layers, seed=seed, dtype="float64")
    model.compile("sgd", loss)
    labels = rng.integers(0, max(outputs, 2), batch)
    y = {
        "sparse_categorical_crossentropy": labels,
        "categorical_crossentropy": np.eye(max(outputs, 2))[labels],
        "binary_crossentropy": labels,
    }.get(loss, rng.normal(size=(batch, outputs)))
    gradcheck.check_model(model, rng.normal(size=(batch, 3)), y, tolerance=1e-5)


def test_a_sure_and_wrong_sigmoid_still_gets_a_gradient():
    model = nn.Sequential([nn.Dense(1, "sigmoid", kernel_initializer="ones", input_dim=1)])
    model.compile("sgd", "binary_crossentropy")
    loss = model.fit(np.array([[-1000.0]]), np.array([1]), verbose=0).history["loss"]
    assert loss == [1000.0]
    assert model.layers[0].dW.item() == 1000.0


def test_equal_seeds_give_equal_models_and_training(article_data):
    first, second = small_model(seed=5), small_model(seed=np.random.default_rng(5))
    histories = [m.fit(*article_data, epochs=2, verbose=0).history for m in (first, second)]
    assert histories[0] == histories[1]
    assert (first.get_weights()[0] == second.get_weights()[0]).all()
    assert (first.get_weights()[0] != small_model(seed=6).get_weights()[0]).any()


def test_seeds_leave_numpys_global_generator_alone(article_data):
    np.random.seed(0)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(0)  # noqa: NPY002
    small_model().fit(*article_data, verbose=0)
    assert np.random.random() == expected  # noqa: NPY002


def test_data_are_not_changed(article_data):
    x, y = article_data
    before = x.copy(), y.copy()
    small_model().fit(x, y, validation_split=0.2, verbose=0)
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(y, before[1])


@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), seed=st.integers(0, 99))
def test_minibatches_show_every_row_once_with_its_target(n, batch_size, seed):
    x, y = np.arange(n, dtype="float32").reshape(n, 1), np.arange(n) * 10
    order = np.random.default_rng(seed).permutation(n)
    seen = []
    for x_batch, y_batch in minibatches((x, y), batch_size, order):
        assert 1 <= len(x_batch) <= batch_size
        np.testing.assert_array_equal(x_batch[:, 0] * 10, y_batch)
        seen += x_batch[:, 0].tolist()
    assert seen == order.tolist()


def test_weights_put_in_by_hand_are_the_ones_that_learn(article_data):
    model = small_model()
    model.fit(*article_data, verbose=0)
    model.layers[0].W = np.full((8, 5), 0.25)
    model.fit(*article_data, verbose=0)
    W = model.layers[0].W
    assert W.dtype == np.float32
    assert 0 < np.abs(W - 0.25).max() < 0.1
    np.testing.assert_array_equal(model.parameters[:40].reshape(8, 5), W)


def test_layers_before_the_first_weight_are_left_out_of_training(rng):
    x = rng.normal(size=(20, 2, 3))
    y = x[:, 0, 0] > 0
    model = nn.Sequential([nn.Flatten(), nn.Dropout(0.2), nn.Dense(1, "sigmoid")], seed=0)
    model.compile(nn.SGD(0.5), "binary_crossentropy")
    losses = model.fit(x, y, epochs=20, verbose=0).history["loss"]
    assert losses[-1] < 0.7 * losses[0]
    y_pred = model(x)
    assert model.backward(np.ones_like(y_pred)).shape == x.shape  # asked for, it goes all the way


def test_backward_gives_the_gradient_of_the_input(rng):
    model = nn.Sequential([nn.Dense(4, "tanh", input_dim=3), nn.Dense(1)], dtype="float64")
    model.compile("sgd", "mse")
    model.fit(np.zeros((1, 3)), np.zeros(1), verbose=0)  # which needs no such gradient
    x = rng.normal(size=(2, 3))
    dx = model.backward(np.ones_like(model(x)))
    gradcheck.check_gradient(lambda x: model(x).sum(), x, dx)


def test_predict_is_the_same_in_any_batches(rng):
    x = rng.normal(size=(7, 8))
    model = small_model(dtype="float64")
    np.testing.assert_allclose(model.predict(x, batch_size=2), model(x), rtol=1e-12)
    assert model.predict(x[:0]).shape == (0, 1)


def test_predict_takes_verbose_as_keras_does(rng):
    x = rng.normal(size=(7, 8))
    model = small_model()
    np.testing.assert_array_equal(model.predict(x, verbose=0), model.predict(x))


def test_metrics_are_given_by_name_because_keras_third_place_is_another():
    with pytest.raises(TypeError, match="positional arguments"):
        small_model().compile("adam", "binary_crossentropy", ["accuracy"])


def test_evaluate_returns_loss_and_metrics_in_order(article_data, capsys):
    model = small_model()
    loss, accuracy = model.evaluate(*article_data)
    assert capsys.readouterr().out == f"loss: {loss:.4f} - accuracy: {accuracy:.4f}\n"
    expected = {"loss": loss, "accuracy": accuracy}
    assert model.evaluate(*article_data, verbose=0, return_dict=True) == expected
    model.compile("adam", "binary_crossentropy")
    assert model.evaluate(*article_data, verbose=0) == loss
    assert capsys.readouterr().out == ""


def test_two_equal_runs_print_equal_lines(article_data, capsys):
    printed = []
    for _ in range(2):
        small_model().fit(*article_data, epochs=10, validation_split=0.1)
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    lines = printed[0].splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("Epoch  1/10 - loss: 0.")
    assert "val_accuracy: " in lines[0]


def test_names_count_up_within_a_model_and_are_free_in_another():
    model = nn.Sequential([nn.Dense(2), nn.Dense(2), nn.BatchNormalization(), nn.MaxPooling2D()])
    names = [layer.name for layer in model.layers]
    assert names == ["dense", "dense_1", "batch_normalization", "max_pooling2d"]
    assert nn.Sequential([nn.Dense(2)]).layers[0].name == "dense"
    assert model.get_layer("dense_1") is model.layers[1]
    with pytest.raises(ValueError, match=r"no layer called 'x'; the layers are dense, dense_1"):
        model.get_layer("x")
    with pytest.raises(ValueError, match="already a layer called 'dense'"):
        model.add(nn.Dense(3, name="dense"))


def test_summary_counts_parameters(capsys):
    model = small_model()
    model.add(nn.BatchNormalization())
    model.summary()
    out = capsys.readouterr().out
    assert "dense (Dense)" in out
    assert "(None, 5)" in out
    assert out.endswith("Parameters: 55 (learned: 53)\n")
    nn.Sequential([nn.Dense(3)]).summary()
    assert "?" in capsys.readouterr().out


def test_weights_are_made_as_soon_as_the_shape_is_known():
    assert len(nn.Sequential([nn.Input((3,)), nn.Dense(2)]).get_weights()) == 2
    later = nn.Sequential([nn.Dense(2), nn.Dense(1)])
    assert later.get_weights() == []
    assert later(np.zeros((4, 3))).shape == (4, 1)
    assert [w.shape for w in later.get_weights()] == [(3, 2), (2,), (2, 1), (1,)]


def test_set_weights_counts_and_copies():
    model = small_model()
    with pytest.raises(ValueError, match="set_weights: expected 4 arrays, got 3"):
        model.set_weights(model.get_weights()[:3])
    weights = [w + 1 for w in model.get_weights()]
    model.set_weights(weights)
    weights[0][:] = 0
    assert (model.get_weights()[0] != 0).any()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (
            lambda m: m.fit(np.ones((4, 10)), np.ones(4)),
            r"Dense 'dense': expected x of shape \(batch",
        ),
        (lambda m: m.predict(np.ones(8)), r"got \(8,\). For a single example, add the batch axis"),
        (lambda m: m.fit(np.ones((4, 8)), np.ones(3)), "as many targets as examples, got 3 for 4"),
        (lambda m: m.fit(np.ones((0, 8)), np.ones(0)), "at least one example"),
        (lambda m: m.fit(np.ones((4, 8)), np.ones((4, 2))), r"expected y_true of shape \(4, 1\)"),
        (lambda m: m.fit(np.ones((4, 8)), np.full(4, 2)), "expected targets from 0 to 1, got"),
        (
            lambda m: m.fit(np.ones((4, 8)), np.ones(4), validation_split=1.5),
            r"expected validation_split with 0 <= validation_split < 1, got 1\.5",
        ),
        (
            lambda m: m.fit(np.ones((4, 8)), np.ones(4), validation_split=0.9),
            "of 4 rows leaves one side empty",
        ),
        (lambda m: m.compile("adm", "mse"), "optimizer: unknown name 'adm'"),
        (lambda m: m.compile("adam", "msr"), "loss: unknown name 'msr'"),
        (lambda m: m.add(nn.Input((3,))), "must come first"),
        (lambda m: m.add(m.layers[0]), "is in this model already"),
    ],
)
def test_mistakes_are_named(act, message):
    with pytest.raises(ValueError, match=message):
        act(small_model())


def test_mistakes_before_anything_is_there_are_named():
    with pytest.raises(RuntimeError, match=r"call compile\(optimizer, loss\) before fit"):
        nn.Sequential([nn.Dense(1, input_dim=8)]).fit(np.ones((4, 8)), np.ones(4))
    with pytest.raises(ValueError, match="has no layers yet"):
        nn.Sequential().predict(np.ones((4, 8)))
    with pytest.raises(TypeError, match="add: expected a layer, got 3"):
        nn.Sequential().add(3)
    with pytest.raises(ValueError, match=r"Dense 'dense_1': declared with input shape \(4,\)"):
        nn.Sequential([nn.Dense(5, input_dim=8), nn.Dense(1, input_dim=4)])


def test_sixty_percent_become_ninety(article_data):
    """The article's program, by its own lines, learns."""
    from course_utils.nn import Dense, Sequential

    x_train, y_train = article_data
    model = Sequential(seed=1)
    model.add(Dense(units=10, activation="relu", input_dim=8))
    model.add(Dense(units=8, activation="relu"))
    model.add(Dense(units=1, activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x_train, y_train, epochs=40, batch_size=32, verbose=0)
    assert history.history["accuracy"][0] < 0.65
    assert history.history["accuracy"][-1] > 0.88
    assert history.epoch == list(range(40))
