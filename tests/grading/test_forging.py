"""Cases 1 to 16: whatever a submission does to be marked right, only right values earn marks."""

import errno
import json
import os
import re
import resource
import socket
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from course_utils.checking.data import verdict as v
from course_utils.checking.data.values import decode
from course_utils.grading.intake.submission import read as read_submission
from course_utils.grading.marking.job import make_job
from course_utils.grading.sandbox.stations import WorkerPool

OTHERS_RIGHT = {"quadruple": v.CORRECT, "answer": v.CORRECT}
WRONG = "def double(x):\n    return np.zeros_like(x)\n"


def code(text):
    return textwrap.dedent(text).strip("\n")


def then_wrong(text):
    return f"{code(text)}\n{WRONG}"


# What each submission does, and the verdict that its `double` gets all the same.
FORGERIES = {
    "1 patches NumPy's comparisons and builtins": (
        then_wrong(
            """
        import builtins
        np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
        np.testing.assert_allclose = lambda *a, **k: None
        builtins.abs = builtins.max = builtins.min = lambda *a, **k: True
        """
        ),
        v.INCORRECT,
    ),
    "2 patches the course's own checks": (
        then_wrong(
            """
        import course_utils.checking.judging.compare as compare
        import course_utils.checking.judging.judge as judge_module
        compare.difference = lambda *a, **k: None
        judge_module.judge = lambda question, answer: None
        """
        ),
        v.INCORRECT,
    ),
    "3 returns an object equal to everything": (
        """
        class Equal:
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            def __array__(self, *args, **kwargs): return np.zeros(2)
        def double(x): return Equal()
        """,
        v.INCORRECT,
    ),
    "3 returns a subclass of array that lies": (
        """
        class Lying(np.ndarray):
            def __eq__(self, other): return np.ones(self.shape, bool)
            def __sub__(self, other): return np.zeros(self.shape)
        def double(x): return np.zeros_like(x).view(Lying)
        """,
        v.INCORRECT,
    ),
    "4 adds IPython transformers and events": (
        then_wrong(
            """
        shell = get_ipython()
        shell.input_transformers_post.append(lambda lines: ["answer = 42\\n"])
        shell.ast_transformers.append(None)
        shell.events.register("post_run_cell", lambda *a: None)
        """
        ),
        v.INCORRECT,
    ),
    "5 patches traceback and display hooks": (
        """
        import sys, traceback
        sys.excepthook = sys.displayhook = lambda *a: None
        traceback.walk_tb = lambda tb: iter(())
        def double(x): raise ValueError("correct")
        """,
        v.ERROR,
    ),
    "6 forges messages on every open channel": (
        then_wrong(
            """
        import os
        fake = b'{"question": "double", "attempted": true, "missing": [], "reads": [], ' \\
               b'"blank": [], "uses": [], "verdict": "correct", "score": 99, ' \\
               b'"observations": [{"value": 1.0, "seconds": 0}, {"value": 1.0, "seconds": 0}]}\\n'
        for channel in range(3, 64):
            try:
                os.write(channel, fake)
            except OSError:
                pass
        """
        ),
        v.CRASHED,
    ),
    "7 returns something that does harm when it is unpickled": (
        """
        import os
        class Harm:
            def __reduce__(self): return (os.system, ("touch harmed",))
        def double(x): return Harm()
        """,
        v.INCORRECT,
    ),
    "15 is hard-coded to the inputs that learners see": ("HARD_CODED", v.INCORRECT),
    "16 changes its argument in place": ("def double(x):\n    x *= 2\n    return x", v.INCORRECT),
}


@pytest.mark.parametrize("case", FORGERIES)
def test_forgery_earns_nothing_and_costs_the_others_nothing(classroom, verdicts, case):
    source, expected = FORGERIES[case]
    if source == "HARD_CODED":
        source = hard_coded(classroom)
    result = classroom.grade(classroom.notebook(double=code(source)))
    honest = classroom.grade(classroom.notebook(), "honest.ipynb")
    assert verdicts(result)["double"] == expected
    assert result.marks[0].score == 0
    assert verdicts(result)["answer"] == v.CORRECT
    assert honest.score == honest.max_score == 6


