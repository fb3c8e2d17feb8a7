"""What beginners write by mistake, and what they are told."""

import numpy as np
import pytest

from course_utils import nn


def model():
    model = nn.Sequential([nn.Dense(3, input_dim=4), nn.Dense(1, "sigmoid")])
    model.compile("sgd", "mse")
    return model


X, Y = np.ones((6, 4)), np.ones(6)
WHOLE = "to be a whole number above 0"


class NoTraining(nn.Layer):
    def forward(self, x):
        return x


MISTAKES = {
    "batch of none": (lambda: model().fit(X, Y, batch_size=0), f"fit: expected batch_size {WHOLE}"),
    "negative batch": (lambda: model().predict(X, batch_size=-1), f"expected batch_size {WHOLE}"),
    "batch of 32.0": (lambda: model().evaluate(X, Y, batch_size=32.0), "evaluate: expected batch"),
    "epochs": (lambda: model().fit(X, Y, epochs="5"), f"fit: expected epochs {WHOLE}, got '5'"),
    "no units": (lambda: nn.Dense(None), f"Dense: expected units {WHOLE}, got None"),
    "rate": (lambda: nn.Dropout("0.5"), "Dropout: expected rate with 0 <= rate < 1, got '0.5'"),
    "learning rate": (lambda: nn.SGD("0.01"), "SGD: expected learning_rate with 0 <= learning_ra"),
    "labels": (lambda: model().fit(X, ["cat"] * 6), "y: expected numbers .*np.unique"),
    "features": (lambda: model().fit([["a"] * 4] * 6, Y), "x: expected numbers in equally long"),
    "validation": (lambda: model().fit(X, Y, validation_data=(X,)), r"expected \(x, y\) or \(x, y"),
    "no loss": (lambda: model().compile("sgd"), 'compile: expected a loss, such as loss="mse"'),
    "class": (lambda: model().compile(nn.Adam, "mse"), r"optimizer: got .* add \(\): Adam\(\)"),
    "layer class": (lambda: nn.Sequential([nn.Dense]), r"add: got the class Dense; add \(\)"),
    "keyword": (lambda: nn.Dense(3, activaton="relu"), "Dense: unknown argument 'activaton'; it"),
    "forward": (lambda: nn.Sequential([NoTraining()]), "forward needs a second argument"),
    "functional": (lambda: nn.Dense(3)(nn.Input((4,))), "Dense: a layer is called with numbers"),
    "nested": (lambda: nn.Sequential([model()]), r"add its layers: \[\*other.layers, ...\]"),
    "axis": (lambda: nn.BatchNormalization(axis=1), "BatchNormalization: expected axis=-1"),
    "reshape": (lambda: nn.Reshape((5,))(X), r"\(4,\) does not hold as many numbers as \(5,\)"),
    "curve": (lambda: nn.AUC(curve="PR"), "AUC: .*'curve'; .*average_precision_score"),
    "epoch": (lambda: model().fit(X, Y, initial_epoch=2), "fit: .*'initial_epoch'; .*second fit"),
    "mask": (lambda: nn.Embedding(4, 2, mask_zero=True), "Embedding: .*'mask_zero'; .*row 0"),
    "argument": (
        lambda: model().fit(X, Y, batchsize=2),
        "fit: .*'batchsize'; it takes x, y, batch",
    ),
    "old argument": (lambda: nn.Adam(lr=0.01), "Adam: unknown argument 'lr'; write learning_rate"),
    "argument of a loss": (
        lambda: nn.BinaryCrossentropy(logits=True),
        "BinaryCrossentropy: unknown argument 'logits'; it takes from_logits, label_smoothing",
    ),
    "no argument of a loss": (lambda: nn.MeanSquaredError(delta=1), "MeanSquaredError: .* none"),
    "input": (
        lambda: nn.Input((4,), dtype="int32"),
        "Input: unknown argument 'dtype'; it takes sh",
    ),
    "no shape": (lambda: nn.Input(None), "Input: expected a shape of whole numbers above 0"),
    "compile": (
        lambda: model().compile("sgd", "mse", metric="acc"),
        "compile: .*optimizer, loss, m",
    ),
    "evaluate": (
        lambda: model().evaluate(X, Y, steps=2),
        "evaluate: unknown argument 'steps'; it t",
    ),
    "predict": (
        lambda: model().predict(X, steps=2),
        "predict: unknown argument 'steps'; it takes x",
    ),
    "regularizer class": (
        lambda: nn.Dense(3, kernel_regularizer=nn.L2),
        r"regularizer: got the class L2; add \(\): L2\(\)",
    ),
    "activation class": (
        lambda: nn.Dense(3, nn.activations.LeakyReLU),
        r"activation: got the class LeakyReLU; add \(\)",
    ),
    "metric class": (lambda: nn.metrics.get_all([nn.AUC], (6,), (6, 1)), r"add \(\): AUC\(\)"),
    "generator": (lambda: model().fit(x for x in X), "y: expected targets, got none.*tf.data"),
    "one table": (lambda: model().evaluate(X), "y: expected targets, got none.*or use Keras"),
    "validation without y": (
        lambda: model().fit(X, Y, validation_data=X),
        "validation_data: expect",
    ),
    "split": (lambda: model().fit(X, Y, validation_split="0.2"), "validation_split < 1, got '0.2'"),
    "schedule": (
        lambda: model().fit(X, Y, callbacks=nn.LearningRateScheduler(lambda epoch: None)),
        "LearningRateScheduler: .*, got None",
    ),
    "shape too early": (lambda: nn.Dense(3).output_shape, "no output shape before the layer knows"),
    "weights as words": (
        lambda: model().fit(X, Y, sample_weight=["a"] * 6),
        "sample_weight: expect",
    ),
    "words": (lambda: nn.activations.softmax(["a"]), "expected numbers, got an array of str"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_what_was_expected(mistake):
    act, message = MISTAKES[mistake]
    with pytest.raises((ValueError, TypeError), match=message):
        act()


def test_a_list_is_as_good_as_an_array():
    np.testing.assert_allclose(nn.activations.softmax([0, 0]), [0.5, 0.5])


def test_a_forgotten_flatten_is_suspected():
    pictures = nn.Sequential([nn.Input((5, 5)), nn.Dense(10, "softmax")])
    pictures.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match=r"is a Flatten\(\) missing\?"):
        pictures.fit(np.ones((6, 5, 5)), np.zeros(6, int), verbose=0)


def test_a_softmax_of_one_unit_is_warned_of():
    one = nn.Sequential([nn.Dense(1, "softmax", input_dim=4)])
    one.compile("sgd", "mse")
    with pytest.warns(nn.NetworkWarning, match="softmax over one unit is always 1"):
        one.fit(X, Y, verbose=0)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_number_in_the_data_is_warned_of_with_its_place(value):
    x, y = X.copy(), Y.copy()
    x[2, 3] = value
    with pytest.warns(nn.NetworkWarning, match=rf"x\[2, 3\] is {value}") as warned:
        model().fit(x, Y, epochs=3, verbose=0)
    ours = [w for w in warned if w.category is nn.NetworkWarning]  # NumPy has its own of infinity
    assert [w.filename for w in ours] == [__file__]
    with pytest.warns(nn.NetworkWarning, match=r"sample_weight\[1\] is"):
        model().fit(X, Y, sample_weight=[1, value, 1, 1, 1, 1], verbose=0)
    y[4] = value
    with pytest.warns(nn.NetworkWarning, match=r"y\[4, 0\] is"):
        model().evaluate(X, y, verbose=0)


@pytest.mark.filterwarnings("error")
def test_sound_data_are_not_warned_of():
    model().fit(X * 1e30, Y, verbose=0, epochs=1, validation_split=0.5)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (nn, "Model"),
        (nn, "datasets"),
        (nn.layers, "LSTM"),
        (nn.layers, "Lambda"),
        (nn.callbacks, "TensorBoard"),
        (nn.callbacks, "LambdaCallback"),
        (nn.optimizers, "Nadam"),
        (nn.losses, "KLDivergence"),
        (nn.metrics, "F1Score"),
        (nn.utils, "plot_model"),
        (nn.models, "Model"),
    ],
)
def test_what_is_left_out_answers_with_a_sentence(module, name):
    with pytest.raises(ImportError, match=rf"{name} is not in course_utils\.nn: \w"):
        getattr(module, name)
    with pytest.raises(ImportError, match=r"not in course_utils\.nn: recurrent layers"):
        from course_utils.nn.layers import GRU  # noqa: F401
    assert not hasattr(module, "Nonsense")


def test_modules_and_methods_that_are_left_out_answer_with_a_sentence():
    with pytest.raises(ImportError, match=r"datasets is not in course_utils\.nn: the data of"):
        from course_utils.nn.datasets import mnist  # noqa: F401
    with pytest.raises(ImportError, match=r"applications is not in course_utils\.nn: use Keras"):
        import course_utils.nn.applications  # noqa: F401
    one = model()
    with pytest.raises(AttributeError, match=r"Sequential has no 'train_on_batch': fit\(x, y"):
        one.train_on_batch(X, Y)
    with pytest.raises(AttributeError, match=r"Sequential has no 'get_config': save\(path\)"):
        one.get_config()
    with pytest.raises(AttributeError, match="object has no attribute 'nonsense'"):
        one.nonsense()
