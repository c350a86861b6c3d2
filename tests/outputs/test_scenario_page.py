"""docs/scenario.md and the README's table are what the declarations of the keys say."""

from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.outputs.pages.scenario_page import (
    EXAMPLE,
    PAGE,
    README,
    blank_scenario,
    document,
    with_table,
)
from gridplan.planning.scenario.file import parse_scenario
from gridplan.planning.scenario.scenario import GROUPS, KEYS, Scenario
from gridplan.text import LANGUAGES

ROOT = Path(__file__).parents[2]
AGAIN = "run python -m gridplan.outputs.pages.scenario_page"


def test_the_page_and_the_readme_are_what_the_keys_say():
    assert (ROOT / PAGE).read_text(encoding="utf-8") == document(), AGAIN
    readme = (ROOT / README).read_text(encoding="utf-8")
    assert readme == with_table(readme), AGAIN


def test_the_example_is_a_scenario():
    assert parse_scenario(EXAMPLE.encode(), name="example").grids == 3
    with pytest.raises(InputError):
        parse_scenario(EXAMPLE.replace("grids", "gridz").encode(), name="example")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_blank_file_changes_nothing_and_every_line_of_it_is_the_default(lang):
    blank = blank_scenario(lang)
    assert parse_scenario(blank.encode(), name="blank") == Scenario()
    lines = [line.removeprefix("# ") for line in blank.splitlines() if line.startswith("# ")]
    lines = [line for line in lines if line.split(" = ")[0] in KEYS]
    assert [line.split(" = ")[0] for line in lines] == sorted(KEYS, key=_place)
    given = [line for line in lines if KEYS[line.split(" = ")[0]].default is not None]
    assert parse_scenario("\n".join(given).encode(), name="given") == Scenario()
    assert parse_scenario("\n".join(lines).encode(), name="every") != Scenario()


def _place(name):
    return GROUPS.index(KEYS[name].group)