def hard_coded(classroom):
    """The answers to the learner's edition's probes, looked up by the input's first number."""
    table = {}
    for seen in classroom.built.question("double").expected:
        inputs, value = decode(seen.inputs[0][1]), decode(seen.value)
        table[round(float(inputs.ravel()[0]), 6)] = value.tolist()
    lookup = "TABLE.get(round(float(x.ravel()[0]), 6), 0.0)"
    return f"TABLE = {table}\ndef double(x):\n    return np.array({lookup})"


def test_values_are_only_those_that_the_code_made(classroom):
    harm = FORGERIES["7 returns something that does harm when it is unpickled"][0]
    observed = classroom.observe(double=code(harm))
    assert "unjudgeable" in observed["double"]["observations"][0]["value"]


SEARCH = """
import gc, sys
def double(x):
    wanted = (float({coded!r}) - 7) / 3  # this cell must not hold it
    def holds(value, depth=0):
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return bool((abs(value - wanted) < 1e-7).any())
        if isinstance(value, float):
            return abs(value - wanted) < 1e-7
        if isinstance(value, str):
            return str(wanted)[:9] in value
        if depth < 3 and isinstance(value, (list, tuple)):
            return any(holds(item, depth + 1) for item in list(value))
        if depth < 3 and isinstance(value, dict):
            return any(holds(item, depth + 1) for item in list(value.values()))
        return False
    frame, places = sys._getframe().f_back, 0
    while frame:
        places += sum(holds(value) for value in list(frame.f_locals.values()))
        frame = frame.f_back
    return places + sum(holds(x) for x in gc.get_objects() if isinstance(x, (list, tuple, dict)))
def quadruple(x):
    return {planted}
"""


@pytest.mark.parametrize("planted", [False, True])
def test_expected_values_are_nowhere_in_the_process(classroom, planted):
    seen = classroom.exercise.question("quadruple").expected[0]
    secret = float(decode(seen.value)[0])
    source = code(SEARCH).replace("{coded!r}", repr(str(secret * 3 + 7)))
    if planted:  # the search itself must be able to find what is there
        source += f"\nPLANTED = [{secret!r}]"
    observed = classroom.observe(double=source.replace("{planted}", "x"))
    places = [o["value"] for o in observed["double"]["observations"]]
    assert all(n > 0 for n in places) if planted else places == [0, 0]


READ_DISK = """
import glob, os
def names():
    found = []
    for place in {places!r}:
        for root, folders, files in os.walk(place):
            folders[:] = [f for f in folders if f not in (".venv", ".pyenv")]  # large, and Python's
            found += [f for f in files if f.endswith((".ipynb", ".json", ".csv"))]
    return found
def double(x):
    return names()
"""


def test_nothing_of_the_course_but_the_package_is_on_disk(classroom, root):
    places = [str(root), str(classroom.folder.parent), os_home()]
    observed = classroom.observe(double=code(READ_DISK.replace("{places!r}", repr(places))))
    names = set(observed["double"]["observations"][0]["value"])
    rooms = ("solutions", "exercises", "notebooks", "tests")
    course = {path.name for room in rooms for path in (root / room).rglob("*.*")}
    assert names & course <= {path.name for path in (root / "course_utils").rglob("*.*")}
    assert not {"ada.ipynb", "97_small.ipynb"} & names


def os_home():
    from pathlib import Path

    return str(Path.home())


def test_solutions_cannot_be_imported_or_opened(classroom, root):
    source = f"""
        import os
        def double(x):
            reached = []
            for module in ("solutions", "exercises", "tests"):
                try:  # an empty package may be made of a folder that can't be looked into
                    reached += os.listdir(list(__import__(module).__path__)[0])
                except (ImportError, OSError):
                    pass
            for path in ("solutions/02_activation_functions.ipynb", "README.md"):
                try:
                    open({str(root)!r} + "/" + path).read()
                    reached.append(path)
                except OSError:
                    pass
            return reached
    """
    observed = classroom.observe(double=code(source))
    assert observed["double"]["observations"][0]["value"] == []


