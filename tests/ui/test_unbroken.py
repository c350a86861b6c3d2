"""What is being kept is kept to its end, though Streamlit ends runs with further clicks."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.state import SafeSessionState, SessionState

from gridplan.ui.setup import upload as module
from gridplan.ui.setup.upload import problems_of


class ClickedError(Exception):
    """Stands for Streamlit's own, which ends a run."""


def test_a_click_waits_until_what_is_kept_is_kept(monkeypatch):
    def click():
        raise ClickedError

    state = SafeSessionState(SessionState(), yield_callback=click)
    context = SimpleNamespace(session_state=state)
    monkeypatch.setattr(module, "get_script_run_ctx", lambda: context)
    with pytest.raises(ClickedError):
        state["entry"] = "half"
    done = []

    def take():
        state["entry"] = "kept"
        done.append(state["entry"])

    assert problems_of("x", take) == ()
    assert done == ["kept"]
    with pytest.raises(ClickedError):
        state["entry"] = "half"
