"""Compiled steps side by side: they release the interpreter lock, so threads are enough."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS = min(4, os.cpu_count() or 1)
"""Calls that run at the same time on this machine; no answer may depend on it."""

_THREAD = threading.local()


def _enter() -> None:
    _THREAD.busy = True


def parallel_map(
    call: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    tick: Callable[[], None] | None = None,
    tick_seconds: float = 0.5,
    deep: bool = False,
) -> list[Result]:
    """
    Call for each item, several at a time; return what came back in the order of the items.

    A call must not touch what another one writes, so that the answer is that of one after another.

    Parameters
    ----------
    call
        What is called; an exception ends the map and is raised here.
    items
        What it is called with.
    tick
        Called every ``tick_seconds`` meanwhile, from the thread that waits.
    deep
        Whether calls within a call run side by side too. By default they are made one after
        another, since all cores are busy; not so where calls are few, long and of different
        lengths, or one alone.
    """
    rest = list(items)
    deep = deep or len(rest) == 1
    if THREADS == 1 or not rest or getattr(_THREAD, "busy", False):
        return [call(item) for item in rest]
    with ThreadPoolExecutor(THREADS, initializer=None if deep else _enter) as pool:
        ahead = [pool.submit(call, item) for item in rest]
        while tick is not None and wait(ahead, timeout=tick_seconds).not_done:
            tick()
        return [one.result() for one in ahead]
