"""What holds for every file under version control, for the pins, and for every stored figure."""

import json
import os
import re
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement

PINS = ("requirements.txt", "requirements-test.txt")
MEGABYTES = 3  # the largest is the voices, whose samples compress no further
# Folders that exist on one machine only. Assembled here, lest this file accuse itself.
MACHINE_PATHS = re.compile(
    "|".join(["/ho" + "me/", "/Us" + "ers/", r"C:\\+Us" + "ers", "/ro" + "ot/"])
)
IN_DATA = re.compile(
    MACHINE_PATHS.pattern + "|/t" + "mp/|/var/fol" + r"ders/|[/\\]site-pack" + "ages"
)
# At the root of every Linux or macOS, so that code may name them; any other folder at the root, and
# these that hosts of machines and of builds have, are one machine's own.
EVERYWHERE = {
    *("bin", "boot", "dev", "etc", "lib", "lib64", "mnt", "proc", "run", "sbin", "sys", "System"),
    *("tmp", "usr", "var"),
}
ITS_OWN = {"builds", "data", "media", "opt", "scratch", "srv", "Volumes", "work", "workspace"}
HOSTS = re.compile(
    r"|".join(
        [
            "pypi[.]" + "org",
            "python" + "hosted",
            "registry[.]" + "(npmjs|yarnpkg)",
            "ana" + "conda[.](org|com)",
            r"(?<![-\w])(extra-|default-)?index" + r"[-_]url\b",
            "(?<![-\\w])find" + "-links\\b",
            "arti" + "factory|dev" + "pi[.]|nexus" + "[.]",
        ]
    ),
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def texts(root, tracked_files):
    """Path and content of every tracked text file that is there."""
    contents = {
        path: (root / path).read_bytes() for path in tracked_files if (root / path).exists()
    }
    return {path: data.decode() for path, data in contents.items() if b"\0" not in data}


@pytest.fixture(scope="module")
def notebooks(texts):
    return {path: json.loads(text) for path, text in texts.items() if path.suffix == ".ipynb"}


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]


def test_no_file_names_a_folder_of_one_machine(root, texts):
    here = str(root)
    for path, text in texts.items():
        pattern = IN_DATA if path.suffix in (".ipynb", ".json") else MACHINE_PATHS
        assert here not in text, path
        assert not (found := pattern.search(text)), f"{path}: {found}"


def rooted(folders):
    """A pattern of absolute paths below one of the folders at the root; no address, no fraction."""
    names = "|".join(sorted(map(re.escape, folders)))
    return re.compile(rf"(?<![\w./:<~*)\]}}>$+-])/(?:{names})/\w[^\s\"'`]*")


def test_no_file_names_a_folder_at_the_root_of_one_machine(texts):
    here = {path.name for path in Path(Path.cwd().anchor).iterdir() if path.is_dir()}
    pattern = rooted((here | ITS_OWN) - EVERYWHERE)
    found = {str(path): it[0] for path, text in texts.items() if (it := pattern.search(text))}
    assert found == {}


@pytest.mark.parametrize("text", ['"/{}/x"', "see `/{}/it/a.py`", "(in /{}/a)", "a=/{}/b"])
def test_such_a_folder_is_seen(text):
    assert rooted(ITS_OWN).search(text.format("srv"))


@pytest.mark.parametrize("text", ["work/opt/it", "https://a.b/opt/it", "and/or", "~/opt/it"])
def test_what_is_no_such_folder_is_not(text):
    assert not rooted({"opt", "or", "b", "work"}).search(text)


def test_no_file_names_a_package_index(texts):
    named = {str(path): it[0] for path, text in texts.items() if (it := HOSTS.search(text))}
    assert named == {}
    assert [name for name in PINS if "://" in texts[Path(name)]] == []
    assert Path("uv.lock") not in texts, "it records the addresses of the index"


def test_no_file_names_the_package_index_of_this_machine(texts):
    """Whatever pip and uv are told here, by files or by the environment."""
    pip = [sys.executable, "-m", "pip", "config", "list"]
    said = subprocess.run(pip, capture_output=True, text=True).stdout.splitlines()
    said += [f"{k}={v}" for k, v in os.environ.items() if re.match("(PIP|UV|NPM_CONFIG)_", k, re.I)]
    hosts = {host for line in said for host in re.findall(r"://(?:[^/@\s']*@)?([\w.-]+)", line)}
    hosts -= {"localhost", "127.0.0.1"}
    named = [(path, host) for path, text in texts.items() for host in hosts if host in text]
    assert named == []


