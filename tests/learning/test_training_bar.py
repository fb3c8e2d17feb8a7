"""The bar of a training: its epochs, and nothing that stays."""

import re
import time
from types import SimpleNamespace

import numpy as np
import pytest

from course_utils.learning import TrainingBar, training_bar
from course_utils.learning import waiting as waiting_module
from course_utils.learning.waiting import NOTHING


class Events:
    def __init__(self):
        self.heard = []

    def register(self, name, call):
        assert name == "post_run_cell"
        self.heard.append(call)

    def unregister(self, name, call):
        self.heard.remove(call)


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook shows in turn, and its events."""
    shown = []
    handle = SimpleNamespace(update=lambda data, raw: shown.append(data))
    shell = SimpleNamespace(kernel=True, events=Events())

    def display(data, raw, display_id):
        shown.append(data)
        return handle

    monkeypatch.setattr(waiting_module, "get_ipython", lambda: shell)
    monkeypatch.setattr(training_bar, "get_ipython", lambda: shell)
    monkeypatch.setattr(waiting_module, "display", display)
    monkeypatch.setattr(waiting_module, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(waiting_module, "AGAIN_SECONDS", 0.01)
    return SimpleNamespace(shown=shown, events=shell.events)


def wait_for(shown, words):
    end = time.monotonic() + 10
    while not any(words in data["text/plain"] for data in shown):
        assert time.monotonic() < end, words
        time.sleep(0.005)


def fit(bar, epochs=3, steps=4, ends=True, at=lambda epoch, batch: None):
    """What Keras tells a callback during a training."""
    bar.set_params({"epochs": epochs, "steps": steps})
    bar.set_model(None)
    bar.on_train_begin()
    for epoch in range(epochs):
        bar.on_epoch_begin(epoch, {})
        for batch in range(steps):
            bar.on_train_batch_begin(batch, logs={})
            bar.on_train_batch_end(batch, {})
            at(epoch, batch)
        bar.on_epoch_end(epoch, {})
    if ends:
        bar.on_train_end({})


def test_bar_says_which_epoch_and_leaves_nothing(notebook):
    def at(epoch, batch):
        if (epoch, batch) == (1, 2):
            wait_for(notebook.shown, "epoch 2 of 3")

    fit(TrainingBar(), at=at)
    assert notebook.shown[0] == notebook.shown[-1] == NOTHING
    second = next(data for data in notebook.shown if "epoch 2 of 3" in data["text/plain"])
    assert re.fullmatch(r"fit: epoch 2 of 3, \d+ s so far", second["text/plain"])
    assert '<progress value="7" max="12" aria-label="steps"' in second["text/html"]
    assert not any("epoch 4" in data["text/plain"] for data in notebook.shown)
    assert notebook.events.heard == []


def test_bar_is_gone_when_the_cell_of_an_interrupted_training_ends(notebook):
    fit(TrainingBar(), ends=False)
    (after_the_cell,) = notebook.events.heard
    after_the_cell(SimpleNamespace(success=False))
    assert notebook.shown[-1] == NOTHING
    assert notebook.events.heard == []


def test_a_bar_serves_one_training_after_another(notebook):
    bar = TrainingBar()
    fit(bar)
    fit(bar, at=lambda *_: wait_for(notebook.shown, "epoch 1 of 3"))
    assert notebook.shown.count(NOTHING) == 4


def test_outside_a_notebook_there_is_none(notebook, monkeypatch):
    monkeypatch.setattr(waiting_module, "get_ipython", lambda: None)
    fit(TrainingBar())
    assert notebook.shown == []


def test_keras_takes_it_as_a_callback_and_trains_as_without_it(notebook):
    import keras

    x, y = np.random.default_rng(0).normal(size=(64, 3)), np.arange(64) % 2

    def weights(callbacks):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, "sigmoid")])
        model.compile("sgd", "binary_crossentropy")
        model.fit(x, y, epochs=3, validation_data=(x, y), verbose=0, callbacks=callbacks)
        return model.get_weights()

    for a, b in zip(weights([]), weights([TrainingBar()]), strict=True):
        np.testing.assert_array_equal(a, b)
    assert notebook.shown[0] == notebook.shown[-1] == NOTHING
