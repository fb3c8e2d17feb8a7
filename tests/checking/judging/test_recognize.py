"""A known wrong answer is recognized in spite of rounding, spelling, and another error's text."""

from dataclasses import replace

import numpy as np
import pytest

from course_utils.checking.data.question import WrongAnswer
from course_utils.checking.judging.judge import judge
from course_utils.checking.judging.recognize import recognize, same_values
from course_utils.checking.observing.answer import look_at
from course_utils.checking.observing.run import run_cell

SOFTMAX = "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()"
SIGMOID = "def softmax(z):\n    return 1 / (1 + np.exp(-z))"
PRODUCT = (
    "def layer(x, W):\n    return x @ W",
    "layer(np.ones((1, 2)), np.ones((2, 2)))\n"
    "layer(rng.normal(size=(3, 2)), rng.normal(size=(2, 4)))",
    [("Swapped.", "def layer(x, W):\n    return W @ x")],
)


def test_the_same_values_by_other_code(bench):
    made = bench(SOFTMAX, "softmax(rng.normal(size=4))", [("Each by itself.", SIGMOID)])
    verdict = made.judge("def softmax(z):\n    return (1 + np.tanh(z / 2)) / 2")
    assert (verdict.cause, verdict.message) == ("misconception 1", "Each by itself.")


def test_nearly_the_same_values(bench):
    right = "def slope(z):\n    return np.cos(z)"
    wrong = [("Wrong sign.", "def slope(z):\n    return -np.cos(z)")]
    made = bench(right, "slope(rng.normal(size=4))", wrong)
    code = "def slope(z):\n    return (np.sin(z) - np.sin(z + 1e-4)) / 1e-4"
    assert (
        same_values(made.question, made.question.wrong_answers, made.look(code).observations)
        is None
    )
    assert made.judge(code).cause == "misconception 1"


def test_the_same_failures_with_right_values_of_another_rounding(bench):
    right = "def root(z):\n    return np.sqrt(np.abs(z))"
    wrong = [("NaN below 0.", "def root(z):\n    return np.sqrt(z)")]
    probes = "root(np.array([1.0, 4.0]))\nroot(np.array([-1.0, 4.0]))"
    code = "def root(z):\n    return (z ** 0.5).astype(np.float32)"
    assert bench(right, probes, wrong).judge(code).cause == "misconception 1"


def test_another_failing_probe_is_another_mistake(bench):
    right = "def root(z):\n    return np.sqrt(np.abs(z))"
    wrong = [("NaN below 0.", "def root(z):\n    return np.sqrt(z)")]
    probes = "root(np.array([2.0, 4.0]))\nroot(np.array([-1.0, 4.0]))"
    assert (
        bench(right, probes, wrong).judge("def root(z):\n    return z").cause != "misconception 1"
    )


def test_an_error_of_the_same_kind_alone_is_not_enough(bench):
    made = bench(*PRODUCT)
    verdict = made.judge("def layer(x, W):\n    raise ValueError('something else')")
    assert verdict.cause == "error ValueError"
    assert made.judge("def layer(x, W):\n    return np.matmul(W, x)").cause == "misconception 1"


@pytest.mark.parametrize("answer", ["'c'", "'C'", "' c) '", "'(c)'"])
def test_option_is_recognized_however_it_is_written(bench, answer):
    wrong = [("Because of b.", "rate = 'b'"), ("Because of c.", "rate = 'c'")]
    verdict = bench("rate = 'a'", "choice(rate)", wrong).judge(f"rate = {answer}")
    assert verdict.message == "Because of c."


def test_order_is_recognized_however_it_is_written(bench):
    made = bench("steps = 'b a c'", "order(steps)", [("c comes last.", "steps = 'c b a'")])
    assert made.judge("steps = ['C', 'b', 'a']").message == "c comes last."


def test_number_is_recognized_within_the_probes_own_tolerance(bench):
    wrong = [("That is one of four.", "share = 1 / 4"), ("Three of them.", "share = (1 / 4) ** 3")]
    made = bench("share = (1 / 4) ** 4", "close(share, rtol=0.05)", wrong)
    assert made.judge("share = 0.0156").message == "Three of them."
    assert made.judge("share = 0.0039").is_correct
    assert made.judge("share = 0.02").cause not in ("misconception 1", "misconception 2")


