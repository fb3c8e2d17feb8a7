"""Penalties on the weights and a falling learning rate."""

import numpy as np
from keras import Sequential, layers, optimizers, regularizers

rng = np.random.default_rng(8)
x = rng.normal(size=(100, 7))
y = (x[:, 0] > 0).astype(int)

schedule = optimizers.schedules.InverseTimeDecay(
    0.01, decay_steps=10, decay_rate=1, staircase=False
)
model = Sequential()
model.add(layers.Input((7,)))
model.add(layers.Dense(16, activation="elu", kernel_regularizer=regularizers.l2(0.001)))
model.add(layers.Dense(16, activation="elu", kernel_regularizer=regularizers.l1(0.001)))
model.add(layers.Dense(1))
from keras.losses import BinaryCrossentropy  # noqa: E402

model.compile(optimizers.Adam(schedule), BinaryCrossentropy(from_logits=True))
history = model.fit(x, y, epochs=4, verbose=0)
prediction = model.predict(x, verbose=0)
