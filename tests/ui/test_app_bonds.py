"""Members, campuses, tables and demands on the page: what is typed is read back from the disk."""

import dataclasses
import tomllib

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from turning import go

from gridplan.district.agreements import Agreements, Alliance, NamedGroup, Wish, agreements_in
from gridplan.district.agreements_text import agreements_toml
from gridplan.district.files.intake import Intake
from gridplan.district.folder.read import read_district
from gridplan.planning.checks.checks import rules_for
from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.text import say
from gridplan.ui.bonds import typed
from gridplan.ui.bonds.bounds import bounds_table, typed_bounds
from gridplan.ui.bonds.demands import KEYS_SHOWN
from gridplan.ui.bonds.institutions import institutions_of
from gridplan.ui.bonds.rows import RowTable
from gridplan.ui.intake.about import changed
from gridplan.ui.intake.corrected import Changes, corrected
from gridplan.ui.shown.table_editor import same

ROLES = {"member": "成员", "supported": "对口帮扶"}


@pytest.fixture
def typing(monkeypatch):
    """Give a function that sets how the tables that hold a column are typed into from now on."""
    told = {}

    def editor(table, **_):
        for column, change in reversed(told.items()):
            if column in table:
                return change(table.copy())
        return table

    monkeypatch.setattr(st, "data_editor", editor)
    return told.__setitem__


def agreements_of(district):
    first, *others = district.hospitals.index
    centers = [str(key) for key in district.centers.index]
    return Agreements(
        groups=(
            NamedGroup("甲", "A", str(first), tuple(centers[:1]), collaborators=tuple(centers[1:])),
        ),
        alliances=tuple(Alliance("乙", "B", str(key)) for key in others[:1]),
        wishes=tuple(Wish(key, str(first), "近") for key in centers[:1]),
        label="real",
        source="某文件",
    )


def test_agreements_are_written_as_they_are_read(tiny_folder):
    district = read_district(tiny_folder)
    given, intake = agreements_of(district), Intake()
    raw = agreements_toml(given).encode()
    read = agreements_in(raw, district.hospitals, district.centers, intake)
    assert not intake.problems
    assert dataclasses.replace(read, sha256="") == given


def test_tables_of_agreements_say_what_they_show(tiny_folder):
    district = read_district(tiny_folder)
    given = agreements_of(district)
    for lang in ("zh", "en"):
        known = institutions_of(district, lang)
        for name in ("groups", "alliances", "wishes"):
            table = getattr(typed, f"{name}_table")(given, known)
            assert getattr(typed, f"with_{name}")(given, table, known) == given
        table = typed.members_table(given, known, ROLES, lang)
        assert typed.with_members(given, table, ROLES, lang) == given


def test_rows_of_every_demand_come_back(tiny_folder):
    district = read_district(tiny_folder)
    lead = str(district.hospitals.index[0])
    unit = str(district.units.index[0])
    rows = {
        "fix": [{"units": [unit], "lead": lead}],
        "bar": [{"area": [[0, 0], [1, 0], [1, 1.5]], "lead": lead}],
        "together": [{"units": [unit, str(district.units.index[1])]}],
        "apart": [{"units": [unit, str(district.units.index[-1])]}],
        "must_contain": [{"levels": ["tertiary"], "continuing_care": True}],
        "balance": [{"column": "units.population", "tolerance": 0.25, "price": 3.5}],
        "grid_bounds": [{"lead": lead, "lower": 10, "upper": 20_000}],
    }
    scenario = Scenario(**rows)
    for key in KEYS_SHOWN:
        table = RowTable.over(KEYS[key].form, district, "zh")
        shown = table.shown(getattr(scenario, key))
        assert Scenario(**{key: table.meant(shown)}) == Scenario(**{key: rows[key]}), key
        assert not table.meant(table.shown(()))


def test_tables_differ_by_their_cells_alone():
    one = pd.DataFrame({"a": [1.0, np.nan], "b": [["x"], []]}, index=["u", "v"])
    other = pd.DataFrame({"a": [1, None], "b": [("x",), None]})
    assert same(one, other)
    assert not same(one, other.assign(a=[1, 2]))


def test_cells_of_geojson_are_set_and_the_rest_stays(tmp_path):
    text = (
        '{"type": "FeatureCollection", "crs": {"kept": 1}, "features": [{"type": "Feature",'
        ' "properties": {"name": "东街道", "more": 7}, "geometry": null}]}'
    )
    (tmp_path / "s.geojson").write_text(text, encoding="utf-8")
    changes = {"东街道": {"population": "1200", "name_en": "East"}}
    content = corrected(tmp_path, "s.geojson", "subdistricts", Changes(changes)).decode()
    assert '"population": 1200.0' in content
    assert '"name_en": "East"' in content
    assert '"crs": {"kept": 1}' in content
    assert '"more": 7' in content