def test_wide_tolerance_of_a_function_does_not_swallow_other_mistakes(bench):
    right = "def f(x):\n    return np.exp(x)"
    wrong = [("Linear.", "def f(x):\n    return 1 + x")]
    made = bench(right, "close(f(rng.uniform(1, 2, size=3)), rtol=0.3)", wrong)
    assert made.judge("def f(x):\n    return 1.2 + x").cause != "misconception 1"


def test_changed_argument_does_not_hide_a_misconception(bench):
    right = "def relu(z):\n    return np.maximum(z, 0)"
    wrong = [("Absolute value.", "def relu(z):\n    return np.abs(z)")]
    made = bench(right, "relu(rng.normal(size=5))", wrong)
    code = "def relu(z):\n    z[z < 0] *= -1\n    return z"
    assert made.judge(code).message == "Absolute value."


def test_first_of_two_that_fit_is_taken(bench):
    wrong = [("One.", "x = 1.0"), ("Two.", "x = 2.0")]
    made = bench("x = 3.0", "x", wrong)
    assert [made.judge(f"x = {v}").message for v in (np.float32(1), 2)] == ["One.", "Two."]


def test_who_passes_where_the_known_mistake_fails_made_another(bench):
    right = "def square(z):\n    return z**2"
    wrong = [("Doubled.", "def square(z):\n    return 2 * z")]
    made = bench(right, "square(np.array([1.0, 1.0]))\nsquare(np.array([3.0, 5.0]))", wrong)
    assert made.judge("def square(z):\n    return z + z").cause == "misconception 1"
    code = "def square(z):\n    return np.where(z > 1, 2 * z, z)"
    assert made.judge(code).cause != "misconception 1"


SCALED = "def scaled(x):\n    m = x.max()\n    return x / m if m else x"
SUMMED = ("The sum instead.", "def scaled(x):\n    return x / x.sum()")
PROBES = "scaled(np.zeros(2))\nscaled(rng.uniform(1, 2, size=4))\nscaled(np.array([2.0]))"


def test_the_same_mistake_by_one_who_treats_special_inputs_in_another_way(bench):
    made = bench(SCALED, PROBES, [SUMMED])
    for special in ("x * 0", "x + 5", "None", "1 / 0"):
        code = f"def scaled(x):\n    return x / x.sum() if len(x) > 2 else {special}"
        verdict = made.judge(code)
        assert (verdict.cause, verdict.message) == ("misconception 1", "The sum instead."), special


def test_the_case_beside_it_is_one_in_which_the_known_mistake_fails(bench):
    right = "def scaled(x):\n    return x / x.max()"
    probes = "scaled(np.array([2.0]))\nscaled(rng.uniform(1, 2, size=4))"
    code = "def scaled(x):\n    return x / x.sum() if len(x) > 1 else x"
    verdict = bench(right, probes, [SUMMED]).judge(code)
    assert verdict.cause == "misconception 1"
    assert "rng" in verdict.evidence.probe


@pytest.mark.parametrize("wrong", ["x * 0", "np.full(4, 0.5)"])
def test_agreement_that_may_be_chance_is_not_enough(bench, wrong):
    known = [("All the same.", f"def scaled(x):\n    return {wrong}")]
    code = f"def scaled(x):\n    return {wrong} if len(x) > 2 else x + 7"
    assert bench(SCALED, PROBES, known).judge(code).cause != "misconception 1"


def test_without_drawn_inputs_nothing_is_taken_for_nearly_the_same(bench):
    made = bench(SCALED, "scaled(np.zeros(2))\nscaled(np.array([1.0, 3.0, 5.0]))", [SUMMED])
    code = "def scaled(x):\n    return x / x.sum() if x.any() else x + 5"
    assert made.judge(code).cause != "misconception 1"


SHAPES = (
    "a_shape, b_shape = (3, 2), 'error'",
    "one_of(a_shape, (3, 2), [3, 2])\none_of(b_shape, 'error', 'Error')",
    [
        ("The rows stand first.", "a_shape, b_shape = (2, 3), 'error'"),
        ("A 3 never meets a 2.", "a_shape, b_shape = (3, 2), (3, 3)"),
        ("Both are wrong.", "a_shape, b_shape = (9, 9), (9, 9)"),
    ],
)


def both(bench, code):
    return bench(*SHAPES, names=("a_shape", "b_shape")).judge(code)


