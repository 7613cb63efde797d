"""Work that runs in processes of its own, so that it can be stopped: bounded in time and in memory.

A thread cannot be stopped from outside and a slow regular expression cannot be interrupted from inside, so whatever
reads hostile input runs here.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar
from weakref import WeakSet

from pebble import ProcessExpired, ProcessPool

T = TypeVar("T")

# Ordinary workers are up in about a second; a machine that is just booting everything may need many.
START_SECONDS = 30
# The pool looks at its clocks ten times a second, so a worker may overrun by that much before it is stopped.
GRACE_SECONDS = 0.2


class Overrun(Exception):
    """The work took too long or too much memory, or its worker died. Nothing of it is left behind."""


class BoundedPool:
    """A lazily started pool of worker processes with a limit on the time of each piece of work and on memory.

    `seconds` of wall time a piece, `megabytes` of address space a worker, `prepare` runs first in each worker.
    Workers are spawned, not forked, because the web server has threads. One that was stopped is replaced.
    """

    def __init__(
        self, *, seconds: float, megabytes: int, workers: int = 1, prepare: Callable[[], object] | None = None
    ) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._workers = workers
        self._prepare = prepare
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()
        _pools.add(self)

    def run(self, work: Callable[..., T], *args: object) -> T:
        """Return `work(*args)`, run in a worker; both must be importable or picklable.

        Raises Overrun when it has run for `seconds`, when no worker was free for so long that waiting and running
        took twice that, or when the worker dies; and whatever `work` raises.
        """
        # A piece that waits behind somebody else's must not lose its own time by it.
        patience = 2 * (self._seconds + GRACE_SECONDS)
        try:
            return _outcome(self._schedule(work, args), patience)
        except BrokenProcessPool:
            # Somebody killed a worker while it had nothing to do; this work is not to blame.
            return _outcome(self._schedule(work, args), patience)

    def run_all(self, work: Callable[..., T], pieces: Sequence[object]) -> Iterator[T | Overrun]:
        """Yield `work(piece)` for each piece, in order, or the Overrun it ended with. All workers take part.

        `seconds` bounds each piece from the moment when a worker takes it up.
        """
        futures = [self._schedule(work, (piece,)) for piece in pieces]
        patience = START_SECONDS + (self._seconds + GRACE_SECONDS) * len(futures)
        for future in futures:
            try:
                yield _outcome(future, patience)
            except (Overrun, BrokenProcessPool) as error:
                yield error if isinstance(error, Overrun) else Overrun("The workers died.")

    def stop(self) -> None:
        """End the workers. The next piece of work starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _schedule(self, work: Callable[..., T], args: tuple[object, ...]) -> Future[T]:
        with self._lock:
            if self._pool is not None and not self._pool.active:
                self._pool.join()
                self._pool = None
            self._pool = self._pool or self._start()
            return self._pool.schedule(work, args=args, timeout=self._seconds)

    def _start(self) -> ProcessPool:
        """Start workers and wait for the first, so that no piece of work pays for the start with its own time."""
        pool = ProcessPool(
            max_workers=self._workers,
            initializer=_confine,
            initargs=(self._megabytes, self._prepare),
            context=multiprocessing.get_context("spawn"),
        )
        try:
            _outcome(pool.schedule(os.getpid), START_SECONDS)
        except BaseException:
            # Workers that are late would start all the same, beside those of the next piece of work.
            pool.stop()
            pool.join()
            raise
        return pool


def _outcome(future: Future[T], seconds: float) -> T:
    try:
        return future.result(timeout=seconds)
    except TimeoutError as error:
        future.cancel()
        raise Overrun("The time was up.") from error
    except (CancelledError, ProcessExpired) as error:
        raise Overrun("The worker died.") from error


def _confine(megabytes: int, prepare: Callable[[], object] | None) -> None:
    """Make this process one that can be stopped at once and cannot eat the machine's memory."""
    # Pebble's own handler would only run between two bytecodes, so a regular expression could ignore it.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit = megabytes * 1024 * 1024
    # macOS has no limit on address space; there only the time is bounded.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    if prepare is not None:
        prepare()


_pools: WeakSet[BoundedPool] = WeakSet()


def stop_all() -> None:
    """End the workers of every pool in this process."""
    for pool in list(_pools):
        pool.stop()


# A fork would copy the pools without the threads that run them, so a server that forks does it without pools.
os.register_at_fork(before=stop_all)
atexit.register(stop_all)
