"""A seccomp filter: what a submission may not ask of the kernel, whatever the sandbox around it.

It starts threads but no processes and no other program, reaches nobody through a socket, and
touches no other process. Landlock rules over the content of files only, so their modes, owners,
times and attributes are kept here.
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import struct

EPERM, EAGAIN, EACCES, ENOSYS, EOPNOTSUPP = 1, 11, 13, 38, 95
CLONE_THREAD, PR_SET_PDEATHSIG = 0x00010000, 1
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
X32 = 0x40000000  # the same calls once more under other numbers

# Where the numbers stand below: x86-64, then aarch64 (-1: it has no such call).
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# "No effect, and no complaint": copying a file with its mode is harmless and common.
IGNORED = {
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "fchown": (93, 55), "lchown": (94, -1), "fchownat": (260, 54),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    "removexattrat": (466, 466), "file_setattr": (469, 469),
    "flock": (73, 32),  # of a file that all may read, it would be a sign to another submission
    "fadvise64": (221, 223),  # and so would be what of it is kept in memory
}  # fmt: skip
REFUSED = {
    # another process
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "pidfd_open": (434, 434), "kcmp": (312, 272),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119), "sched_setaffinity": (203, 122), "sched_setattr": (314, 274),
    "migrate_pages": (256, 238), "move_pages": (279, 239),
    # a way around file descriptors, System V's and POSIX's channels, keys
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "mq_open": (240, 180),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "add_key": (248, 217),
    "request_key": (249, 218), "keyctl": (250, 219), "shmat": (30, 196), "shmctl": (31, 195),
    "semop": (65, 193), "semtimedop": (220, 192), "semctl": (66, 191), "msgsnd": (69, 189),
    "msgrcv": (70, 188), "msgctl": (71, 187),
    # another program, which after a thread has called it would outlive its parent
    "execve": (59, 221), "execveat": (322, 281),
    # who reads a file, or has read it
    "mincore": (27, 232), "cachestat": (451, 451), "readahead": (187, 213),
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "fanotify_init": (300, 262),
    # the system itself, and calls that would pass this filter by
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "unshare": (272, 97), "setns": (308, 268), "reboot": (169, 142), "acct": (163, 89),
    "kexec_load": (246, 104), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}  # fmt: skip
LOCKS = (6, 7, 37, 38)  # what `fcntl` sets: locks of a part of a file
WATCHES = (5, 36, 1024, 1026)  # what it asks or waits for: who has locked, opened or read a file
NO_NETWORK = {"socket": (41, 198), "bind": (49, 200), "connect": (42, 203)}
UNKNOWN = {"clone3": (435, 435), "preadv2": (327, 286)}  # the C library has another way
AT_ONCE = {"fallocate": (285, 47)}  # a disk is full before anybody has looked
NO_PROCESS = {"fork": (57, -1), "vfork": (58, -1)}
CLONE, PRCTL, PRLIMIT, SOCKETPAIR = (56, 220), (157, 167), (302, 261), (53, 199)
AF_UNIX, ADDRESSED = 1, 2  # the bit of a socket's type by which each message may have an address
FCNTL = (72, 25)

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24

Step = tuple[int, int, int, int]


def supported() -> bool:
    """Whether this machine's calls are known here."""
    return platform.machine() in ARCHITECTURES


class Program(ctypes.Structure):
    """The kernel's `sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


@functools.cache
def libc() -> ctypes.CDLL:
    """The C library, which is asked for what Python's `os` has no function for."""
    return ctypes.CDLL(None, use_errno=True)


@functools.cache
def ready() -> tuple[Program, ctypes.Array]:
    """The filter, and the memory that it points to: made once, for all children of a process."""
    code = b"".join(struct.pack("HBBI", *step) for step in _program(platform.machine()))
    buffer = ctypes.create_string_buffer(code, len(code))
    return Program(len(code) // 8, ctypes.addressof(buffer)), buffer


def forbid() -> None:
    """Install the filter for this process, for good. Raises OSError if the kernel refuses it."""
    program, _ = ready()
    libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc().prctl(PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def _program(machine: str) -> list[Step]:
    """The filter in the kernel's language: a step is (operation, jump if true, if false, value)."""
    architecture, place = ARCHITECTURES[machine]
    program: list[Step] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        _errno(EPERM),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, X32),
        _errno(EPERM),
    ]
    # clone3's flags lie in memory, out of sight; preadv2 can say what of a file is in memory.
    groups = (
        (IGNORED, 0), (REFUSED, EPERM), (NO_NETWORK, EACCES), (NO_PROCESS, EAGAIN),
        (UNKNOWN, ENOSYS), (AT_ONCE, EOPNOTSUPP),
    )  # fmt: skip
    for calls, errno in groups:
        for numbers in calls.values():
            if numbers[place] >= 0:
                program += [(_EQUAL, 0, 1, numbers[place]), _errno(errno)]
    program += _by_argument(CLONE[place], (_ANY_BIT, 1, 0, CLONE_THREAD), EAGAIN)
    program += _by_argument(PRCTL[place], (_EQUAL, 0, 1, PR_SET_PDEATHSIG), EPERM)
    program += _by_argument(PRLIMIT[place], (_EQUAL, 1, 0, 0), EPERM)  # 0: the caller itself
    pair = SOCKETPAIR[place]
    program += _by_argument(pair, (_EQUAL, 1, 0, AF_UNIX), EACCES, follows=True)
    program += _by_argument(pair, (_ANY_BIT, 0, 1, ADDRESSED), EACCES, _SECOND_ARGUMENT)
    program += _by_command(
        FCNTL[place], {**dict.fromkeys(LOCKS, 0), **dict.fromkeys(WATCHES, EPERM)}
    )
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _by_command(number: int, errnos: dict[int, int]) -> list[Step]:
    """Steps that answer a call by its second argument with an error, or with 0 and no effect."""
    steps: list[Step] = [(_LOAD, 0, 0, _SECOND_ARGUMENT)]
    for command, errno in errnos.items():
        steps += [(_EQUAL, 0, 1, command), _errno(errno)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return [(_EQUAL, 0, len(steps), number), *steps]


def _by_argument(
    number: int, test: Step, errno: int, argument: int = _FIRST_ARGUMENT, *, follows: bool = False
) -> list[Step]:
    """Steps that refuse a call by an argument: `test` jumps over the refusal, or not.

    follows: another test of the same call comes next.
    """
    end = (_LOAD, 0, 0, _NUMBER) if follows else (_RETURN, 0, 0, _ALLOW)
    return [(_EQUAL, 0, 4, number), (_LOAD, 0, 0, argument), test, _errno(errno), end]


def _errno(number: int) -> Step:
    return (_RETURN, 0, 0, _ERRNO | number)
