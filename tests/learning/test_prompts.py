"""The notation of predictions, quizzes, own words and orders, their stored form, what is kept."""

import json
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_utils.checking.markdown import as_html
from course_utils.learning.prompts.answers import FILE_NAME, Answers, Said
from course_utils.learning.prompts.comparing import (
    comparison,
    is_right,
    meant,
    read_number,
    shown,
)
from course_utils.learning.prompts.notation import NotationError, Option, Prompt, read_cell
from course_utils.learning.prompts.still import still
from course_utils.learning.prompts.widget import PromptWidget

QUIZ = """%%quiz saturated
What follows?

- a list in the question
- is no option

Choose:

- [ ] They have learned.
  They answer the same.

  ```python
  - [ ] no option in code
  ```
- [x] Their weights
  hardly change.
"""
CHOICE = "%%predict sharper choice\nDouble it. Then it is\n\n- sharper\n- flatter"
WORDS = "%%words dead\nExplain.\n\n***\nIts slope is 0."
ORDER = "%%order step\nOne step:\n\n1. forward\n2. `loss`\n3. back\n\n***\nThe loss is needed."
TEXTS = st.lists(st.text("ab $`", min_size=1), min_size=3, max_size=5, unique=True)


def test_a_number_has_a_name_a_question_and_a_unit():
    prompt = read_cell("%%predict bent number of 359\nHow many?\n\nAll in all.")
    assert (prompt.name, prompt.answer, prompt.unit) == ("bent", "number", "of 359")
    assert prompt.text == "How many?\n\nAll in all."


def test_options_are_the_last_list_of_a_text():
    prompt = read_cell(QUIZ)
    assert [(o.text, o.right) for o in prompt.options] == [
        ("They have learned.", False),
        ("Their weights", True),
    ]
    assert "- is no option" in prompt.text
    assert prompt.options[0].explanation.startswith("They answer the same.\n\n```python")
    assert prompt.right == 1
    assert [o.text for o in read_cell(CHOICE).options] == ["sharper", "flatter"]


def test_own_words_have_an_answer_to_compare_with():
    prompt = read_cell(WORDS)
    assert (prompt.text, prompt.model) == ("Explain.", "Its slope is 0.")


def test_an_order_is_written_right_and_shown_mixed():
    prompt = read_cell(ORDER)
    texts = ["forward", "`loss`", "back"]
    assert (prompt.text, prompt.model) == ("One step:", "The loss is needed.")
    assert [line.text for line in prompt.options] == texts
    assert prompt.is_right("\n".join(texts))
    assert not prompt.is_right("\n".join(line.text for line in prompt.mixed))
    assert not prompt.is_right("forward\n`loss`")


@given(st.text("xyz", min_size=1), TEXTS)
def test_lines_are_mixed_alike_each_time_with_at_most_one_in_its_place(name, texts):
    prompt = Prompt("order", name, "order", "Which?", "", tuple(map(Option, texts)), "So.")
    mixed = [line.text for line in prompt.mixed]
    assert sorted(mixed) == sorted(texts)
    assert sum(a == b for a, b in zip(mixed, texts, strict=True)) <= 1


