"""Regression with a mean absolute error on the side."""

import numpy as np
from keras import layers, models

rng = np.random.default_rng(2)
x = rng.normal(size=(120, 13))
y = x @ rng.normal(size=13) + 22


def build_model():
    model = models.Sequential()
    model.add(layers.Input(shape=(13,)))
    model.add(layers.Dense(16, activation="relu"))
    model.add(layers.Dense(16, activation="relu"))
    model.add(layers.Dense(1))
    model.compile(optimizer="rmsprop", loss="mse", metrics=["mae"])
    return model


model = build_model()
history = model.fit(x, y, epochs=4, batch_size=16, validation_data=(x[:20], y[:20]), verbose=0)
score = model.evaluate(x, y, verbose=0)