def test_no_file_is_large(root, texts, tracked_files):
    sizes = {path: (root / path).stat().st_size for path in tracked_files if (root / path).exists()}
    assert {path: size for path, size in sizes.items() if size > MEGABYTES * 1e6} == {}


def test_text_files_have_unix_lines_and_an_end(texts):
    for path, text in texts.items():
        assert "\r" not in text, path
        assert not text or text.endswith("\n"), f"{path} has no newline at its end"


def test_notebooks_have_no_marker_that_hides_a_cell_from_the_tests(notebooks):
    for path, notebook in notebooks.items():
        for cell in notebook["cells"]:
            assert "NBVAL" not in "".join(cell["source"]), path
            tags = cell["metadata"].get("tags", [])
            assert not [tag for tag in tags if tag.startswith(("nbval", "raises"))], path


def test_no_notebook_stores_the_view_of_a_widget_that_died_with_its_kernel(notebooks):
    """Reopened, it would say "Error displaying widget"; `explorables.kit.store` leaves them out."""
    for path, notebook in notebooks.items():
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                assert not [kind for kind in output.get("data", {}) if "widget-view" in kind], path


class Images(HTMLParser):
    """Collects the alternative text of each image and drawing in a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.alternatives = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "img":
            self.alternatives.append(attributes.get("alt"))
        if tag == "svg" and attributes.get("aria-hidden") != "true":
            self.alternatives.append(attributes.get("aria-label") or attributes.get("role"))


def alternatives(text):
    """The alternative text of every picture in Markdown or HTML."""
    return re.findall(r"!\[(.*?)\]\(", text) + Images(text).alternatives


def test_every_picture_has_alternative_text(texts, notebooks):
    pieces = [(path, text) for path, text in texts.items() if path.suffix == ".md"]
    for path, notebook in notebooks.items():
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                pieces.append((path, "".join(cell["source"])))
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                assert "image/png" not in data, f"{path}: a picture that has no place for a text"
                pieces.append((path, "".join(data.get("text/html", ""))))
    for path, text in pieces:
        assert all(alternative and alternative.strip() for alternative in alternatives(text)), path


def test_a_picture_without_alternative_text_is_seen():
    assert alternatives('![](a.png) <img src="b"> <img alt="" src="c">') == ["", None, ""]


def test_links_between_files_lead_somewhere(root, texts, notebooks):
    """The text of a notebook has the notebook's links, which lead on from where that lies."""
    markdown = [path for path in texts if path.suffix == ".md" and path.parent.name != "text"]
    pieces = [(path, texts[path]) for path in markdown]
    for path, notebook in notebooks.items():
        markdown = [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]
        pieces += [(path, "".join(source)) for source in markdown]
    for path, text in pieces:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if not re.match(r"[a-z]+:", target):
                assert (root / path.parent / target).exists(), f"{path} links to {target}"


def pins(root, name):
    """name -> version of every package in a file of pins."""
    text = (root / name).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", text, re.MULTILINE))


def test_every_dependency_is_pinned_within_its_range(root, project):
    extras = project["optional-dependencies"]
    learning = project["dependencies"] + extras["keras"] + extras["build"]
    for name, lines in zip(PINS, (learning, learning + extras["dev"]), strict=True):
        pinned = pins(root, name)
        for line in lines:
            requirement = Requirement(line)
            assert requirement.name in pinned, f"compile {name} again: {line}"
            assert requirement.specifier.contains(pinned[requirement.name], prereleases=True), line


def test_tests_run_with_what_learners_have(root):
    learning, testing = (pins(root, name) for name in PINS)
    assert learning.items() <= testing.items(), "compile requirements-test.txt, then the other"
    assert "pytest" in testing.keys() - learning.keys()


@pytest.mark.parametrize("name", PINS)
def test_every_pin_has_a_hash(root, name):
    blocks = re.split(r"^(?=[a-z0-9])", (root / name).read_text("utf-8"), flags=re.M)
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []


def test_license_files_are_there(root, project):
    assert project["license-files"] == ["LICENSE", "LICENSE-TEXT"]
    assert all((root / name).exists() for name in project["license-files"])


@pytest.mark.parametrize("command", [["format", "--check"], ["check"]], ids=["format", "lint"])
def test_ruff_has_nothing_to_say(root, tracked_files, command):
    files = [path for path in tracked_files if path.suffix in (".py", ".ipynb")]
    present = [str(path) for path in files if (root / path).exists()]
    ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "--quiet", *present]
    result = subprocess.run(ruff, cwd=root, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]


def test_exercises_are_built_from_their_solutions(root):
    command = [sys.executable, "-c", "from course_utils.cli import main; main()"]
    result = subprocess.run(
        [*command, "build", "--check"], cwd=root, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]
