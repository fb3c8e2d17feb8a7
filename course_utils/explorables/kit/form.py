"""The form that every explorable shares: its state, its still figure, its widget."""

import html
import inspect
import keyword
import sys
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np

from .parts import as_json

STILL = (
    "Still picture of an interactive figure. Run this cell to bring it to life; until then the "
    "line below it may say that the widget is loading or was not found."
)


class Explorable:
    """An interactive figure. A subclass says what it is made of; settings are keywords.

    `DescentValley(learning_rate=0.55)` starts there, and Reset returns there. `state` reads and
    sets the current settings, `progress` reads the prediction and the tasks that are done.
    `place` names one of `places`: what another place in the course asks with this figure.

    Raises TypeError for a setting that does not exist, ValueError for a value out of range.
    """

    name = ""  # of the folder with figure.py and figure.js
    title = ""
    question = None
    controls = ()
    tasks = ()
    takeaway = ""
    places: ClassVar[
        dict
    ] = {}  # name: Place, for a figure that asks something else in another place
    play = None
    always_written = ()  # settings that a line of Python names even where they are as usual
    asks_python = False  # True on an instance whose figure is driven by the learner's function

    def __new__(cls, *given, **settings):
        figure = super().__new__(cls)
        figure.given = given_arguments(cls, given, settings)
        return figure

    def __init__(self, place="", **settings):
        self.place = place
        if place:
            if place not in self.places:
                raise ValueError(
                    f"{type(self).__name__}: expected a place out of {list(self.places)}, "
                    f"got {place!r}"
                )
            asked = self.places[place]
            self.question, self.tasks, self.takeaway = asked.question, asked.tasks, asked.takeaway
        self._start = self._checked({c.name: c.start for c in self.all_controls()} | settings)
        self._state = dict(self._start)

    # What a subclass provides --------------------------------------------------------------

    def all_controls(self):
        """The controls of this instance; more than `controls` when the learner brings code."""
        return self.controls

    def still(self, state):
        """(Figure, alt): the matplotlib figure of a state, and the same in words."""
        raise NotImplementedError(f"{type(self).__name__} needs still(state)")

    def values(self, asked):
        """The learner's function at the settings `asked` for, as an array; see `asks_python`."""
        raise NotImplementedError(f"{type(self).__name__} needs values(asked)")

    def data(self):
        """Arrays that the figure starts with, by name. They travel as float32."""
        return {}

    def extra(self):
        """Plain values that this instance adds to what the JavaScript module knows."""
        return {}

    @classmethod
    def folder(cls):
        """Where figure.js stands: beside the class, or beside the one it is made from."""
        for each in cls.__mro__:
            path = Path(getattr(sys.modules.get(each.__module__), "__file__", None) or "")
            if (path.parent / "figure.js").exists():
                return path.parent
        raise FileNotFoundError(f"{cls.__name__}: expected a figure.js beside its Python file")

    # State ---------------------------------------------------------------------------------

    @property
    def state(self):
        """The current settings: one plain dict."""
        return dict(self.widget.state if "widget" in vars(self) else self._state)

    @state.setter
    def state(self, settings):
        self._state = self._checked(self.state | dict(settings))
        if "widget" in vars(self):
            self.widget.state = self._state

    @property
    def progress(self):
        """`{"prediction": index or None, "done": [bool, ...]}`."""
        return dict(self.widget.progress) if "widget" in vars(self) else no_progress(self)

    @property
    def done(self):
        """The tasks that are done, by the name of their `check`."""
        marks = zip(self.tasks, self.progress["done"], strict=True)
        return [task.check for task, done in marks if done]

    def _checked(self, settings):
        by_name = {control.name: control for control in self.all_controls()}
        for name in settings:
            if name not in by_name:
                raise TypeError(
                    f"{type(self).__name__}: no setting {name!r}; it has {', '.join(by_name)}"
                )
        return {name: by_name[name].checked(value) for name, value in settings.items()}

    def spec(self):
        """Everything the browser needs to build the form: plain values only."""
        return {
            "name": self.name,
            "title": self.title,
            "className": type(self).__name__,
            "question": as_json(self.question),
            "controls": [as_json(control) for control in self.all_controls()],
            "tasks": [as_json(task) for task in self.tasks],
            "takeaway": self.takeaway,
            "play": as_json(self.play) if self.play else None,
            "given": self._given_as_code(),
            "alwaysWritten": self.always_written,
            "start": self._start,
            "asksPython": self.asks_python,
            "extra": self.extra(),
        }

    # Showing -------------------------------------------------------------------------------

    @cached_property
    def widget(self):
        """The anywidget behind the figure, made when first shown. Needs anywidget."""
        from .widget import ExplorableWidget

        return ExplorableWidget(self)

    def _ipython_display_(self):
        from IPython.display import display

        picture, words = self.picture_and_words()
        display({"text/html": picture, "text/plain": words}, raw=True)
        try:
            widget = self.widget
        except ImportError as error:
            print(f"{self.title} stays a still picture: {error}. `pip install anywidget` mends it.")
            return
        bundle = widget._repr_mimebundle_()
        display(bundle[0] if isinstance(bundle, tuple) else bundle, raw=True)

    def drawn(self):
        """`still` of the present state in the course's style: lines and labels take theirs late."""
        from .still import course_style

        with course_style():
            return self.still(self.state)

    def picture_and_words(self):
        """(HTML, text) of the still picture; a mistake in the learner's function becomes words."""
        try:
            figure, alt = self.drawn()
        except Exception as error:
            if not self.asks_python:
                raise
            words = f"Your function stopped with {type(error).__name__}: {error}"
            # The living figure says it, too, and hides this.
            place = f'class="xp-still" data-name="{self.name}"'
            return f"<p {place}>{html.escape(words)}</p>", words
        return still_html(self.name, figure, alt), alt

    def _given_as_code(self):
        place = [f"place={self.place!r}"] if self.place else []
        return [f"{name}={code}" for name, code in self.given.items()] + place

    def __repr__(self):
        """The line of Python that makes the same figure: what differs from a plain one."""
        usual = {control.name: control.start for control in self.all_controls()}
        changed = [
            f"{name}={value!r}"
            for name, value in self.state.items()
            if value != usual[name] or name in self.always_written
        ]
        return f"{type(self).__name__}({', '.join([*self._given_as_code(), *changed])})"


