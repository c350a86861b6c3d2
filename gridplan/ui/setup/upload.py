"""What a planner hands in or keeps: done to its end, and what goes wrong is a sentence at most."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx

from gridplan.errors import GridplanError, Problem

_LOOK = "_yield_callback"


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


@contextmanager
def unbroken() -> Iterator[None]:
    """
    Do what stands in the block to its end before the page answers a further click.

    Streamlit ends a run, callbacks too, with a click that comes meanwhile: whenever the run looks
    into its session. Half of a scenario would be kept, and nobody told. The click waits until the
    block has ended; the next look into the session answers it.
    """
    context = get_script_run_ctx()
    state = context.session_state if context is not None else None
    look = getattr(state, _LOOK, None)
    if look is None:
        yield
        return
    object.__setattr__(state, _LOOK, lambda: None)
    try:
        yield
    finally:
        object.__setattr__(state, _LOOK, look)
