"""What is being kept is kept to its end, whatever is clicked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.runtime.scriptrunner import get_script_run_ctx

_LOOK = "_yield_callback"


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