def test_lines_are_mixed_in_the_same_way_in_every_process():
    lines = tuple(map(Option, ("split", "fit the scale", "apply it", "train")))
    prompt = Prompt("order", "scaling", "order", "Which?", "", lines, "So.")
    assert [line.text for line in prompt.mixed] == ["fit the scale", "apply it", "train", "split"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("%%predict\nWhy?", "needs a name"),
        ("%%quiz two-words\nWhy?", "needs a name"),
        ("%%predict bent\nWhy?", "one of number, choice, words; none is given"),
        ("%%predict bent numbre\nWhy?", "'numbre' is none"),
        ("%%predict bent words more\nWhy?", "takes no further words"),
        ("%%predict bent number\n\n", "asks nothing"),
        ("%%predict bent choice\nWhy?\n\n- one", "at least two options"),
        ("%%predict bent choice\n- one\n- two", "no question above"),
        ("%%predict bent choice\nWhy?\n- [x] one\n- [ ] two", "leave out the box"),
        ("%%predict bent choice\nWhy?\n- one\n- one", "same option twice"),
        ("%%predict bent choice\nWhy?\n- one\n  because\n- two", "an option stands in one line"),
        ("%%quiz q more\nWhy?", "a name and nothing else"),
        ("%%quiz q\nWhy?\n- [ ] one\n  a\n- [ ] two\n  b", "one right option, marked `- [x]`; 0"),
        ("%%quiz q\nWhy?\n- [x] one\n  a\n- [x] two\n  b", "2 are marked"),
        ("%%quiz q\nWhy?\n- [x] one\n- [ ] two\n  b", "'one' has no explanation"),
        ("%%quiz q\nWhy?\n- [x] one\n  a\n- two\n  b", "'two' has no box"),
        ("%%quiz q\nWhy?\n- [x] one\n  a\n- [ ] two\n  b\nThe end.", "belongs to no option"),
        ("%%words w\nExplain.", "then a line `***`"),
        ("%%order o\nWhich?\n1. a\n2. b\n3. c", "then why they stand in this order"),
        ("%%order o\n1. a\n2. b\n3. c\n***\nSo.", "no question above"),
        ("%%order o\nWhich?\n1. a\n2. b\n***\nSo.", "3 to 5 lines"),
        ("%%order o\nWhich?\n1. a\n2. b\n3. c\n4. d\n5. e\n6. f\n***\nSo.", "got 6"),
        ("%%order o\nWhich?\n1. a\n2. b\n3. a\n***\nSo.", "same line twice"),
        ("%%order o\nWhich?\n1. a\n   b\n2. c\n***\nSo.", "'   b' is none of the lines"),
        ("%%order o more\nWhich?", "a name and nothing else"),
    ],
)
def test_a_mistake_in_the_notation_is_named(source, sentence):
    with pytest.raises(NotationError) as raised:
        read_cell(source)
    assert sentence in str(raised.value)


def test_the_stored_form_says_all_and_folds_what_answers():
    forms = still(read_cell(QUIZ))
    assert "b: right." in forms["text/plain"]
    outside = forms["text/html"].split("<details>")[0]
    assert "hardly change" not in outside
    assert "<script" not in forms["text/html"]
    assert "Its slope is 0" not in still(read_cell(WORDS))["text/html"].split("<details>")[0]


def test_the_stored_form_of_an_order_is_mixed_and_folds_the_right_one():
    forms = still(read_cell(ORDER))
    mixed = [line.text.strip("`") for line in read_cell(ORDER).mixed]
    above, below = forms["text/html"].split("<details>")
    assert sorted(mixed, key=above.index) == mixed
    assert sorted(mixed, key=below.index) == ["forward", "loss", "back"]
    assert "The loss is needed." not in above
    letters = "abc"
    right = ", ".join(letters[mixed.index(text)] for text in ("forward", "loss", "back"))
    assert f"The order: {right}." in forms["text/plain"]


@pytest.mark.parametrize(
    ("source", "text", "number", "right"),
    [
        (ORDER, "forward\n`loss`\nback", None, True),
        (ORDER, "back\n`loss`\nforward", None, False),
        ("%%predict bent number\nHow many?", "330", 342.0, True),
        ("%%predict bent number\nHow many?", "200", 342.0, False),
        ("%%predict bent number\nHow many?", "330", None, None),
        (WORDS, "It stands still.", None, None),
    ],
)
def test_what_comes_from_the_browser_is_judged_where_it_can_be(
    tmp_path, source, text, number, right
):
    answers = Answers(tmp_path)
    widget = PromptWidget(read_cell(source), answers, "02", "review x", number)
    widget.said = {"text": text, "value": float(text) if text.isdigit() else None}
    assert answers.of("02", "review x").tries[-1][1] is right


def test_formulas_reach_the_page_as_they_are_and_code_is_no_formula():
    html = as_html("$a_1 * b_2 < c_1 * d$ and *all* of `x_1 $ y_2 $`; $5 and $6")
    assert "$a_1 * b_2 &lt; c_1 * d$" in html
    assert "<em>all</em>" in html
    assert "<code>x_1 $ y_2 $</code>" in html


