"""start.py, run on small courses: it sets up, repairs, and says in a sentence what is wrong."""

import ast
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from traitlets.config import Config

SOURCE = (Path(__file__).resolve().parents[1] / "start.py").read_text("utf-8")
needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")

# A stand-in for uv: passes the work on to pip, or fails in the way that FAKE_UV names.
FAKE_UV = """
import os, subprocess, sys, time
mode = os.environ.get("FAKE_UV", "works")
if mode == "sleeps":
    open("uv-runs", "w").close()
    time.sleep(60)
if mode != "works":
    sys.exit("error: " + mode)
arguments = sys.argv[1:]
del arguments[2:4]  # --python PATH
sys.exit(subprocess.call([sys.executable, "-m", *arguments]))
"""
# Stand-ins for JupyterLab and pytest: print what they were given.
FAKE_PROGRAM = """
import os, sys
print(__package__, sys.argv[1:], os.environ.get("OPENBLAS_NUM_THREADS"), os.environ["PATH"][:999])
sys.exit(int(os.environ.get("FAKE_EXIT", 0)))
"""
# The course itself, installed as editable by a builder of its own: nothing is fetched for it.
PYPROJECT = """
[build-system]
requires = []
build-backend = "builder"
backend-path = ["."]

[project]
name = "mini"
version = "1"
"""
BUILDER = """
import zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(folder + "/mini-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("mini.py", "")
        metadata = "Metadata-Version: 2.1\\nName: mini\\nVersion: 1\\n"
        wheel.writestr("mini-1.dist-info/METADATA", metadata)
        wheel.writestr("mini-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        wheel.writestr("mini-1.dist-info/RECORD", "")
    return "mini-1-py3-none-any.whl"
"""


