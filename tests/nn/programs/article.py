"""The program that the course began with: eight columns, a yes or no."""

import numpy as np
from keras import Input, Sequential
from keras.layers import Dense

rng = np.random.default_rng(0)
x = rng.normal(size=(200, 8))
y = (x[:, 0] + x[:, 1] * x[:, 2] > 0).astype(int)

model = Sequential()
model.add(Input(shape=(8,)))
model.add(Dense(units=10, activation="relu"))
model.add(Dense(units=8, activation="relu"))
model.add(Dense(units=1, activation="sigmoid"))
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, batch_size=32, epochs=5, verbose=0)
prediction = model.predict(x, verbose=0)