VAR_KEYWORD = inspect.Parameter.VAR_KEYWORD


def given_arguments(cls, given, settings):
    """{argument: code} of what a figure was given besides settings, such as a learner's function.

    A function is written by its name, another object by that of the argument.
    """
    try:
        bound = inspect.signature(cls.__init__).bind(None, *given, **settings)
    except TypeError:  # __init__ will say so
        return {}
    parameters = inspect.signature(cls.__init__).parameters
    return {
        name: as_code(name, value)
        for name, value in list(bound.arguments.items())[1:]
        if name != "place" and value is not None and parameters[name].kind is not VAR_KEYWORD
    }


def as_code(argument, value):
    """How to write a value that was given: a plain one as it is, else by a name."""
    if isinstance(value, (str, int, float)):
        return repr(value)
    name = getattr(value, "__name__", "")
    return name if name.isidentifier() and not keyword.iskeyword(name) else argument


def no_progress(explorable):
    """Nothing predicted, nothing done."""
    return {"prediction": None, "done": [False] * len(explorable.tasks)}


def float32_bytes(array):
    """`{"shape", "float32"}`: how an array travels to the browser."""
    array = np.ascontiguousarray(array, dtype="<f4")
    return {"shape": list(array.shape), "float32": array.tobytes()}


def still_html(name, figure, alt):
    """The still figure as HTML; the living one hides it by its class and its data-name."""
    from course_utils.plots.figure import as_image

    return (
        f'<figure class="xp-still" data-name="{name}" style="margin: 0.5em 0">'
        f"{as_image(figure, alt)}<figcaption>{STILL}</figcaption></figure>"
    )
