"""The sandbox around the worker: bubblewrap, or none if the teacher insists."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import course_utils

# -P: what lies beside a notebook, such as a numpy.py, is not imported.
WORKER = [sys.executable, "-P", "-m", "course_utils.grading.worker"]
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "Agg",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}


class NoSandbox(Exception):
    """Untrusted code can't be run safely on this machine; the message says how to mend it."""


@dataclass(frozen=True)
class Sandbox:
    """A tier, and the command that starts a worker in it."""

    tier: str
    command: tuple[str, ...]

    def start(self) -> subprocess.Popen:
        """Start a worker: jobs go to its standard input, results come from its standard output."""
        clean = {**ENVIRONMENT, "PATH": os.defpath} if os.name == "posix" else dict(os.environ)
        environment = {**clean, **ENVIRONMENT, "PYTHONPATH": str(_package().parent)}
        return subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )


def choose(*, allow_unsafe: bool = False) -> Sandbox:
    """The best sandbox of this machine. Raises NoSandbox if there is none and it must be."""
    problem = _bubblewrap_problem()
    if problem is None:
        return Sandbox("bubblewrap", tuple(_bubblewrap(WORKER)))
    if allow_unsafe:
        return Sandbox("none", unconfined())
    raise NoSandbox(
        f"Submitted code would run without a sandbox: {problem} "
        "If you trust every submission, `--allow-unsafe` grades without one."
    )


def _package() -> Path:
    return Path(course_utils.__file__).resolve().parent


def unconfined() -> tuple[str, ...]:
    """The command that starts a worker without a sandbox."""
    return tuple(WORKER)


def _bubblewrap_problem() -> str | None:
    """Why bubblewrap can't be used here, None if it can."""
    if sys.platform != "linux":
        return "bubblewrap runs on Linux only; use a Linux machine, WSL 2 or a container."
    if shutil.which("bwrap") is None:
        return (
            "bubblewrap is not installed (`sudo apt install bubblewrap`, `dnf install bubblewrap`)."
        )
    trial = subprocess.run(
        _bubblewrap([sys.executable, "-c", "pass"]), capture_output=True, text=True, check=False
    )
    if trial.returncode == 0:
        return None
    reason = (trial.stderr.strip().splitlines() or ["it gives no reason"])[-1]
    return (
        f"bubblewrap doesn't work here ({reason}). Containers and Ubuntu 24.04 restrict user "
        "namespaces; `sysctl kernel.apparmor_restrict_unprivileged_userns=0` allows them."
    )


def _bubblewrap(command: list[str]) -> list[str]:
    """The command inside bubblewrap: no network, no home, nothing of the course but the package."""
    package = _package()
    readable = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve(), package}
    readable |= {Path(entry).resolve() for entry in sys.path if "site-packages" in entry}
    system = [Path("/usr"), Path("/etc/ld.so.cache"), Path("/etc/alternatives")]
    arguments = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    for path in system:
        arguments += ["--ro-bind-try", str(path), str(path)]
    for name in ("bin", "lib", "lib32", "lib64", "sbin"):
        link = Path("/") / name
        if link.is_symlink():
            arguments += ["--symlink", os.readlink(link), str(link)]
        elif link.is_dir():
            arguments += ["--ro-bind", str(link), str(link)]
    outside = [path for path in sorted(readable) if not path.is_relative_to("/usr")]
    in_tmp = any(path.is_relative_to("/tmp") for path in outside)
    scratch = "/scratch" if in_tmp else "/tmp"  # each submission gets an empty one of its own
    arguments += ["--proc", "/proc", "--dev", "/dev", "--size", str(64 << 20), "--tmpfs", scratch]
    for path in outside:
        arguments += ["--ro-bind", str(path), str(path)]
    own = {"PYTHONPATH": str(package.parent), "TMPDIR": scratch, "HOME": scratch}
    own["COURSE_SANDBOX"] = "bubblewrap"
    for name, value in {**ENVIRONMENT, **own}.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--remount-ro", "/", "--chdir", scratch, *command]
