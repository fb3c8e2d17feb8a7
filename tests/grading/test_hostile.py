"""What comes out of a sandbox is hostile bytes: one parser, and no exception ends a batch."""

import contextlib
import importlib
import inspect
import json
import pkgutil
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import course_utils.checking.data
import course_utils.checking.judging
import course_utils.grading.marking
from course_utils.checking.data import verdict as v
from course_utils.grading.intake.file import File
from course_utils.grading.marking import grade
from course_utils.grading.marking.grade import grade_all
from course_utils.grading.sandbox import hostile
from course_utils.grading.sandbox.stations import WorkerPool
from course_utils.grading.sandbox.tiers import unconfined

VALUE = {"array": {"dtype": "<f8", "shape": [1], "data": "AAAAAAAAAAA="}}
WHOLE = {
    "attempted": True, "missing": [], "reads": [], "blank": [], "uses": [], "loops": False,
    "observations": [{"value": VALUE}],
}  # fmt: skip


def with_value(value):
    return WHOLE | {"observations": [{"value": value}]}


def array(**changes):
    return {"array": VALUE["array"] | changes}


HOSTILE = {
    "a timeout that is text": {"timeout": "long"},
    "a timeout that is a list": {"timeout": [1, 2]},
    "a timeout that is true": {"timeout": True},
    "a crash that is a list": {"crashed": ["memory"]},
    "a place of -100": WHOLE | {"observations": [{"value": VALUE, "changed": [-100]}]},
    "a place that is a fraction": WHOLE | {"observations": [{"value": VALUE, "same": [0.5]}]},
    "a dtype that NumPy can't parse": with_value(array(dtype="<f8,<")),
    "a dtype of objects": with_value(array(dtype="|O")),
    "a dtype of a system's own": with_value(array(dtype="<f16")),
    "a shape beyond all memory": with_value(array(shape=[10**30])),
    "a shape of many axes": with_value(array(shape=[1] * 33)),
    "a shape of floats": with_value(array(shape=[1.0])),
    "a shape that is negative": with_value(array(shape=[-1])),
    "data that are a number": with_value(array(data=8)),
    "data that are no base64": with_value(array(data="A" * 11)),
    "an integer beyond floats": with_value(10**320),
    "a type without a name": with_value({"unjudgeable": [None, "why"]}),
    "a type whose name is long": with_value({"unjudgeable": ["x" * 500, "why"]}),
    "an unknown kind of value": with_value({"pickle": "gASVAAAAAAAAAA=="}),
    "a value under two names": with_value({"float": "nan", "tuple": []}),
    "a key that is a list": with_value({"dict": [[[1], 2]]}),
    "an error without form": {"error": "ValueError"},
    "an error whose kind is a number": {"error": {"kind": 7, "message": ""}},
    "a value beside an error": WHOLE | {"observations": [{"value": VALUE, "error": {}}]},
    "no observation": WHOLE | {"observations": []},
    "too many observations": WHOLE | {"observations": [{"value": VALUE}] * 2},
    "a name with markup": WHOLE | {"missing": ["<script>"]},
    "a name that is none": WHOLE | {"reads": [None]},
    "warnings that are a text": WHOLE | {"observations": [{"value": VALUE, "warned": "abc"}]},
    "seconds that are text": WHOLE | {"observations": [{"value": VALUE, "seconds": "1"}]},
    "a list": [],
    "a text": "correct",
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_report_of_another_form_is_refused(case):
    with pytest.raises(hostile.Hostile):
        hostile.report(HOSTILE[case], 1)


def test_a_whole_report_is_kept_and_what_it_may_not_have_is_not():
    kept = hostile.report(WHOLE | {"score": 99, "prints": True}, 1)
    assert kept["observations"] == [{"value": VALUE, "printed": ""}]
    assert kept["prints"] is True
    assert "score" not in kept


LINES = {
    "no JSON": b"{'a': 1}\n",
    "a list": b"[1]\n",
    "NaN": b'{"a": NaN}\n',
    "a float beyond floats": b'{"a": 1e999}\n',
    "an integer of 5,000 digits": b'{"a": ' + b"9" * 5_000 + b"}\n",
    "no UTF-8": b'{"a": "\xff"}\n',
    "100,000 lists in each other": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    "a million small parts": b'{"a": [' + b"{}," * 1_000_000 + b"{}]}\n",
    "too long": b'{"a": "' + b"x" * hostile.MAX_BYTES + b'"}\n',
}  # fmt: skip


@pytest.mark.parametrize("case", LINES)
def test_a_line_that_is_no_message_is_refused(case):
    with pytest.raises(hostile.Hostile):
        hostile.message(LINES[case])


def test_a_flood_is_ended_by_its_size_or_by_its_count():
    for line, most in ((b"x" * 1_000_000, 64), (b"{}\n", hostile.MAX_MESSAGES)):
        meter = hostile.Meter()
        for _ in range(most):
            meter.count(line)
        with pytest.raises(hostile.Flood):
            meter.count(line)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("value", "error", "inputs", "changed", "same", "printed", "warned", "unsteady", "seconds")


def near(data):
    """Reports that are nearly whole: one part of a good one is replaced by anything."""
    one = data.draw(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3))
    wrong = data.draw(st.dictionaries(st.sampled_from([*WHOLE, "timeout", "crashed"]), JSON))
    kinds = ("array", "scalar", "tuple", "dict", "float", "complex", "unjudgeable", "code")
    value = {data.draw(st.sampled_from(kinds)): data.draw(JSON)}
    return data.draw(
        st.sampled_from(
            [WHOLE | wrong, WHOLE | {"observations": [{"value": VALUE} | one]}, with_value(value)]
        )
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_anything_at_all_is_kept_in_form_or_refused(data):
    with contextlib.suppress(hostile.Hostile):
        kept = hostile.report(near(data), 1)
        assert hostile.report(kept, 1) == kept
        json.dumps(kept).encode()


@settings(max_examples=300, deadline=None)
@given(st.binary())
def test_any_bytes_are_a_message_or_refused(line):
    with contextlib.suppress(hostile.Hostile):
        assert isinstance(hostile.message(line), dict)


@pytest.fixture(scope="module")
def plain(classroom_of, tmp_path_factory):
    """A classroom, and what the sandbox said of a right and of a wrong submission."""
    with WorkerPool(unconfined(), 1) as pool:
        room = classroom_of(tmp_path_factory.mktemp("class"), pool)
        wrong = "def double(x):\n    return np.sum(x) * 3"
        notebooks = {"right": room.notebook(), "wrong": room.notebook(double=wrong)}
        room.files = [File(n, room.write(c, f"{n}.ipynb")) for n, c in notebooks.items()]
        room.said = {"right": room.observe(), "wrong": room.observe(double=wrong)}
        room.pool = Replay(room.said)
    return room


class Replay:
    """A pool whose runner says again what a sandbox said."""

    tier = "replay"

    def __init__(self, said):
        self.said = said

    @contextlib.contextmanager
    def borrow(self):
        yield self

    def run(self, job, seconds):
        return self.said[job["id"]]


def functions():
    """Every function that marks what came out of a sandbox, but those that catch and report."""
    rooms = (
        course_utils.grading.marking,
        course_utils.checking.judging,
        course_utils.checking.data,
    )
    spared = {"grade_all", "grade_file", "_not_judged", "_for_the_teacher", "main"}
    for room in rooms:
        for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
            loaded = importlib.import_module(module.name)
            for name, value in vars(loaded).items():
                own = inspect.isfunction(value) and value.__module__ == module.name
                if own and name not in spared:
                    yield pytest.param(value, id=f"{module.name.rpartition('.')[2]}.{name}")


@pytest.mark.parametrize("function", list(functions()))
def test_an_exception_in_any_function_of_marking_ends_no_batch(plain, monkeypatch, function):
    def broken(*_args, **_kwargs):
        raise RuntimeError("broken on purpose")

    for name, module in list(sys.modules.items()):
        if name.startswith("course_utils.") and module is not None:
            for key, value in list(vars(module).items()):
                if value is function:
                    monkeypatch.setattr(module, key, broken)
    with ThreadPoolExecutor(1) as executor:
        results = list(grade_all(plain.files, plain.exercise, plain.pool, executor))
    assert {result.submission for result in results} == {"right", "wrong"}
    for result in results:
        assert [mark.name for mark in result.marks] == ["double", "quadruple", "answer"]
        for mark in result.marks:
            if mark.verdict.cause == "not judged":
                assert "broken on purpose" not in str(result)  # it may hold a hidden input
                assert any("the grader failed here" in note for note in result.anomalies)


def test_the_exception_is_one_questions_verdict_and_is_logged(plain, monkeypatch, caplog):
    judge = grade.judge

    def broken(question, answer):
        if question.name == "quadruple":
            raise ZeroDivisionError
        return judge(question, answer)

    monkeypatch.setattr(grade, "judge", broken)
    result = grade.grade_file(plain.files[0], plain.exercise, plain.pool)
    assert [mark.score for mark in result.marks] == [2, 0, 1]
    assert result.marks[1].verdict.cause == "not judged"
    assert "ZeroDivisionError" in caplog.text
    assert len(result.anomalies) == 1


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_report_costs_its_own_question_alone(plain, case):
    said = plain.said["right"] | {"quadruple": HOSTILE[case]}
    result = grade.grade_file(plain.files[0], plain.exercise, Replay({"right": said}))
    assert [mark.score for mark in result.marks] == [2, 0, 1]


def test_an_honest_slip_of_a_huge_number_is_wrong_and_no_more(plain):
    result = plain.said["right"]["answer"]
    said = plain.said["right"] | {"answer": {**result, "observations": [{"value": 4**100}]}}
    marked = grade.grade_file(plain.files[0], plain.exercise, Replay({"right": said}))
    assert marked.marks[2].verdict.kind == v.INCORRECT


FLOODS = {
    "small valid messages without end": """
        import json, os
        line = (json.dumps({"begin": "double"}) + "\\n").encode()
        while True:
            for channel in range(3, 64):
                try: os.write(channel, line)
                except OSError: pass
    """,
    "four messages of 39 MB": """
        import json, os
        line = b'{"a": [' + b"[]," * 13_000_000 + b"[]]}\\n"
        for _ in range(4):
            for channel in range(3, 64):
                try: os.write(channel, line)
                except OSError: pass
    """,
}


@pytest.mark.parametrize("case", FLOODS)
def test_a_flood_takes_one_question_down(classroom, case):
    source = "def double(x):\n" + textwrap.indent(textwrap.dedent(FLOODS[case]), "    ")
    result = classroom.grade(classroom.notebook(double=source))
    assert [mark.score for mark in result.marks] == [0, 3, 1]
    assert result.marks[0].verdict.kind in (v.CRASHED, v.TIMEOUT)
    assert result.seconds < 60
