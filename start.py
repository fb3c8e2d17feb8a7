"""Set the course up and open it: `python3 start.py`.

python3 start.py               make .venv (the first time only), then open the course
python3 start.py --port 9000   the same on a port of your choice; more options go to JupyterLab
python3 start.py --repository  for authors and teachers: open these files, not a learner's copies
python3 start.py test          make .venv, then run the tests; more options go to pytest
"""

# The standard library only, and no syntax newer than Python 3.6: an older Python than the course
# needs shall get a sentence, not a SyntaxError.
import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
UV = "uv==0.13.9"
GIGABYTES = 3  # two for .venv, one for the downloads
PORT = 8888  # JupyterLab's own default
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "course-ready.txt"  # "unfinished", or what the finished set-up was made from
KINDS = ("to learn", "to test")

# Words of an installer or the system, what they mean, and what to do.
DISK = (
    ("no space left", "not enough space", "os error 112", "quota exceeded"),
    "The disk is full.",
    f"Free about {GIGABYTES} GB, then run start.py again.",
)
FOLDER = (
    ("permission denied", "read-only file system", "access is denied"),
    f"{ROOT} can't be written to.",
    "Move the course to a folder of your own, then run start.py there.",
)
NETWORK = (
    ("connection broken", "connectionerror", "error sending request", "dns error", "timed out"),
    "The packages can't be downloaded: the package index does not answer.",
    "Check the network, and the proxy if there is one, then run start.py again.",
)


class Stop(Exception):
    """What is wrong and what to do: the user reads these sentences and no traceback."""

    def __init__(self, wrong, remedy):
        super().__init__(f"{wrong}\n{remedy}")


def check_python():
    """Stop unless this Python can make the course's .venv."""
    version = sys.version_info[:2]
    span = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
    if not OLDEST <= version <= NEWEST:
        age = "old" if version < OLDEST else "new (TensorFlow is not built for it yet)"
        wrong = "Python {}.{} is too {}: the course needs {}.".format(*version, age, span)
        raise Stop(wrong, other_python() or f"Install Python {span}, then run start.py with it.")
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        package = "python{}.{}-venv".format(*version)
        remedy = f"Debian and Ubuntu: sudo apt install {package} (or python3-venv)."
        raise Stop("Python's venv module is missing.", remedy + " Elsewhere: reinstall Python.")


def other_python():
    """The command to type instead, if this machine has a Python that fits."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        command = ["py", f"-3.{minor}"] if os.name == "nt" else [f"python3.{minor}"]
        # It must run: a launcher may be on the PATH although its Python is not installed.
        if shutil.which(command[0]) and run([*command, "-c", ""])[0] == 0:
            return "This machine has one that fits: {} start.py".format(" ".join(command))
    return None


def set_up(tests=False):
    """Make .venv what the stamp should say it is; at once if it is so already.

    What tests and authors need beside the course is installed when one of them first begins, and
    kept up to date from then on.
    """
    maker = "{}.{} {}".format(*sys.version_info[:2], ROOT)
    learning, testing = (f"{maker}\n{requirements_hash()}\n{kind}\n" for kind in KINDS)
    stamp = STAMP.read_text(encoding="utf-8") if STAMP.exists() else None
    tests = tests or bool(stamp and stamp.endswith(f"\n{KINDS[1]}\n"))
    wanted = testing if tests else learning
    if stamp == wanted and PYTHON.exists():
        with contextlib.suppress(OSError):  # a .venv that can only be read keeps what it has
            calm_jupyterlab()  # an earlier edition may have made it
        return
    began = time.time()
    if stamp and not (stamp.startswith(maker) and PYTHON.exists()):
        say(".venv is unfinished, or another Python or folder made it: making it anew")
        shutil.rmtree(str(VENV))
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < GIGABYTES and not VENV.exists():
        raise Stop(f"The disk has {free:.1f} GB free, too little for the course.", DISK[2])
    make_venv()
    install_packages("requirements-test.txt" if tests else "requirements.txt")
    calm_jupyterlab()
    write_stamp(wanted)
    say(f"ready after {time.time() - began:.0f} s")


def requirements_hash():
    digest = hashlib.sha256(UV.encode())
    for name in ("requirements.txt", "requirements-test.txt", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def write_stamp(text):
    """Replace the stamp in one step: it is never half written."""
    draft = STAMP.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(str(draft), str(STAMP))


def make_venv():
    fresh = not VENV.exists()
    VENV.mkdir(exist_ok=True)
    write_stamp("unfinished\n")
    if fresh:
        say("setting up .venv: one or two minutes and 2 GB, this first time only")
        code, output = run([sys.executable, "-m", "venv", str(VENV)])
        if code:
            raise diagnose(output)


def install_packages(pins):
    """The exact versions of a file of pins, then the course itself: by uv, else by pip."""
    pip = [str(PYTHON), "-m", "pip", "install", "--retries", "2", "--disable-pip-version-check"]
    uv = [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON)]
    code, output = run([*pip, UV])
    if sys.dont_write_bytecode:  # nor will a kernel: it would compile TensorFlow at every start
        os.environ["UV_COMPILE_BYTECODE"] = "1"
    if code == 0:
        say("installing the packages with uv")
        code, output = install_with(uv, pins)
    elif is_about(NETWORK, output):
        raise diagnose(output)
    if code and not is_about(DISK, output):
        say("uv could not install the packages; pip can, but takes longer")
        code, output = install_with(pip, pins)
    if code:
        raise diagnose(output)


def calm_jupyterlab():
    """No question about JupyterLab's own news on the first screen, no check of its own build.

    And the course's home page, also where JupyterLab is started by hand; and kernels that answer
    `check` with a sentence before the set-up cell has run.
    """
    # nbgrader, which a test needs, would put a teacher's menus before every learner.
    off = ("@jupyterlab/apputils-extension:announcements", "@jupyter/nbgrader")
    news = '"disabledExtensions": {' + ", ".join(f'"{name}": true' for name in off) + "}"
    config = VENV / "etc" / "jupyter" / "labconfig" / "page_config.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text('{"buildAvailable": false, "buildCheck": false, ' + news + "}\n")
    kernel = VENV / "etc" / "ipython" / "ipython_kernel_config.py"
    kernel.parent.mkdir(parents=True, exist_ok=True)
    kernel.write_text(
        'c.InteractiveShellApp.extensions = ["course_utils.learning.before_setup"]\n'
        'c.IPKernelApp.log_level = "ERROR"\n'  # else each kernel warns that it is not encrypted
    )
    # The later name wins: nbgrader's own file turns its parts on, which warn at each start.
    home = VENV / "etc" / "jupyter" / "jupyter_server_config.d" / "zz_course.json"
    home.parent.mkdir(parents=True, exist_ok=True)
    parts = ("formgrader", "validate_assignment", "assignment_list", "course_list")
    extensions = {"course_utils.home": True}
    extensions.update((f"nbgrader.server_extensions.{part}", False) for part in parts)
    home.write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}) + "\n")


def install_with(installer, pins):
    code, output = run([*installer, "--require-hashes", "-r", pins], show=True)
    if code == 0:
        # The build tools are pinned among the packages: no other is fetched to build the course.
        code, output = run([*installer, "--no-deps", "--no-build-isolation", "--editable", "."])
    return code, output


def run(command, show=False):
    """Run a command, with its larger downloads shown if asked; return exit code and output."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = subprocess.Popen(command, cwd=str(ROOT), **streams)
    lines = []
    for line in process.stdout:
        lines.append(line.decode(errors="replace"))
        if show and re.match(rb" *Download.*M|Install", line):
            say("  " + lines[-1].strip()[:70])
    return process.wait(), "".join(lines)


