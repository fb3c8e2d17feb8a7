"""Words as whole numbers, their vectors averaged: good or bad."""

import numpy as np
from keras import layers, losses, metrics, models

rng = np.random.default_rng(5)
x = rng.integers(0, 50, size=(80, 12))
y = (x.mean(axis=1) > 24.5).astype("float32")

model = models.Sequential(
    [
        layers.Input(shape=(12,)),
        layers.Embedding(50, 8),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    loss=losses.BinaryCrossentropy(),
    optimizer="sgd",
    metrics=[metrics.BinaryAccuracy(threshold=0.5)],
)
history = model.fit(x, y, epochs=3, verbose=0)
prediction = model.predict(x, verbose=0)