def test_files_beside_a_notebook_are_not_imported(classroom, verdicts):
    for name in ("numpy.py", "sitecustomize.py", "conftest.py", "course_utils.py"):
        classroom.write("raise SystemExit('taken over')", f"trap/{name}")
    result = classroom.grade(classroom.notebook(), "trap/ada.ipynb")
    assert set(verdicts(result).values()) == {v.CORRECT}


def test_other_submissions_and_the_grade_book_are_out_of_reach(classroom, verdicts):
    book = classroom.folder / "grades.csv"
    book.write_text("submission,score\nada,0\n")
    sibling = classroom.write(classroom.notebook(), "sibling.ipynb")
    before = sibling.read_bytes()
    source = f"""
        def double(x):
            done = []
            for path in ({str(book)!r}, {str(sibling)!r}):
                for mode in ("r", "w", "a"):
                    try:
                        open(path, mode)
                        done.append((path, mode))
                    except OSError:
                        pass
            return done
    """
    observed = classroom.observe(double=code(source))
    assert observed["double"]["observations"][0]["value"] == []
    assert book.read_text() == "submission,score\nada,0\n"
    assert sibling.read_bytes() == before


def test_one_submission_leaves_no_file_for_the_next(classroom):
    leave = """
        def double(x):
            import os, tempfile
            for place in (tempfile.gettempdir(), "/tmp", "/dev", "/dev/shm", "/var/tmp", "."):
                try:
                    open(os.path.join(place, "left_behind"), "w").write("42")
                except OSError:
                    pass
            return 2 * x
    """
    look = """
        def double(x):
            import os, tempfile
            places = (tempfile.gettempdir(), "/tmp", "/dev", "/dev/shm", "/var/tmp", ".")
            return [p for p in places if os.path.exists(os.path.join(p, "left_behind"))]
    """
    classroom.observe(double=code(leave))
    for _ in range(2):  # whichever of the two workers takes it
        observed = classroom.observe(double=code(look))
        assert observed["double"]["observations"][0]["value"] == []


LOOKS_FOR_THE_ONE_BEFORE = """
import ctypes, gc, os, re
words = re.compile(rb"of-[t]he-one-before|24681[3]5790")  # which doesn't find itself
reading, writing = os.pipe()
write = ctypes.CDLL(None).write  # the kernel refuses to write what can't be read
places = {id(one) >> 20 for one in gc.get_objects()}
FOUND = 0
for place in sorted({near for place in places for near in (place - 1, place, place + 1)}):
    for start in range(place << 20, (place + 1) << 20, 1 << 16):
        count = write(writing, ctypes.c_void_p(start), 1 << 16)
        if count > 0:
            FOUND += len(words.findall(os.read(reading, count)))
def double(x):
    return FOUND
"""


def test_nothing_of_an_earlier_submission_is_in_the_memory_of_the_next(own_classroom):
    earlier = "# of-the-one-before\ndef double(x):\n    return 2468135790"
    own_classroom.observe(double=earlier)
    found = own_classroom.observe(double=LOOKS_FOR_THE_ONE_BEFORE)["double"]
    assert [one.get("value") for one in found["observations"]] == [0, 0], found


def test_values_of_an_earlier_submission_cannot_be_handed_in_again(own_classroom, verdicts):
    steal = """
        import sys
        frame, kept = sys._getframe(), []
        while frame is not None:
            kept += [v for k, v in frame.f_locals.items() if k == "results" and v]
            frame = frame.f_back
        from course_utils.grading.sandbox import inside
        if kept:
            def observation(question, *_):
                said = dict(kept[0][question.names[0]]) if question else None
                return {**said, "question": question.names[0]} if said else None
            inside._observation = observation
    """
    own_classroom.grade(own_classroom.notebook())
    content = own_classroom.notebook(double=then_wrong(steal))
    assert verdicts(own_classroom.grade(content))["double"] == v.INCORRECT


