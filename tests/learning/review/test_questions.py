"""Which questions a learner is asked again, from the lessons, their copies and the records."""

import json
import shutil
from datetime import date, timedelta

import pytest

from course_utils.home.formulas import with_formulas
from course_utils.learning.copies.reading import read, source
from course_utils.learning.curriculum import LESSONS
from course_utils.learning.progress import ProgressFile
from course_utils.learning.prompts.notation import is_prompt, read_cell
from course_utils.learning.review.questions import Review, questions
from course_utils.learning.review.schedule import HINTS, WRONG

LESSON = "01_one_neuron"
TODAY = date.today()


@pytest.fixture
def desk(root, tmp_path, monkeypatch):
    """A course with one lesson, and a learner's copy in which nothing was run."""
    own = tmp_path / "own"
    for folder in (tmp_path, own):
        (folder / "notebooks").mkdir(parents=True)
        shutil.copy(root / "notebooks" / f"{LESSON}.ipynb", folder / "notebooks")
    monkeypatch.setenv("COURSE_FOLDER", str(own))
    set_run(own, lambda cell: False)
    return tmp_path, own


def set_run(own, is_run):
    path = own / "notebooks" / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1 if is_run(cell) else None
    path.write_text(json.dumps(notebook), "utf-8")


def review(desk, days=0):
    return Review(*desk, TODAY + timedelta(days))


def names(due):
    return [question.key for question, _ in due]


def prompts_of(path):
    cells = read(path.read_bytes()).cells
    return [read_cell(source(cell)) for cell in cells if is_prompt(source(cell))]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_each_prompt_can_be_asked_again_but_predictions_in_words(root, lesson):
    parts = lesson.notebooks(root / "notebooks")
    prompts = [prompt for path in parts for prompt in prompts_of(path)]
    wanted = {f"{p.kind} {p.name}" for p in prompts if (p.kind, p.answer) != ("predict", "words")}
    assert len(prompts) == len({(p.kind, p.name) for p in prompts}), "one name, one question"
    found = questions(root, lesson.name)
    assert set(found) == wanted
    for question in found.values():
        if question.prompt.answer == "choice":
            assert sum(option.right for option in question.prompt.options) == 1
        texts = [question.prompt.text, *(o.text for o in question.prompt.options)]
        texts.append(question.prompt.model)
        if question.key.startswith("quiz"):
            texts += [option.explanation for option in question.prompt.options]
        for text in texts:
            html = with_formulas(text)
            outside = "".join(part.split("</code>")[-1] for part in html.split("<code"))
            assert "\\" not in outside, text
            assert "$" not in outside, text


def test_nothing_is_asked_of_what_was_not_met(desk):
    assert review(desk, days=100).due() == []


def test_what_was_run_is_asked_from_the_next_day_on_with_its_result(desk):
    set_run(desk[1], lambda cell: "quiz" in cell["metadata"].get("tags", []))
    assert review(desk).due() == []
    quizzes = names(review(desk, days=1).due())
    path = desk[0] / "notebooks" / f"{LESSON}.ipynb"
    assert len(quizzes) == sum(p.kind == "quiz" for p in prompts_of(path)) > 1
    set_run(desk[1], lambda cell: "predict" in cell["metadata"].get("tags", []))
    assert review(desk, days=1).due() == []  # their results were not seen yet
    set_run(desk[1], lambda cell: True)
    assert len(review(desk, days=1).due()) > len(quizzes)


def test_a_wrong_answer_comes_back_first_the_next_day(desk):
    set_run(desk[1], lambda cell: True)
    today = review(desk)
    quiz = questions(desk[0], LESSON)["quiz minus_minus"]
    wrong = next(o.text for o in quiz.prompt.options if not o.right)
    today.answers.keep(LESSON, quiz.key, wrong, right=False)  # as the lesson keeps it
    question, old = review(desk, days=1).due()[0]
    assert (question.key, old.reason) == (quiz.key, WRONG)


