"""A scenario saved by the page and loaded again is the same scenario."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.planning.scenario.center_keys import OBJECTIVES
from gridplan.planning.scenario.file import parse_scenario, read_scenario, scenario_toml
from gridplan.planning.scenario.kinds import GRAINS
from gridplan.planning.scenario.scenario import Scenario

names = st.text(max_size=20)
ids = st.lists(names, max_size=3).map(tuple)


@st.composite
def scenarios(draw):
    low = draw(st.integers(0, 50_000))
    least = draw(st.integers(0, 5))
    return Scenario(
        name_zh=draw(names),
        name_en=draw(names),
        profiles=draw(ids),
        seed=draw(st.integers(0, 2**31 - 1)),
        work_limit=draw(st.floats(0.01, 1e6)),
        grids=draw(st.integers(0, 1000)),
        grid_leads=draw(ids),
        grid_tolerance=draw(st.floats(0, 1)),
        grid_grain=draw(st.sampled_from(GRAINS)),
        center_objective=draw(st.sampled_from(OBJECTIVES)),
        center_max_metres=draw(st.none() | st.integers(1, 100_000)),
        centers=draw(st.none() | st.integers(1, 100_000)),
        center_lower=low,
        center_upper=low + draw(st.integers(1, 50_000)),
        close=draw(ids),
        regional_min=least,
        regional_max=least + draw(st.integers(0, 5)),
    )


@given(scenarios())
def test_saved_and_loaded_is_the_same(scenario):
    assert parse_scenario(scenario_toml(scenario).encode(), name="mine.toml") == scenario


def test_the_command_line_reads_what_the_page_saves(tmp_path):
    scenario = Scenario(name_zh="另一个方案", grids=3, close=("c1", 'c"2'), centers=40)
    path = tmp_path / "saved.toml"
    path.write_text(scenario_toml(scenario), encoding="utf-8")
    assert read_scenario(path) == scenario


def test_every_key_is_saved_but_one_that_is_none():
    text = scenario_toml(Scenario())
    saved = {line.split(" = ")[0] for line in text.splitlines()}
    none = {"centers", "center_max_metres", "budget"}
    none |= {"regional_lower", "regional_upper", "station_upper"}
    assert saved == {field.name for field in dataclasses.fields(Scenario)} - none


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"grids = ", "scenario-not-toml"),
        (b"\xff\xfe\x00", "scenario-not-toml"),
        (b"gridz = 2", "scenario-unknown-key"),
        (b'grids = "two"', "scenario-type"),
        (b"center_lower = 5\ncenter_upper = 4", "scenario-order"),
    ],
)
def test_a_broken_file_is_named(content, code):
    with pytest.raises(InputError) as caught:
        parse_scenario(content, name="mine.toml")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_byte_order_mark_of_windows_is_no_mistake():
    assert parse_scenario(b"\xef\xbb\xbfgrids = 3\r\n", name="x").grids == 3