def test_members_of_a_bundled_district_are_kept_in_a_copy(page, data, workspace, typing):
    district = read_district(data / "tiny")
    names = institutions_of(district, "zh")
    lead, other = list(names.hospitals.values())[:2]
    at = go(page("zh"), "groups")
    typing("name_zh", lambda table: group_typed(table, lead))
    at = at.run()
    assert not at.exception
    [copy] = [*workspace.glob("*/district.toml")]
    assert not (data / "tiny" / "groups.toml").exists()
    kept = read_district(copy.parent).agreements
    assert [(group.name_zh, names.names[group.lead]) for group in kept.groups] == [
        ("东部集团", lead)
    ]
    typing("role", lambda table: table.assign(group="东部集团", role="成员"))
    at = at.run()
    kept = read_district(copy.parent).agreements
    assert len(kept.groups[0].members) == len(names.names) - 1
    # What contradicts itself is said, and not kept.
    typing(
        "members",
        lambda _: pd.DataFrame([{"name_zh": "丙", "name_en": None, "lead": other, "members": []}]),
    )
    before = (copy.parent / "groups.toml").read_bytes()
    at = at.run()
    assert (copy.parent / "groups.toml").read_bytes() == before
    assert any(say("app.tables-problems", "zh") in error.value for error in at.error)


def group_typed(table, lead):
    """Type one group where there is none; a table of alliances has the same columns and more."""
    if "members" in table or len(table):
        return table
    return pd.DataFrame([{"name_zh": "东部集团", "name_en": "East", "lead": lead}])


def test_tables_of_a_bundled_district_are_typed_into(page, data, workspace, typing):
    at = go(page("zh"), "prepare")
    typing("beds", lambda table: table.assign(beds=321.0))
    at = at.run()
    assert not at.exception
    [copy] = [*workspace.glob("*/district.toml")]
    kept = read_district(copy.parent)
    assert set(kept.hospitals["beds"]) == {321.0}
    assert set(read_district(data / "tiny").hospitals["beds"]) != {321.0}
    # Closing a center is a choice of the scenario, not of the data.
    at.session_state["tables-layer"] = "centers"
    typing("close", lambda table: table.assign(close=True))
    at = at.run()
    assert len(at.session_state["scenario-close"]) == len(kept.centers)


def test_a_demand_is_typed_and_planned_with(page, data, typing):
    district = read_district(data / "tiny")
    lead = next(iter(institutions_of(district, "zh").hospitals.values()))
    at = page("zh")
    at.session_state["groups-part"] = "demands"
    at = go(at, "groups")

    def bounded(table):
        row = dict.fromkeys(table.columns) | {"lead": lead, "lower": 100.0}
        return pd.DataFrame([row]) if "upper" in table and "column" not in table else table

    typing("lower", bounded)
    at = at.run()
    assert not at.exception
    [row] = at.session_state["scenario-grid_bounds"]
    assert dict(row) == {"lead": district.hospitals.index[0], "lower": 100.0}


def test_own_bounds_come_back(tiny_district):
    rules = [rule for rule in rules_of_plan(tiny_district) if rule.measure and rule.official_lower]
    key, unit = rules[0].key, rules[0].unit
    sign = "%" if unit == "percent" else ""
    for given in (f"{key}: lower=61{sign}", f"{key}: lower=none, upper=none"):
        table = bounds_table(rules, (given,), "zh")
        assert typed_bounds(rules, table) == (given,)
    assert typed_bounds(rules, bounds_table(rules, (), "en")) == ()


def rules_of_plan(district):
    scenario = scenario_of(district)
    return rules_for(plan(district, scenario).layout, scenario)


def test_what_a_district_says_of_itself_is_set_and_the_rest_stays():
    raw = '# kept\nname_zh = "甲"\nvintage = "2020"\n[layers.units]\nfile = "u.csv" # too\n'
    changes = {"vintage": None, "snap_metres": 30.0, "links": [{"from": "u1", "to": "u2"}]}
    text = changed(raw.encode(), changes).decode()
    assert "# kept" in text
    assert "# too" in text
    assert tomllib.loads(text) == {
        "name_zh": "甲",
        "snap_metres": 30.0,
        "layers": {"units": {"file": "u.csv"}},
        "links": [{"from": "u1", "to": "u2"}],
    }
    less = changed(text.encode(), {"links": None}).decode()
    assert "links" not in tomllib.loads(less)