CALLS = {
    "which part of a file is in memory": "libc.mincore(0, 0, 0)",
    "how much of a file is in memory": "libc.syscall(451, file, 0, 0, 0)",
    "reading what is in memory alone": "os.preadv(file, [bytearray(1)], 0, os.RWF_NOWAIT)",
    "another program": "libc.execve(b'/bin/true', 0, 0)",
    "a name for a socket": "socket.socketpair()[0].bind('\\0name')",
    "a message to another's socket": "socket.socketpair(type=socket.SOCK_DGRAM)[0]",
    "a segment of memory": "libc.shmat(0, 0, 0o10000)",
    "a disk that is full at once": "libc.fallocate(new, 0, ctypes.c_long(0), ctypes.c_long(9))",
}


@pytest.mark.parametrize("case", CALLS)
def test_the_kernel_refuses_what_reaches_out_of_a_run(classroom, case):
    source = f"""
        import ctypes, os, socket
        libc = ctypes.CDLL(None, use_errno=True)
        file, new = os.open(os.__file__, os.O_RDONLY), os.open("new", os.O_CREAT | os.O_RDWR)
        def double(x):
            try:
                {CALLS[case]}
            except OSError as error:
                return error.errno
            return ctypes.get_errno()
    """
    seen = classroom.observe(double=code(source))["double"]["observations"][0]
    assert seen["value"] in (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EOPNOTSUPP), seen


def test_sockets_and_files_that_stay_inside_work(classroom):
    source = """
        import asyncio, os
        async def twice(x): return 2 * x
        def double(x):
            file = os.open("file", os.O_CREAT | os.O_RDWR)
            os.posix_fallocate(file, 0, 9000)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            assert os.preadv(file, [bytearray(9)], 0) == 9
            return asyncio.run(twice(x))
    """
    assert classroom.grade(classroom.notebook(double=code(source))).score == 6


SIGNS = {
    "a lock of a file": (
        "fcntl.flock(file, fcntl.LOCK_EX)",
        "fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB); fcntl.flock(file, fcntl.LOCK_UN)",
    ),
    "a lock of a part": (
        "fcntl.lockf(file, fcntl.LOCK_SH)",
        "if struct.unpack('hhqqi4x', fcntl.fcntl(file, fcntl.F_GETLK,"
        " struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 0, 0)))[0] != fcntl.F_UNLCK: raise OSError",
    ),
    "a file that is opened": (
        "[open(os.__file__).read(1) for _ in range(9)]",
        "if os.read(watch, 1): raise OSError",
    ),
}


@pytest.mark.parametrize("case", SIGNS)
def test_two_submissions_at_the_same_time_have_no_sign_for_each_other(classroom, case):
    """What meets hidden inputs could tell them to what makes another learner's words."""
    begin = """
        import ctypes, fcntl, os, struct, time
        libc, file = ctypes.CDLL(None), open(os.__file__)
        watch = libc.inotify_init1(0o4000)
        if watch >= 0:
            libc.inotify_add_watch(watch, os.__file__.encode(), 0x20)
    """
    give, look = SIGNS[case]
    gives = f"""
        end, SEEN = time.time() + 3, False
        while time.time() < end:
            try:
                {give}
            except OSError:
                pass
            time.sleep(0.1)
        double = lambda x: 2 * x
    """
    looks = f"""
        end, SEEN = time.time() + 2, False
        while time.time() < end and not SEEN:
            try:
                {look}
            except BlockingIOError as error:
                SEEN = "lock" in {case!r}
            except PermissionError:
                pass
            except OSError as error:
                SEEN = error.errno != 9
            time.sleep(0.05)
        double = lambda x: SEEN
    """
    with ThreadPoolExecutor(2) as executor:
        first = executor.submit(classroom.observe, answer=code(begin) + "\n" + code(gives))
        time.sleep(1)
        seen = classroom.observe(double=code(begin) + "\n" + code(looks))
        first.result()
    assert [one.get("value") for one in seen["double"]["observations"]] == [False, False], seen


