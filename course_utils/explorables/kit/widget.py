"""The anywidget that carries an explorable into the browser and answers its questions."""

import anywidget
import numpy as np
import traitlets

from .bundle import bundle, style
from .form import float32_bytes
from .memory import done_before, keep_done


class ExplorableWidget(anywidget.AnyWidget):
    """Traits for one explorable. `state` and `progress` change in the browser, too."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    progress = traitlets.Dict().tag(sync=True)

    def __init__(self, explorable):
        self.explorable = explorable
        super().__init__(
            _esm=bundle(explorable.folder() / "figure.js"),
            _css=style(explorable.folder()),
            spec=explorable.spec(),
            data={name: float32_bytes(array) for name, array in explorable.data().items()},
            state=explorable.state,
            progress=progress_before(explorable),
        )
        self.observe(self.keep, "progress")
        self.on_msg(self.answer)

    def keep(self, change):
        """Keep the tasks that the browser says are done."""
        before = change.old["done"] if change.old else []
        if any(change.new["done"]) and change.new["done"] != before:
            keep_done(self.explorable, self.explorable.done)

    def answer(self, _, question, buffers):
        """Evaluate the learner's function and send its values; a mistake in it is sent as words."""
        try:
            sent = float32_bytes(self.explorable.values(question["asked"]))
            if not np.isfinite(np.frombuffer(sent["float32"], "<f4")).all():
                raise ValueError("it returned nan or inf")
        except Exception as error:  # the learner's code may raise anything
            self.send({"id": question["id"], "error": f"{type(error).__name__}: {error}"})
        else:
            self.send({"id": question["id"], "shape": sent["shape"]}, [sent["float32"]])

    def __repr__(self):
        return f"{self.explorable.title} (interactive figure)"


def progress_before(explorable):
    """Nothing predicted; done is what was done on another day."""
    done = done_before(explorable)
    return {"prediction": None, "done": [task.check in done for task in explorable.tasks]}
