"""The program of many an introduction to Keras runs as it stands, and with our library as well."""

import numpy as np
import pytest

PROGRAM = """
import tensorflow as tf
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

model = Sequential()

model.add(Dense(units=10, activation='relu', input_dim=8))
model.add(Dense(units=8, activation='relu'))
model.add(Dense(units=1, activation='sigmoid'))

model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])

model.fit(x_train, y_train, epochs=10, batch_size=32)
"""
OUR_IMPORTS = {
    "import tensorflow as tf\n": "",
    "from tensorflow.keras.models import": "from course_utils.nn import",
    "from tensorflow.keras.layers import": "from course_utils.nn.layers import",
}


def with_our_imports(program):
    for theirs, ours in OUR_IMPORTS.items():
        assert theirs in program
        program = program.replace(theirs, ours)
    return program


@pytest.fixture
def table():
    """A table of eight columns whose label depends on the first of them."""
    rng = np.random.default_rng(0)
    x_train = rng.normal(size=(800, 8)).astype("float32")
    return {"x_train": x_train, "y_train": (x_train[:, 0] > 0).astype(int)}


def test_with_keras_it_runs_and_warns_about_input_dim_only(table):
    with pytest.warns(UserWarning, match="input_dim") as warned:
        exec(PROGRAM, table)
    assert len(warned) == 1
    assert_trained(table)


def test_with_our_imports_and_no_other_change_it_runs_too(table, capsys):
    exec(with_our_imports(PROGRAM), table)
    assert_trained(table)
    assert capsys.readouterr().out.count("Epoch") == 10


def test_both_answer_alike_to_the_same_weights(table):
    with pytest.warns(UserWarning, match="input_dim"):
        exec(PROGRAM, table)
    theirs = table["model"]
    exec(with_our_imports(PROGRAM), table)
    ours = table["model"]
    ours.set_weights(theirs.get_weights())
    x = table["x_train"][:50]
    np.testing.assert_allclose(ours.predict(x), np.asarray(theirs(x)), atol=1e-5)


def assert_trained(program):
    """The model of the program has 187 parameters, and answers better than a coin."""
    model, x, y = (program[name] for name in ("model", "x_train", "y_train"))
    assert [W.shape for W in model.get_weights()] == [(8, 10), (10,), (10, 8), (8,), (8, 1), (1,)]
    assert model.count_params() == 187
    assert np.mean((np.asarray(model(x))[:, 0] > 0.5) == y) > 0.6