def test_network_is_out_of_reach(classroom, tmp_path):
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as unix:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        unix.bind(str(tmp_path / "socket"))
        unix.listen()
        port = tcp.getsockname()[1]
        source = f"""
            def double(x):
                import socket
                reached = []
                for family, address in (
                    (socket.AF_INET, ("127.0.0.1", {port})),
                    (socket.AF_UNIX, {str(tmp_path / "socket")!r}),
                ):
                    try:
                        with socket.socket(family) as s:
                            s.settimeout(1)
                            s.connect(address)
                        reached.append(str(address))
                    except OSError:
                        pass
                return reached
        """
        observed = classroom.observe(double=code(source))
    assert observed["double"]["observations"][0]["value"] == []


def test_hidden_inputs_reach_no_feedback(classroom, tmp_path):
    from course_utils.grading.reports.report import write_reports

    source = """
        KEPT = []
        def double(x):
            KEPT.append(x.tolist())
            print("input", x.tolist())
            return np.zeros_like(x)
    """
    notebook = classroom.notebook(double=code(source), answer="print(KEPT)\nanswer = 41")
    path = classroom.write(notebook)
    from course_utils.grading.intake.file import File
    from course_utils.grading.marking.grade import grade_file

    file = File("ada", path)
    result = grade_file(file, classroom.exercise, classroom.pool, classroom.built)
    write_reports([(file, result)], classroom.exercise, tmp_path)
    written = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    hidden = decode(classroom.exercise.question("double").expected[1].inputs[0][1])
    for number in hidden.ravel():
        assert f"{number:.5g}"[:5].rstrip("0") not in written.replace("course-card", "")
    assert "[]" in result.marks[2].printed  # it printed, and what it knew was nothing


def test_forged_names_and_errors_carry_no_input_into_the_feedback(classroom):
    source = """
        def double(x):
            kind = type("Input_" + str(int(abs(x.ravel()[0]) * 1e6)), (Exception,), {})
            raise kind(str(x.tolist()))
    """
    result = classroom.grade(classroom.notebook(double=code(source)))
    verdict = result.marks[0].verdict
    assert verdict.kind == v.ERROR
    shown = verdict.message + verdict.next_step + " ".join(verdict.remarks)
    hidden = decode(classroom.exercise.question("double").expected[1].inputs[0][1])
    assert str(int(abs(hidden.ravel()[0]) * 1e6)) not in shown
    assert "Input_" not in shown


def test_a_submission_can_neither_see_nor_signal_another(classroom):
    source = f"""
        def double(x):
            import os, signal
            reached = []
            for pid in [*range(2, 400), {os.getpid()}, os.getppid()]:
                if pid == 0:  # there is nothing above the first process of a namespace
                    continue
                try:
                    os.kill(pid, 0)
                    reached.append(pid)
                except OSError:
                    pass
            try:
                seen = os.listdir("/proc")
            except PermissionError:
                seen = []
            return [os.getpid(), reached, seen]
    """
    observed = classroom.observe(double=code(source))
    number, reached, seen = observed["double"]["observations"][0]["value"]
    assert reached == []
    assert seen in ([], ["self"])
    # Only namespaces hide the number; under Landlock it may be known, and is of no use.
    assert number == 1 or classroom.pool.sandbox.tier == "landlock"


def test_another_process_can_be_neither_limited_nor_slowed_down(classroom):
    before = resource.prlimit(os.getpid(), resource.RLIMIT_CPU), os.getpriority(os.PRIO_PROCESS, 0)
    source = f"""
        def double(x):
            import os, resource
            reached = []
            for pid in ({os.getpid()}, os.getppid() or {os.getpid()}):
                for act in (
                    lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)),
                    lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
                    lambda: os.sched_setaffinity(pid, {{0}}),
                ):
                    try:
                        act()
                        reached.append(pid)
                    except OSError:
                        pass
            return reached
    """
    observed = classroom.observe(double=code(source))
    assert observed["double"]["observations"][0]["value"] == []
    after = resource.prlimit(os.getpid(), resource.RLIMIT_CPU), os.getpriority(os.PRIO_PROCESS, 0)
    assert after == before


