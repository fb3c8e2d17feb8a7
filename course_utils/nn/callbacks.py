"""Callbacks: what is to happen between epochs, without touching the training loop."""

import inspect
from pathlib import Path

import numpy as np


class Callback:
    """Keras' interface. `fit` sets `self.model` and calls these; `logs` holds losses and metrics.

    Set `self.model.stop_training = True` to end training after the current epoch.
    """

    model = None

    def on_train_begin(self, logs=None):
        """Before the first epoch; `self.params` has epochs, steps and verbose."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before epoch number `epoch`, counted from 0."""

    def on_train_batch_end(self, batch, logs=None):
        """After batch number `batch` of the epoch; logs: means since the epoch began."""

    def on_epoch_end(self, epoch, logs=None):
        """After the epoch and its validation."""

    def on_train_end(self, logs=None):
        """After the last epoch, or the one in which training was stopped."""


class History(Callback):
    """What `fit` returns: `history["loss"]` is a list with one number per epoch, and so on."""

    def on_train_begin(self, logs=None):
        self.epoch = []
        self.history = {}

    def on_epoch_end(self, epoch, logs=None):
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)


class MonitoringCallback(Callback):
    """Follows one number of the logs and knows which of two values is better.

    monitor: its name. mode: "min", "max", or "auto": the larger the better for accuracy, precision,
    recall and AUC, the smaller the better for everything else.
    """

    def watch(self, monitor, mode, min_delta=0.0):
        if mode not in ("auto", "min", "max"):
            raise ValueError(
                f'{type(self).__name__}: expected mode "auto", "min" or "max", got {mode!r}'
            )
        self.monitor = monitor
        self.mode = mode
        self.min_delta = abs(min_delta)

    def larger_is_better(self):
        praise = ("accuracy", "acc", "precision", "recall", "auc")
        return self.mode == "max" or (self.mode == "auto" and self.monitor.endswith(praise))

    def worst(self):
        return -np.inf if self.larger_is_better() else np.inf

    def is_better(self, value, best):
        if self.larger_is_better():
            return value > best + self.min_delta
        return value < best - self.min_delta

    def value(self, logs):
        if self.monitor not in logs:
            raise ValueError(
                f"{type(self).__name__}: nothing to monitor under {self.monitor!r}; the logs have "
                f"{', '.join(logs)}. Values named val_... need validation_data or validation_split"
            )
        return logs[self.monitor]


class EarlyStopping(MonitoringCallback):
    """Stops when the monitored value has not improved for `patience` epochs. Prechelt, 1998.

    min_delta: smaller improvements do not count. restore_best_weights: go back to the best epoch.
    Afterwards `best`, `best_epoch` and `stopped_epoch` (0 if it never stopped) can be read.
    """

    def __init__(
        self, monitor="val_loss", min_delta=0.0, patience=0, mode="auto", restore_best_weights=False
    ):
        self.watch(monitor, mode, min_delta)
        self.patience = patience
        self.restore_best_weights = restore_best_weights

    def on_train_begin(self, logs=None):
        self.wait = 0
        self.best, self.best_epoch, self.best_weights = self.worst(), 0, None
        self.stopped_epoch = 0

    def on_epoch_end(self, epoch, logs=None):
        value = self.value(logs)
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights = self.model.get_weights()  # so there is one even if all is nan
        self.wait += 1
        if self.is_better(value, self.best):
            self.best, self.best_epoch, self.wait = value, epoch, 0
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.best_weights is not None:
            self.model.set_weights(self.best_weights)


class ModelCheckpoint(MonitoringCallback):
    """Saves the model after every epoch, or with `save_best_only` after every improvement.

    filepath: may contain names from the logs, as in "digits_{epoch:02d}_{val_loss:.3f}.npz"
    (here `epoch` counts from 1, as in Keras).
    """

    def __init__(self, filepath, monitor="val_loss", save_best_only=False, mode="auto"):
        self.watch(monitor, mode)
        self.filepath = str(filepath)
        self.save_best_only = save_best_only

    def on_train_begin(self, logs=None):
        self.best = self.worst()

    def on_epoch_end(self, epoch, logs=None):
        if self.save_best_only:
            value = self.value(logs)
            if not self.is_better(value, self.best):
                return
            self.best = value
        self.model.save(Path(self.filepath.format(epoch=epoch + 1, **logs)))


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch: `schedule(epoch, learning_rate)` returns it.

    A function of the epoch alone will do too. The logs get a "learning_rate".
    """

    def __init__(self, schedule):
        self.schedule = schedule
        self.takes_rate = len(inspect.signature(schedule).parameters) > 1

    def on_epoch_begin(self, epoch, logs=None):
        optimizer = self.model.optimizer
        now = (optimizer.current_learning_rate(),) if self.takes_rate else ()
        optimizer.learning_rate = float(self.schedule(epoch, *now))

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.model.optimizer.learning_rate


class EpochPrinter(Callback):
    """One line per epoch. It shows no times, so that two equal runs print equal text."""

    def on_epoch_end(self, epoch, logs=None):
        epochs = self.params["epochs"]
        print(f"Epoch {epoch + 1:{len(str(epochs))}}/{epochs} - {format_logs(logs)}")


class ProgressBar(Callback):
    """A bar that fills up over all steps, in terminal or notebook; for fits that take a while.

    Use it as `fit(..., verbose=0, callbacks=[ProgressBar()])`.
    """

    def on_train_begin(self, logs=None):
        from rich.progress import Progress  # here, because only who wants a bar should wait for it

        total = self.params["epochs"] * self.params["steps"]
        self.progress = Progress()
        self.task = self.progress.add_task("training", total=total)
        self.progress.start()

    def on_train_batch_end(self, batch, logs=None):
        self.progress.advance(self.task)

    def on_epoch_end(self, epoch, logs=None):
        text = f"epoch {epoch + 1}/{self.params['epochs']} - {format_logs(logs)}"
        self.progress.update(self.task, description=text)

    def on_train_end(self, logs=None):
        self.progress.stop()


def format_logs(logs):
    """'loss: 0.6931 - accuracy: 0.5000'; very small numbers such as learning rates as 1.0e-03."""
    return " - ".join(
        f"{name}: {value:.4f}" if value == 0 or abs(value) >= 0.01 else f"{name}: {value:.4e}"
        for name, value in logs.items()
    )
