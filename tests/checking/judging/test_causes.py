"""What a card says of the cause: two mistakes at once, the author's words for a test, an entry."""

import numpy as np
import pytest

from course_utils.checking.card import as_text
from course_utils.checking.data.values import Unjudgeable, decode, encode
from course_utils.checking.expecting.probes import ProbeError, parse

SCALE = "def scaled(x):\n    return (x - x.mean()) / x.std()"
SCALE_PROBES = """
scaled(rng.normal(size=5))
scaled(rng.normal(size=4))[::-1]
"""
TABLE = """
def table(names, scores):
    return {name: max(scores) for name in sorted(names)}
"""
TABLE_PROBES = """
def column(names, scores): return list(table(names, scores))
def best(names, scores): return list(table(names, scores).values())
column(["b", "c", "a"], [1])
column(["a", "b"], [3, 2])
best(["a", "b"], [3, 5, 4])
best(["a"], [7, 1])
"""
UNSORTED = "def table(names, scores):\n    return {name: max(scores) for name in names}"
LOWEST = "def table(names, scores):\n    return {name: min(scores) for name in sorted(names)}"
TABLE_WRONG = [("The names aren't sorted.", UNSORTED), ("You take the lowest.", LOWEST)]


def test_two_known_mistakes_at_once_are_both_told(bench):
    made = bench(TABLE, TABLE_PROBES, TABLE_WRONG)
    verdict = made.judge("def table(names, scores):\n    return {n: min(scores) for n in names}")
    assert verdict.message == (
        "What is wrong looks like two known mistakes at once: "
        '"The names aren\'t sorted." And: "You take the lowest."'
    )


def test_of_two_mistakes_only_the_one_is_told_that_every_fitting_pair_has(bench):
    probes = "\n".join([*TABLE_PROBES.splitlines()[:4], "best(['a'], [7, 1])"])
    last = "def table(names, scores):\n    return {name: scores[-1] for name in sorted(names)}"
    made = bench(TABLE, probes, [*TABLE_WRONG, ("You take the last.", last)])
    verdict = made.judge("def table(names, scores):\n    return {n: scores[-1] for n in names}")
    assert verdict.message == "The names aren't sorted."


def test_two_mistakes_are_not_told_of_one_that_is_neither(bench):
    made = bench(TABLE, TABLE_PROBES, TABLE_WRONG)
    code = "def table(names, scores):\n    return {n: sum(scores) for n in names}"
    assert "lowest" not in made.judge(code).message
    praise = [("The names are right, and the values aren't.", LOWEST), TABLE_WRONG[0]]
    both = "def table(names, scores):\n    return {n: min(scores) for n in names}"
    assert "names are right" not in bench(TABLE, TABLE_PROBES, praise).judge(both).message


def test_mistakes_that_share_a_yes_or_no_are_not_told_together(bench):
    probes = """
    def low(x): return [bool(min(ends(x)) == min(x))]
    def high(x): return [bool(max(ends(x)) == max(x))]
    # says: whether the lower end is right
    low([3.0, 1.0, 2.0])
    # says: whether the upper end is right
    high([3.0, 1.0, 2.0])
    """
    right = "def ends(x):\n    return min(x), max(x)"
    wrong = [
        ("The lower is 0.", "def ends(x):\n    return 0.0, max(x)"),
        ("The upper is 9.", "def ends(x):\n    return min(x), 9.0"),
    ]
    verdict = bench(right, probes, wrong).judge("def ends(x):\n    return -5.0, 50.0")
    assert "Two things" not in verdict.message


def test_mistakes_that_share_a_single_entry_are_not_told_together(bench):
    probes = """
    chosen(np.array([[1.0, -2.0]]), np.eye(2), np.zeros(2))
    chosen(np.array([[-1.0, -3.0]]), np.eye(2), np.array([-3.0, 0.0]))
    chosen(rng.normal(size=(30, 4)), rng.uniform(0, 1, size=(4, 3)), np.zeros(3))
    chosen(rng.normal(size=(30, 4)), rng.normal(size=(4, 3)), rng.normal(size=3) - 2)
    """
    right = "def chosen(x, W, b):\n    return (np.maximum(x, 0) @ W + b).argmax(axis=1)"
    wrong = [
        ("You bend the end.", right.replace("argmax", "clip(0).argmax")),
        ("You bend nothing.", "def chosen(x, W, b):\n    return (x @ W + b).argmax(axis=1)"),
    ]
    verdict = bench(right, probes, wrong).judge(
        "def chosen(x, W, b):\n    return (x @ W).argmax(axis=1)"
    )
    assert "bend the end" not in verdict.message


