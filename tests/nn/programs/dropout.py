"""Dropout while training, none while predicting."""

import keras
import numpy as np
from keras.layers import Dense, Dropout

keras.utils.set_random_seed(42)
x = np.random.rand(100, 10)  # noqa: NPY002
y = np.random.randint(2, size=(100, 1))  # noqa: NPY002

model = keras.Sequential([keras.Input((10,)), Dense(32, activation="relu"), Dropout(0.5)])
model.add(Dense(1, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="rmsprop", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, batch_size=25, verbose=0)
prediction = model.predict(x, verbose=0)