def make_wheel(folder, name, version, files):
    """A wheel that pip installs; returns its line for requirements.txt."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Course:
    """A folder with start.py and the least it needs, and a package index on disk."""

    def __init__(self, folder, gigabytes=0):
        self.folder = folder
        self.venv = folder / ".venv"
        self.stamp = self.venv / "course-ready.txt"
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        version = next(line for line in SOURCE.splitlines() if line.startswith("UV = "))
        make_wheel(wheels, "uv", version.split("==")[1].strip('"'), {"uv/__main__.py": FAKE_UV})
        names = ("jupyterlab", "pytest", "course_utils/home")
        programs = {f"{name}/__main__.py": FAKE_PROGRAM for name in names}
        pin = make_wheel(wheels, "programs", "1", programs)
        self.write("requirements.txt", pin)
        tools = make_wheel(wheels, "tools", "1", {"tools.py": ""})
        self.write("requirements-test.txt", pin + tools)
        self.write("pyproject.toml", PYPROJECT)
        self.write("builder.py", BUILDER)
        self.write("README.md", "")
        self.write("notebooks/02_second.ipynb", "{}")
        self.write("notebooks/01_first.ipynb", "{}")
        # A test machine need not have the room that TensorFlow takes.
        self.change_start("GIGABYTES = 3", f"GIGABYTES = {gigabytes}")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
        self.environment |= {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": wheels.as_uri(),
        }

    def write(self, name, text):
        (self.folder / name).parent.mkdir(exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def change_start(self, old, new):
        assert old in SOURCE
        source = (self.folder / "start.py").read_text("utf-8") if self.venv.exists() else SOURCE
        self.write("start.py", source.replace(old, new))

    def start(self, *arguments, before="", wrapper=(), **environment):
        """Run start.py, after some Python if given; returns its exit code and all it printed."""
        result = subprocess.run(
            [*wrapper, *self.command(before), *arguments],
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=120,
        )
        assert "Traceback" not in result.stdout, result.stdout
        return result.returncode, result.stdout

    def command(self, before=""):
        path = str(self.folder / "start.py")
        run = f"import runpy, sys; {before}\nsys.argv[0] = {path!r}\n"
        run += f"runpy.run_path({path!r}, run_name='__main__')"
        return [sys.executable, "-c", run] if before else [sys.executable, path]

    def start_and_wait_for_uv(self):
        """Begin a set-up that hangs while it installs; returns the process."""
        process = subprocess.Popen(
            self.command(),
            env=self.environment | {"FAKE_UV": "sleeps"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while not (self.folder / "uv-runs").exists() and time.monotonic() < end:
            time.sleep(0.05)
        return process

    def make_outdated(self):
        """What a pull of new requirements does."""
        self.write("requirements.txt", (self.folder / "requirements.txt").read_text() + "\n")

    def site_packages(self):
        return next(self.venv.glob("[Ll]ib*/**/site-packages"))


@pytest.fixture
def course(tmp_path):
    """A course that was never started, in a folder whose name is no plain word."""
    return Course(tmp_path / "a course é")


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    course = Course(tmp_path_factory.mktemp("ready") / "a course é")
    course.first_start = course.start()
    return course


@pytest.fixture
def ready(started):
    """A course that is set up; what a test spoils is put back."""
    names = ("start.py", "requirements.txt", "requirements-test.txt")
    files = [started.folder / name for name in names] + [started.stamp]
    before = [(file, file.read_text("utf-8")) for file in files]
    yield started
    for file, text in before:
        file.write_text(text, "utf-8")


def test_first_start_installs_and_opens_the_course(ready):
    code, output = ready.first_start
    assert code == 0, output
    assert "installing the packages with uv" in output
    assert "ready after" in output
    opened = output.splitlines()[-1]
    assert opened.startswith(f"course_utils.home ['{ready.folder}', '--ServerApp.port=")
    assert str(ready.venv) in opened, "the programs of .venv are not on the PATH"
    assert (ready.site_packages() / "mini.py").exists()


def test_the_repository_itself_is_opened_on_request(ready):
    opened = ready.start("--repository", "--no-browser")[1].splitlines()[-1]
    assert opened.startswith("jupyterlab ")
    assert "01_first.ipynb" in opened
    assert f"'--ServerApp.root_dir={ready.folder}', '--no-browser'" in opened


def test_jupyterlab_asks_nothing_about_news(ready):
    config = ready.venv / "etc" / "jupyter" / "labconfig" / "page_config.json"
    disabled = json.loads(config.read_text("utf-8"))["disabledExtensions"]
    news = "@jupyterlab/apputils-extension:announcements"
    assert disabled == {news: True, "@jupyter/nbgrader": True}


def test_kernels_begin_with_the_course_and_without_a_warning(ready):
    text = (ready.venv / "etc" / "ipython" / "ipython_kernel_config.py").read_text("utf-8")
    config = Config()
    exec(text, {"c": config})
    assert config.InteractiveShellApp.extensions == ["course_utils.learning.before_setup"]
    assert config.IPKernelApp.log_level == "ERROR"


def test_second_start_installs_nothing_and_is_ready_at_once(ready):
    stamp = ready.venv / "course-ready.txt"
    before = stamp.stat().st_mtime_ns
    code, output = ready.start()
    assert (code, "install" in output, "ready after" in output) == (0, False, False)
    assert stamp.stat().st_mtime_ns == before, "nothing was set up anew"


def test_tests_run_on_a_process_more_than_processors_with_one_thread_each(ready):
    _, output = ready.start("test", "-k", "softmax")
    count = min((os.cpu_count() or 1) + 1, 4)
    assert f"['-n', '{count}', '--dist', 'loadfile', '-k', 'softmax'] 1 " in output


def test_number_of_test_processes_can_be_chosen(ready):
    _, output = ready.start("test", "-n0", "tests/nn")
    assert "['-n0', 'tests/nn']" in output


def test_exit_code_of_the_tests_is_passed_on(ready):
    assert ready.start("test", FAKE_EXIT="3")[0] == 3


def test_what_only_tests_need_comes_with_the_first_test_and_stays(ready):
    tools = ready.site_packages() / "tools.py"

    def remove_tools():
        for path in ready.site_packages().glob("tools*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    remove_tools()
    ready.stamp.write_text(ready.stamp.read_text("utf-8").replace("to test", "to learn"), "utf-8")
    assert (ready.start()[0], tools.exists()) == (0, False)
    assert (ready.start("test")[0], tools.exists()) == (0, True)
    code, output = ready.start()
    assert (code, "installing" in output, tools.exists()) == (0, False, True)
    ready.make_outdated()
    remove_tools()
    assert (ready.start()[0], tools.exists()) == (0, True), "an update leaves the tests behind"
    remove_tools()
    ready.stamp.write_text(ready.stamp.read_text("utf-8").replace("to test", "to learn"), "utf-8")
    assert (ready.start("--repository")[0], tools.exists()) == (0, True), "authors need them, too"


def test_changed_requirements_are_installed_into_the_same_venv(ready):
    own = ready.venv / "the learner's own"
    own.touch()
    pins = (ready.folder / "requirements.txt").read_text("utf-8")
    more = make_wheel(ready.folder / "wheels", "another", "1", {"another.py": ""})
    for name in ("requirements.txt", "requirements-test.txt"):
        ready.write(name, pins + more)
    assert ready.start("test")[0] == 0
    assert (ready.site_packages() / "another.py").exists()
    assert own.exists()


def test_pip_installs_when_uv_can_not(ready):
    ready.make_outdated()
    code, output = ready.start("test", FAKE_UV="no build for this machine")
    assert code == 0, output
    assert "uv could not" in output


def test_wrong_hash_is_refused(ready):
    pin = make_wheel(ready.folder / "wheels", "forged", "1", {"forged.py": ""})
    ready.write("requirements-test.txt", pin.split("sha256:")[0] + "sha256:" + 64 * "0")
    code, output = ready.start("test")
    assert code == 1
    assert "hash" in output.lower()


def test_no_network_is_said(ready):
    shutil.rmtree(ready.site_packages() / "uv")
    shutil.rmtree(next(ready.site_packages().glob("uv-*")))
    ready.make_outdated()
    nobody = {"PIP_NO_INDEX": "", "PIP_FIND_LINKS": "", "PIP_INDEX_URL": "http://127.0.0.1:9/"}
    code, output = ready.start("test", **nobody)
    assert code == 1
    assert "the package index does not answer" in output
    assert "Check the network" in output


def test_full_disk_while_installing_is_said(ready):
    ready.make_outdated()
    code, output = ready.start("test", FAKE_UV="No space left on device (os error 28)")
    assert (code, "The disk is full" in output) == (1, True)


def test_unknown_failure_shows_the_last_lines(ready):
    ready.make_outdated()
    ready.write("requirements-test.txt", "no-such-package==1 --hash=sha256:" + 64 * "0")
    code, output = ready.start("test")
    assert code == 1
    assert "no-such-package" in output


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_port_asked_for_but_taken_is_said(ready, taken_port):
    code, output = ready.start("--port", str(taken_port))
    assert code == 1
    assert f"Port {taken_port} can't be used" in output
    assert "choose a free port: --port 8" in output


def test_impossible_port_is_said(ready):
    code, output = ready.start("--port", "70000")
    assert (code, "Port 70000 can't be used" in output) == (1, True)


def test_default_port_taken_gives_the_next_free_one_and_says_so(ready, taken_port):
    ready.change_start("PORT = 8888", f"PORT = {taken_port}")
    code, output = ready.start()
    assert code == 0
    assert f"port {taken_port} is taken" in output
    chosen = int(output.split("using ")[1].split()[0])
    assert chosen > taken_port
    assert f"'--ServerApp.port={chosen}'" in output


def test_other_options_go_to_jupyterlab(ready):
    _, output = ready.start("--no-browser", "--ServerApp.token=x")
    assert "'--no-browser', '--ServerApp.token=x'" in output


def test_moved_folder_is_set_up_anew(tmp_path):
    course = Course(tmp_path / "before")
    course.venv.mkdir()
    course.stamp.write_text("3.11 /elsewhere\n123\n", "utf-8")
    (course.venv / "old").touch()
    code, output = course.start()
    assert (code, "making it anew" in output) == (0, True)
    assert not (course.venv / "old").exists()


@needs_signals
def test_killed_set_up_is_repaired_by_the_next_start(course):
    process = course.start_and_wait_for_uv()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert course.stamp.read_text("utf-8") == "unfinished\n"
    half = course.site_packages() / "half-written.py"
    half.touch()
    code, output = course.start()
    assert (code, "unfinished" in output) == (0, True)
    assert not half.exists()
    assert "installing" not in course.start()[1], "it is finished now"


@needs_signals
def test_interrupt_from_the_keyboard_is_answered_in_a_sentence(course):
    process = course.start_and_wait_for_uv()
    os.killpg(process.pid, signal.SIGINT)
    output = process.communicate()[0]
    assert process.returncode == 1
    assert output.splitlines()[-1].startswith("start.py: stopped.")
    assert "Traceback" not in output


def test_too_little_room_is_said_before_anything_is_made(tmp_path):
    course = Course(tmp_path / "course", gigabytes=10**9)
    code, output = course.start()
    assert code == 1
    assert "too little for the course" in output
    assert not course.venv.exists()


def test_disk_that_fills_up_is_said(tmp_path, bubblewrap):
    """On a real file system of 4 MB, which not even an empty .venv fits."""
    course = Course(tmp_path / "source")
    small = ["--size", "4000000", "--tmpfs", "/mnt", "--chdir", "/mnt"]
    copy = f"cp -r '{course.folder}/.' /mnt; exec \"$0\" /mnt/start.py"
    wrapper = [bubblewrap, "--dev-bind", "/", "/", *small, "sh", "-c", copy, sys.executable]
    code, output = course.start(wrapper=wrapper)
    assert (code, "The disk is full." in output) == (1, True)


def test_read_only_folder_is_said(course, bubblewrap):
    folder = str(course.folder)
    wrapper = [bubblewrap, "--dev-bind", "/", "/", "--ro-bind", folder, folder]
    code, output = course.start(wrapper=wrapper)
    assert code == 1
    assert "can't be written to" in output
    assert "Move the course to a folder of your own" in output


@pytest.mark.parametrize(("version", "age"), [((3, 10, 9), "old"), ((3, 14, 0), "new")])
def test_python_of_another_age_is_said(course, version, age):
    code, output = course.start(before=f"sys.version_info = {version}")
    assert code == 1
    assert f"is too {age}" in output
    assert "3.11 to 3.13" in output
    assert not course.venv.exists()


def test_missing_venv_module_is_said_with_debians_package(course):
    code, output = course.start(before="sys.modules['ensurepip'] = None")
    assert code == 1
    assert "sudo apt install python{}.{}-venv".format(*sys.version_info) in output
    assert "python3-venv" in output


def test_help_shows_the_commands(course):
    code, output = course.start("--help")
    assert code == 0
    assert "start.py test" in output
    assert not course.venv.exists()


def test_an_old_python_can_read_it():
    ast.parse(SOURCE, feature_version=(3, 6))


def test_it_needs_nothing_but_the_standard_library():
    imports = [node for node in ast.walk(ast.parse(SOURCE)) if isinstance(node, ast.Import)]
    names = {alias.name.split(".")[0] for node in imports for alias in node.names}
    froms = {n.module for n in ast.walk(ast.parse(SOURCE)) if isinstance(n, ast.ImportFrom)}
    assert names | froms <= sys.stdlib_module_names