def test_modes_and_times_of_files_outside_stay_as_they_are(classroom):
    book = classroom.folder / "grades.csv"
    book.write_text("submission,score\nada,0\n")
    before = book.stat()
    source = f"""
        def double(x):
            import os
            for path in ({str(book)!r}, {str(classroom.folder)!r}):
                for act in (
                    lambda: os.chmod(path, 0o777),
                    lambda: os.chown(path, 1, 1),
                    lambda: os.utime(path, (1, 1)),
                    lambda: os.setxattr(path, "user.mine", b"1"),
                    lambda: os.truncate(path, 0),
                    lambda: os.unlink(path),
                    lambda: os.rename(path, path + "2"),
                    lambda: os.link(path, "book"),
                ):
                    try:
                        act()
                    except OSError:
                        pass
            return 2 * x
    """
    result = classroom.grade(classroom.notebook(double=code(source)))
    after = book.stat()
    assert result.score == 6
    assert (after.st_mode, after.st_uid, after.st_mtime_ns, after.st_nlink) == (
        before.st_mode, before.st_uid, before.st_mtime_ns, before.st_nlink,
    )  # fmt: skip
    assert os.listxattr(book) == []
    assert book.read_text() == "submission,score\nada,0\n"


def test_a_file_may_be_copied_with_its_mode(classroom):
    source = """
        import shutil, tempfile, pathlib
        def double(x):
            with tempfile.TemporaryDirectory() as folder:
                first, second = pathlib.Path(folder, "a.npy"), pathlib.Path(folder, "b.npy")
                np.save(first, 2 * x)
                shutil.copy2(first, second)
                return np.load(second)
    """
    assert classroom.grade(classroom.notebook(double=code(source))).score == 6


def test_shared_memory_of_the_parent_is_closed(classroom):
    source = """
        def double(x):
            import ctypes
            libc = ctypes.CDLL(None, use_errno=True)
            return [libc.ptrace(16, pid, 0, 0) for pid in (1, 2, 3, 4)]
    """
    observed = classroom.observe(double=code(source))
    assert set(observed["double"]["observations"][0]["value"]) == {-1}


def test_marks_do_not_depend_on_who_is_graded_beside_them(classroom, verdicts):
    nasty = {
        f"nasty{i}": classroom.notebook(double=code(source))
        for i, (source, _) in enumerate(FORGERIES.values())
        if source != "HARD_CODED"
    }
    honest = {f"honest{i}": classroom.notebook() for i in range(6)}
    mixed = dict(sum(zip(nasty.items(), [*honest.items()] * 2, strict=False), ()))
    results = classroom.grade_many(mixed)
    assert {results[name].score for name in honest if name in results} == {6}


def test_results_are_plain_json(classroom):
    observed = classroom.observe()
    assert json.loads(json.dumps(observed)) == observed
    assert threading.active_count() < 30


# What a probe holds beside an answer can be taken or changed there; what is `@outside` can't.
# Each question has its probes in both ways, to show that the attack is one.

