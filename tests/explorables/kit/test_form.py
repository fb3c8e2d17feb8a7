"""The Python half of an explorable: settings, words, the still picture, life without anywidget."""

import functools
import re
import sys

import matplotlib as mpl
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output

from course_utils.explorables import EXPLORABLES, BoundaryLab, DescentValley, FunctionSlope
from course_utils.explorables.kit.form import float32_bytes
from course_utils.learning.figure_tasks import all_done
from course_utils.plots import use_style


@pytest.fixture(autouse=True, scope="module")
def notebook():
    """An IPython without which `display` only prints."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


every = pytest.mark.parametrize("make", EXPLORABLES, ids=lambda make: make.name)


@every
def test_repr_is_a_call_that_makes_the_same_figure(make):
    assert eval(repr(make()), {make.__name__: make}).state == make().state


@every
def test_asks_first_and_ends_with_a_sentence(make):
    assert make.question.text.endswith("?")
    assert len(make.question.options) >= 2
    assert len(make.tasks) in (2, 3)
    assert make.takeaway.endswith(".")


@pytest.fixture(scope="module")
def displayed():
    """displayed(make): what a figure displays in an exercise, and in a lesson.

    Exercises don't set the course's style before their figures, lessons do. Each is drawn once.
    """

    @functools.cache
    def displayed(make):
        both = []
        for set_style in (mpl.rcdefaults, use_style):
            with mpl.rc_context(), capture_output() as captured:
                set_style()
                display(make())
            both.append([output.data for output in captured.outputs])
        return both

    return displayed


@every
def test_the_still_picture_and_its_words_come_before_the_widget(make, displayed):
    for still, widget in displayed(make):
        alt = still["text/plain"]
        assert len(alt) > 80
        assert f'data-name="{make.name}"' in still["text/html"]
        assert "<figcaption>Still picture" in still["text/html"]
        assert widget["text/plain"] == f"{make.title} (interactive figure)"
        assert "application/vnd.jupyter.widget-view+json" in widget


@every
def test_the_still_picture_looks_the_same_in_every_notebook(make, displayed):
    in_an_exercise, in_a_lesson = displayed(make)
    assert in_an_exercise[0]["text/html"] == in_a_lesson[0]["text/html"]


@every
def test_text_output_is_the_same_every_time(make, displayed):
    first, second = [[data["text/plain"] for data in outputs] for outputs in displayed(make)]
    assert first == second


@every
def test_without_anywidget_there_is_a_still_picture_and_a_sentence(make, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "course_utils.explorables.kit.widget", raising=False)
    monkeypatch.setattr("course_utils.plots.figure.as_png", lambda _: b"")  # it is looked at above
    with capture_output() as captured:
        display(make())
    assert len(captured.outputs) == 1
    assert 'class="xp-still"' in captured.outputs[0].data["text/html"]
    assert "pip install anywidget" in captured.stdout


def test_a_place_brings_its_own_question_tasks_and_sentence():
    placed = [(make, name) for make in EXPLORABLES for name in make.places]
    assert len(placed) >= 3
    for make, name in placed:
        usual, figure = make(), make(place=name)
        assert figure.spec()["question"]["text"].endswith("?")
        assert figure.spec()["takeaway"] == make.places[name].takeaway != usual.takeaway
        assert figure.tasks != usual.tasks
        assert f"place={name!r}" in repr(figure)
        assert eval(repr(figure), {make.__name__: make}).tasks == figure.tasks


def test_an_unknown_place_is_named_with_those_that_exist():
    with pytest.raises(ValueError, match=r"BoundaryLab: expected a place out of .*'four heaps'.*"):
        BoundaryLab(place="lesson 01")


def test_every_task_has_a_check_of_its_own_in_javascript(module):
    for make in EXPLORABLES:
        known = module(make.name, "Object.keys(m.default.tasks)")
        asked = [make.tasks, *(place.tasks for place in make.places.values())]
        for tasks in asked:
            checks = [task.check for task in tasks]
            assert len(set(checks)) == len(checks)
        assert {task.check for tasks in asked for task in tasks} == set(known), make.name


def test_the_line_of_python_names_what_was_given_and_what_differs():
    def neuron(x, w, b):
        return x @ w + b

    assert repr(DescentValley()) == "DescentValley()"
    assert repr(DescentValley(steps=7)) == "DescentValley(steps=7)"
    assert repr(BoundaryLab(neuron, w1=3)) == "BoundaryLab(neuron=neuron, w1=3)"
    assert repr(BoundaryLab(neuron=lambda x, w, b: x @ w + b)) == "BoundaryLab(neuron=neuron)"
    again = eval(repr(BoundaryLab(neuron, b=2)), {"BoundaryLab": BoundaryLab, "neuron": neuron})
    assert again.neuron is neuron
    assert again.state["b"] == 2


@pytest.fixture
def course_folder(tmp_path, monkeypatch):
    """A course in which a lesson's kernel stands; returns its exercises/."""
    for name in ("notebooks", "exercises/checks"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setenv("COURSE_FOLDER", str(tmp_path / "own"))
    (tmp_path / "own" / "records").mkdir(parents=True)
    return tmp_path / "own" / "records"


def solve(figure, *done):
    """What the browser says when tasks are done."""
    figure.widget.progress = figure.widget.progress | {"done": list(done)}


def test_a_done_task_survives_a_new_kernel_and_counts_for_its_place_only(course_folder):
    solve(BoundaryLab(place="four heaps"), True, False, False)
    assert BoundaryLab(place="four heaps").widget.progress["done"] == [True, False, False]
    assert BoundaryLab().widget.progress["done"] == [False, False, False]
    solve(BoundaryLab(), True, False, False)
    assert all_done() == {"boundary_lab": {"four heaps": ["bestLine"], "": ["separated"]}}


def test_done_tasks_add_up_and_none_is_taken_away(course_folder):
    solve(DescentValley(), True, False, False)
    two = DescentValley()
    solve(two, True, True, False)
    solve(two, False, False, False)
    assert DescentValley().widget.progress["done"] == [True, True, False]


def test_without_a_course_around_it_a_figure_keeps_its_marks_in_memory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    figure = DescentValley()
    solve(figure, True, False, False)
    assert figure.done == ["floorInOneStep"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"descent_valley": 3}', '{"a": {"b": 1}}'])
def test_a_file_that_cannot_be_read_is_kept_aside_and_stops_no_figure(content, course_folder):
    file = course_folder / "figures.json"
    file.write_text(content)
    figure = DescentValley()
    solve(figure, True, False, False)
    assert DescentValley().widget.progress["done"] == [True, False, False]
    if content:
        assert file.with_name("figures.json.bak").read_text() == content


def test_an_unknown_setting_is_named_with_those_that_exist():
    with pytest.raises(TypeError, match="no setting 'lr'; it has learning_rate, momentum"):
        DescentValley(lr=0.1)


@pytest.mark.parametrize("value", [5, -1, "0.1", True, np.nan])
def test_a_number_out_of_range_is_refused(value):
    with pytest.raises(ValueError, match=r"learning_rate: expected a number from 0\.01 to 1\.2"):
        DescentValley(learning_rate=value)


def test_a_word_that_is_not_a_choice_is_refused():
    with pytest.raises(ValueError, match=r"data: expected one of .*'xor'.*, got 'spiral'"):
        BoundaryLab(data="spiral")


def test_state_is_plain_data_set_from_python_before_and_after_the_widget_is_made():
    valley = DescentValley(learning_rate=np.float64(0.5), steps=np.int64(7))
    assert type(valley.state["learning_rate"]) is float
    assert type(valley.state["steps"]) is int
    valley.state = {"momentum": 0.5}
    widget = valley.widget
    valley.state = {"steps": 9}
    assert (widget.state["momentum"], widget.state["steps"]) == (0.5, 9)
    widget.state = widget.state | {"steps": 11}  # what the browser does
    assert valley.state["steps"] == 11


def test_progress_starts_empty():
    assert DescentValley().progress == {"prediction": None, "done": [False, False, False]}


def answer(explorable, asked):
    """What the widget would send for a question: (message, bytes or None)."""
    sent = []
    explorable.widget.send = lambda message, buffers=None: sent.append((message, buffers))
    explorable.widget.answer(explorable.widget, {"id": 7, "asked": asked}, [])
    return sent[0]


def test_the_learners_function_travels_as_float32():
    message, buffers = answer(FunctionSlope(function=np.tanh), {"alpha": 0.1})
    assert message == {"id": 7, "shape": [1, 801]}
    z = np.linspace(-8, 8, 801)
    np.testing.assert_allclose(np.frombuffer(buffers[0], "<f4"), np.tanh(z), atol=1e-7)


def test_a_learners_alpha_follows_the_slider():
    def my_leaky(z, alpha=0.5):
        return np.where(z > 0, z, alpha * z)

    _, buffers = answer(FunctionSlope(function=my_leaky), {"alpha": 0.25})
    assert np.frombuffer(buffers[0], "<f4")[0] == -2


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda z: 1 / 0, "ZeroDivisionError"),
        (lambda z: z[:3], r"returned shape \(3,\)"),
        (lambda z: np.full_like(z, np.nan), "nan or inf"),
    ],
)
def test_a_mistake_in_the_learners_function_is_sent_as_words(function, words):
    message, buffers = answer(FunctionSlope(function=function), {"alpha": 0.1})
    assert message["id"] == 7
    assert buffers is None
    assert re.search(words, message["error"])


