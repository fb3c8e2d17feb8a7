"""Batch normalization between layer and activation, layer normalization behind."""

import numpy as np
from keras import layers
from keras.models import Sequential

rng = np.random.default_rng(9)
x = 5 + 3 * rng.normal(size=(96, 6)).astype("float32")
y = np.sin(x[:, 0])

model = Sequential(
    [
        layers.Input((6,)),
        layers.Dense(12, use_bias=False),
        layers.BatchNormalization(axis=-1),
        layers.ReLU(),
        layers.Dense(6),
        layers.LayerNormalization(),
        layers.Dense(1),
    ]
)
model.compile(optimizer="sgd", loss="huber", metrics=["mse"])
history = model.fit(x, y, epochs=3, batch_size=32, verbose=0)
prediction = model.predict(x, verbose=0)
