import keras
import numpy as np
import pytest

from course_utils import nn


class Scripted(nn.Callback):
    """Puts numbers into the logs, so that what other callbacks make of them can be told."""

    def __init__(self, name, values):
        self.name, self.values = name, values

    def on_epoch_end(self, epoch, logs=None):
        logs[self.name] = self.values[epoch]


class KeepWeights(nn.Callback):
    def on_train_begin(self, logs=None):
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())


@pytest.fixture
def fit(article_data):
    """A function: fit a small model on 64 rows with the given callbacks; returns model, history."""

    def run(*callbacks, epochs=8, **options):
        model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=8)], seed=0)
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        x, y = article_data
        options = {"verbose": 0, "epochs": epochs, "callbacks": list(callbacks)} | options
        return model, model.fit(x[:64], y[:64], **options)

    return run


CURVES = [
    [5, 4, 3, 4, 5, 6, 7, 8],
    [5, 4, 4.5, 3, 3.5, 3.4, 3.2, 2],
    [1, 2, 3, 4, 5, 6, 7, 8],
    [3, 3, 3, 3, 3, 3, 3, 3],
    [5, 4.75, 4.5, 4.25, 4, 3.75, 3.5, 3.25],
    [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75],
]


@pytest.mark.parametrize("values", CURVES)
@pytest.mark.parametrize("patience", [0, 1, 3])
@pytest.mark.parametrize(
    "options", [{}, {"mode": "max"}, {"min_delta": 0.7}, {"mode": "max", "min_delta": 0.7}]
)
def test_early_stopping_stops_where_keras_stops(values, patience, options):
    options = {"mode": "min", "patience": patience} | options
    ours = nn.EarlyStopping("v", **options)
    theirs = keras.callbacks.EarlyStopping("v", **options)
    theirs.set_model(keras.Sequential())
    theirs.model.stop_training = False
    ours.model = nn.Sequential()
    for callback in (ours, theirs):
        callback.on_train_begin()
    for epoch, value in enumerate(values):
        for callback in (ours, theirs):
            callback.on_epoch_end(epoch, {"v": value})
        assert ours.model.stop_training == theirs.model.stop_training, f"epoch {epoch}"
    assert ours.best_epoch == theirs.best_epoch


def test_early_stopping_goes_back_to_the_best_epoch(fit):
    keeper = KeepWeights()
    stopping = nn.EarlyStopping("v", patience=2, restore_best_weights=True, mode="min")
    model, history = fit(Scripted("v", CURVES[0]), keeper, stopping)
    assert len(history.epoch) == 5
    assert (stopping.best, stopping.best_epoch, stopping.stopped_epoch) == (3, 2, 4)
    for restored, best in zip(model.get_weights(), keeper.weights[2], strict=True):
        np.testing.assert_array_equal(restored, best)


def test_nan_is_never_an_improvement(fit):
    stopping = nn.EarlyStopping("v", patience=3, mode="min")
    _, history = fit(Scripted("v", [np.nan, np.nan, 1, np.nan, np.nan]), stopping, epochs=5)
    assert (len(history.epoch), stopping.best_epoch, stopping.best) == (5, 2, 1)
    hasty = nn.EarlyStopping("v", patience=0, mode="min")
    _, history = fit(Scripted("v", [np.nan, 1, 2]), hasty, epochs=3)
    assert len(history.epoch) == 3  # the first epoch alone never stops a training


def test_early_stopping_without_its_number_says_what_there_is(fit):
    with pytest.raises(ValueError, match=r"nothing to monitor under 'val_loss'.*loss, accuracy"):
        fit(nn.EarlyStopping())


def test_auto_mode_asks_the_metric_and_not_its_name(article_data):
    x, y = article_data
    model = nn.Sequential([nn.Dense(1, "sigmoid", input_dim=8)], seed=0)
    model.compile(nn.SGD(0.5), "binary_crossentropy", metrics=[nn.AUC(name="prc"), Unknown()])
    stopping = nn.EarlyStopping("val_prc", patience=3)
    curve = model.fit(x, y, validation_split=0.5, epochs=9, callbacks=stopping, verbose=0).history
    assert stopping.best == max(curve["val_prc"]) > curve["val_prc"][0]
    with pytest.raises(ValueError, match=r"a larger 'unknown' better, or a smaller\? Say mode="):
        model.fit(x, y, callbacks=nn.EarlyStopping("unknown"), verbose=0)
    with pytest.raises(ValueError, match=r"expected mode .*, got 'up'"):
        nn.EarlyStopping("unknown", mode="up")


class Unknown(nn.BinaryAccuracy):
    default_name = "unknown"
    larger_is_better = None


@pytest.mark.parametrize(("curve", "best"), [(0, 2), (1, 7)])
def test_checkpoint_keeps_the_best(curve, best, fit, tmp_path):
    keeper, path = KeepWeights(), tmp_path / "best.npz"
    fit(
        Scripted("v", CURVES[curve]),
        keeper,
        nn.ModelCheckpoint(path, "v", save_best_only=True, mode="min"),
    )
    for saved, kept in zip(nn.load_model(path).get_weights(), keeper.weights[best], strict=True):
        np.testing.assert_array_equal(saved, kept)


def test_checkpoint_can_keep_every_epoch_by_name(fit, tmp_path):
    fit(Scripted("v", CURVES[0]), nn.ModelCheckpoint(tmp_path / "{epoch:02d}_{v}.npz"), epochs=3)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["01_5.npz", "02_4.npz", "03_3.npz"]


def test_learning_rate_scheduler_sets_the_rate_before_each_epoch(fit):
    _, history = fit(nn.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1)), epochs=3)
    np.testing.assert_allclose(history.history["learning_rate"], [0.1, 0.05, 0.1 / 3])
    model, _ = fit(nn.LearningRateScheduler(lambda epoch, rate: rate * 0.5), epochs=3)
    assert model.optimizer.learning_rate == pytest.approx(0.001 / 8)


def test_batch_callbacks_see_every_batch_and_the_mean_so_far(fit):
    class Watch(nn.Callback):
        seen = ()

        def on_train_batch_end(self, batch, logs=None):
            self.seen = (*self.seen, (batch, logs["loss"]))

    watch = Watch()
    _, history = fit(watch, epochs=1, batch_size=20)
    assert [batch for batch, _ in watch.seen] == [0, 1, 2, 3]
    assert watch.seen[-1][1] == history.history["loss"][0]
    assert watch.params == {"epochs": 1, "steps": 4, "verbose": 0}


def test_progress_bar_fills_up(fit, capsys):
    bar = nn.ProgressBar()
    fit(bar, epochs=3)
    assert bar.progress.finished
    assert "epoch 3/3 - loss: " in capsys.readouterr().out


def test_a_new_fit_starts_again_after_a_stop(fit, article_data):
    model, _ = fit(Scripted("v", CURVES[2]), nn.EarlyStopping("v", mode="min"))
    assert model.stop_training
    assert len(model.fit(*article_data, epochs=2, verbose=0).epoch) == 2
