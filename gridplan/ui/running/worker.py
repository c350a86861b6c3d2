"""A process that works tasks one after another, so that only the first waits for its imports."""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

_PACKAGE_HOME = Path(__file__).resolve().parents[3]
_PATIENCE = 2.0  # seconds that a process is given to end when it is asked to
_RESTING: list[tuple[Worker, float]] = []
"""Of processes without a task the one that is kept, and since when."""
_LOCK = threading.Lock()


class Worker:
    """
    A process of :mod:`gridplan.ui.running.process`, with nothing to do at first.

    It ends by itself when the one that started it is gone, which closes its input.
    """

    def __init__(self) -> None:
        paths = [str(_PACKAGE_HOME), os.environ.get("PYTHONPATH", "")]
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PYTHONIOENCODING": "utf-8",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gridplan.ui.running.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    def begin(self, folder: Path) -> bool:
        """Give it the folder of a task; False where it is gone by now."""
        try:
            self._input.write(json.dumps(str(folder)).encode() + b"\n")
            self._input.flush()
        except OSError:
            return False
        return True

    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def let_go(self) -> None:
        """Close its input, as it closes when the app ends, and see it end."""
        with contextlib.suppress(OSError):  # what could not be written is for nobody any more
            self._input.close()
        self._see_end()

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.terminate()
        self._see_end()
        with contextlib.suppress(OSError):
            self._input.close()

    def _see_end(self) -> None:
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin


def hired(folder: Path) -> Worker:
    """Give a task to the process that rests, or to a new one."""
    with _LOCK:
        resting = _RESTING.pop()[0] if _RESTING else None
    if resting is not None:
        if resting.is_alive() and resting.begin(folder):
            return resting
        resting.stop()
    worker = Worker()
    worker.begin(folder)
    return worker


def rest(worker: Worker) -> None:
    """Keep a process for the next task; one is enough."""
    with _LOCK:
        if worker.is_alive() and not _RESTING:
            _RESTING.append((worker, time.monotonic()))
            return
    worker.let_go()


def dismiss(after: float = 0.0) -> None:
    """Let go the process that rests, if it has rested for so many seconds."""
    with _LOCK:
        gone = [_RESTING.pop()[0] for _, at in _RESTING[:] if time.monotonic() - at >= after]
    for worker in gone:
        worker.let_go()


@functools.cache
def warm() -> None:
    """Have a process at hand before the first task of this server: it imports meanwhile."""
    with _LOCK:
        if not _RESTING:
            _RESTING.append((Worker(), time.monotonic()))


atexit.register(dismiss)