def test_a_review_is_kept_beside_what_was_said_in_the_lesson_and_counts_for_the_day(desk):
    quiz, number = (questions(desk[0], LESSON)[k] for k in ("quiz minus_minus",
                    "predict two_numbers"))  # fmt: skip
    today = review(desk)
    today.answers.keep(LESSON, number.key, "3", 3.0, right=False)
    right = next(o.text for o in quiz.prompt.options if o.right)
    today.answer(quiz, right)
    today.answer(number, "59", 59.0)
    assert today.answers.of(LESSON, number.key).text == "3"
    assert today.last(number).tries[-1][1] is True
    assert today.last(quiz).tries[-1][1] is True
    assert (today.done_today, today.left_today) == (2, 1)
    assert (review(desk, days=1).done_today, review(desk, days=1).left_today) == (0, 3)


def add_cells(desk, *sources):
    """Put prompts into the lesson of the course and the learner's copy, as if run there."""
    for folder in desk:
        path = folder / "notebooks" / f"{LESSON}.ipynb"
        notebook = json.loads(path.read_text("utf-8"))
        for place, text in enumerate(sources):
            cell = {"cell_type": "code", "id": f"new-{place}", "source": text, "metadata": {},
                    "outputs": [], "execution_count": 1}  # fmt: skip
            notebook["cells"].append(cell)
        path.write_text(json.dumps(notebook), "utf-8")


def test_lines_to_order_are_asked_from_the_next_day_on(desk):
    add_cells(desk, "%%order step\nOne step:\n1. a\n2. b\n3. c\n***\nSo.")
    assert "order step" not in names(review(desk).due())
    assert "order step" in names(review(desk, days=1).due())
    today, order = review(desk), questions(desk[0], LESSON)["order step"]
    today.answer(order, "a\nc\nb")
    assert today.last(order).tries[-1][1] is False
    later = Review(*desk, TODAY + timedelta(1))
    assert later.due()[0][1].reason == WRONG
    today.answers.keep(LESSON, order.key, "a\nb\nc", right=True)
    assert today.box(order).box == 0  # of a day the first answer counts


def test_own_words_count_once_their_author_has_judged_them(desk):
    add_cells(desk, "%%words why\nWhy?\n***\nBecause.")
    words = questions(desk[0], LESSON)["words why"]
    today = review(desk)
    today.answers.keep(LESSON, words.key, "I said then.")
    today.answer(words, "I say now.")
    assert (today.first(words).text, today.last(words).text) == ("I said then.", "I say now.")
    assert today.done_today == 0
    assert words.key in names(review(desk, days=1).due())
    today.judge(words, True)
    assert (today.done_today, today.box(words).box) == (1, 1)
    assert words.key not in names(review(desk, days=1).due())
    assert words.key in names(review(desk, days=2).due())
    today.judge(words, False)
    assert today.box(words).wrong


def test_hints_in_the_exercise_say_what_is_asked_first(desk):
    set_run(desk[1], lambda cell: True)
    ProgressFile(desk[1] / "records" / "progress.json").hint(LESSON, "neuron", 3)
    assert {old.reason for _, old in review(desk, days=1).due()} == {HINTS}


def test_nothing_of_the_lesson_at_whose_door_it_is_asked_and_nothing_that_was_skipped(desk):
    set_run(desk[1], lambda cell: True)
    later = review(desk, days=1)
    first = later.due()[0][0]
    assert first.name not in [q.name for q, _ in later.due(skipped=[first.name])]
    assert later.due(without=LESSON) == []


def test_damaged_records_and_copies_ask_nothing_and_raise_nothing(desk):
    (desk[1] / "notebooks" / f"{LESSON}.ipynb").write_text("{")
    (desk[1] / "records").mkdir(exist_ok=True)
    (desk[1] / "records" / "answers.json").write_text("[]")
    assert review(desk, days=1).due() == []
