"""The planning process of the app: takes folders with tasks and does one after another.

Run as ``python -m gridplan.ui.running.process``; folders come in by standard input, a line of JSON
each. A process of its own, because only a process can be stopped in the middle of a solver, and so
that the page stays awake meanwhile.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import re
import sys
import threading
import traceback
from pathlib import Path

from gridplan.ui.running.work import LOG, leave, work

ENDED, GOES_ON = "ended", b"goes on"
"""A file that is there once the task is done, and all that it leaves is; what stands in it where
the process takes another."""
# A process that has held more takes no further task, bytes.
_MOST_MEMORY = 1.5e9
# Imported while there is nothing to do.
_AHEAD = (
    "gridplan.planning.phases.phasing",
    "gridplan.planning.plan",
    "gridplan.planning.variants.passing",
    "gridplan.planning.variants.side_by_side",
)


def _listen(lines: queue.SimpleQueue[str]) -> None:
    """Take in what is to be done, and end when the app is gone, which closes our input."""
    # Not sys.stdin: its lock, held by this thread, would break the interpreter's shutdown.
    with open(0, "rb", buffering=0, closefd=False) as folders:
        for line in folders:
            lines.put(json.loads(line))
    os._exit(1)


def _logged(folder: Path) -> bool:
    """Do a task, and tell whether all went well; what is printed meanwhile goes into its log."""
    well = True
    with (folder / LOG).open("w", encoding="utf-8") as log, Path(os.devnull).open("w") as nowhere:
        _print_into(log.fileno())  # the solvers' own words too
        try:
            work(folder)
        except Exception:  # whatever it is, the log has it and the page says so
            well = False
            traceback.print_exc()
        _print_into(nowhere.fileno())
    return well


def _print_into(file: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    for stream in (1, 2):
        os.dup2(file, stream)


def main() -> None:
    """Work the tasks one after another; the last one where something went wrong or much is held."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    for name in _AHEAD:
        importlib.import_module(name)
    goes_on = True
    while goes_on:
        folder = Path(lines.get())
        goes_on = _logged(folder) and _memory() < _MOST_MEMORY
        leave(folder / ENDED, GOES_ON if goes_on else b"")


def _memory() -> float:
    """Give the most memory this process has held, bytes; 0 where the system does not tell."""
    try:
        # What getrusage tells begins with what the process that started this one held.
        told = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"^VmHWM:\s+(\d+) kB", told, re.MULTILINE)
    return 1024.0 * float(found[1]) if found else 0.0


if __name__ == "__main__":
    main()
