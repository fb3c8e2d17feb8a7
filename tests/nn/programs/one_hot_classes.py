"""Three classes as one-hot rows."""

import numpy as np
from keras.layers import Dense, Input
from keras.models import Sequential
from keras.utils import to_categorical

rng = np.random.default_rng(1)
labels = rng.integers(0, 3, 150)
x = rng.normal(size=(150, 4)) + labels[:, None]
y = to_categorical(labels, num_classes=3)

model = Sequential([Input(shape=(4,)), Dense(8, activation="relu"), Dense(3, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
history = model.fit(x, y, epochs=6, batch_size=10, validation_split=0.2, verbose=0)
prediction = model.predict(x[:5], verbose=0)