def test_rows_of_different_lengths_are_no_trouble(bench):
    ragged = TABLE_PROBES.replace(
        "list(table(names, scores))", "[[n] * k for k, n in enumerate(table(names, scores))]"
    )
    made = bench(TABLE, ragged, TABLE_WRONG)
    verdict = made.judge("def table(names, scores):\n    return {n: min(scores) for n in names}")
    assert verdict.message.startswith("What is wrong looks like two known mistakes at once:")


WORDS = """
def rows(k): return len(spread(k)), sorted(spread(k))
# says: how many there are, and which
# wrong: Some are there twice. Draw without putting back.
rows(4)
# says: the sum
sum(spread(5))
"""


def test_author_says_what_a_failing_test_means(bench):
    made = bench("def spread(k):\n    return list(range(k))", WORDS)
    verdict = made.judge("def spread(k):\n    return [0] * k")
    assert (verdict.cause, verdict.message) == (
        "probe", "Some are there twice. Draw without putting back.",
    )  # fmt: skip
    later = made.judge("def spread(k):\n    return list(range(k)) if k == 4 else [9]")
    assert "twice" not in later.message


def test_words_for_a_test_come_after_what_is_known_and_what_a_call_does(bench):
    right = "def spread(k):\n    return list(range(k))"
    known = bench(right, WORDS, [("Only zeros.", "def spread(k):\n    return [0] * k")])
    assert known.judge("def spread(k):\n    return k * [0]").message == "Only zeros."
    nothing = known.judge("def spread(k):\n    print(k)\n    return None")
    assert "twice" not in nothing.message


def test_words_for_a_test_come_after_another_type(bench):
    probes = "# wrong: These are no squares.\nsquares(np.array([1.0, 2.0, 3.0]))"
    made = bench("def squares(x):\n    return x**2", probes)
    verdict = made.judge("def squares(x):\n    return [v**2 for v in x]")
    assert verdict.cause == "wrong_type"
    assert "no squares" not in verdict.message


def test_words_for_a_test_stand_beside_a_cause_that_is_exact(bench):
    probes = "# wrong: These are no shares.\nshares(np.array([1.0, 2.0, 5.0]))"
    made = bench("def shares(x):\n    return x / x.sum()", probes)
    verdict = made.judge("def shares(x):\n    return 100 * x / x.sum()")
    assert verdict.cause == "factor"
    assert verdict.message.startswith("These are no shares. What is wrong is 100 times")


def test_letters_that_are_asked_are_not_shown(bench):
    for probes in ("letters", "choice(letters)"):
        verdict = bench('letters = ["b", "c", "a"]', probes).judge('letters = ["b", "c", "d"]')
        shown = f"{verdict.message} {verdict.evidence}"
        assert "'d'" in shown
        assert "'a'" not in shown


def test_words_for_a_test_stand_beside_a_bound(bench):
    probes = "# wrong: It grows.\nat_most(size(3), 4)"
    verdict = bench("def size(k):\n    return k", probes).judge("def size(k):\n    return 9")
    assert verdict.message.startswith("It grows. ")
    assert "at most 4" in verdict.message


def test_words_for_a_letter_are_not_told_of_what_is_no_letter(bench):
    made = bench('letter = "e"', "# wrong: Your letter is another illness's.\nchoice(letter)")
    assert made.judge('letter = "e: too small"').message == (
        'Answer with the letter of an option alone, in quotes, such as "a".'
    )
    assert made.judge('letter = "b"').message.startswith("Your letter is another illness's. ")


def test_words_for_a_test_are_not_told_of_what_is_no_number(bench):
    made = bench("def size(k):\n    return k", "# wrong: It grows.\nat_most(size(3), 4)")
    verdict = made.judge("def size(k):\n    return [9]")
    assert "It grows" not in verdict.message
    assert "A number is asked" in verdict.message


def test_words_for_a_test_need_a_test():
    with pytest.raises(ProbeError, match="# wrong:"):
        parse("f(1)\n# wrong: nothing below")


CASE = """
def case(config):
    return config | {"rate": 0.1, "cause": "e"}
"""
CASE_PROBES = """
TABLE = {"e": "too small"}
def told(config): return TABLE[case(config)["cause"]], case(config)["rate"]
# says: the cause and the rate
told({"rate": 9.0})
"""


@pytest.mark.parametrize(
    ("given_back", "words"),
    [
        ("config, 'b'", "A tuple came where a dictionary"),
        ("[config]", "A list came"),
        ("'b'", "A string"),
    ],
)
def test_what_is_no_dictionary_is_told(bench, given_back, words):
    verdict = bench(CASE, CASE_PROBES).judge(f"def case(config):\n    return {given_back}")
    assert words in verdict.next_step


