"""Small pictures, flattened by the model, with labels as whole numbers."""

import keras
import numpy as np

rng = np.random.default_rng(3)
images = rng.integers(0, 256, size=(100, 8, 8)).astype("uint8")
labels = (images[:, :4].mean(axis=(1, 2)) > images[:, 4:].mean(axis=(1, 2))).astype(int)
images = images / 255.0

model = keras.Sequential(
    [
        keras.layers.Input(shape=(8, 8)),
        keras.layers.Flatten(),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(10),
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(images, labels, epochs=4, verbose=0)
probability_model = keras.Sequential([*model.layers, keras.layers.Softmax()])
prediction = probability_model.predict(images[:7], verbose=0)
