"""How long training takes here, in Keras, in scikit-learn and in XLA: side by side, in one run.

    python benchmarks/training.py           about three minutes
    python benchmarks/training.py --quick   one round, two ways of Keras, small tables: does it run?
    python benchmarks/training.py --cpu     processor time, for a machine that others use as well

Every number is the fastest of several rounds, in which the peers take turns: what each can do when
the machine lets it. Trust the ratios, not the seconds. All run on one thread. Only the first fit of
Keras is measured once: there is one first time in a process, and it includes waking TensorFlow.

What is timed: building, compiling and fitting the model; only a "refit" has been built, compiled
and fitted once before. "best Keras" is the fastest refit of eight ways to feed and compile the
model. All compute the same: shuffled batches, Adam, loss and accuracy over the epoch.

Three goals are out of reach for code that reads like the formulas. On the small network the best
Keras runs a whole epoch as one compiled program, so it is 8 times as slow as ours and not 20: NumPy
needs some forty calls a step, and a call costs about a microsecond, however little there is to do.
On the large one the matrix products leave 1.35 for all the rest, and ours takes about 1.46 of them,
XLA 1.2: it makes one pass over the weights where Adam in NumPy makes ten. Of what training costs
beyond the products, Adam is about two fifths and gathering shuffled rows a quarter. Writing Adam's
step into one reused array, or block by block to fit the cache, was tried and gained nothing.
"""

import argparse
import itertools
import os
import sys
import time
import warnings

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy; two BLAS threads on two cores collapse
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow as tf
from sklearn.neural_network import MLPClassifier

from course_utils import nn

warnings.filterwarnings("ignore", message="`shuffle=True` was passed")  # tf.data shuffles itself
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)


clock = time.process_time if "--cpu" in sys.argv else time.perf_counter


