"""Callbacks: what is to happen between epochs, without touching the training loop."""

import inspect
from pathlib import Path

import numpy as np

from .left_out import look_up as __getattr__  # noqa: F401
from .numbers import number_between


class Callback:
    """Keras' interface. `fit` sets `self.model` and calls these; write those that you want.

    epoch and batch count from 0. logs: a dict of loss and metrics, empty where there are none yet.
    Set `self.model.stop_training = True` to end training after the current epoch.
    """

    model = None
    params = None  # a dict: epochs, steps (batches in one epoch) and verbose

    def set_model(self, model):
        self.model = model

    def set_params(self, params):
        self.params = params

    def on_train_begin(self, logs=None):
        """Before the first epoch."""

    def on_train_end(self, logs=None):
        """After the last epoch, or the one in which training was stopped; logs: that epoch's."""

    def on_epoch_begin(self, epoch, logs=None):
        """Before an epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """After an epoch and its validation."""

    def on_train_batch_begin(self, batch, logs=None):
        """Before a batch of training."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch, logs=None):
        """After a batch of training; logs: means since the epoch began."""
        self.on_batch_end(batch, logs)

    def on_batch_begin(self, batch, logs=None):
        """An old name of `on_train_batch_begin`."""

    def on_batch_end(self, batch, logs=None):
        """An old name of `on_train_batch_end`."""

    def on_test_begin(self, logs=None):
        """Before `evaluate`, or a validation within `fit`."""

    def on_test_end(self, logs=None):
        """After it."""

    def on_test_batch_begin(self, batch, logs=None):
        """Before a batch of evaluation."""

    def on_test_batch_end(self, batch, logs=None):
        """After a batch of evaluation; logs: means so far."""

    def on_predict_begin(self, logs=None):
        """Before `predict`."""

    def on_predict_end(self, logs=None):
        """After it."""

    def on_predict_batch_begin(self, batch, logs=None):
        """Before a batch of prediction."""

    def on_predict_batch_end(self, batch, logs=None):
        """After a batch of prediction; logs: its "outputs"."""


class Watchers:
    """The callbacks of one `fit`, `evaluate` or `predict`, told together."""

    def __init__(self, callbacks, model, **params):
        """callbacks: None, one, or a list. Raises TypeError for what is no callback."""
        callbacks = [] if callbacks is None else callbacks
        self.all = list(callbacks) if isinstance(callbacks, list | tuple) else [callbacks]
        for callback in self.all:
            if not isinstance(callback, Callback):
                made = f": {callback.__name__}()" if isinstance(callback, type) else ""
                raise TypeError(
                    f"callbacks: expected objects of Callback classes of this library{made}, "
                    f"got {callback!r}"
                )
            callback.set_params(params)
            callback.set_model(model)

    def hear(self, event):
        """Does any callback do something at this event? What nobody hears need not be computed."""
        names = {event, event.replace("_train_batch_", "_batch_")}
        return any(
            getattr(getattr(callback, name), "__func__", None) is not getattr(Callback, name)
            for callback in self.all
            for name in names
        )

    def tell(self, event, *number, logs=None):
        """Call `event` of each; number: of the epoch or the batch."""
        logs = {} if logs is None else logs
        for callback in self.all:
            getattr(callback, event)(*number, logs)


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

    monitor: its name. mode: "min", "max", or "auto", which asks the metric of that name.
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
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        directions = {metric.name: metric.larger_is_better for metric in self.model.metrics}
        direction = (directions | {"loss": False}).get(name)
        if direction is None:
            raise ValueError(
                f"{type(self).__name__}: is a larger {self.monitor!r} better, or a smaller? "
                'Say mode="max" or mode="min"'
            )
        return direction

    def is_better(self, value, best):
        """Is value an improvement? best: None as long as there is none; nan never improves."""
        if best is None:
            return not np.isnan(value)
        if self.larger_is_better():
            return value > best + self.min_delta
        return value < best - self.min_delta

    def value(self, logs):
        if self.monitor not in logs:
            raise ValueError(
                f"{type(self).__name__}: nothing to monitor under {self.monitor!r}; the logs have "
                f"{', '.join(logs)}. Values named val_... need validation_data or validation_split"
            )
        self.larger_is_better()  # asked in the first epoch, before anything hangs on it
        return logs[self.monitor]


