"""Keep the best weights in a file and load them again."""

import os
import tempfile

import numpy as np
from keras.callbacks import ModelCheckpoint
from keras.layers import Dense, Input
from keras.models import Sequential, load_model

rng = np.random.default_rng(11)
x = rng.normal(size=(64, 3))
y = x.sum(axis=1)

model = Sequential([Input((3,)), Dense(6, activation="relu"), Dense(1)])
model.compile(optimizer="adam", loss="mean_squared_error")
folder = tempfile.mkdtemp()
best = os.path.join(folder, "best.keras")
checkpoint = ModelCheckpoint(best, monitor="val_loss", save_best_only=True, verbose=0)
history = model.fit(x, y, validation_split=0.25, epochs=4, callbacks=[checkpoint], verbose=0)
model.save_weights(os.path.join(folder, "last.weights.h5"))
model.load_weights(os.path.join(folder, "last.weights.h5"))
prediction = load_model(best).predict(x, verbose=0)
