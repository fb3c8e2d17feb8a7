"""What a forked child does before it touches a submission: namespaces, limits, no new processes."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import signal
import struct
import sys
from collections.abc import Callable

MEMORY_BYTES = 3 << 30
FILE_BYTES = 16 << 20
OPEN_FILES = 256

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38


def protect() -> None:
    """Keep the parent's memory closed to its children."""
    if sys.platform == "linux":
        _libc().prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def enter(channel: int, run: Callable[[], None]) -> None:
    """Run `run` isolated and end this process; called in a fork, never returns.

    Inside bubblewrap the work is done by a grandchild, the first process of its own PID namespace:
    it can't see or signal the parent or another submission, and when it ends, whatever it started
    ends too. Without a sandbox, as when learners check their own notebook, only limits apply.
    """
    status = 70
    try:
        sandboxed = os.environ.get("COURSE_SANDBOX") == "bubblewrap"
        if sandboxed and _unshare():
            inner = os.fork()
            if inner:
                os.write(channel, json.dumps({"pid": inner}).encode() + b"\n")
                os.close(channel)
                _, waited = os.waitpid(inner, 0)
                code = os.waitstatus_to_exitcode(waited)
                os._exit(code if code >= 0 else 128 - code)
            _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            _hide_filesystems()
            _drop_capabilities()
        _close_everything_but(channel)
        _limit()
        if sandboxed:
            _forbid_processes()
        run()
        status = 0
    finally:
        os._exit(status)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _unshare() -> bool:
    """Enter new namespaces, as the same user. False where the system doesn't allow it."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC
    if _libc().unshare(flags) != 0:
        return False
    maps = (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    )
    for name, content in maps:
        with open(f"/proc/self/{name}", "w") as file:
            file.write(content)
    return True


def _drop_capabilities() -> None:
    """Give up what the new user namespace granted, so that no mount can be undone."""
    header = struct.pack("Ii", 0x20080522, 0)
    if _libc().capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities can't be dropped")


def _hide_filesystems() -> None:
    """Fresh, small, empty scratch folders and no /proc: nothing is left for the next one."""
    scratch = os.environ.get("TMPDIR", "/tmp")
    libc = _libc()
    for place, size in (("/proc", "4k"), ("/dev/shm", "16m"), (scratch, "32m")):
        libc.mount(b"tmpfs", place.encode(), b"tmpfs", 0, f"size={size}".encode())
    with contextlib.suppress(OSError):
        os.chdir(scratch)


def _close_everything_but(channel: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3, channel)
    os.closerange(channel + 1, OPEN_FILES * 4)


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


# Numbers of the system calls that start a process, by machine: clone, fork, vfork, clone3.
# fork and vfork exist on x86-64 only. clone with CLONE_THREAD starts a thread and stays allowed.
_CALLS = {
    "x86_64": (0xC000003E, 56, (57, 58), 435),
    "aarch64": (0xC00000B7, 220, (), 435),
}
_EAGAIN, _ENOSYS, _EPERM, CLONE_THREAD = 11, 38, 1, 0x00010000
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06


def _forbid_processes() -> None:
    """A seccomp filter: threads yes, processes no. It stops fork bombs, daemons and `!command`."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return
    architecture, clone, forks, clone3 = known
    program = [
        (_LOAD, 0, 0, 4),  # the architecture: a call by another convention is refused
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _ERRNO | _EPERM),
        (_LOAD, 0, 0, 0),  # the number of the call
    ]
    for number in forks:
        program += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | _EAGAIN)]
    program += [
        (_EQUAL, 0, 1, clone3),  # its flags lie in memory; without it, libc falls back to clone
        (_RETURN, 0, 0, _ERRNO | _ENOSYS),
        (_EQUAL, 0, 3, clone),
        (_LOAD, 0, 0, 16),  # clone's first argument, its flags
        (_ANY_BIT, 1, 0, CLONE_THREAD),
        (_RETURN, 0, 0, _ERRNO | _EAGAIN),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    libc = _libc()
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    prog = Program(len(program), ctypes.addressof(buffer))
    if libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(prog), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