def test_entry_that_a_dictionary_lacks_is_named(bench):
    made = bench(CASE, CASE_PROBES)
    verdict = made.judge("def case(config):\n    return config | {'rate': 0.1}")
    assert 'the entry `"cause"` is missing' in verdict.message
    unknown = made.judge("def case(config):\n    return config | {'rate': 0.1, 'cause': 'small'}")
    assert "is missing" not in unknown.message


def test_sentence_of_the_exercises_own_code_is_the_cause(bench):
    given = (
        "import numpy as np\n"
        "def train(config):\n"
        "    if config['rate'] > 1:\n"
        "        raise ValueError(f\"rate: expected at most 1, got {config['rate']}\")\n"
        "    return config['rate']\n"
    )
    made = bench(CASE, "# says: the rate\ntrain(case({'rate': 9.0}))", given=given)
    verdict = made.judge("def case(config):\n    return config")
    assert verdict.message.endswith("as the task says: rate: expected at most 1, got 9.0.")


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        ("steps=('scale',): without 'split' there is no other part", "without 'split'"),
        ("activation: unknown name 'sigmoide'. Known names: relu, tanh", "unknown name 'sigmoide'"),
        ("matmul: Input operand 1 has a mismatch in its core dimension 0", ""),
        ("could not convert string to float: 'zeros'", "A text stands in it"),
    ],
)
def test_sentence_of_a_function_of_numpy_is_not_told_as_the_exercises(bench, raised, words):
    given = f"def train(config):\n    if len(config) > 1:\n        raise ValueError({raised!r})\n"
    made = bench(
        "def case(config):\n    return config", "# says: it\ntrain(case({'a': 1}))", given=given
    )
    verdict = made.judge("def case(config):\n    return config | {'b': 2}")
    assert words in f"{verdict.message} {verdict.next_step}"
    assert ("outside your code" in verdict.message) == (raised[:3] in ("mat", "cou"))


def test_set_has_no_order(bench):
    given = "def first(config):\n    return config['steps'].index('split')\n"
    made = bench(
        "def case(config):\n    return config",
        "# says: it\nfirst(case({'steps': ['split']}))",
        given=given,
    )
    verdict = made.judge("def case(config):\n    return {'steps': {'split'}}")
    assert "A set has no order" in verdict.next_step


def test_list_that_the_exercises_code_made_is_no_loop_of_the_learners(bench):
    given = "import numpy as np\ndef changed(a, b):\n    return [k for k in a if a[k] != b[k]]\n"
    probes = "changed({'rate': 9.0, 'size': 3}, case({'rate': 9.0, 'size': 3}))"
    made = bench(CASE, probes, given=given)
    verdict = made.judge("def case(config):\n    return config | {'rate': 0.1, 'size': 4}")
    assert verdict.cause not in ("too_many", "wrong_length")
    direct = bench("def some(n):\n    return list(range(n))", "some(3)\nlist(some(5))")
    code = "def some(n):\n    return list(range(n + 1))"
    assert direct.judge(code).cause == "too_many"


def test_entries_that_are_missing_or_not_asked_for_are_named(bench):
    right = "def report(x):\n    return {'mean': x.mean(), 'low': x.min()}"
    made = bench(right, "report(rng.normal(size=3))\nreport(rng.normal(size=4))")
    verdict = made.judge("def report(x):\n    return {'mean': x.mean(), 'lowest': x.min()}")
    assert "lacks `'low'`" in verdict.message
    assert "has `'lowest'`, which nobody asks for" in verdict.message
    hidden = bench(
        "def count(words):\n    return {w: 1 for w in words}", "count(['a', 'b'])\ncount(['c'])"
    )
    assert "`'" not in hidden.judge("def count(words):\n    return {}").message


def test_part_that_is_none_is_not_called_a_branch(bench):
    made = bench("def pair(x):\n    return x, np.zeros(2)", "pair(np.ones(2))\npair(np.ones(3))")
    verdict = made.judge("def pair(x):\n    return x, None")
    assert (
        verdict.message
        == "A part of your result is None, and an array of shape (2,) is asked there."
    )


def test_array_of_more_axes_than_are_written_can_not_be_judged():
    many = np.zeros((1,) * 40)
    assert isinstance(decode(encode(many)), Unjudgeable)
    assert decode(encode(many[(0,) * 30])).shape == (1,) * 10


WORDS_OF = (
    "def words(text):\n    return text.lower().split()",
    "words('to be or not to be')\nwords('a rose is a rose')\nwords('so it goes')",
)


