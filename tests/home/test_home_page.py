"""The home page as a person meets it: by keyboard, on a phone, in the dark, and read by axe."""

import json

import pytest

from course_utils import course_map
from course_utils.home.pages import Asked, _environment
from course_utils.learning.curriculum import LESSONS
from course_utils.learning.progress import ProgressFile
from course_utils.learning.review.questions import Review
from course_utils.learning.standing import standing

PAGES = ("", "?q=weight", "/reset?exercise=01_one_neuron&question=neuron", "/doctor",
         "/glossary", "/cheat_sheet")  # fmt: skip
# JupyterLab first brings back what was open, then opens what the address names.
SHOWN = """ending => { const context = window.jupyterapp?.shell.currentWidget?.context;
  return context?.isReady && context.path.endsWith(ending) }"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark"), (390, "light")])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(
    desk, open_page, look, path, width, scheme
):
    page = open_page(width, scheme)
    page.goto(f"{desk.address}/course{path}")
    for details in page.locator("details").all()[:2]:
        details.locator("summary").click()
    assert look(page, f"home{PAGES.index(path)}-{width}-{scheme}") == []


def test_every_lesson_is_there_and_those_without_a_notebook_are_to_come(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course")
    rows = page.locator("ol.lessons > li").all()
    assert len(rows) == len(LESSONS)
    for lesson, row in zip(LESSONS, rows, strict=True):
        text = row.inner_text()
        assert f"{lesson.number} {lesson.title}" in text
        assert ("to come" in text) == (not (desk.own / f"notebooks/{lesson.name}.ipynb").exists())


def test_figures_are_those_of_the_map(desk, open_page, monkeypatch):
    file = ProgressFile(desk.own / "records" / "progress.json")
    file.attempt("01_one_neuron", "neuron", solved=True)
    monkeypatch.setenv("COURSE_FOLDER", str(desk.own))
    page = open_page()
    page.goto(f"{desk.address}/course")
    said = page.get_by_label("Your progress").inner_text()
    assert course_map(desk.own / "notebooks").text.startswith(
        "From one neuron to Keras: 1 of 16 questions solved"
    )
    assert "1 of 16 questions solved" in " ".join(said.split())
    assert "1 of 8 solved" in page.locator("ol.lessons > li").nth(1).inner_text()


def test_by_keyboard_from_the_first_key_to_an_open_lesson(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("Open the ")
    page.keyboard.press("Enter")
    page.wait_for_function(SHOWN, arg="notebooks/00_start_here.ipynb", timeout=60_000)


@pytest.mark.parametrize(
    ("words", "title", "kind"),
    [("learning rate", "learning rate", "term in 01"), ("XOR proof", "xor_proof", "question in 01"),
     ("one_hot", "one_hot", "question in 00"), ("Weight", "weight", "term in 01"),
     ("loss is nan", "loss is nan", "line in the cheat sheet")],
)  # fmt: skip
def test_search_finds_terms_questions_and_sections(desk, open_page, words, title, kind):
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.get_by_label("Lessons, questions, terms").press_sequentially(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    first = page.locator(".found li").first
    assert first.locator("a").inner_text() == title
    assert kind in first.inner_text()
    assert page.get_by_label("Lessons, questions, terms").input_value() == words


def test_glossary_and_cheat_sheet_lead_to_lessons_and_to_each_other(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.get_by_role("link", name="glossary").click()
    row = page.get_by_role("row", name="axis One of the directions of an array")
    assert row.get_by_role("link", name="00").get_attribute("href").endswith("00_start_here2.ipynb")
    page.get_by_role("link", name="cheat sheet").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Cheat sheet"
    assert "<" not in page.locator("main").inner_text().replace("< ", "")
    page.get_by_role("link", name="glossary").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Glossary"


def test_search_for_what_is_not_there_says_so_and_runs_nothing(desk, open_page):
    page = open_page()
    page.goto(f"{desk.address}/course?q=%3Cscript%3Ewindow.bad%3D1%3C/script%3Ezzz")
    assert "Nothing found for" in page.locator("main").inner_text()
    assert page.evaluate("window.bad") is None


def test_reset_asks_first_then_puts_the_question_back_and_keeps_what_stood_there(desk, open_page):
    path = desk.own / "exercises" / "01_one_neuron.ipynb"
    write_answer(path, "neuron = 'mine'")
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.locator("ol.lessons > li").nth(1).locator("summary").click()
    page.get_by_label("Reset neuron", exact=True).click()
    assert "neuron = 'mine'" in path.read_text("utf-8")
    page.get_by_role("button", name="Put it back").click()
    page.wait_for_url("**done=reset")
    assert "It is back at its starter" in page.get_by_role("status").first.inner_text()
    assert "neuron = 'mine'" not in path.read_text("utf-8")
    kept = [p.read_text("utf-8") for p in (desk.own / "backups").rglob("01_one_neuron.ipynb")]
    assert any("neuron = 'mine'" in text for text in kept)


def write_answer(path, text):
    notebook = json.loads(path.read_text("utf-8"))
    next(c for c in notebook["cells"] if c["id"] == "neuron-answer")["source"] = [text]
    path.write_text(json.dumps(notebook), "utf-8")


def test_a_backup_is_downloaded_and_put_back(desk, open_page, tmp_path):
    path = desk.own / "exercises" / "01_one_neuron.ipynb"
    write_answer(path, "neuron = 'saved'")
    page = open_page()
    page.goto(f"{desk.address}/course")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download a backup").click()
    archive = tmp_path / download.value.suggested_filename
    download.value.save_as(archive)
    assert archive.suffix == ".zip"
    write_answer(path, "neuron = 'later'")
    page.get_by_label("Put a backup back").set_input_files(archive)
    page.get_by_role("button", name="Restore").click()
    page.wait_for_url("**done=restored")
    assert "neuron = 'saved'" in path.read_text("utf-8")


def test_a_file_that_is_no_backup_is_refused_in_a_sentence(desk, open_page, tmp_path):
    wrong = tmp_path / "notes.zip"
    wrong.write_text("no zip")
    page = open_page()
    page.goto(f"{desk.address}/course")
    page.get_by_label("Put a backup back").set_input_files(wrong)
    page.get_by_role("button", name="Restore").click()
    assert "no zip file" in page.get_by_role("alert").inner_text()


def test_another_site_can_not_reset(desk, open_page):
    """A form without the server's own token is refused."""
    page = open_page()
    answer = page.request.post(f"{desk.address}/course/reset", form={"exercise": "01_one_neuron"})
    assert answer.status == 403


