"""docs/scenario.md and the README's table are what the declarations of the keys say."""

from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.outputs.words.scenario_page import EXAMPLE, PAGE, README, document, with_table
from gridplan.planning.scenario.file import parse_scenario

ROOT = Path(__file__).parents[2]
AGAIN = "run python -m gridplan.outputs.words.scenario_page"


def test_the_page_and_the_readme_are_what_the_keys_say():
    assert (ROOT / PAGE).read_text(encoding="utf-8") == document(), AGAIN
    readme = (ROOT / README).read_text(encoding="utf-8")
    assert readme == with_table(readme), AGAIN


def test_the_example_is_a_scenario():
    assert parse_scenario(EXAMPLE.encode(), name="example").grids == 3
    with pytest.raises(InputError):
        parse_scenario(EXAMPLE.replace("grids", "gridz").encode(), name="example")