def test_each_of_several_values_is_known_by_its_own_mistake(bench):
    verdict = both(bench, "a_shape, b_shape = (2, 3), (3, 3)")
    assert verdict.cause == "misconception 1"
    assert verdict.message == "The rows stand first. A 3 never meets a 2."
    assert both(bench, "a_shape, b_shape = [3, 2], (3, 3)").message == "A 3 never meets a 2."


@pytest.mark.parametrize("wrong", ["(2, 3), (7, 7)", "(7, 7), (3, 3)", "(9, 9), (3, 3)"])
def test_a_value_that_nobody_knows_gets_no_other_ones_mistake(bench, wrong):
    assert not both(bench, f"a_shape, b_shape = {wrong}").cause.startswith("misconception")


def test_a_slip_that_two_values_share_is_told_once_and_a_tuple_in_quotes_is_read(bench):
    same = "The sign is the other one."
    signs = [(same, "a, b = -3.5, 4.5"), (same, "a, b = 3.5, -4.5")]
    made = bench("a, b = 3.5, 4.5", "close(a)\nclose(b)", signs, names=("a", "b"))
    assert made.judge("a, b = -3.5, -4.5").message == same
    turned = [("Turned.", "a, b = (3, 2), (1, 4)")]
    made = bench("a, b = (3, 2), (4, 1)", "close(a)\nclose(b)", turned, names=("a", "b"))
    assert made.judge("a, b = '(3, 2)', (1, 4)").message == "Turned."


FACTS = (
    "def facts(x):\n    return [round(float(v), 6) for v in (*x, x.sum(), x.max())]",
    "facts(np.array([1.0, 2.0, 5.0]))\nfacts(rng.normal(size=3))",
)
DOUBLED = "def facts(x):\n    return [*(round(float(2 * v), 6) for v in x), {}]"
PART = DOUBLED.format("round(float(x.sum()), 6), round(float(x.max()), 6)")
MORE = DOUBLED.format("round(float(x.mean()), 6), round(float(x.prod()), 6)")
OTHER = "def facts(x):\n    return [round(float(v), 6) for v in (*x, x.std(), x.prod())]"


def test_a_known_mistake_beside_another_one_is_told(bench):
    made = bench(*FACTS, [("The numbers are doubled.", PART)])
    verdict = made.judge(MORE)
    assert (verdict.cause, verdict.message) == (
        "with misconception 1",
        "The numbers are doubled.",
    )
    assert made.judge(OTHER).message != verdict.message


def test_a_message_that_praises_the_rest_is_not_told_of_a_part(bench):
    made = bench(*FACTS, [("The sum is right, the numbers are doubled.", PART)])
    assert "doubled" not in made.judge(MORE).message
    assert made.judge(PART).cause == "misconception 1"


COIN = (
    "def coins(n, rng):\n    return rng.random(n) < 0.5",
    "# says: the share of heads\nbetween(float(np.mean(coins(4000, rng))), 0.47, 0.53)\n"
    "# says: the share of heads in another 4,000\n"
    "between(float(np.mean(coins(4000, rng))), 0.46, 0.54)",
    [("A third.", "def coins(n, rng):\n    return rng.random(n) < 1 / 3")],
)


def test_the_same_mistake_with_other_draws(bench):
    made = bench(*COIN)
    other = "def coins(n, rng):\n    return rng.integers(0, 3, n) == 0"
    assert made.judge(other).cause == "misconception 1"
    assert made.judge(COIN[0].replace("0.5", "0.2")).cause != "misconception 1"
    assert made.judge("def coins(n, rng):\n    return rng.integers(0, 2, n) == 0").is_correct


def test_a_small_part_of_much_that_is_wrong_is_not_the_cause(bench):
    right, probes = FACTS
    probes += "".join(f"\nfacts(np.array([{k}.0, 2.0, 7.0])[:2])" for k in range(2, 8))
    made = bench(
        right,
        probes,
        [
            (
                "Three are doubled.",
                PART.replace("in x]", "in x]").replace("2 * v", "(1 + (len(x) == 3)) * v"),
            )
        ],
    )
    assert made.judge(MORE).message != "Three are doubled."


def test_one_value_for_all_is_no_part_of_a_mistake(bench):
    right = "def letter(n):\n    return 'abc'[n % 3]"
    probes = "\n".join(f"[letter({n}), letter({n + 1})]" for n in range(3))
    wrong = [("A c is an a with you.", "def letter(n):\n    return 'aba'[n % 3]")]
    made = bench(right, probes, wrong)
    assert made.judge("def letter(n):\n    return 'a'").message != wrong[0][0]


