"""The next value of a series, by convolution along time."""

import numpy as np
from keras import layers, models, optimizers

t = np.arange(200)
series = np.sin(t / 5) + 0.1 * np.cos(t)
x = np.stack([series[i : i + 12] for i in range(180)])[..., None]
y = series[12:192]

model = models.Sequential([layers.Input((12, 1))])
model.add(layers.Conv1D(filters=6, kernel_size=3, activation="relu", padding="same"))
model.add(layers.MaxPooling1D(pool_size=2))
model.add(layers.Flatten())
model.add(layers.Dense(1))
model.compile(optimizer=optimizers.Adam(0.01, clipnorm=1.0), loss="mse", metrics=["mae"])
history = model.fit(x, y, epochs=3, batch_size=20, verbose=0)
prediction = model.predict(x, verbose=0)
