"""Compiled helpers side by side: they release the interpreter lock, so threads are enough."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from gridplan.optimise.numeric.compiled import COMPILED

Item = TypeVar("Item")
Result = TypeVar("Result")

THREADS = min(4, os.cpu_count() or 1) if COMPILED else 1
"""Calls that run at the same time; no answer may depend on it."""

ABREAST = 2
"""Pieces of work that a step takes on together where each batch decides the next; on any machine
the same, so that answers are."""

TICK = 0.5
"""Seconds between two ticks."""

_THREAD = threading.local()


def _enter() -> None:
    _THREAD.busy = True


def abreast(
    call: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    tick: Callable[[], None] | None = None,
    deep: bool = False,
) -> list[Result]:
    """
    Call for each item, several at a time; return what came back in the order of the items.

    A call must not touch what another one writes, so that the answer is that of one after another.
    Within a call, calls are made one after another, since all cores are busy; not so where calls
    are ``deep``: few, long and of different lengths, or one alone.
    Meanwhile ``tick`` is called now and then, from the thread that waits.
    """
    rest = list(items)
    deep = deep or len(rest) == 1
    if THREADS == 1 or not rest or getattr(_THREAD, "busy", False):
        return [call(item) for item in rest]
    with ThreadPoolExecutor(THREADS, initializer=None if deep else _enter) as pool:
        ahead = [pool.submit(call, item) for item in rest]
        while tick is not None and wait(ahead, timeout=TICK).not_done:
            tick()
        return [one.result() for one in ahead]
