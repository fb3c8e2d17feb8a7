"""A callback of one's own that stops at a loss, and a rate that falls on a plateau."""

import keras
import numpy as np
from keras.callbacks import Callback, ReduceLROnPlateau

rng = np.random.default_rng(12)
x = rng.normal(size=(80, 4))
y = x[:, 0] - x[:, 1]


class StopAt(Callback):
    def on_epoch_end(self, epoch, logs=None):
        if logs.get("loss") < 0.5:
            self.model.stop_training = True


model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.05), loss="mae")
callbacks = [StopAt(), ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, verbose=0)]
history = model.fit(x, y, epochs=10, callbacks=callbacks, verbose=0)