@pytest.mark.parametrize(("scale", "told"), [(1, False), (0.5, True)])
def test_a_single_whole_number_is_no_evidence_of_a_slip(bench, scale, told):
    right = f"def best(x):\n    return {scale} * int(np.argmax(x))"
    wrong = [("A sum in the place of a mean.", right.replace("argmax", "argmin"))]
    made = bench(right, "best(np.array([2.0, 7.0, 5.0, 1.0]))", wrong)
    known = tuple(replace(w, kind="slip") for w in made.question.wrong_answers)
    question = replace(made.question, wrong_answers=known)
    seen = made.look(f"def best(x):\n    return {scale} * 3").observations
    assert (recognize(question, seen) is not None) == told


@pytest.mark.parametrize(("code", "told"), [("return 1", False), ("return max(3 - n, 1)", True)])
def test_a_slip_is_not_told_where_one_number_comes_whatever_is_asked(bench, code, told):
    right = "def size(n):\n    return max(n - 3, 1)"
    wrong = [("A difference is the wrong way round.", right.replace("n - 3", "3 - n"))]
    probes = "size(5)\nsize(9)\nsize(7)" + ("\nsize(0)" if told else "")
    made = bench(right, probes, wrong)
    known = tuple(replace(w, kind="slip") for w in made.question.wrong_answers)
    question = replace(made.question, wrong_answers=known)
    seen = made.look(f"def size(n):\n    {code}").observations
    assert (recognize(question, seen) is not None) == told


def test_zeros_throughout_are_no_part_of_a_mistake(bench):
    right = "def kept(x):\n    return x + 1.0"
    probes = "\n".join(f"kept(np.array([{n}.0, 0.0] * {n}))" for n in (1, 2, 3))
    wrong = [("Nothing stays.", "def kept(x):\n    return (x + 1.0) * (x > 0)")]
    made = bench(right, probes, wrong)
    verdict = made.judge("def kept(x):\n    return 0.0 * x")
    assert verdict.message != "Nothing stays."


def test_two_pairs_alike_by_chance_are_no_part_of_a_mistake(bench):
    right = "def pair(n):\n    return n, n / 10"
    probes = "\n".join(f"pair({n})" for n in range(1, 9))
    wrong = [("One less from 7 on.", "def pair(n):\n    m = n - (n > 6)\n    return m, m / 10")]
    made = bench(right, probes, wrong)
    other = "def pair(n):\n    m = n - (n > 6) + 2 * (n == 3)\n    return m, m / 10"
    assert made.judge(other).message != wrong[0][0]
    wide = [("One less from 3 on.", "def pair(n):\n    m = n - (n > 2)\n    return m, m / 10")]
    other = "def pair(n):\n    m = n - (n > 2) + 2 * (n == 1)\n    return m, m / 10"
    assert bench(right, probes, wide).judge(other).message == wide[0][0]


def test_one_measure_outside_its_bounds_tells_where_it_is_the_same(bench):
    right = "def picks(n, rng):\n    return rng.random(n) < 0.5"
    probes = (
        "# says: how much the share differs from call to call\n"
        "between(float(np.std([np.mean(picks(20, rng)) for _ in range(200)])), 0.05, 0.2)"
    )
    wrong = [("As many each time.", "def picks(n, rng):\n    return np.arange(n) % 2 == 0")]
    made = bench(right, probes, wrong)
    other = "def picks(n, rng):\n    return rng.permutation(n) < n // 2"
    assert made.judge(other).cause == "misconception 1"


@pytest.mark.parametrize(("slip", "told"), [("z + z.max()", False), ("z - z.min()", True)])
def test_a_slip_is_not_told_where_all_that_is_wrong_is_one_infinity(bench, slip, told):
    right = "def total(z):\n    return np.log(np.exp(z - z.max()).sum()) + z.max()"
    wrong = [("One of your terms has the other sign.", right.replace("z - z.max()", slip))]
    probes = "total(np.array([800.0, 801.0]))\ntotal(np.array([900.0, 901.0]))"
    made = bench(right, probes, wrong)
    known = tuple(replace(w, kind="slip") for w in made.question.wrong_answers)
    question = replace(made.question, wrong_answers=known)
    code = f"def total(z):\n    return float(np.log(np.exp({slip}).sum()) + z.max())"
    with np.errstate(over="ignore"):
        found = recognize(question, made.look(code).observations)
    assert (found is not None) == told


