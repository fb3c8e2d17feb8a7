"""Stop when validation no longer improves, keep the best."""

import keras
import numpy as np

rng = np.random.default_rng(6)
x = rng.normal(size=(60, 5))
y = rng.normal(size=60)

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(30, "relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(0.1), "mse")
stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
history = model.fit(x, y, epochs=12, validation_split=0.3, callbacks=[stop], verbose=0)
score = model.evaluate(x, y, verbose=0)
