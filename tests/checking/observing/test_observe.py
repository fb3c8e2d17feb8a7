"""What is written down of an answer: values, inputs, changes, output, warnings, errors."""

import sys
import textwrap
import types

import numpy as np
import pytest

from course_utils.checking.data.question import Task
from course_utils.checking.data.values import decode
from course_utils.checking.expecting.probes import parse
from course_utils.checking.observing.observe import PRINTED_LIMIT, describe_error, observe
from course_utils.checking.observing.run import is_cell, run_cell


def look(answer, probes, helpers="", seed=0, names=("f",)):
    space = {"np": np, "__name__": "__main__"}
    run_cell(answer, "<cell answer>", space)
    more, parsed = parse(probes)
    observed = tuple(probe.observed for probe in parsed)
    return observe(Task(names, "", observed, helpers + "\n" + more), space, seed)


def test_inputs_are_kept_by_place_and_name():
    (seen,) = look("def f(a, b=0, c=0): return a", "f(1.5, [1, 2], c='x')")
    assert seen.inputs == (("0", 1.5), ("1", [1, 2]), ("c", "x"))
    assert seen.value == 1.5


def test_changed_arguments_are_found_and_spoil_nothing():
    answer = "def f(a, b):\n    b[0] = 9.0\n    return a + b"
    seen = look(answer, "x = np.ones(2)\nf(x, x)\nf(np.ones(2), x)")
    assert [s.changed for s in seen] == [(1,), (1,)]
    assert decode(seen[1].inputs[1][1]).tolist() == [1.0, 1.0]


def test_data_of_the_exercise_survive_an_answer_that_writes_into_them():
    space = {"np": np, "data": np.array([3.0, 1.0, 2.0]), "__name__": "__main__"}
    run_cell("def f(x):\n    x.sort()\n    return x", "<cell answer>", space)
    helper = "def through_a_helper():\n    return f(data[1:])"
    (seen,) = observe(Task(("f",), "", ("through_a_helper()",), helper), space)
    assert "read-only" in seen.error["message"]
    assert space["data"].tolist() == [3.0, 1.0, 2.0]
    space["data"][0] = 0.0  # what the notebook itself does with them is its own business


def test_generator_is_drawn_before_changes_are_looked_for():
    answer = "def f(x):\n    for i in range(len(x)):\n        x[i] = 0\n        yield i"
    (seen,) = look(answer, "f([1, 2])")
    assert seen.value == [0, 1]
    assert seen.changed == (0,)


def test_endless_generator_is_cut():
    (seen,) = look("def f():\n    while True:\n        yield 1", "f()")
    assert len(seen.value) == 10_000


def test_printed_text_is_kept_up_to_a_limit():
    few, flood = look("def f(n): print('a' * n)", "f(3)\nf(1_000_000)")
    assert few.printed == "aaa\n"
    assert len(flood.printed) == PRINTED_LIMIT


def test_standard_error_is_silent():
    (seen,) = look("import sys\ndef f(): print('debug', file=sys.stderr)", "f()")
    assert not seen.printed


def test_warnings_are_kept_once_each():
    (seen,) = look("def f(z): return np.exp(z) + np.exp(z)", "f(np.array([1000.0]))")
    assert seen.warned == ("overflow encountered in exp",)


def test_colors_of_a_terminal_are_left_out_of_a_message():
    (seen,) = look("def f(): raise ValueError('\\x1b[1mInvalid input\\x1b[0m, twice')", "f()")
    assert seen.error["message"] == "Invalid input, twice"


def test_numpy_settings_of_the_notebook_do_not_matter():
    with np.errstate(all="raise"):
        (seen,) = look("def f(z): return np.exp(z)", "f(np.array([1000.0]))")
    assert decode(seen.value).tolist() == [np.inf]


def test_unsteady_answers_are_found_and_steady_ones_not():
    steady, unsteady = look(
        "def f(rng): return rng.random()\ndef g(): return np.random.random()",
        "f(rng)\ng()",
        names=("f", "g"),
    )
    assert (steady.unsteady, unsteady.unsteady) == (False, True)


@pytest.mark.parametrize("shape", [(2,), (3, 4), (9, 13)])
def test_an_array_that_is_not_filled_in_is_never_right_by_chance(shape):
    answer = (
        "def zeros(x):\n    y = np.empty(x.shape)\n    y[0] = 0\n    return y\n"
        "def safe(x):\n    y = np.empty(x.shape)\n    y[:] = 0\n    return y"
    )
    names = ("zeros", "safe")
    for _ in range(3):
        left = [np.zeros(shape) for _ in range(9)]  # what NumPy hands out again
        del left
        lost, filled = look(answer, f"zeros(np.ones({shape}))\nsafe(np.ones({shape}))", names=names)
        assert (lost.unsteady, filled.unsteady) == (True, False)


def test_same_seed_same_inputs_another_seed_others():
    first, again, other = (look("def f(x): return x", "f(rng.normal())", seed=s) for s in (1, 1, 2))
    assert first[0].value == again[0].value != other[0].value


def test_probes_do_not_share_their_random_numbers():
    both = look("def f(x): return x", "f(rng.normal())\nf(rng.normal())")
    assert both[0].value != both[1].value


def test_error_shows_the_line_of_the_answer_and_no_frame_of_ours():
    (seen,) = look("def f(x):\n    y = x\n    return y.shape[3]", "f(np.ones(2))")
    assert seen.error == {
        "kind": "IndexError",
        "message": "tuple index out of range",
        "line": 3,
        "source": "return y.shape[3]",
    }


def test_error_below_the_answer_shows_the_last_line_of_the_answer():
    (seen,) = look("def f(x):\n    return np.linalg.inv(x)", "f(np.zeros((2, 2)))")
    assert seen.error["source"] == "return np.linalg.inv(x)"