def test_a_mistake_that_is_off_by_a_trifle_is_not_taken_for_another_such(bench):
    right = "def slopes(x):\n    return 2 * x"
    probes = "slopes(rng.normal(size=4))\nslopes(rng.normal(size=(2, 3)))"
    known = [("One side only.", "def slopes(x):\n    return 2 * x + 1e-5")]
    made = bench(right, probes, known)
    assert made.judge("def slopes(x):\n    return 2 * x + 1e-5").message == "One side only."
    assert made.judge("def slopes(x):\n    return 2 * x * (1 + 3e-5)").message != "One side only."


def test_two_mistakes_are_not_read_from_an_answer_that_always_says_no(bench):
    right = "def says(x, k):\n    return (x > 0) == (k > 0)"
    probes = """
    says(np.array([1.0, -1.0, 2.0, -3.0]), 1)
    says(np.array([[1.0], [-1.0], [2.0], [-3.0]]), -1)
    """
    known = [
        ("Nobody at 1.", "def says(x, k):\n    return np.zeros(x.shape, bool) if k > 0 else x < 0"),
        ("Nobody else.", "def says(x, k):\n    return np.zeros(x.shape, bool) if k < 0 else x > 0"),
    ]
    verdict = bench(right, probes, known).judge("def says(x, k):\n    return x > 99")
    assert verdict.cause not in ("misconception 1", "with misconception 1")


def test_one_mistake_is_not_read_from_an_answer_that_always_says_no(bench):
    right = "def odd(x):\n    return x.sum(axis=1) % 2 > 0"
    probes = "odd(np.eye(4))\nodd(np.tri(6))"
    known = [("Two are a no.", "def odd(x):\n    return x.sum(axis=1) == 1")]
    verdict = bench(right, probes, known).judge("def odd(x):\n    return x.sum(axis=1) > 99")
    assert "Two are a no." not in verdict.message


def test_a_mistake_that_explains_the_smaller_part_is_not_told(bench):
    right = "def relu(z):\n    return np.maximum(z, 0)"
    probes = "relu(3 * rng.normal(size=30))\nrelu(3 * rng.normal(size=(4, 8)))"
    known = [("The top is cut off.", "def relu(z):\n    return np.clip(z, 0, 4)")]
    wrong = "def relu(z):\n    return np.where(z > 0, np.clip(z, 0, 4), z)"
    assert "The top" not in bench(right, probes, known).judge(wrong).message


def test_a_number_is_not_what_a_known_mistake_has_false_for(bench):
    made = bench(
        "def kept(scores):\n    return [k == 0 or s > scores[0] for k, s in enumerate(scores)]",
        "kept([0.5, 0.7, 0.4])\nkept([0.2, 0.1, 0.9])\nkept([0.3, 0.6])\nkept([0.9, 0.8, 0.7])",
        [("The first one isn't kept.", "def kept(s):\n    return [a > s[0] for a in s]")],
    )
    verdict = made.judge("def kept(scores):\n    return list(range(len(scores)))")
    assert "isn't kept" not in verdict.message


def test_whoever_changes_an_argument_where_the_known_is_right_has_another_mistake(bench):
    right = "def stamp(x, k):\n    y = np.zeros(x.shape)\n    y += x * k\n    return y"
    like = "def stamp(x, k):\n    y = np.zeros_like(x)\n    y[:] = x * k\n    return y"
    probes = "stamp(rng.normal(size=3), 2.0)\nstamp(np.array([1, 2, 5]), 0.5)"
    made = bench(right, probes, [("As whole as `x`.", like)])
    copied = "def stamp(x, k):\n    y = x.copy()\n    y[:] = x * k\n    return y"
    assert made.judge(copied).cause == "misconception 1"
    in_place = "def stamp(x, k):\n    x[:] = x * k\n    return x"
    assert made.judge(in_place).cause == "changed_in_place"


def test_single_whole_numbers_are_no_evidence_of_two_mistakes(bench):
    right = "def count(x):\n    return int((x > 0).sum() + 2 * (x > 9).sum())"
    probes = "count(np.array([1.0, 2.0]))\ncount(np.array([12.0]))\ncount(np.array([-1.0, 14.0]))"
    known = [
        ("You begin at 2.", "def count(x):\n    return int((x > 1).sum() + 2 * (x > 9).sum())"),
        ("The large ones count once.", "def count(x):\n    return int((x > 0).sum())"),
    ]
    verdict = bench(right, probes, known).judge("def count(x):\n    return 1")
    assert "two known mistakes" not in verdict.message


