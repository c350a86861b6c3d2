"""Workers are started as processes of their own."""

import sys
from types import ModuleType

import pytest

from gridplan.batch.run import Where, workers


@pytest.fixture(autouse=True, scope="session")
def _plain_main():
    """Let workers import no script that another test has put in the place of the main module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        yield


@pytest.fixture(scope="session")
def two(_plain_main):
    """Give a scheduler with two workers: starting them is what takes time."""
    with workers(Where(processes=2), 2) as address:
        yield Where(scheduler=address)