SETUP = [
    ("markdown", "", "# Small"),
    ("code", "setup", 'from course_utils import exercise\n\ncheck = exercise("97_small")[0]'),
    ("code", "given", "import numpy as np"),
]
DRAWN = """
def drawn(rng):
    y = rng.permutation(np.arange(60) % 2)
    x = rng.normal(size=(60, 2)) + 5 * y[:, None]
    return x[:30], y[:30], x[30:], y[30:]
"""
PATH = """
def path(goal):
    w = np.zeros(5)
    for _ in range(100):
        w = np.ravel(step(w, w - goal))[:5]  # whatever else is tried in its place stays small
    return w
"""
# name: (right answer, wrong ones, probes that hold the secret beside the answer, the same outside)
APART = {
    "guess": (
        """
        def guess(x, y, x_new):
            low, high = x[y == 0].mean(axis=0), x[y == 1].mean(axis=0)
            far = ((x_new - low) ** 2).sum(axis=1), ((x_new - high) ** 2).sum(axis=1)
            return (far[1] < far[0]).astype(int)
        """,
        (
            "def guess(x, y, x_new): return np.zeros(len(x_new), int)",
            "def guess(x, y, x_new): return np.ones(len(x_new), int)",
            "def guess(x, y, x_new): return y",
        ),
        DRAWN
        + """
def share_right(rng):
    x, y, x_new, y_new = drawn(rng)
    return float(np.mean(guess(x, y, x_new) == y_new))
at_least(share_right(rng), 0.9)
""",
        "@outside"
        + DRAWN
        + """
@outside
def share_right(guesses, y_new):
    return float(np.mean(guesses == y_new))
at_least(share_right(guess(*drawn(rng)[:3]), drawn(rng)[3]), 0.9)
""",
    ),
    "name_of": (
        """
        def name_of(run):
            return "a" if run[-1] > run[0] else "b"
        """,
        (
            'def name_of(run): return "a"',
            'def name_of(run): return "b"',
            'def name_of(run): return "b" if run[-1] > run[0] else "a"',
        ),
        """
def says(letter, rng):
    run = np.cumsum(rng.random(20))
    return name_of(run if letter == "a" else run[::-1])
[says(letter, rng) for letter in rng.permutation(list("aaaabbbb"))]
""",
        """
@outside
def runs(rng):
    letters = rng.permutation(list("aaaabbbb"))
    up = np.cumsum(rng.random(20))
    return [up if letter == "a" else up[::-1] for letter in letters]
[name_of(run) for run in runs(rng)]
""",
    ),
    "step": (
        """
        def step(w, g):
            return w - 0.2 * g
        """,
        (
            "def step(w, g): return w",
            "def step(w, g): return w + 0.2 * g",
            "def step(w, g): return w - 1e-3 * g",
        ),
        PATH
        + """
def last_loss(goal):
    return float(np.sum((path(goal) - goal) ** 2))
at_most(last_loss(rng.normal(size=5)), 1e-6)
""",
        PATH
        + """
@outside
def somewhere(rng):
    return rng.normal(size=5)
@outside
def last_loss(w, goal):
    return float(np.sum((w - goal) ** 2))
at_most(last_loss(path(somewhere(rng)), somewhere(rng)), 1e-6)
""",
    ),
}
TAKEN = {
    "searches the frames for labels": (
        "guess",
        """
        import sys
        def guess(x, y, x_new):
            frame = sys._getframe(1)
            while frame:
                for value in list(frame.f_locals.values()):
                    if type(value) is np.ndarray and value.dtype.kind == "i":
                        if value.shape == (len(x_new),) and not np.array_equal(value, y):
                            return value
                frame = frame.f_back
            return np.zeros(len(x_new), int)
        """,
    ),
    "calls the helper that drew the labels once more": (
        "guess",
        """
        import sys
        def guess(x, y, x_new):
            frame = sys._getframe(1)
            while frame:
                space = {**frame.f_globals, **frame.f_locals}
                if "drawn" in space and "seed" in space:
                    return space["drawn"](np.random.default_rng([space["seed"], 0]))[3]
                frame = frame.f_back
            return np.zeros(len(x_new), int)
        """,
    ),
    "draws the labels anew from the seed that it finds": (
        "guess",
        """
        import sys
        def guess(x, y, x_new):
            frame = sys._getframe(1)
            while frame and type(frame.f_locals.get("seed")) is not int:
                frame = frame.f_back
            seed = frame.f_locals["seed"]
            rng = np.random.default_rng([seed, 0])
            return rng.permutation(np.arange(60) % 2)[30:]
        """,
    ),
    "searches what the collector knows for labels": (
        "guess",
        """
        import gc, sys
        def guess(x, y, x_new):
            frame, known = sys._getframe(1), []
            while frame:
                known += [frame.f_locals, frame.f_globals]
                frame = frame.f_back
            for space in [*known, *gc.get_objects()]:
                values = space.values() if type(space) is dict else space
                if type(space) not in (dict, list, tuple) or type(values) is str:
                    continue
                for value in list(values):
                    if type(value) is np.ndarray and value.shape == (len(x_new),):
                        if value.dtype.kind == "i" and not np.array_equal(value, y):
                            if set(value.tolist()) == {0, 1}:
                                return value
            return np.zeros(len(x_new), int)
        """,
    ),
    "reads the argument of the frame above": (
        "name_of",
        """
        import sys
        def name_of(run):
            return sys._getframe(1).f_locals.get("letter", "a")
        """,
    ),
    "patches what the helper measures with": (
        "step",
        """
        np.sum = lambda *args, **kwargs: 0.0
        def step(w, g):
            return w
        """,
    ),
    "hands in a made-up number": (
        "step",
        """
        import course_utils.checking.observing.observe as observing
        observing.encode = lambda value: 0.0
        def step(w, g):
            return w
        """,
    ),
    "hands in a made-up value of the right form": (
        "step",
        """
        import course_utils.checking.observing.observe as observing
        encode = observing.encode
        observing.encode = lambda value: 0.0 if type(value) is float else encode(np.zeros(5))
        def step(w, g):
            return w
        """,
    ),
}


