"""The pages under /course: home with its search, old questions, sheets, reset, backup, the doctor.

Every page is made on the server, and works without scripts; with one, lines are moved in place.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from markupsafe import Markup
from tornado import web

from course_utils.checking.markdown import as_html
from course_utils.home.formulas import shown_if_it_can, with_formulas
from course_utils.learning.copies.keeping import Keeper, KeepingError
from course_utils.learning.copies.putting_back import backup, reset, restore
from course_utils.learning.own_folder import course_root, own_folder
from course_utils.learning.prompts.comparing import read_number, shown
from course_utils.learning.prompts.notation import Option
from course_utils.learning.prompts.scripts import lines_script
from course_utils.learning.review.questions import Question, Review
from course_utils.learning.review.schedule import HINTS, LONG_AGO, WRONG, Old
from course_utils.learning.searching import CHEAT_SHEET, GLOSSARY, index, search, sheet
from course_utils.learning.standing import standing


def add_pages(app: web.Application) -> None:
    """Add the home page and what belongs to it to a Jupyter server's application."""
    base = app.settings["base_url"]
    pages = {"": Home, "review": OldQuestion, "reset": Reset, "backup": Backup, "restore": Restore,
             "doctor": Doctor}  # fmt: skip
    rules = [(url_path_join(base, "course", name) + "/?", page) for name, page in pages.items()]
    rules.append((url_path_join(base, "course", f"({GLOSSARY}|{CHEAT_SHEET})/?"), Sheet))
    app.add_handlers(".*$", rules)


class Page(JupyterHandler):
    """A page of the course, for whoever may use this Jupyter server."""

    auth_resource = "contents"

    @property
    def root(self) -> Path:
        root = course_root(self.served)
        if root is None:
            raise web.HTTPError(404, "The course isn't on this machine.")
        return root

    @property
    def own(self) -> Path | None:
        return own_folder(self.served)

    @property
    def served(self) -> Path:
        return Path(self.settings.get("server_root_dir", ".")).expanduser()

    @property
    def keeper(self) -> Keeper:
        if self.own is None:
            raise KeepingError("Nothing is kept here: there is no folder of your own.")
        return Keeper(self.root, self.own)

    def show(self, name: str, status: int = 200, **words) -> None:
        """Answer with a template."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        xsrf = self.xsrf_form_html()
        self.finish(
            _environment()
            .get_template(name)
            .render(link=self.link, notebook=self.notebook, xsrf=xsrf, **words)
        )

    def link(self, name: str = "", **values: str) -> str:
        """The address of one of these pages."""
        query = "&".join(f"{key}={quote(value)}" for key, value in values.items())
        return url_path_join(self.base_url, "course", name) + (f"?{query}" if query else "")

    def notebook(self, path: str) -> str:
        """The address at which JupyterLab opens a file of the learner's folder."""
        folder, served = self.own or self.root, self.served.resolve()
        file = (folder / path).resolve()
        name = file.relative_to(served).as_posix() if file.is_relative_to(served) else path
        return url_path_join(self.base_url, "lab", "tree", quote(name))


class Home(Page):
    @web.authenticated
    def get(self) -> None:
        words = self.get_query_argument("q", "").strip()[:200]
        found = search(index(self.root), words) if words else []
        now = standing(self.root, self.own)
        asked = Asked.of(Review(self.root, self.own))
        self.show("home.html", words=words, found=found, now=now, said=self.said(), asked=asked)

    def said(self) -> str:
        """What an act that led here has done."""
        return {
            "reset": "It is back at its starter. What stood there is kept among your backups.",
            "restored": "Your backup is back. What it replaced is kept among your backups.",
        }.get(self.get_query_argument("done", ""), "")


@dataclass(frozen=True)
class Asked:
    """The old question that is due now, if any; count: of how many today, answered ones too.

    lines: of a question about their order, as they stand now. moved: the button that put one there.
    begun: own words that were written and not judged yet.
    """

    question: Question | None
    why: str
    number: int
    count: int
    skipped: list[str]
    more: int  # how many are due, beyond those for today too
    lines: tuple[Option, ...] = ()
    moved: str = ""
    begun: str = ""

    @classmethod
    def of(
        cls, review: Review, skipped: Sequence[str] = (), beyond: bool = False, name: str = ""
    ) -> Asked:
        """beyond: ask what is due, even if what is for today is done; name: or just this one."""
        due = review.due(skipped)
        today = due if beyond else due[: review.left_today]
        named = [pair for pair in due if pair[0].name == name]
        done = review.done_today
        question, old = (named or today or [(None, None)])[0]
        asked = cls(question, "", done + 1, done + len(today or named), list(skipped), len(due))
        if question is None:
            return asked
        lines = question.prompt.mixed if question.prompt.kind == "order" else ()
        said = review.last(question)
        begun = said.text if said and said.tries[-1][1] is None else ""
        return replace(asked, why=_why(old, review.today), lines=lines, begun=begun)

    def with_lines(self, lines: Sequence[str], moved: str) -> Asked:
        """The same with its lines in this order, if they are its lines."""
        by_text = {line.text: line for line in self.lines}
        if sorted(lines) != sorted(by_text):
            return self
        return replace(self, lines=tuple(by_text[text] for text in lines), moved=moved)


