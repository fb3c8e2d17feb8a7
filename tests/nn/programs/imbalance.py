"""Few positives: class weights, precision, recall and the area under the curve."""

import keras
import numpy as np

rng = np.random.default_rng(7)
x = rng.normal(size=(200, 6)).astype("float32")
y = (x[:, 0] + x[:, 1] > 1.8).astype("float32")

METRICS = [
    keras.metrics.BinaryAccuracy(name="accuracy"),
    keras.metrics.Precision(name="precision"),
    keras.metrics.Recall(name="recall"),
    keras.metrics.AUC(name="auc"),
]
positive = y.sum()
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(8, activation="relu")])
model.add(keras.layers.Dense(1, activation="sigmoid"))
model.compile(
    optimizer=keras.optimizers.Adam(learning_rate=1e-2),
    loss=keras.losses.BinaryCrossentropy(),
    metrics=METRICS,
)
class_weight = {0: len(y) / (2 * (len(y) - positive)), 1: len(y) / (2 * positive)}
history = model.fit(x, y, epochs=4, batch_size=50, class_weight=class_weight, verbose=0)
prediction = model.predict(x, batch_size=50, verbose=0)
