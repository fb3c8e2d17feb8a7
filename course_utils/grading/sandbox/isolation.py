"""What a forked child does before it touches a submission: its own world, limits, no new processes.

Which world depends on the tier, which the environment names: under bubblewrap, new namespaces in
which it is alone; under Landlock, a domain from which it can neither signal nor trace nor read
what is outside, and one folder to write in; without a sandbox, limits only.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import struct
import sys
from collections.abc import Callable

from course_utils.grading.sandbox import syscalls
from course_utils.grading.sandbox.scratch import Folder, Scratch, ScratchOfChild

MEMORY_BYTES = 3 << 30
FILE_BYTES = 16 << 20
BROKEN = 70  # the exit status of a child that could not be isolated, or not run to its end
OPEN_FILES = 64
BUBBLEWRAP, LANDLOCK, NONE = "bubblewrap", "landlock", "none"
COMMAND_LINE = "/proc/self/cmdline"  # without it and "exe", TensorFlow's first operation aborts
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


def tier() -> str:
    """The sandbox that this process was started in."""
    return os.environ.get("COURSE_SANDBOX", NONE)


def protect() -> None:
    """Keep the parent's memory closed to its children, and the parent to what it may touch."""
    if sys.platform == "linux":
        syscalls.libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    if tier() != NONE:
        syscalls.ready()
    if tier() == LANDLOCK:
        _confine(os.environ["TMPDIR"], "/proc")


def new_scratch() -> Scratch | None:
    """The folder of the next child, None without a sandbox."""
    if tier() == NONE:
        return None
    return ScratchOfChild() if tier() == BUBBLEWRAP else Scratch()


def enter(channel: int, run: Callable[[], None], scratch: Folder) -> None:
    """Run `run` isolated and end this process; called in a fork, never returns.

    channel: the one file descriptor that stays open. scratch: the empty folder in which this child,
    and no other, may write; without a sandbox it isn't used.

    Under bubblewrap the work is done by a grandchild, the first process of its own PID namespace:
    it can't see or signal the parent or another submission, and when it ends, whatever it started
    ends too. A step that the system refuses ends the child before anything is run.
    """
    status = BROKEN
    try:
        if tier() == BUBBLEWRAP:
            _unshare()
            told, tell = os.pipe()
            inner = os.fork()
            if inner:
                os.write(channel, json.dumps({"pid": inner}).encode() + b"\n")
                os.close(channel)
                os.close(tell)
                scratch.left()
                _, waited = os.waitpid(inner, 0)
                _end_as(os.waitstatus_to_exitcode(waited))
            os.close(tell)
            os.read(told, 1)  # it is closed when the number is told, so no other line is cut in two
        if tier() != NONE:
            os.setsid()  # no signal to its process group reaches the parent
            end_with_parent()
        if tier() == BUBBLEWRAP:
            _hide_filesystems()
            scratch.tell(os.getcwd())
        _close_everything_but(channel)
        _limit()
        if tier() == LANDLOCK:
            _move_into(scratch.path)
            _confine(scratch.path, COMMAND_LINE)
        if tier() != NONE:
            _drop_capabilities()
            syscalls.forbid()
        run()
        status = 0
    finally:
        os._exit(status)


def _end_as(code: int) -> None:
    """End with an exit code, or by the signal that it stands for below zero."""
    if code < 0:
        with contextlib.suppress(OSError):  # SIGKILL has no other way than its own
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def end_with_parent() -> None:
    """Die when the parent does; the filter of system calls then forbids to take this back."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    syscalls.libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(BROKEN)


def _unshare() -> None:
    """Enter new namespaces, as the same user. Raises OSError where the system doesn't allow it."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC
    if syscalls.libc().unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "no new namespaces")
    # /proc/self belongs to root while a process is as closed as its parent made it.
    syscalls.libc().prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    maps = (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    )
    for name, content in maps:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)
    syscalls.libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _drop_capabilities() -> None:
    """Give up what root, or a new user namespace, has: no mount undone, no other user's file."""
    header = struct.pack("Ii", 0x20080522, 0)
    if syscalls.libc().capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities can't be dropped")


def _hide_filesystems() -> None:
    """Fresh, small, empty scratch folders and next to no /proc: nothing is left for the next."""
    scratch = os.environ.get("TMPDIR", "/tmp")
    for place, size in (("/proc", "16k"), ("/dev/shm", "16m"), (scratch, "48m")):
        options = f"size={size}".encode()
        if syscalls.libc().mount(b"tmpfs", place.encode(), b"tmpfs", 0, options) != 0:
            raise OSError(ctypes.get_errno(), f"no empty {place}")
    os.mkdir("/proc/self")
    os.symlink(sys.executable, "/proc/self/exe")
    with open(COMMAND_LINE, "w") as file:
        file.write("python\0")
    os.chdir(scratch)


def _move_into(scratch: str) -> None:
    import tempfile

    os.environ["TMPDIR"] = os.environ["HOME"] = tempfile.tempdir = scratch
    os.chdir(scratch)


def _confine(writable: str, of_proc: str) -> None:
    """Enter a Landlock domain, for good: read Python and the system, write in one folder."""
    from sandlock import Sandbox, confine

    readable = [*os.environ["COURSE_READABLE"].split(os.pathsep), of_proc]
    confine(Sandbox(fs_readable=readable, fs_writable=[*DEVICES, writable]))


def _close_everything_but(channel: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, channel)
    os.closerange(channel + 1, 1024)


def _limit() -> None:
    import resource

    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for limit, most in limits.items():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def trial() -> None:
    """Say "isolated" on standard output if a child can be made that is; `tiers.py` asks."""
    protect()
    scratch = new_scratch()
    reading, writing = os.pipe()
    if os.fork() == 0:
        folder = Folder.of(*scratch.of_child())
        enter(writing, lambda: os.write(writing, b"isolated"), folder)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    os.wait()
    scratch.remove()
    sys.stdout.write("isolated" if said.endswith(b"isolated") else "")


if __name__ == "__main__":
    trial()