@pytest.mark.parametrize("broken", [lambda z: 1 / 0, lambda z: z[:3]])
def test_a_mistake_in_the_learners_function_leaves_a_figure_not_a_traceback(broken):
    with capture_output() as captured:
        display(FunctionSlope(function=broken))
    assert "stopped with" in captured.outputs[0].data["text/plain"]
    assert 'class="xp-still"' in captured.outputs[0].data["text/html"]  # the figure hides it


def test_a_neuron_that_returns_another_shape_hears_so_before_the_figure_lives():
    _, words = BoundaryLab(neuron=lambda x, w, b: x[0] @ w + b).picture_and_words()
    assert "for x of shape (3600, 2) it returned shape (); expected (3600,)" in words


def test_layers_that_do_not_fit_are_refused_with_their_shapes():
    with pytest.raises(ValueError, match=r"layers\[1\].*expected W of shape \(3, units\)"):
        BoundaryLab(
            layers=[(np.ones((2, 3)), np.zeros(3), "tanh"), (np.ones((2, 1)), [0], "sigmoid")]
        )
    with pytest.raises(ValueError, match="last layer needs 1 unit, got 2"):
        BoundaryLab(layers=[(np.ones((2, 2)), np.zeros(2), "tanh")])
    with pytest.raises(TypeError, match="got both"):
        BoundaryLab(neuron=len, layers=[])


def test_float32_bytes_keep_shape_and_order():
    sent = float32_bytes(np.arange(6).reshape(2, 3).T)
    assert sent["shape"] == [3, 2]
    assert np.frombuffer(sent["float32"], "<f4").tolist() == [0, 3, 1, 4, 2, 5]
