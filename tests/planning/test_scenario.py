"""A scenario takes every key it knows, and says what is wrong with the others."""

import pytest

from gridplan.errors import InputError
from gridplan.planning.scenario.file import default_scenario, read_scenario, scenario_from
from gridplan.planning.scenario.scenario import Scenario


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_a_file_may_hold_any_subset_of_keys(tmp_path):
    file = tmp_path / "s.toml"
    file.write_text('grids = 3\nclose = ["c1"]\ncenter_max_minutes = 20\n', encoding="utf-8")
    assert read_scenario(file) == Scenario(grids=3, close=("c1",), center_max_minutes=20)


def test_what_a_scenario_gives_as_plain_values_makes_the_same_scenario():
    scenario = Scenario(grids=3, centers=40, grid_leads=("h1",))
    assert scenario_from(scenario.as_dict(), source="x") == scenario


def test_an_unknown_key_is_named_with_the_nearest_valid_one():
    with pytest.raises(InputError, match=r"grid_tolerence.*did you mean 'grid_tolerance'"):
        scenario_from({"grid_tolerence": 0.1}, source="s.toml")


def test_all_problems_are_told_at_once():
    with pytest.raises(InputError) as error:
        scenario_from({"gridz": 2, "seed": "one", "grid_tolerance": 7}, source="s.toml")
    assert codes(error) == ["scenario-unknown-key", "scenario-type", "scenario-range"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grids", 2.5),
        ("grids", "2"),
        ("grids", True),
        ("close", "c1"),
        ("close", (1,)),
        ("name_zh", 3),
        ("grid_tolerance", float("nan")),
        ("centers", "many"),
        ("overrides", "p/r: lower=1"),
        ("overrides", 3),
        ("profile_files", (1,)),
    ],
)
def test_a_value_of_the_wrong_type_is_named(key, value):
    with pytest.raises(InputError, match=key) as error:
        Scenario(**{key: value})
    assert codes(error) == ["scenario-type"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("grids", -1), ("seed", -1), ("grid_tolerance", -0.1), ("centers", 0), ("walk_kmh", 0.0)],
)
def test_a_value_out_of_range_is_named(key, value):
    with pytest.raises(InputError, match=key) as error:
        Scenario(**{key: value})
    assert codes(error) == ["scenario-range"]


def test_bounds_must_be_in_order():
    with pytest.raises(InputError, match="center_lower = 30000 is above center_upper = 20000"):
        Scenario(center_lower=30_000, center_upper=20_000)
    with pytest.raises(InputError, match="regional_min = 2 is above regional_max = 1"):
        Scenario(regional_min=2, regional_max=1)


def test_a_maximum_of_no_regional_centers_means_none_are_planned():
    assert Scenario(regional_max=0).regional_max == 0


def test_an_unknown_grain_is_named_with_the_valid_ones():
    with pytest.raises(InputError, match=r"'comunity' is not valid.*Did you mean 'community'"):
        Scenario(grid_grain="comunity")


def test_overrides_are_read_as_written():
    with pytest.raises(InputError, match="Override 'centers-66: 60' cannot be read: write it as"):
        Scenario(overrides=("p/r: lower=1", "centers-66: 60"))
    scenario = Scenario(overrides=("p/r: lower=1, upper=none",), profile_files=("mine.toml",))
    assert scenario_from(scenario.as_dict(), source="x") == scenario
    assert hash(scenario) == hash(scenario_from(scenario.as_dict(), source="x"))


def test_a_missing_or_broken_file_is_told(tmp_path):
    with pytest.raises(InputError, match="was not found"):
        read_scenario(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("grids = \n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        read_scenario(broken)


def test_a_folder_without_a_scenario_gets_the_defaults(tmp_path):
    assert default_scenario(tmp_path) == Scenario()
    (tmp_path / "scenario.toml").write_text("grids = 5\n", encoding="utf-8")
    assert default_scenario(tmp_path).grids == 5