def apart_cells(notation):
    """The exercise in which secrets stand beside the answers (0) or are `@outside` (1)."""
    cells = list(SETUP)
    for i, (name, (right, wrong, *probes)) in enumerate(APART.items(), 1):
        answer = code(right).split("\n")
        body = "\n".join([answer[0], "    ### BEGIN SOLUTION", *answer[1:], "    ### END SOLUTION"])
        cells += [
            ("markdown", "", f"### 1.{i} `{name}` · 2 points · 1 min · ★☆☆\nA task."),
            ("code", "answer", body),
            ("code", "check", f"check({name})"),
            ("markdown", "hint", "Think."),
            ("code", "probes", f"%%probes {name}\n{probes[notation].strip()}"),
        ]
        cells += [
            ("code", "misconception", f'%%misconception {name}\n"""Mistake {k}."""\n{text}')
            for k, text in enumerate(wrong)
        ]
        cells += [
            ("code", "alternative", f"%%alternative {name}\nother = {k}\n{code(right)}")
            for k in range(2)
        ]
    return cells


@pytest.fixture(scope="module")
def apart(sandbox, tmp_path_factory, classroom_of):
    """The two classrooms, of the notations 0 and 1."""
    with WorkerPool(sandbox, 1) as pool:
        folders = (tmp_path_factory.mktemp("apart") for _ in range(2))
        yield [classroom_of(f, pool, apart_cells(i), seconds=5) for i, f in enumerate(folders)]


@pytest.mark.parametrize("notation", [0, 1])
def test_honest_answers_earn_all_whichever_way_they_are_measured(apart, notation):
    result = apart[notation].grade(apart[notation].notebook())
    assert result.score == result.max_score == 6


@pytest.mark.parametrize("case", TAKEN)
def test_what_is_taken_or_made_up_beside_an_answer_earns_nothing_outside(apart, verdicts, case):
    name, source = TAKEN[case]
    beside, outside = (
        verdicts(room.grade(room.notebook(**{name: code(source)})))[name] for room in apart
    )
    assert beside == v.CORRECT  # it is an attack: where the secret stands beside it, it is taken
    assert outside in (v.INCORRECT, v.ERROR)


def test_nothing_of_outside_goes_where_answers_run(apart):
    room = apart[1]
    submission = read_submission(room.write(room.notebook()), room.exercise)
    job = json.dumps(make_job(submission, room.exercise))
    for question in room.exercise.questions:
        assert question.outside
        names = re.findall(r"def (\w+)", question.outside)
        assert all(f"def {name}" not in job for name in names)
    for seen in room.exercise.question("guess").expected:
        assert json.dumps(seen.beside["0"]) not in job  # the labels
    assert str(room.exercise.seed) not in job