@pytest.mark.parametrize(
    ("code", "cause", "said"),
    [
        ("sorted(set(text.lower().split()))", "each_once", "their order is another one"),
        ("list(dict.fromkeys(text.lower().split()))", "each_once", "are lost. Is"),
        ("sorted(text.lower().split())", "mixed_up", "the order of the alphabet"),
        ("text.lower().split()[::-1]", "mixed_up", "in reverse order"),
        ("text.lower().split()[1:] + text.lower().split()[:1]", "mixed_up", "in another order"),
    ],
)
def test_right_texts_that_are_lost_or_mixed_up(bench, code, cause, said):
    verdict = bench(*WORDS_OF).judge(f"def words(text):\n    return {code}")
    assert verdict.cause == cause
    assert said in verdict.message


def test_wrong_texts_are_not_called_right_ones(bench):
    for code in ("text.split(' ', 2)", "list(text.lower())", "sorted(text.upper().split())"):
        verdict = bench(*WORDS_OF).judge(f"def words(text):\n    return {code}")
        assert verdict.cause not in ("each_once", "mixed_up")


ORDER_OF = (
    "def best(x):\n    return np.argsort(-x)[:2]",
    "best(np.array([0.5, 2.5, 1.5]))\nbest(rng.normal(size=6))",
)


def test_fractions_where_whole_numbers_are_asked(bench):
    values = bench(*ORDER_OF).judge("def best(x):\n    return np.sort(x)[::-1][:2]")
    assert values.cause == "fractions"
    places = bench(*ORDER_OF).judge("def best(x):\n    return np.argsort(x)[:2]")
    assert places.cause != "fractions"
    count = ("def count(n, k):\n    return n // k", "count(7, 2)\ncount(9, 4)\ncount(8, 4)")
    assert bench(*count).judge("def count(n, k):\n    return n / k + 0.125").cause == "fractions"
    some = bench(*count).judge("def count(n, k):\n    return n // k + 1 + (n == 9) * 0.5")
    assert some.cause != "fractions"


def test_rows_are_left_out_where_one_test_has_no_other(bench):
    right = "def means(x):\n    return np.array([r.mean() if r.any() else 0.0 for r in x])"
    probes = "means(np.zeros((2, 3)))\nmeans(np.array([[1.0, 2], [0, 0], [3, 5]]))"
    wrong = "def means(x):\n    return np.array([r.mean() for r in x if r.any()])"
    assert bench(right, probes).judge(wrong).cause == "left_out"
    nothing = bench(right, probes).judge("def means(x):\n    return np.zeros(0)")
    assert nothing.cause != "left_out"


def test_an_answer_for_one_size_in_spite_of_what_is_asked_of_its_dtype(bench):
    right = "def mask(n):\n    return np.tri(n, dtype=bool)"
    probes = "mask(2)\nmask(3)\nstr(mask(4).dtype)"
    wrong = "def mask(n):\n    return np.array([[True, False], [True, True]])"
    assert bench(right, probes).judge(wrong).cause == "hard_coded"
    other = "def mask(n):\n    return np.tri(n, 2, dtype=bool)"
    assert bench(right, probes).judge(other).cause != "hard_coded"


def test_pairs_as_keys(bench):
    right = "def counts(x):\n    return {name: k for k, (name, _) in enumerate(x)}"
    wrong = "def counts(x):\n    return {name: k for k, name in enumerate(x)}"
    verdict = bench(right, "counts([('a', 1), ('b', 2)])").judge(wrong)
    assert "takes a pair apart" in verdict.message


def test_a_letter_that_is_no_option_is_told_so(bench):
    wrong = [(f"Not {letter}.", f'pick = "{letter}"') for letter in ("a", "b", "d")]
    made = bench('pick = "c"', "choice(pick)", wrong)
    assert made.judge('pick = "e"').message == "There is no option e: the options are a to d."
    assert made.judge('pick = "B"').message == "Not b."


def test_per_cent_in_quotes_are_no_matter_of_quotes(bench):
    made = bench("share = 0.2", "share")
    assert "37 % as 0.37" in made.judge('share = "20%"').message
    assert "leave the quotes away" in made.judge('share = "0.3"').message
    assert made.judge('share = "a fifth"').message == "You have a string where a number is asked."


def test_a_text_of_the_check_is_not_called_the_learners(bench):
    probes = "def first(found):\n    return found.get('a', 'no a')\nfirst(f(1.0))\nfirst(f(2.0))"
    made = bench("def f(x):\n    return {'a': x}", probes)
    assert "quotes" not in made.judge("def f(x):\n    return {'b': x}").message


