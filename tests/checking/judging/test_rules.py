"""What a task asks of conduct is enforced where the author says so, and only there."""

import pytest

REVERSED = ("def turned(items):\n    return items[::-1]", "turned([1, 2, 3])\nturned([4])")
COPY = ("def same(x):\n    return x.copy()", "same(np.array([1.0, 2.0]))")
SQUARES = ("def squares(x):\n    return x ** 2", "squares(rng.normal(size=5))")
BREAKING = [
    ("prints-nothing", REVERSED, "def turned(items):\n    print(items)\n    return items[::-1]"),
    ("returns-new", COPY, "def same(x):\n    return x"),
    ("returns-new", COPY, "def same(x):\n    return x[:]"),
    ("no-loop", SQUARES, "def squares(x):\n    return np.array([v * v for v in x])"),
]


@pytest.mark.parametrize(("rule", "question", "answer"), BREAKING)
def test_rule_refuses_right_values_of_wrong_conduct(bench, rule, question, answer):
    verdict = bench(*question, rules=(rule,)).judge(answer)
    assert (verdict.kind, verdict.cause) == ("incorrect", f"rule {rule}")
    assert bench(*question).judge(answer).is_correct


@pytest.mark.parametrize(("rule", "question", "answer"), BREAKING)
def test_rule_accepts_the_right_answer(bench, rule, question, answer):
    assert bench(*question, rules=(rule,)).judge(question[0]).is_correct


def test_what_the_right_answer_prints_may_be_printed(bench):
    said = "def hello(x):\n    print(x)\n    return x"
    assert bench(said, "hello(3)", rules=("prints-nothing",)).judge(said).is_correct


@pytest.mark.parametrize("text", ["(10, 3)", "(10,3)", " [10, 3] ", "10, 3"])
def test_tuple_written_as_a_text_is_a_tuple(bench, text):
    shape = bench("shape = (10, 3)", "shape")
    assert shape.judge(f"shape = {text!r}").is_correct
    assert not shape.judge(f"shape = {text.replace('3', '4')!r}").is_correct


def test_other_text_stays_a_text(bench):
    assert not bench("power = 0.2", "power").judge("power = '0.2'").is_correct
    assert "a string" in bench("shape = (10, 3)", "shape").judge("shape = 'ten'").message


def test_bound_says_what_it_is_about_and_a_number_that_is_asked_is_not_given_away(bench):
    step = bench("step = 0.001", "between(step, 4e-4, 2.1e-3)")
    text = str(step.judge("step = 0.1"))
    assert "`step` is too large." in text
    assert "0.0021" not in text
    spread = bench("def f(x):\n    return x", "at_most(f(3), 4)  # says: the spread of the weights")
    verdict = spread.judge("def f(x):\n    return 7")
    assert verdict.message == "The spread of the weights is 7; at most 4 is allowed."


def test_array_of_as_many_numbers_serves_as_a_tuple(bench):
    pair = bench("def both(x):\n    return x, 2 * x", "both(3.0)\nboth(1.5)")
    assert pair.judge("def both(x):\n    return np.array([x, 2 * x])").is_correct
    assert not pair.judge("def both(x):\n    return np.array([x, x])").is_correct
    assert not pair.judge("def both(x):\n    return np.array([x, 2 * x, x])").is_correct