class EarlyStopping(MonitoringCallback):
    """Stops when the monitored value has not improved for `patience` epochs. Prechelt, 1998.

    min_delta: smaller improvements do not count. restore_best_weights: go back to the best epoch.
    baseline: what has to be beaten within `patience` epochs. start_from_epoch: look from then on.
    Afterwards `best`, `best_epoch` and `stopped_epoch` (0 if it never stopped) can be read.
    """

    def __init__(
        self,
        monitor="val_loss",
        min_delta=0.0,
        patience=0,
        verbose=0,
        mode="auto",
        baseline=None,
        restore_best_weights=False,
        start_from_epoch=0,
    ):
        self.watch(monitor, mode, min_delta)
        self.patience = number_between("EarlyStopping", "patience", patience)
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch

    def on_train_begin(self, logs=None):
        self.wait = 0
        self.best, self.best_epoch, self.best_weights = None, 0, None
        self.stopped_epoch = 0

    def on_epoch_end(self, epoch, logs=None):
        value = self.value(logs)
        if epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights = self.model.get_weights()  # so there is one even if all is nan
        self.wait += 1
        if self.is_better(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self.is_better(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.verbose and self.stopped_epoch:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.best_weights is not None:
            if self.verbose:
                print(f"Restoring the weights of the best epoch: {self.best_epoch + 1}")
            self.model.set_weights(self.best_weights)


class ReduceLROnPlateau(MonitoringCallback):
    """Multiplies the learning rate by `factor` after `patience` epochs without improvement.

    min_delta: smaller improvements do not count. cooldown: so many epochs it then waits.
    min_lr: never below. The logs get a "learning_rate".
    """

    def __init__(
        self,
        monitor="val_loss",
        factor=0.1,
        patience=10,
        verbose=0,
        mode="auto",
        min_delta=0.0001,
        cooldown=0,
        min_lr=0.0,
    ):
        self.watch(monitor, mode, min_delta)
        self.factor = number_between("ReduceLROnPlateau", "factor", factor, 0, 1)
        self.patience = number_between("ReduceLROnPlateau", "patience", patience)
        self.verbose = verbose
        self.cooldown = number_between("ReduceLROnPlateau", "cooldown", cooldown)
        self.min_lr = number_between("ReduceLROnPlateau", "min_lr", min_lr)

    def on_train_begin(self, logs=None):
        fixed_rate(self)
        self.best, self.wait, self.resting = None, 0, 0

    def on_epoch_end(self, epoch, logs=None):
        optimizer = self.model.optimizer
        logs["learning_rate"] = rate = optimizer.learning_rate
        value = self.value(logs)
        rests = self.resting > 0
        if rests:
            self.resting -= 1
            rests = self.resting > 0
            self.wait = 0
        if self.is_better(value, self.best):
            self.best, self.wait = value, 0
        elif not rests:
            self.wait += 1
            if self.wait >= self.patience and rate > self.min_lr:
                optimizer.learning_rate = max(rate * self.factor, self.min_lr)
                self.resting, self.wait = self.cooldown, 0
                if self.verbose:
                    print(f"Epoch {epoch + 1}: learning rate now {optimizer.learning_rate:g}")


class ModelCheckpoint(MonitoringCallback):
    """Saves the model after every epoch, or with `save_best_only` after every improvement.

    filepath: may contain names from the logs, as in "digits_{epoch:02d}_{val_loss:.3f}.npz"
    (here `epoch` counts from 1, as in Keras). save_weights_only: by `save_weights`.
    """

    def __init__(
        self,
        filepath,
        monitor="val_loss",
        verbose=0,
        save_best_only=False,
        save_weights_only=False,
        mode="auto",
    ):
        self.watch(monitor, mode)
        self.filepath = str(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only

    def on_train_begin(self, logs=None):
        self.best = None

    def on_epoch_end(self, epoch, logs=None):
        if self.save_best_only:
            value = self.value(logs)
            if not self.is_better(value, self.best):
                return
            self.best = value
        path = Path(self.path_for(epoch, logs))
        path.parent.mkdir(parents=True, exist_ok=True)
        (self.model.save_weights if self.save_weights_only else self.model.save)(path)
        if self.verbose:
            print(f"Epoch {epoch + 1}: saved to {path}")

    def path_for(self, epoch, logs):
        try:
            return self.filepath.format(epoch=epoch + 1, **logs)
        except KeyError as missing:
            raise ValueError(
                f"ModelCheckpoint: filepath names {missing}; the logs have epoch, {', '.join(logs)}"
            ) from None


class LearningRateScheduler(Callback):
    """Sets the learning rate before every epoch: `schedule(epoch, learning_rate)` returns it.

    A function of the epoch alone will do too. The logs get a "learning_rate".
    """

    def __init__(self, schedule, verbose=0):
        self.schedule = schedule
        self.verbose = verbose
        self.takes_rate = len(inspect.signature(schedule).parameters) > 1

    def on_train_begin(self, logs=None):
        fixed_rate(self)

    def on_epoch_begin(self, epoch, logs=None):
        optimizer = self.model.optimizer
        now = (optimizer.learning_rate,) if self.takes_rate else ()
        rate = number_between("LearningRateScheduler", "schedule(...)", self.schedule(epoch, *now))
        optimizer.learning_rate = rate
        if self.verbose:
            print(f"Epoch {epoch + 1}: learning rate now {optimizer.learning_rate:g}")

    def on_epoch_end(self, epoch, logs=None):
        logs["learning_rate"] = self.model.optimizer.learning_rate


def fixed_rate(callback):
    if callable(callback.model.optimizer.learning_rate):
        raise ValueError(
            f"{type(callback).__name__}: the optimizer follows a schedule; "
            "give it a plain learning_rate for this callback to change"
        )


class EpochPrinter(Callback):
    """One line per epoch. It shows no times, so that two equal runs print equal text."""

    def __init__(self, epochs):
        self.epochs = epochs

    def on_epoch_end(self, epoch, logs=None):
        print(f"Epoch {epoch + 1:{len(str(self.epochs))}}/{self.epochs} - {format_logs(logs)}")


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
