"""Every file a plan is made from is in its fingerprint, in whatever folder it lies."""

import pytest

from gridplan.district.folder.read import read_district
from gridplan.district.folder.read_files import read_files
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.setup.district_choice import read_folder
from gridplan.ui.setup.fingerprint import fingerprint


@pytest.fixture
def nested(tiny_folder):
    """The tiny district with its units and a profile in subfolders."""
    (tiny_folder / "layers" / "deep").mkdir(parents=True)
    (tiny_folder / "units.csv").rename(tiny_folder / "layers" / "deep" / "units.csv")
    toml = tiny_folder / "district.toml"
    text = toml.read_text(encoding="utf-8").replace('"units.csv"', '"layers/deep/units.csv"')
    toml.write_text(text, encoding="utf-8")
    (tiny_folder / "rules").mkdir()
    (tiny_folder / "rules" / "own.toml").write_text("[source]", encoding="utf-8")
    return tiny_folder


def test_a_layer_in_a_subfolder_is_read_again_when_it_changes(nested):
    scenario = Scenario()
    before = read_folder(nested).district
    units = nested / "layers" / "deep" / "units.csv"
    assert units.resolve() in {path.resolve() for path in read_files(nested)}
    units.write_text(
        units.read_text(encoding="utf-8").replace(",2500,", ",2501,"), encoding="utf-8"
    )
    after = read_folder(nested).district
    assert after.population == before.population + 24
    assert fingerprint(after, scenario) != fingerprint(before, scenario)


@pytest.mark.parametrize("name", ["groups.toml", "hospitals.csv", "district.toml"])
def test_a_file_at_the_top_is_seen(nested, name):
    before = {path: path.stat().st_size for path in read_files(nested)}
    with (nested / name).open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert {path: path.stat().st_size for path in read_files(nested)} != before


def test_rules_of_ones_own_in_a_subfolder_count(nested):
    district = read_district(nested)
    scenario = Scenario(profile_files=("rules/own.toml",))
    before = fingerprint(district, scenario)
    assert before != fingerprint(district, Scenario())
    (nested / "rules" / "own.toml").write_text("[source]\n# changed", encoding="utf-8")
    assert fingerprint(district, scenario) != before


def test_files_outside_are_not_even_looked_at(nested, tmp_path):
    (tmp_path / "units.csv").write_text("unit", encoding="utf-8")
    toml = nested / "district.toml"
    text = toml.read_text(encoding="utf-8").replace("layers/deep/units.csv", "../units.csv")
    toml.write_text(text, encoding="utf-8")
    assert all(nested in path.parents for path in read_files(nested))