def test_a_dictionary_with_more_than_is_asked_lacks_nothing(bench):
    right = "def count(words):\n    return {w: words.count(w) for w in words if w != 'a'}"
    made = bench(right, "count(['a', 'b', 'b'])\ncount(['a', 'c'])")
    said = made.judge("def count(words):\n    return {w: words.count(w) for w in words}").message
    assert "all the keys that are asked, and more" in said or "`'a'`" in said
    none = made.judge("def count(words):\n    return {}").message
    assert "missing" in none or "lacks" in none


def test_a_sentence_on_axes_is_shown_beside_the_case_that_it_is_about(bench):
    made = bench(
        "def top(z):\n    return z.max(axis=-1)",
        "top(rng.normal(size=4))\ntop(rng.normal(size=(2, 3, 5)))",
    )
    code = "def top(z):\n    z = np.atleast_2d(z)\n    return np.array([r.max(axis=0) for r in z])"
    verdict = made.judge(code)
    assert "shape (2, 5)" in verdict.evidence.received
    assert verdict.message.startswith("Your array has 2 axes, as is asked")


def test_what_a_measure_says_is_not_said_twice_nor_as_pythons(bench):
    probes = (
        "@outside\ndef rest(x):\n    if x.min() < 0:\n"
        "        raise ValueError('a share is below 0')\n    return float(x.sum())\n"
        "rest(shares(np.array([1.0, 3.0])))"
    )
    made = bench("def shares(x):\n    return x / x.sum()", probes)
    verdict = made.judge("def shares(x):\n    return -x / x.sum()")
    assert verdict.message == "A share is below 0."
    assert verdict.evidence.error == ""


@pytest.mark.parametrize("parts", ["set(x), x", "(k for k in x), x", "[x, {'a': set(x)}]"])
def test_what_no_measure_can_look_at_is_named_by_its_kind(bench, parts):
    probes = "@outside\ndef sizes(parts):\n    return [len(part) + 0 * part[0] for part in parts]\n"
    made = bench("def both(x):\n    return x, x", f"{probes}sizes(both([1, 2]))")
    verdict = made.judge(f"def both(x):\n    return {parts}")
    assert "Unjudgeable" not in as_text(verdict)
    assert "In what comes back stands a " in verdict.message, verdict.message


def test_a_factor_of_one_result_in_one_of_several_tests_is_not_told(bench):
    """Each test has a factor of its own, and only one has a third array."""
    answer = "def step(w, g):\n    return [a - 0.1 * b for a, b in zip(w, g)]"
    probes = (
        "step(list(rng.normal(size=(2, 4))), list(rng.normal(size=(2, 4))))\n"
        "step(list(rng.normal(size=(3, 5))), list(rng.normal(size=(3, 5))))"
    )
    clipped = (
        "def step(w, g):\n    s = 0.2 / np.sqrt(sum((b * b).sum() for b in g))\n"
        "    return [a - 0.1 * s * b for a, b in zip(w, g)]"
    )
    said = bench(answer, probes).judge(clipped).message
    assert "times the right ones" not in said, said


def test_a_number_about_a_question_is_set_behind_it(bench):
    probes = "# says: how many different rows there are\nat_least(rows(np.arange(3)), 3)"
    made = bench("def rows(x):\n    return len(x)", probes)
    said = made.judge("def rows(x):\n    return 1").message
    assert said == "How many different rows there are: 1; at least 3 is asked."


def test_a_mistake_that_several_pairs_share_is_not_told_alone(bench):
    parts = [f"part(np.array([{k}.25, {k}.5]))" for k in range(1, 5)]

    def code(first, second, third):
        gives = f"[{first}, {second}, {third}, 1.0]"
        return f"def part(x):\n    return x * {gives}[int(x[0]) - 1]"

    known = [
        ("The first is off.", code(2.5, 3.5, 1.0)),
        ("The third is off.", code(1.0, 4.5, 6.5)),
        ("The third is off in another way.", code(1.0, 5.5, 6.5)),
    ]
    verdict = bench(code(1.0, 1.0, 1.0), "\n".join(parts), known).judge(code(2.5, 7.5, 6.5))
    assert "The first is off." not in verdict.message


def test_words_for_a_steady_test_come_before_what_differs_later(bench):
    probes = (
        "def used(y):\n    return float(np.sum(y))\n"
        "# wrong: The sum is off.\nused(draw(3))\nused(draw(4))"
    )
    verdict = bench("def draw(n):\n    return np.ones(n)", probes).judge(
        "def draw(n):\n    return np.zeros(3) if n == 3 else 5 + np.random.default_rng().random(n)"
    )
    assert verdict.message.startswith("The sum is off.")