def test_what_was_run_is_where_one_continues(desk, open_page):
    paths = sorted(desk.own.glob("notebooks/01_one_neuron*.ipynb"))
    parts = [json.loads(path.read_text("utf-8")) for path in paths]
    cells = [[c for c in part["cells"] if c["cell_type"] == "code"] for part in parts]
    count = sum(map(len, cells))

    def write():
        for path, part in zip(paths, parts, strict=True):
            path.write_text(json.dumps(part), "utf-8")

    for number, cell in enumerate(cells[0], 1):
        cell["execution_count"] = number
    write()
    page = open_page()
    page.goto(f"{desk.address}/course")
    words = page.get_by_role("region", name="Continue here").inner_text()
    assert f"01 One neuron: {len(cells[0])} of its {count} code cells are run" in words
    assert "Open the lesson, part 2" in words
    for cell in (cell for part in cells for cell in part):
        cell["execution_count"] = 1
    write()
    page.reload()
    assert "1 of 2 lessons read" in " ".join(
        page.get_by_label("Your progress").inner_text().split()
    )
    assert (
        "You have read 01 One neuron"
        in page.get_by_role("region", name="Continue here").inner_text()
    )


def test_a_folder_without_lessons_is_no_error(tmp_path):
    words = {
        "words": "", "found": [], "said": "", "xsrf": "", "now": standing(tmp_path, None),
        "asked": Asked.of(Review(tmp_path, None)), "link": str, "notebook": str,
    }  # fmt: skip
    html = _environment().get_template("home.html").render(**words)
    assert html.count("to come") == len(LESSONS)
    assert "Open the lesson" not in html
