"""Submissions observed elsewhere: on the machines of a cluster, or in any executor's processes.

Only `observe_here` runs there: a job without an expected value goes out, plain values come back,
and they are judged here. Each job has its own supervisor where it runs, with its own limits.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import queue
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as StillRunning
from typing import Any

from course_utils.grading.intake.text import one_line
from course_utils.grading.sandbox.stations import PoolError, Worker
from course_utils.grading.sandbox.tiers import NoSandbox, Sandbox, choose

ATTEMPTS = 3
LOOK_SECONDS = 5.0
PATIENCE_SECONDS = 60.0
CLUSTER = "cluster"


class ClusterError(PoolError):
    """The batch can't go on; what is graded is kept. The message says how to mend it."""


def observe_here(job: dict[str, Any], seconds: float, allow_unsafe: bool) -> dict[str, Any]:
    """Run a job in a sandbox of this machine: `tier` and `results`, or `refused`, why not."""
    try:
        sandbox, idle = _station(allow_unsafe)
    except NoSandbox as problem:
        return {"refused": f"{socket.gethostname()}: {problem}"}
    try:
        worker = idle.get_nowait()
    except queue.Empty:
        worker = Worker(sandbox)
        atexit.register(worker.stop)
    try:
        return {"tier": sandbox.tier, "results": worker.run(job, seconds)}
    finally:
        idle.put(worker)


@functools.cache
def _station(allow_unsafe: bool) -> tuple[Sandbox, queue.SimpleQueue[Worker]]:
    """This process's sandbox and its idle workers: as many as jobs ever ran at the same time."""
    return choose(allow_unsafe=allow_unsafe), queue.SimpleQueue()


class RemoteWorker:
    """Runs jobs as a `Worker` does, wherever an executor puts them."""

    def __init__(self, executor: Executor, allow_unsafe: bool, alive: Callable[[], bool]) -> None:
        self.tier = ""
        self._executor, self._allow_unsafe, self._alive = executor, allow_unsafe, alive

    def run(self, job: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The observations of a job; a machine that is lost on the way loses nothing.

        Raises ClusterError if no machine is left, or if one has no sandbox.
        """
        problem: Exception | None = None
        for _ in range(ATTEMPTS):
            try:
                reply = self._result(
                    self._executor.submit(observe_here, job, seconds, self._allow_unsafe)
                )
            except ClusterError:
                raise
            except Exception as error:  # a lost machine, as its executor calls it
                problem = error
                continue
            if "refused" in reply:
                raise ClusterError(reply["refused"])
            self.tier = reply["tier"]
            return reply["results"]
        kind = type(problem).__name__
        raise ClusterError(f"A job failed {ATTEMPTS} times on the cluster ({kind}: {problem}).")

    def _result(self, future: Future) -> dict[str, Any]:
        seen_alive = time.monotonic()
        while True:
            try:
                return future.result(LOOK_SECONDS)
            except StillRunning:
                now = time.monotonic()
                seen_alive = now if self._alive() else seen_alive
                if now - seen_alive > PATIENCE_SECONDS:
                    future.cancel()
                    raise ClusterError(
                        f"The cluster had no worker for {PATIENCE_SECONDS:g} seconds."
                    ) from None


class RemotePool:
    """As many remote workers as are asked for at once; what a `WorkerPool` is on one machine."""

    tier = CLUSTER

    def __init__(
        self,
        executor: Executor,
        *,
        allow_unsafe: bool = False,
        alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self._arguments = (executor, allow_unsafe, alive)

    @contextlib.contextmanager
    def borrow(self) -> Iterator[RemoteWorker]:
        yield RemoteWorker(*self._arguments)


def _knock(address: str) -> None:
    """Raise OSError or ValueError if nobody can be reached there. A client that can't begin says
    so in tracebacks of its own, long after."""
    from distributed.comm.registry import backends

    protocol, _, place = address.rpartition("://")
    if protocol not in ("", *backends):
        raise ValueError("no protocol")
    if protocol != "inproc":
        host, _, port = place.rpartition(":")
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()


@contextlib.contextmanager
def cluster(address: str, *, allow_unsafe: bool = False) -> Iterator[tuple[RemotePool, int]]:
    """The pool of the dask.distributed cluster at `address`, and how many jobs it runs at once.

    Raises ClusterError if there is none.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            'dask.distributed is not installed (`python -m pip install "dask[distributed]"`).'
        ) from None
    try:
        _knock(address)
        client = Client(address, timeout=10, set_as_default=False)
    except Exception as error:  # whatever an address that means nothing raises
        raise ClusterError(
            f"There is no scheduler at {one_line(address)} ({type(error).__name__}). Start one "
            "with `dask scheduler`, and give the address that it prints."
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
        except TimeoutError:
            raise ClusterError(
                f"The scheduler at {address} has no workers. Start some: `dask worker {address}`."
            ) from None

        def alive() -> bool:
            try:
                return bool(client.nthreads())
            except Exception:  # whatever a lost connection raises
                return False

        at_once = sum(client.nthreads().values())
        pool = RemotePool(client.get_executor(pure=False), allow_unsafe=allow_unsafe, alive=alive)
        yield pool, at_once
