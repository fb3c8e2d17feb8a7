"""Train, freeze the lower layers, put a new head on them and train that."""

import keras
import numpy as np
from keras.layers import Dense

rng = np.random.default_rng(10)
x = rng.normal(size=(90, 5))
y = (x[:, 0] > 0).astype(int)

base = keras.Sequential([keras.Input((5,)), Dense(8, "tanh"), Dense(4, "tanh"), Dense(1)])
base.compile("adam", "mse")
base.fit(x, x[:, 1], epochs=2, verbose=0)

model = keras.Sequential([*base.layers[:-1], Dense(1, activation="sigmoid")])
for layer in model.layers[:-1]:
    layer.trainable = False
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x, y, epochs=3, verbose=0)
prediction = np.array([len(model.trainable_weights), len(model.non_trainable_weights)])