def test_a_result_stands_beside_what_was_said(tmp_path):
    answers = Answers(tmp_path)
    number, choice = read_cell("%%predict bent number\nHow many?"), read_cell(CHOICE)
    answers.keep("02", "predict bent", "300", 300.0)
    said = answers.of("02", "predict bent")
    assert comparison(number, said, 342).text == "You said 300; it is 342."
    assert comparison(number, None, 342).text == "It is 342."
    assert comparison(choice, None, "sharper").text == "The answer: sharper."
    assert [is_right(said, value) for value in (342, 310, 290.0)] == [False, True, True]
    with pytest.raises(ValueError, match="expected one of the options"):
        comparison(choice, None, "sharp")


def test_an_option_may_be_meant_by_its_number():
    choice, number = read_cell(CHOICE), read_cell("%%predict bent number\nHow many?")
    first, second = (option.text for option in choice.options[:2])
    assert [meant(choice, value) for value in (1, np.int64(2), first)] == [first, second, first]
    assert [meant(choice, value) for value in (0, 99, True)] == [0, 99, True], "no option's"
    assert [meant(number, 2), meant(None, 2)] == [2, 2]
    digits = read_cell("%%predict many choice\nHow many?\n\n- 2\n- 1")
    assert meant(digits, 2) == 2, "a text that is this number comes first"


def test_what_a_learner_wrote_and_got_stays_text():
    script = "<script>alert(1)</script>"
    for prompt in (None, read_cell("%%predict bent number\nHow many?"), read_cell(WORDS)):
        said = Said(script)
        for html in (comparison(prompt, said, script).html, comparison(prompt, None, script).html):
            assert "<script" not in html
            assert "&lt;script&gt;" in html


def test_numbers_are_shown_as_one_reads_them():
    import numpy as np

    values = (342, np.int64(19500), 0.234567, np.float32(0.5), 1e-9, 123456.7, True, "a lot")
    assert [shown(v) for v in values] == [
        "342", "19,500", "0.2346", "0.5", "1e-09", "123,457", "True", "a lot",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [("0.25", "", 0.25), ("0,25", "", 0.25), ("19,500", "", 19500), ("25 %", "", 0.25),
     ("25 %", "%", 25), ("25", "%", 25), (" \u22121e-3", "", -0.001), ("1/4", "", 0.25),
     ("1/0", "", None), ("1/2/4", "", None), ("", "", None), ("many", "", None), ("1 2", "", 12),
     ("\u0663", "", None), ("nan", "", None)],
)  # fmt: skip
def test_a_number_is_read_as_one_types_it(text, unit, number):
    assert read_number(text, unit) == number


def test_answers_of_kernels_that_write_at_once_are_all_kept(tmp_path):
    keys = [f"quiz q{k}" for k in range(12)]

    def keep(key):
        Answers(tmp_path).keep("02", key, "an option", right=False)

    writers = [threading.Thread(target=keep, args=[key]) for key in keys]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert set(Answers(tmp_path).all()["02"]) == set(keys)


def test_a_damaged_file_is_kept_aside_and_nothing_raises(tmp_path):
    (tmp_path / FILE_NAME).write_text("{")
    answers = Answers(tmp_path)
    assert answers.of("02", "quiz q") is None
    answers.keep("02", "quiz q", "an option", right=True)
    assert (tmp_path / f"{FILE_NAME}.bak").read_text() == "{"
    assert json.loads((tmp_path / FILE_NAME).read_text("utf-8"))["answers"]["02"]["quiz q"]


def test_where_nothing_can_be_written_answers_last_as_long_as_the_kernel(tmp_path):
    (tmp_path / "a file").touch()
    answers = Answers(tmp_path / "a file" / "folder")
    answers.keep("02", "quiz q", "an option", right=True)
    assert answers.of("02", "quiz q").tries[-1][1] is True


def test_the_same_judgment_of_new_own_words_counts_once_more(tmp_path):
    answers = Answers(tmp_path)
    widget = PromptWidget(read_cell(WORDS), answers, "02")
    for text in ("first", "second"):
        widget.said = {"text": text}
        widget.judged = True
    said = answers.of("02", "words dead")
    assert [right for _, right in said.tries] == [True, True]