class OldQuestion(Page):
    """Ask an old question that is due; say what is right once it is answered."""

    @web.authenticated
    def get(self) -> None:
        review = Review(self.root, self.own)
        question = review.question(self.get_query_argument("answered", ""))
        skipped = [name for name in self.get_query_argument("skipped", "").split(",") if name]
        said = review.last(question) if question else None
        first = review.first(question) if question else None
        box = review.box(question) if question else None
        beyond, name = (self.get_query_argument(key, "") for key in ("more", "asked"))
        asked = Asked.of(review, skipped, bool(beyond), name)
        lines = self.get_query_argument("lines", "").split("\n")
        asked = asked.with_lines(lines, self.get_query_argument("moved", ""))
        self.show("review.html", answered=question, said=said, first=first, box=box, asked=asked)

    @web.authenticated
    def post(self) -> None:
        review = Review(self.root, self.own)
        name, said = self.get_body_argument("name"), self.get_body_arguments("said")
        question = review.question(name)
        if question is None:
            raise web.HTTPError(404, "There is no such question.")
        if move := self.get_body_argument("move", ""):
            lines, moved = _moved(said, move)
            skipped = self.get_body_argument("skipped", "")
            lines = "\n".join(lines)
            self.redirect(
                self.link("review", asked=name, lines=lines, moved=moved, skipped=skipped)
            )
            return
        had = self.get_body_argument("had", "")
        if had and question.prompt.kind == "words":
            review.judge(question, had == "yes")
        else:
            try:
                review.answer(question, *_read(question, said))
            except ValueError as error:
                self.show("problem.html", 400, problem=str(error))
                return
        self.redirect(self.link("review", answered=name))


class Reset(Page):
    """Ask first, then put a question or an exercise back to its starter."""

    @web.authenticated
    def get(self) -> None:
        self.show("reset.html", **self.asked(self.get_query_argument))

    @web.authenticated
    def post(self) -> None:
        asked = self.asked(self.get_body_argument)
        try:
            reset(self.keeper, asked["exercise"], asked["question"])
        except KeepingError as error:
            self.show("problem.html", 409, problem=str(error))
            return
        self.redirect(self.link(done="reset"))

    @staticmethod
    def asked(argument) -> dict[str, str]:
        return {"exercise": argument("exercise"), "question": argument("question", "")}


class Backup(Page):
    @web.authenticated
    def get(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                archive = backup(self.keeper, Path(folder))
            except KeepingError as error:
                self.show("problem.html", 409, problem=str(error))
                return
            self.set_header("Content-Type", "application/zip")
            self.set_header("Content-Disposition", f'attachment; filename="{archive.name}"')
            self.finish(archive.read_bytes())


class Restore(Page):
    @web.authenticated
    def post(self) -> None:
        files = self.request.files.get("backup", [])
        try:
            if not files or not files[0]["filename"]:
                raise KeepingError("Choose a backup first: a zip that this page has given you.")
            with tempfile.TemporaryDirectory() as folder:
                archive = Path(folder) / "backup.zip"
                archive.write_bytes(files[0]["body"])
                restore(self.keeper, archive)
        except KeepingError as error:
            self.show("problem.html", 409, problem=str(error))
            return
        self.redirect(self.link(done="restored"))


class Sheet(Page):
    """The glossary, or the cheat sheet."""

    @web.authenticated
    def get(self, name: str) -> None:
        text = sheet(self.root, name)
        if not text:
            raise web.HTTPError(404, "There is no such sheet.")
        text = re.sub(r"^<.*>$", "", text, flags=re.MULTILINE)  # the page break of a print
        text = re.sub(r"\]\((\w+)\.(ipynb|md)\)", self._address, text)
        title = text.partition("\n")[0].lstrip("# ")
        self.show("sheet.html", heading=title, text=as_html(text))

    def _address(self, found: re.Match) -> str:
        is_lesson = found[2] == "ipynb"
        path = f"notebooks/{found[1]}.ipynb"
        return f"]({self.notebook(path) if is_lesson else self.link(found[1])})"


class Doctor(Page):
    @web.authenticated
    def get(self) -> None:
        from course_utils.grading.doctor import findings

        self.show("doctor.html", findings=list(findings()), root=self.root, own=self.own)


def _read(question: Question, said: list[str]) -> tuple[str, float | None]:
    """An answer as it is kept. Raises ValueError, with a sentence, for what is none."""
    text = "\n".join(said).replace("\r\n", "\n").strip()
    value = read_number(text, question.prompt.unit) if question.number is not None else None
    offered = [option.text for option in question.prompt.options]
    fits, sentence = {
        "number": (value is not None, "Type a number, like 12 or 0.25."),
        "choice": (text in offered, "Choose one of the options."),
        "order": (sorted(said) == sorted(offered), "Put each of the lines in its place, once."),
        "words": (bool(text), "Write a sentence first, however rough."),
    }[question.prompt.answer]
    if not fits:
        raise ValueError(sentence)
    return text, value


def _moved(lines: list[str], move: str) -> tuple[list[str], str]:
    """Lines after a button such as "up 2" (counted from 0), and the same button where it is now."""
    found = re.fullmatch(r"(up|down) (\d)", move)
    if not found or int(found[2]) >= len(lines):
        raise web.HTTPError(400, "There is no such line.")
    place = int(found[2])
    to = min(max(0, place + (1 if found[1] == "down" else -1)), len(lines) - 1)
    lines.insert(to, lines.pop(place))
    return lines, f"{found[1]} {to}"


def _why(old: Old, today: date) -> str:
    days = (today - old.box.last).days
    since = f"last seen {days} days ago" if days > 1 else "last seen yesterday"
    reasons = {
        WRONG: f"not right when {since}",
        HINTS: "you took hints in this lesson's exercise",
        LONG_AGO: since,
    }
    return reasons[old.reason]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("course_utils.home"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["lines_script"] = Markup(lines_script())
    environment.filters["number"] = shown
    environment.filters["rich"] = with_formulas
    environment.filters["rich_if_it_can"] = shown_if_it_can
    return environment
