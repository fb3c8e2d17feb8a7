import keras
import numpy as np
import pytest

from course_utils.nn import optimizers, schedules

CASES = [
    (optimizers.SGD, keras.optimizers.SGD, {}),
    (optimizers.SGD, keras.optimizers.SGD, {"learning_rate": 0.1}),
    (optimizers.SGD, keras.optimizers.SGD, {"momentum": 0.9}),
    (optimizers.SGD, keras.optimizers.SGD, {"momentum": 0.9, "nesterov": True}),
    (optimizers.RMSprop, keras.optimizers.RMSprop, {}),
    (optimizers.RMSprop, keras.optimizers.RMSprop, {"rho": 0.8, "momentum": 0.5}),
    (optimizers.Adam, keras.optimizers.Adam, {}),
    (optimizers.Adam, keras.optimizers.Adam, {"beta_1": 0.8, "beta_2": 0.9, "epsilon": 0.01}),
    (optimizers.AdamW, keras.optimizers.AdamW, {}),
    (optimizers.AdamW, keras.optimizers.AdamW, {"learning_rate": 0.01, "weight_decay": 0.1}),
]


@pytest.mark.parametrize(("ours", "theirs", "arguments"), CASES)
def test_fifty_steps_lead_where_keras_leads(ours, theirs, arguments, rng):
    W, b = rng.normal(size=(3, 4)).astype("float32"), rng.normal(size=4).astype("float32")
    variables = [keras.Variable(W), keras.Variable(b)]
    ours, theirs = ours(**arguments), theirs(**arguments)
    for step in range(50):
        dW = (W * 0.3 + rng.normal(size=W.shape)).astype("float32")
        db = (rng.normal(size=4) * 10.0 ** (step % 5 - 2)).astype("float32")
        ours.apply_gradients([(dW, W), (db, b)])
        theirs.apply_gradients(zip([dW, db], variables, strict=True))
    np.testing.assert_allclose(W, variables[0].numpy(), rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(b, variables[1].numpy(), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["clipnorm", "clipvalue", "global_clipnorm"])
def test_gradients_of_two_arrays_are_clipped_as_in_keras(kind, rng):
    W, b = rng.normal(size=(3, 4)).astype("float32"), rng.normal(size=4).astype("float32")
    variables = [keras.Variable(W), keras.Variable(b)]
    ours, theirs = optimizers.SGD(0.1, **{kind: 0.5}), keras.optimizers.SGD(0.1, **{kind: 0.5})
    for length_of_dW, length_of_db in [(9, 0.3), (0.3, 9), (9, 0.01), (0.1, 0.1), (0.4, 0.4)]:
        dW, db = rng.normal(size=W.shape), rng.normal(size=4)
        dW *= length_of_dW / np.linalg.norm(dW)
        db *= length_of_db / np.linalg.norm(db)
        dW, db = dW.astype("float32"), db.astype("float32")
        ours.apply_gradients([(dW, W), (db, b)])
        theirs.apply_gradients(zip([dW, db], variables, strict=True))
    np.testing.assert_allclose(W, variables[0].numpy(), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(b, variables[1].numpy(), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("ours", "arguments"), [(ours, a) for ours, _, a in CASES])
def test_one_long_vector_moves_like_its_parts(ours, arguments, rng):
    W, b = rng.normal(size=(3, 2)), rng.normal(size=2)
    flat = np.concatenate([W.ravel(), b])
    apart, together = ours(**arguments), ours(**arguments)
    for _ in range(5):
        dW, db = rng.normal(size=W.shape), rng.normal(size=2)
        apart.apply_gradients([(dW, W), (db, b)])
        together.apply_gradients([(np.concatenate([dW.ravel(), db]), flat)])
    np.testing.assert_array_equal(flat, np.concatenate([W.ravel(), b]))


@pytest.mark.parametrize(("ours", "arguments"), [(ours, a) for ours, _, a in CASES])
def test_gradients_are_not_changed(ours, arguments, rng):
    dW = rng.normal(size=3)
    before = dW.copy()
    ours(**arguments).apply_gradients([(dW, np.ones(3))])
    np.testing.assert_array_equal(dW, before)


def test_defaults_are_those_of_keras():
    for name, cls in optimizers.NAMES.items():
        theirs = keras.optimizers.get(name).get_config()
        for argument, value in vars(cls()).items():
            if argument in theirs and argument != "name":
                assert theirs[argument] == pytest.approx(value), f"{name} {argument}"


def test_a_schedule_is_asked_before_every_step():
    schedule = schedules.PiecewiseConstantDecay([0], [1.0, 0.5])
    sgd, W = optimizers.SGD(schedule), np.zeros(1)
    for _ in range(3):
        sgd.apply_gradients([(np.ones(1), W)])
    assert W[0] == -2.0
    assert sgd.current_learning_rate() == 0.5


def test_momentum_of_one_never_forgets_and_is_refused():
    with pytest.raises(ValueError, match="expected momentum with 0 <= momentum < 1, got 1"):
        optimizers.SGD(momentum=1)


def test_unknown_names_list_what_exists():
    with pytest.raises(ValueError, match=r"optimizer: unknown name 'adm'.*sgd, rmsprop, adam"):
        optimizers.get("adm")