def say(line):
    print(f"  {line}", flush=True)


def is_about(case, output):
    return any(words in output.lower() for words in case[0])


def diagnose(output):
    """The Stop that fits what an installer or the system said."""
    if shutil.disk_usage(str(ROOT)).free < 50e6:
        return Stop(*DISK[1:])
    for case in (DISK, NETWORK, FOLDER):
        if is_about(case, output):
            return Stop(*case[1:])
    last = "\n".join(output.strip().splitlines()[-12:])
    return Stop(f"The set-up failed with:\n{last}", "Mend that, then run start.py again.")


def choose_port(asked):
    """The port asked for, which must be free; else JupyterLab's own or the next free one."""
    free = next(port for port in range(PORT, 65536) if is_free(port))
    if asked is None and free != PORT:
        say(f"port {PORT} is taken, perhaps by another JupyterLab: using {free}")
    if asked is not None and not is_free(asked):
        raise Stop(f"Port {asked} can't be used, perhaps another JupyterLab has it.",
                   f"Use that JupyterLab, or choose a free port: --port {free}")  # fmt: skip
    return asked or free


def is_free(port):
    with socket.socket() as probe:
        if os.name != "nt":  # on Windows this option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def open_course(arguments):
    """Hand over to JupyterLab: a learner's own copies, or with --repository the course's files."""
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False, allow_abbrev=False)
    parser.add_argument("--port", type=int)
    parser.add_argument("--repository", action="store_true")
    known, rest = parser.parse_known_args(arguments)
    port = choose_port(known.port)
    options = [f"--ServerApp.port={port}", "--log-level=WARN"]
    if not known.repository:
        say(f"opening the course in JupyterLab on port {port}; Ctrl+C stops it")
        hand_over([str(PYTHON), "-m", "course_utils.home", str(ROOT), *options, *rest])
    first = min((ROOT / "notebooks").glob("*.ipynb"), default=ROOT / "README.md")
    say(f"opening {first.name} in JupyterLab on port {port}; Ctrl+C stops it")
    options.append(f"--ServerApp.root_dir={ROOT}")
    hand_over([str(PYTHON), "-m", "jupyterlab", str(first), *options, *rest])


def run_tests(arguments):
    """Hand over to pytest: a process for each processor, and one that works while another waits
    for a page or a time limit; four at most. Each has one thread for its matrix products."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    chosen = any(argument.startswith(("-n", "--numprocesses")) for argument in arguments)
    count = min((os.cpu_count() or 1) + 1, 4)
    parallel = [] if chosen else ["-n", str(count), "--dist", "loadfile"]
    hand_over([str(PYTHON), "-m", "pytest", *parallel, *arguments])


def hand_over(command):
    """Become the command; on Windows, which can't, wait for it and leave Ctrl+C to it."""
    os.chdir(str(ROOT))
    os.environ["PATH"] = str(SCRIPTS) + os.pathsep + os.environ["PATH"]
    if os.name != "nt":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while process.poll() is None:
        with contextlib.suppress(KeyboardInterrupt):
            process.wait()
    sys.exit(process.returncode)


def main(arguments):
    if arguments[:1] in (["-h"], ["--help"]):
        sys.exit(print(__doc__.strip()))
    try:
        check_python()
        tests = arguments[:1] == ["test"]
        authors = "--repository" in arguments  # their code is formatted with a tool of the tests
        set_up(tests or authors)
        if tests:
            run_tests(arguments[1:])
        open_course(arguments)
    except Stop as stop:
        sys.exit(f"start.py: {stop}")
    except KeyboardInterrupt:
        sys.exit("start.py: stopped. Run it again: what was not finished is done anew.")
    except OSError as error:
        sys.exit(f"start.py: {diagnose(str(error))}")


if __name__ == "__main__":
    main(sys.argv[1:])
