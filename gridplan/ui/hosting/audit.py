"""The log of what was done on a server: when, by which alias, to what; no name and no content."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

from streamlit.runtime.scriptrunner import get_script_run_ctx

from gridplan.ui.hosting.person import person

AUDIT = "GRIDPLAN_AUDIT"
"""Name of the option that names the file; nothing is logged without it."""

_MOST_BYTES, _FILES = 10_000_000, 20
_lock = threading.Lock()
_open: dict[str, RotatingFileHandler] = {}


def note(what: str, **facts: str | float) -> None:
    """
    Log one thing that was done.

    Parameters
    ----------
    what
        ``visit``, ``asked``, ``ended``, ``edit``, ``intake``, ``keep``, ``delete``, ``download``,
        ``list``.
    facts
        Codes, counts and fingerprints alone: no name of a person or a file, no address, nothing a
        planner typed.

    Notes
    -----
    One line of JSON each, with the time (UTC), the alias of :func:`~gridplan.ui.hosting.person`
    and the first digits of the window's name. Files are turned over at 10 megabytes, 20 are kept.
    That a log cannot be written stops nobody; the server's own log says so.
    """
    path = os.environ.get(AUDIT, "").strip()
    if not path:
        return
    context = get_script_run_ctx(suppress_warning=True)
    line = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "who": person() if context else "",
        "window": context.session_id[:8] if context else "",
        "what": what,
        **facts,
    }
    try:
        _handler(path).emit(
            logging.LogRecord("audit", logging.INFO, "", 0, json.dumps(line), None, None)
        )
    except OSError:
        logging.getLogger(__name__).exception("the audit log cannot be written: %s", path)


def _handler(path: str) -> RotatingFileHandler:
    with _lock:
        if path not in _open:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            _open[path] = RotatingFileHandler(
                path, maxBytes=_MOST_BYTES, backupCount=_FILES - 1, encoding="utf-8"
            )
            _open[path].setFormatter(logging.Formatter("%(message)s"))
        return _open[path]