def test_words_of_a_test_stand_behind_a_planted_bug_that_is_still_at_work(bench):
    right = "def step(w):\n    return w - 0.1"
    made = bench(right, "# wrong: It goes up.\nstep(2.0)\nstep(3.5)").question
    space = {"np": np, "__name__": "__main__"}
    run_cell("def step(w):\n    return w + 0.1", "<cell bug>", space)
    seen = look_at(made.task, space, {"np": np}, 0)
    bug = WrongAnswer("The planted bug is still at work.", "", "planted_bug", seen.observations)
    verdict = judge(replace(made, wrong_answers=(bug,)), seen)
    assert verdict.message == "The planted bug is still at work. It goes up."


def test_a_few_whole_numbers_are_no_evidence_of_a_part_beside_other_tests(bench):
    right = "def cut(n, share):\n    return ['cut', round(share * n)]"
    probes = (
        "cut(4, 0.5)[0]\n"
        "[cut(n, s)[1] for n, s in [(8, 0.25), (9, 0.25), (5, 0.5), (10, 0.31), (7, 0.3), (5, .4)]]"
    )
    up = "def cut(n, share):\n    return ['cut', int(np.ceil(share * n))]"
    made = bench(right, probes, [("You round up.", up)])
    assert made.judge(up).message == "You round up."
    added = "def cut(n, share):\n    return ['cut', round(share * n) + (n != 5 or share > 0.46)]"
    assert "round up" not in made.judge(added).message


def test_two_errors_of_one_kind_with_other_words_are_not_the_same(bench):
    right = "def sums(x):\n    return x.sum(axis=-1)"
    probes = "sums(rng.normal(size=3))\nsums(rng.normal(size=(4, 3)))"
    known = [("You ask a matrix.", "def sums(x):\n    return 0.5 if (x > -99)[0] else 7.5")]
    made = bench(right, probes, known)
    alike = "def sums(x):\n    return 1 / 2 if x[0] > -99 else 7.5"
    assert made.judge(alike).message == "You ask a matrix."
    other = "def sums(x):\n    return 0.5 if x.ndim == 1 else x + x[0, :2]"
    assert made.judge(other).message != "You ask a matrix."


def test_a_division_by_zero_is_the_same_of_whole_numbers_and_of_others(bench):
    right = "def ratios(a, b):\n    return [x / y if y else 0.0 for x, y in zip(a, b)]"
    probes = "ratios([1.0, 3.0], [2.0, 0.0])\nratios([1, 3], [2, 0])"
    known = [("Nobody asks for 0.", "def ratios(a, b):\n    return [x / y for x, y in zip(a, b)]")]
    made = bench(right, probes, known)
    other = "def ratios(a, b):\n    return [float(x) / y for x, y in zip(a, b)]"
    assert made.judge(other).message == "Nobody asks for 0."
    power = "def ratios(a, b):\n    return [x * float(y) ** -1 for x, y in zip(a, b)]"
    assert made.judge(power).message != "Nobody asks for 0."  # Python says another thing of it


SLOPES = (
    "def slopes(x, y):\n    return {'W': x.T @ y, 'b': y.sum(axis=0), 'x': y @ y.T}",
    "slopes(rng.normal(size=(4, 3)), rng.normal(size=(4, 2)))\n"
    "slopes(rng.normal(size=(5, 2)), rng.normal(size=(5, 3)))",
)


def test_a_known_mistake_under_one_key_is_told_beside_another_one(bench):
    wrong = SLOPES[0].replace("x.T @ y", "np.tanh(x.T) @ y")
    made = bench(*SLOPES, [("`W` is bent.", wrong)])
    both = made.judge(wrong.replace("y.sum(axis=0)", "np.sin(y).sum(axis=0)"))
    assert (both.cause, both.message) == ("with misconception 1", "`W` is bent.")
    assert made.judge(SLOPES[0].replace("x.T @ y", "2 * x.T @ y")).message != both.message
    assert made.judge(SLOPES[0].replace("y.sum", "y.std")).message != both.message
    more = wrong.replace("y @ y.T", "y @ y.T + x[0, 0]")  # most that is wrong stands elsewhere
    assert made.judge(more).message != both.message
