"""An uploaded file, which may hold anything: what it does to the page is a sentence at most."""

from __future__ import annotations

import logging
from collections.abc import Callable

from gridplan.errors import GridplanError, Problem
from gridplan.ui.setup.unbroken import unbroken


def problems_of(name: str, take: Callable[[], None]) -> tuple[Problem, ...]:
    """
    Take an uploaded file in.

    Parameters
    ----------
    name
        Of the file.
    take
        Reads it and puts it to use, to the end whatever is clicked meanwhile; changes nothing
        where it raises.

    Returns
    -------
    problems
        Why it was not taken; empty if it was.
    """
    try:
        with unbroken():
            take()
    except GridplanError as error:
        return error.problems
    except Exception as error:  # nobody foresees every file; the log has the rest
        logging.getLogger(__name__).exception("an upload could not be read")
        return (Problem("upload-unreadable", {"file": name, "reason": type(error).__name__}),)
    return ()