class Task:
    """One model on one table: sizes[0] features, the rest layers; relu inside."""

    def __init__(self, title, sizes, rows, batch_size, epochs):
        self.title, self.sizes, self.rows = title, sizes, rows
        self.batch_size, self.epochs = batch_size, epochs
        self.binary = sizes[-1] == 1
        self.loss = "binary_crossentropy" if self.binary else "sparse_categorical_crossentropy"
        self.last = "sigmoid" if self.binary else "softmax"
        rng = np.random.default_rng(0)
        self.x = rng.random((rows, sizes[0]), dtype=np.float32)
        score = (self.x - 0.5) @ rng.normal(size=(sizes[0], sizes[-1])).astype(np.float32)
        self.y = (score[:, 0] > 0).astype(np.float32) if self.binary else score.argmax(axis=1)

    def build(self, library, input_layer):
        """The model in `library`, ours or Keras': the same lines."""
        model = library.Sequential([input_layer])
        for units in self.sizes[1:-1]:
            model.add(library.layers.Dense(units, activation="relu"))
        model.add(library.layers.Dense(self.sizes[-1], activation=self.last))
        return model

    def ours(self):
        model = self.build(nn, nn.Input((self.sizes[0],)))
        model.compile(optimizer="adam", loss=self.loss, metrics=["accuracy"])
        model.fit(self.x, self.y, epochs=self.epochs, batch_size=self.batch_size, verbose=0)

    def keras_model(self, **how):
        model = self.build(keras, keras.Input((self.sizes[0],)))
        model.compile(optimizer="adam", loss=self.loss, metrics=["accuracy"], **how)
        return model

    def keras_fit(self, model, data=None):
        if data is None:
            model.fit(self.x, self.y, epochs=self.epochs, batch_size=self.batch_size, verbose=0)
        else:
            model.fit(data, epochs=self.epochs, verbose=0)

    def keras_first(self):
        """A model that is built, compiled and traced anew."""
        self.keras_fit(self.keras_model())

    def keras_refits(self, quick):
        """Name and function for each way to make Keras fast, two if `quick`; each has been fitted
        once."""
        table = tf.data.Dataset.from_tensor_slices((self.x, self.y)).cache()
        table = table.shuffle(min(self.rows, 10_000)).batch(self.batch_size)
        table = table.prefetch(tf.data.AUTOTUNE)
        sources = (("arrays", None), ("tf.data", table))
        many = 25 if self.binary else 50
        ways = list(itertools.product(sources, (False, True), (1, many)))
        for (source, data), jit, steps in ways[:: len(ways) - 1] if quick else ways:
            model = self.keras_model(jit_compile=jit, steps_per_execution=steps)
            self.keras_fit(model, data)
            name = f"{source}{', jit' if jit else ''}, {steps} steps per execution"
            yield name, lambda model=model, data=data: self.keras_fit(model, data)

    def scikit_learn(self):
        network = MLPClassifier(
            hidden_layer_sizes=self.sizes[1:-1],
            batch_size=self.batch_size,
            max_iter=self.epochs,
            n_iter_no_change=self.epochs + 1,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "has not converged": it was not meant to
            network.fit(self.x, self.y)

    def xla_loop(self):
        """All epochs with a loop written by hand: one compiled function runs a whole epoch."""
        run_epoch = xla_epoch(self)
        state = xla_state(self)
        x, y = tf.constant(self.x), tf.constant(self.y)

        def fit():
            nonlocal state
            for _ in range(self.epochs):
                order = tf.constant(np.random.default_rng().permutation(self.rows), tf.int32)
                state, loss, accuracy = run_epoch(state, x, y, order)
                float(loss), float(accuracy)

        fit()  # compiles
        return fit

    def products(self):
        """The matrix products of training and nothing else, into arrays that exist already."""
        n, rng = self.batch_size, np.random.default_rng(0)
        a = [rng.random((n, size), dtype=np.float32) for size in self.sizes]
        dz = [rng.random((n, size), dtype=np.float32) for size in self.sizes]
        W = [rng.random(s, dtype=np.float32) for s in zip(self.sizes, self.sizes[1:], strict=False)]
        dW = [np.empty_like(w) for w in W]

        def all_products():
            for _ in range(self.epochs):
                for start in range(0, self.rows, n):
                    a[0] = self.x[start : start + n]
                    m = len(a[0])
                    for i, w in enumerate(W):
                        np.matmul(a[i][:m], w, out=a[i + 1][:m])
                    for i in reversed(range(len(W))):
                        np.matmul(a[i][:m].T, dz[i + 1][:m], out=dW[i])
                        if i:  # no one needs the gradient of the data
                            np.matmul(dz[i + 1][:m], W[i].T, out=dz[i][:m])

        return all_products


def xla_state(task):
    """Weights, and Adam's m and v for each: a flat list of tensors."""
    rng = np.random.default_rng(0)
    weights = []
    for fan_in, fan_out in zip(task.sizes, task.sizes[1:], strict=False):
        scale = np.sqrt(2 / (fan_in + fan_out))
        weights.append(tf.constant(rng.normal(0, scale, (fan_in, fan_out)), tf.float32))
        weights.append(tf.zeros(fan_out))
    return [tf.constant(0.0)], weights, [w * 0 for w in weights], [w * 0 for w in weights]


def xla_epoch(task):
    """A function (state, x, y, order) -> (state, loss, accuracy), compiled by XLA."""
    last = len(task.sizes) - 2
    batches = (
        task.rows // task.batch_size
    )  # XLA wants fixed shapes: the short last batch is left out

    def step(state, x, y):
        (t,), weights, m, v = state
        with tf.GradientTape() as tape:
            tape.watch(weights)
            z = x
            for i in range(last + 1):
                z = z @ weights[2 * i] + weights[2 * i + 1]
                z = tf.nn.relu(z) if i < last else z
            if task.binary:
                loss = tf.nn.sigmoid_cross_entropy_with_logits(y[:, None], z)
                right = (z[:, 0] > 0) == (y > 0.5)
            else:
                loss = tf.nn.sparse_softmax_cross_entropy_with_logits(y, z)
                right = tf.argmax(z, axis=1) == y
            loss = tf.reduce_mean(loss)
        grads = tape.gradient(loss, weights)
        t += 1
        rate = 0.001 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        m = [a + 0.1 * (g - a) for a, g in zip(m, grads, strict=True)]
        v = [a + 0.001 * (g * g - a) for a, g in zip(v, grads, strict=True)]
        weights = [
            w - rate * a / (tf.sqrt(b) + 1e-7) for w, a, b in zip(weights, m, v, strict=True)
        ]
        accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
        return ([t], weights, m, v), loss, accuracy

    @tf.function(jit_compile=True)
    def epoch(state, x, y, order):
        loss_sum = accuracy_sum = tf.constant(0.0)
        for i in tf.range(batches):
            rows = tf.slice(order, [i * task.batch_size], [task.batch_size])
            state, loss, accuracy = step(state, tf.gather(x, rows), tf.gather(y, rows))
            loss_sum += loss
            accuracy_sum += accuracy
        return state, loss_sum / batches, accuracy_sum / batches

    return epoch


def seconds(function):
    start = clock()
    function()
    return clock() - start


def take_turns(functions, rounds):
    """The fewest seconds of each function, measured in turns."""
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(seconds(function))
    return {name: min(values) for name, values in times.items()}


def report(task, goals, rounds, quick):
    """Print one line per peer: seconds, how many times ours, and the goal."""
    print(f"\n{task.title}")
    functions = {
        "Keras, first fit": task.keras_first,  # comes first, while Keras has not traced anything
        "ours": task.ours,
        "scikit-learn": task.scikit_learn,
        "hand-written XLA loop": None,
        "bare matrix products": task.products(),
    }
    first = seconds(functions.pop("Keras, first fit"))
    functions["hand-written XLA loop"] = task.xla_loop()
    refits = dict(task.keras_refits(quick))
    plain = next(iter(refits))
    best = min(refits, key=lambda name: min(seconds(refits[name]) for _ in range(2)))
    times = take_turns(
        functions | {"Keras, refit": refits[plain], "Keras, best": refits[best]}, rounds
    )
    ours = times.pop("ours")
    print(f"  {'ours':<24}{ours:>9.4f} s")
    for name, value in {"Keras, first fit": first, **times}.items():
        goal = goals.get(name, "")
        print(f"  {name:<24}{value:>9.4f} s  {value / ours:>7.2f} x ours   {goal}")
    print(f"  ours / matrix products: {ours / times['bare matrix products']:.2f}")
    print(f"  best Keras: {best}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round, two ways of Keras")
    parser.add_argument("--cpu", action="store_true", help="processor time, all threads together")
    quick = parser.parse_args().quick
    article = Task("8-10-8-1, 800 rows, 10 epochs, batch 32", (8, 10, 8, 1), 800, 32, 10)
    goals = {
        "Keras, first fit": "goal: at least 90",
        "Keras, refit": "goal: at least 40",
        "Keras, best": "goal: at least 20",
        "scikit-learn": "goal: at least 3",
    }
    report(article, goals, 1 if quick else 15, quick)
    rows = 2_560 if quick else 60_000
    large = Task(f"784-128-10, {rows:,} rows, 1 epoch, batch 128", (784, 128, 10), rows, 128, 1)
    goals = {
        "Keras, best": "goal: at least 1.2",
        "hand-written XLA loop": "goal: about 1",
        "bare matrix products": "goal: at least 0.74, that is ours at most 1.35 times them",
    }
    report(large, goals, 1 if quick else 9, quick)


if __name__ == "__main__":
    main()
