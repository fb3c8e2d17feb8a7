"""Code is stopped when its time is over, and nothing is interrupted after that."""

import signal
import sys
import threading
import time

import pytest

from course_utils.checking.observing.time_limit import time_limit

TRACER = sys.gettrace()  # a debugger's, or that of a measurement of coverage


def endless():
    while True:
        pass


def stubborn():
    while True:
        try:
            endless()
        except KeyboardInterrupt:
            continue


def gives_in():
    try:
        endless()
    except BaseException:
        return 3


@pytest.mark.parametrize("function", [endless, stubborn, gives_in, lambda: time.sleep(60)])
def test_code_is_stopped(function):
    start = time.monotonic()
    with pytest.raises(TimeoutError, match=r"stopped after 0\.1 seconds"), time_limit(0.1):
        function()
    assert time.monotonic() - start < 5
    assert sys.gettrace() is TRACER
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_quick_code_is_left_alone():
    with time_limit(5):
        result = sum(range(1000))
    assert result == 499_500
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_error_of_the_code_comes_through():
    with pytest.raises(ZeroDivisionError), time_limit(5):
        1 / 0  # noqa: B018
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is_not_a_timeout():
    with pytest.raises(KeyboardInterrupt), time_limit(5):
        signal.raise_signal(signal.SIGINT)


@pytest.fixture
def quick_switches():
    """Threads take turns every microsecond, so an interruption arrives between any two steps."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("quick_switches")
def test_code_that_ends_just_in_time_is_never_hit_afterwards():
    stopped = 0
    for i in range(3000):
        try:
            with time_limit(0.001):
                until = time.perf_counter() + 0.0008 + 0.0000002 * i
                while time.perf_counter() < until:
                    pass
        except TimeoutError:
            stopped += 1
        for _ in range(100):
            pass
    assert 0 < stopped < 3000
    assert threading.active_count() < 20


def test_outside_the_main_thread_there_is_no_limit():
    done = []

    def run():
        with time_limit(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]
