"""Workers are started as processes of their own."""

import sys
from types import ModuleType

import pytest


@pytest.fixture(autouse=True, scope="module")
def _plain_main():
    """Let workers import no script that another test has put in the place of the main module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield
