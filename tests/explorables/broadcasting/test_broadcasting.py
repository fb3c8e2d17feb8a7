"""Shapes that broadcast: its shapes, numbers and errors against NumPy, its facts, its tasks."""

import itertools

import numpy as np
import pytest

from course_utils.explorables import Broadcasting
from course_utils.explorables.broadcasting.figure import OPERATIONS, SHAPES, SUMS, arrays

WITH_AXES = [shape for shape in SHAPES if shape != "()"]


@pytest.fixture(scope="module")
def states():
    """Every pair of shapes, and every sum of every shape, the operations in turn."""
    operations = itertools.cycle(OPERATIONS)
    pairs = [{"a": a, "b": b} for a, b in itertools.product(WITH_AXES, SHAPES)]
    sums = [
        {"a": a, "b_from": b_from, "keepdims": keepdims}
        for a, b_from, keepdims in itertools.product(WITH_AXES, SUMS, [False, True])
    ]
    return [Broadcasting(operation=next(operations), **chosen).state for chosen in pairs + sums]


def test_results_and_error_messages_are_those_of_numpy(module, states):
    found = module("broadcasting", "a.map(m.compute)", states)
    errors = 0
    for state, here in zip(states, found, strict=True):
        a, b, result, error = arrays(state)
        for array, name in ((a, "a"), (b, "b"), (result, "result")):
            assert (array is None) == (here[name] is None)
            if array is not None:
                assert tuple(here[name]["shape"]) == array.shape
                np.testing.assert_allclose(here[name]["values"], array.ravel(), rtol=1e-12)
        assert " ".join(here["error"] or []) == error
        errors += bool(error)
    assert 0 < errors < len(states) / 2


def test_which_axis_stretches_and_which_clashes(module):
    def how(a, b):
        return [axis["how"] for axis in module("broadcasting", "m.align(...a)", [a, b])]

    assert how([4, 3], [3]) == ["B stretches", "same"]
    assert how([4, 3], [4]) == ["B stretches", "clash"]
    assert how([3, 1], [4]) == ["B stretches", "A stretches"]
    assert how([2, 4, 3], [4, 1]) == ["B stretches", "same", "B stretches"]
    assert how([], []) == []


@pytest.mark.parametrize("a", WITH_AXES)
@pytest.mark.parametrize("b", SHAPES)
def test_shapes_fit_exactly_when_every_axis_is_equal_one_or_missing(a, b):
    """The fact that the figure teaches, said without NumPy's own rule, at every pair it offers."""
    both = zip(reversed(SHAPES[a]), reversed(SHAPES[b]), strict=False)
    fits = all(m == n or m == 1 or n == 1 for m, n in both)
    assert fits == (arrays(Broadcasting(a=a, b=b).state)[2] is not None)


def test_keepdims_makes_rows_sum_to_one_and_without_it_a_square_is_silently_wrong(module):
    def row_sums(**chosen):
        state = Broadcasting(b_from="A.sum(axis=1)", operation="A / B", **chosen).state
        result = module("broadcasting", "m.compute(a).result", state)
        return result and np.reshape(result["values"], result["shape"]).sum(axis=1)

    np.testing.assert_allclose(row_sums(a="(4, 3)", keepdims=True), 1, atol=1e-12)
    np.testing.assert_allclose(row_sums(a="(3, 3)", keepdims=True), 1, atol=1e-12)
    assert row_sums(a="(4, 3)", keepdims=False) is None  # an error, which is lucky
    assert row_sums(a="(3, 3)", keepdims=False)[0] == pytest.approx(0.425)


def test_shapes_are_read_as_people_write_them(module):
    texts = ["(4, 3)", "4,3", " (4,) ", "4", "()", "(2, 4, 3)", "four", "4 x 3"]
    read = module("broadcasting", "a.map(m.readShape)", texts)
    assert read == [[4, 3], [4, 3], [4], [4], [], [2, 4, 3], None, None]


def test_the_result_hides_until_a_right_guess_or_until_asked(open_page):
    page = open_page("broadcasting")
    guess, words = page.locator("input[name=guess]"), page.locator(".xp-results")
    results = page.locator(".xp-cell-c")
    assert results.count() == 0
    guess.fill("(3, 4)")
    guess.press("Enter")
    assert results.count() == 0
    assert "Not (3, 4). Compare axis −1: 3 in A and 3 in B" in words.text_content()
    guess.fill("4,3")
    guess.press("Enter")
    assert "Right: A + B has shape (4, 3)." in words.text_content()
    assert results.count() == 2 + 12
    page.locator("select[name=b]").select_option("(4,)")  # another question
    assert results.count() == 0
    page.get_by_role("button", name="Show", exact=True).press("Enter")
    assert "A + B is an error: operands could not be broadcast" in words.text_content()


@pytest.mark.parametrize(
    ("chosen", "guess", "words"),
    [
        ({"b": "(4,)"}, "(4, 3)", "Compare axis −1: 3 and 4, and neither is 1"),
        ({"b": "(3,)"}, "error", "one of them is 1 or missing"),
        ({"b": "(3,)"}, "(3,)", "as many axes as the longer shape"),
        ({"a": "(3, 1)", "b": "(4,)"}, "(3, 1)", "Compare axis −1: 1 in A and 4 in B"),
        ({"a": "(3,)", "b_from": "A.sum(axis=1)"}, "(3,)", "there are 1, numbered from 0"),
    ],
)
def test_a_wrong_guess_is_told_where_to_look_and_not_the_answer(open_page, chosen, guess, words):
    page = open_page("broadcasting")
    for name, option in chosen.items():
        page.locator(f"select[name={name}]").select_option(option)
    page.locator("input[name=guess]").fill(guess)
    page.locator("input[name=guess]").press("Enter")
    assert words in page.locator(".xp-results").text_content()
    assert page.locator(".xp-cell-c").count() == 0


def test_the_tasks_check_themselves(open_page):
    page = open_page("broadcasting")
    marks, select = page.locator(".xp-mark"), lambda n: page.locator(f"select[name={n}]")
    guess = page.locator("input[name=guess]")

    select("a").select_option("(3, 1)")
    select("b").select_option("(4,)")
    page.get_by_role("button", name="Show", exact=True).click()
    assert marks.all_text_contents() == ["open"] * 3  # shown is not guessed
    guess.fill("(3, 4)")
    guess.press("Enter")
    assert marks.all_text_contents() == ["done", "open", "open"]

    answer = page.get_by_label("Your answer to task 2")
    for wrong, words in [("1", "That was the intention"), ("2", "three numbers of the first row")]:
        answer.fill(wrong)
        answer.press("Enter")
        assert words in page.locator(".xp-tasks li").nth(1).text_content()
    answer.fill("0.43")
    answer.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]

    select("a").select_option("(4, 3)")
    select("b_from").select_option("A.sum(axis=1)")
    select("operation").select_option("A / B")
    guess.fill("error")
    guess.press("Enter")
    assert marks.all_text_contents() == ["done", "done", "open"]
    page.locator("input[name=keepdims]").check()
    guess.fill("(4, 3)")
    guess.press("Enter")
    assert marks.all_text_contents() == ["done"] * 3


def test_a_guess_longer_than_a_line_is_refused():
    with pytest.raises(ValueError, match="guess: expected at most 200 characters"):
        Broadcasting(guess="(" * 201)


def test_the_still_picture_says_where_numpy_raises():
    _, alt = Broadcasting(b="(4,)").still(Broadcasting(b="(4,)").state)
    assert "could not be broadcast together with shapes (4,3) (4,)" in alt
