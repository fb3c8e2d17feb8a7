"""The sandbox around the worker: bubblewrap, else Landlock, or none if the teacher insists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import course_utils
from course_utils.errors import CourseError
from course_utils.grading.sandbox import syscalls
from course_utils.grading.sandbox.isolation import BUBBLEWRAP, LANDLOCK, NONE

# -P: what lies beside a notebook, such as a numpy.py, is not imported.
PYTHON = (sys.executable, "-P", "-m")
WORKER, TRIAL = "course_utils.grading.sandbox.worker", "course_utils.grading.sandbox.isolation"
TRIAL_SECONDS = 60.0
MIN_LANDLOCK = 6  # the first with scopes: no signal out of the sandbox
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",  # a sum in one order, whatever the machine
    "TF_NUM_INTEROP_THREADS": "1",
    "MPLBACKEND": "Agg",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


class NoSandbox(CourseError):
    """Untrusted code can't be run safely on this machine; the message says how to mend it."""


@dataclass(frozen=True)
class Sandbox:
    """A tier, what stands before the command of a worker, and the variables that it needs."""

    tier: str
    prefix: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def scratch(self) -> tempfile.TemporaryDirectory | None:
        """A new folder for what a worker's submissions write; None if the sandbox has its own."""
        if self.tier != LANDLOCK:
            return None
        return tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)

    def start(
        self, scratch: tempfile.TemporaryDirectory | None = None, module: str = WORKER
    ) -> subprocess.Popen:
        """Start a worker: jobs go to its standard input, results come from its standard output."""
        clean = {"PATH": os.defpath} if os.name == "posix" else dict(os.environ)
        own = {"PYTHONPATH": str(_package().parent), "COURSE_SANDBOX": self.tier}
        if scratch is not None:
            own |= {"TMPDIR": scratch.name, "HOME": scratch.name}
        return subprocess.Popen(
            [*self.prefix, *PYTHON, module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if module == WORKER else subprocess.PIPE,
            env={**clean, **ENVIRONMENT, **own, **self.variables},
        )


def choose(*, allow_unsafe: bool = False) -> Sandbox:
    """The best sandbox of this machine. Raises NoSandbox if there is none and it must be."""
    problems = []
    for offer in (bubblewrap, landlock):
        found = offer()
        if isinstance(found, Sandbox):
            return found
        problems.append(found)
    if allow_unsafe:
        return unconfined()
    raise NoSandbox(
        f"Submitted code would run without a sandbox. {' '.join(problems)} "
        "If you trust every submission, `--allow-unsafe` grades without one."
    )


def unconfined() -> Sandbox:
    """No sandbox: what learners use for their own notebook."""
    return Sandbox(NONE)


def bubblewrap() -> Sandbox | str:
    """The sandbox of namespaces, or why there is none and how to get it."""
    if sys.platform != "linux":
        return "Sandboxes exist on Linux only: use a Linux machine, WSL 2 or a container."
    if shutil.which("bwrap") is None:
        return (
            "bubblewrap is not installed (`sudo apt install bubblewrap`, "
            "`sudo dnf install bubblewrap`)."
        )
    sandbox = Sandbox(BUBBLEWRAP, tuple(_bubblewrap()))
    reason = _problem(sandbox)
    if not reason:
        return sandbox
    return (
        f"bubblewrap doesn't work here ({reason}). Containers and Ubuntu 24.04 restrict user "
        "namespaces; `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them."
    )


def landlock() -> Sandbox | str:
    """The sandbox that the kernel's Landlock makes, through sandlock, or why there is none."""
    if sys.platform != "linux":
        return ""
    if not syscalls.supported():
        return f"Landlock is not used on {os.uname().machine}, only on x86_64 and aarch64."
    try:
        from sandlock import landlock_abi_version
    except (ImportError, OSError, RuntimeError):
        return "sandlock is not installed (`python -m pip install sandlock`)."
    version = landlock_abi_version()
    if version < MIN_LANDLOCK:
        has = f"Landlock {version}" if version > 0 else "no Landlock"
        return f"The kernel has {has}; Landlock {MIN_LANDLOCK} came with Linux 6.12."
    readable = map(str, (path for path in (*_system(), *_python()) if path.exists()))
    sandbox = Sandbox(LANDLOCK, variables={"COURSE_READABLE": os.pathsep.join(readable)})
    reason = _problem(sandbox)
    return f"Landlock doesn't work here ({reason})." if reason else sandbox


def _problem(sandbox: Sandbox) -> str:
    """Why no isolated child can be made in a sandbox, "" if one can: it is tried."""
    scratch = sandbox.scratch()
    try:
        trial = sandbox.start(scratch, TRIAL)
        said, errors = trial.communicate(timeout=TRIAL_SECONDS)
    except OSError as error:
        return str(error.strerror)
    except subprocess.TimeoutExpired:
        trial.kill()
        trial.communicate()
        return f"it takes more than {TRIAL_SECONDS:g} seconds to start"
    finally:
        if scratch is not None:
            scratch.cleanup()
    if said == b"isolated":
        return ""
    lines = errors.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "a submission can't be kept apart from the others"


def _package() -> Path:
    return Path(course_utils.__file__).resolve().parent


def _system() -> list[Path]:
    """What of the system a worker may read."""
    root = (Path("/", name) for name in ("bin", "lib", "lib32", "lib64", "sbin"))
    return [Path("/usr"), Path("/etc/ld.so.cache"), Path("/etc/alternatives"), *root]


def _python() -> list[Path]:
    """Python, its packages, and of the course the package alone."""
    places = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), _package()}
    return sorted(
        places | {Path(entry).resolve() for entry in sys.path if "site-packages" in entry}
    )


def _bubblewrap() -> list[str]:
    """The command before a worker's: no network, no home, nothing of the course but the package."""
    package = _package()
    arguments = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for path in _system():
        if path.is_symlink() and path.parent == Path("/"):
            arguments += ["--symlink", os.readlink(path), str(path)]
        else:
            arguments += ["--ro-bind-try", str(path), str(path)]
    outside = [path for path in _python() if not path.is_relative_to("/usr")]
    in_tmp = any(path.is_relative_to("/tmp") for path in outside)
    scratch = "/scratch" if in_tmp else "/tmp"  # each submission gets an empty one of its own
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(64 << 20), "--tmpfs", scratch]
    for path in outside:
        arguments += ["--ro-bind", str(path), str(path)]
    own = {"PYTHONPATH": str(package.parent), "TMPDIR": scratch, "HOME": scratch}
    own["COURSE_SANDBOX"] = BUBBLEWRAP
    for name, value in {**ENVIRONMENT, **own}.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", scratch]