def test_error_in_an_expression_that_uses_the_answer_has_no_line_of_ours():
    (seen,) = look("def f(x): return None", "f(1).shape")
    assert (seen.error["line"], seen.error["source"]) == (None, "")


@pytest.mark.parametrize(
    "body", ["raise SystemExit(3)", "raise GeneratorExit", "raise BaseException('x')", "exit()"]
)
def test_no_exception_of_the_answer_escapes(body):
    (seen,) = look(f"import builtins\nfrom sys import exit\ndef f():\n    {body}", "f()")
    assert seen.error


def test_ctrl_c_does_escape():
    with pytest.raises(KeyboardInterrupt):
        look("def f(): raise KeyboardInterrupt", "f()")


def test_hostile_value_is_named_and_not_run_into():
    answer = (
        "class A:\n    @property\n    def __class__(self): raise RuntimeError\ndef f(): return A()"
    )
    (seen,) = look(answer, "f()")
    assert "unjudgeable" in seen.value


def test_failing_helper_code_is_reported_for_every_probe():
    seen = look("def f(): return 1", "f()\nf()", helpers="1 / 0")
    assert [s.error["kind"] for s in seen] == ["ZeroDivisionError"] * 2


def test_namespace_is_left_as_it_was():
    space = {"np": np}
    run_cell("def f(): return 1", "<cell answer>", space)
    before = dict(space)
    observe(Task(("f",), "", ("f() + x",), "x = 3"), space)
    assert space == before


def test_cells_are_known_by_their_file_names():
    assert is_cell("ipykernel_123/456.py")
    assert is_cell("<cell answer>")
    assert is_cell("<ipython-input-3-abc>")
    assert not is_cell(np.__file__)


def test_message_of_a_traced_function_is_told_from_its_stack():
    """tf.function puts a stack with the folders of this machine in front, and hides the line."""
    answer = """
        import tensorflow as tf
        @tf.function
        def f(x):
            layer = tf.keras.layers.Dense(3)
            return layer(x).no_such_thing
    """
    (seen,) = look(textwrap.dedent(answer), "f(np.ones((2, 3)))")
    assert seen.error["kind"] == "AttributeError"
    assert seen.error["message"].startswith("'SymbolicTensor' object has no attribute 'no_such")
    assert seen.error["source"] == "return layer(x).no_such_thing"
    assert seen.error["line"] == 6
    (seen,) = look(
        "import tensorflow as tf\n@tf.function\ndef f(x): return tf.keras.layers.Dense(3)(x, 1, 2)",
        "f(np.ones((2, 3)))",
    )
    assert "site-packages" not in seen.error["message"]


def test_the_stack_of_a_graph_that_was_running_is_left_out():
    files = "".join(f'  File "/somewhere/site/{k}.py", line {k}, in call\n\n' for k in range(60))
    stack = (
        f"Detected at node model_1/embedding/GatherV2 defined at (most recent call last):\n{files}"
    )
    text = (
        f"Graph execution error:\n\n{stack}\nindices[0,0] = 25 is not in [0, 12)\n\t [[{{node}}]]"
    )
    assert describe_error(ValueError(text))["message"] == "indices[0,0] = 25 is not in [0, 12)"


def test_call_of_keras_that_was_stopped_is_forgotten_before_each_probe(monkeypatch, bench):
    state = types.ModuleType("keras.src.backend.common.global_state")
    state.context = None
    state.set_global_attribute = lambda name, value: setattr(state, "context", value)
    monkeypatch.setitem(sys.modules, state.__name__, state)
    question = bench("def f(x):\n    return x", "f(1)\nf(2)")
    state.context = "a model, in training"
    seen = question.look("import sys\ndef f(x):\n    return x")
    assert all(one.error is None for one in seen.observations)
    assert state.context is None


def test_a_warning_that_the_checks_own_code_brings_about_is_not_the_answers():
    space = {"__name__": "__main__"}
    run_cell("def f(x):\n    return x", "<cell answer>", space)
    helpers = "import warnings\ndef used(y):\n    warnings.warn('mine')\n    return y"
    (seen,) = observe(Task(("f",), "", ("used(f(1))",), helpers), space)
    assert seen.value is not None
    assert seen.warned == ()


def test_a_warning_is_told_apart_where_the_files_of_the_course_were_moved(monkeypatch):
    space = {"__name__": "__main__"}
    run_cell("def f(x):\n    return x", "<cell answer>", space)
    helpers = "import warnings\ndef used(y):\n    warnings.warn('mine')\n    return y"
    monkeypatch.setattr("course_utils.checking.observing.observe.__file__", "elsewhere.py")
    observed = "from course_utils.checking.observing.observe import observe\n"
    run_cell(f"{observed}def seen(*given):\n    return observe(*given)", "<cell outer>", space)
    (seen,) = space["seen"](Task(("f",), "", ("used(f(1))",), helpers), space)
    assert seen.value is not None
    assert seen.warned == ()


@pytest.mark.parametrize("before", [False, True])
def test_who_turns_compiling_off_or_on_does_so_for_one_test_alone(before):
    tf = pytest.importorskip("tensorflow")
    use = "import tensorflow as tf"
    code = f"{use}\ndef f():\n    tf.config.run_functions_eagerly({not before})\n    return 1"
    tf.config.run_functions_eagerly(before)
    try:
        seen = look(code, "f()\ntf.config.functions_run_eagerly()", helpers=use)
        assert [s.value for s in seen] == [1, before]
        assert tf.config.functions_run_eagerly() is before
    finally:
        tf.config.run_functions_eagerly(False)
