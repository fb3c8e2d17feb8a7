"""A small convolutional network with rescaling inside."""

import numpy as np
from keras import Sequential, layers

rng = np.random.default_rng(4)
x = rng.integers(0, 256, size=(60, 10, 10, 1)).astype("float32")
y = (x[:, :5].mean(axis=(1, 2, 3)) > x[:, 5:].mean(axis=(1, 2, 3))).astype(int)

model = Sequential()
model.add(layers.Input(shape=(10, 10, 1)))
model.add(layers.Rescaling(1.0 / 255))
model.add(layers.Conv2D(6, (3, 3), activation="relu", padding="same"))
model.add(layers.MaxPooling2D((2, 2)))
model.add(layers.Conv2D(8, (3, 3), activation="relu"))
model.add(layers.GlobalAveragePooling2D())
model.add(layers.Dense(2, activation="softmax"))
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, batch_size=20, verbose=0)
prediction = model.predict(x, verbose=0)
