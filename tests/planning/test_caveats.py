"""Caveats of findings: pieces and links of grids, rows without a figure, rows not real, causes."""

import dataclasses
import json
from collections import Counter

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from drawn import SCENARIO, hospital_row, layout_of, with_columns, with_hospitals
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from gridplan.district.district import LayerSource
from gridplan.planning.checks.caveats import caveats_read
from gridplan.planning.checks.checks import check, scenario_rules
from gridplan.planning.measures import MEASURES
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import profile_names

ALL = Scenario(profiles=profile_names())


@pytest.fixture
def district(lattice):
    return lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))


def findings(layout, rule):
    rules = scenario_rules(ALL, None, code=layout.district.code)
    table = check(layout, [one for one in rules if one.id == rule], SCENARIO)
    return table.to_dict(orient="records")


def codes(row):
    return [one.code for one in caveats_read(row["caveats"])]


def sources(*labels):
    return tuple(
        LayerSource(layer, f"{layer}.csv", "", "drawn", label, "", "") for layer, label in labels
    )


def scattered(layout, grid):
    """The layout with other grids, as drawn by hand: a letter a unit."""
    return dataclasses.replace(layout, units=layout.units.assign(grid=grid))


# --- contiguity is a requirement of the tool's own ---


def test_contiguity_is_a_rule_of_its_own_whatever_profiles_are_named(district):
    for scenario in (Scenario(), Scenario(profiles=())):
        rules = scenario_rules(scenario, None, code="000000")
        (rule,) = [one for one in rules if one.id == "grid-in-one-piece"]
        assert (rule.source.kind, rule.source.title_zh) == ("own", "本工具要求")
        assert (rule.level, rule.upper, rule.verbatim) == ("must", 1, False)
    rows = findings(layout_of(district), "grid-in-one-piece")
    assert [(row["subject"], row["value"], row["passed"]) for row in rows] == [
        ("G1", 1.0, True),
        ("G2", 1.0, True),
    ]
    assert {row["source_kind"] for row in rows} == {"own"}
    assert not any(row["caveats"] for row in rows)


def test_a_grid_in_pieces_fails_and_names_pieces_and_residents(district):
    layout = layout_of(with_columns(district, "units", population=[1000.0] * 7 + [250.0]))
    # c3r1, the upper right corner, goes to the western grid.
    grid = layout.units["grid"].where(layout.units.index != "c3r1", "G1")
    west, east = findings(scattered(layout, grid), "grid-in-one-piece")
    assert (west["value"], west["passed"], east["passed"]) == (2.0, False, True)
    (told,) = caveats_read(west["caveats"])
    assert told.code == "grid-in-pieces"
    assert told.values == {"count": 2, "residents": ["4,000", "250"], "pairs": ["c3r1–c1r1"]}
    for lang in ("zh", "en"):
        assert "c3r1" in told.text(lang)


def test_a_declared_link_makes_it_pass_and_is_named(district):
    linked = dataclasses.replace(district, links=(("c3r1", "c1r1"), ("c0r0", "c0r1")))
    layout = layout_of(linked)
    grid = layout.units["grid"].where(layout.units.index != "c3r1", "G1")
    west, east = findings(scattered(layout, grid), "grid-in-one-piece")
    assert (west["value"], west["passed"]) == (1.0, True)
    (told,) = caveats_read(west["caveats"])
    # A link between units that touch anyhow joins nothing.
    assert (told.code, told.values["links"]) == ("grid-linked", ["c3r1–c1r1"])
    assert not east["caveats"]


@settings(max_examples=40)
@given(
    drawn=st.lists(st.sampled_from(["G1", "G2"]), min_size=8, max_size=8),
    links=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=3),
)
def test_pieces_are_counted_as_any_graph_counts_them(lattice_builder, drawn, links):
    base = lattice_builder(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))
    ids = list(base.units.index)
    pairs = tuple((ids[a], ids[b]) for a, b in links if a != b)
    district = dataclasses.replace(base, links=pairs)
    layout = scattered(layout_of(district), drawn)
    graph = nx.Graph()
    graph.add_nodes_from(ids)
    place = {unit: (int(unit[1]), int(unit[3])) for unit in ids}
    graph.add_edges_from(
        (a, b)
        for a in ids
        for b in ids
        if abs(place[a][0] - place[b][0]) + abs(place[a][1] - place[b][1]) == 1
    )
    graph.add_edges_from(pairs)
    values = MEASURES["pieces_of_grid"](layout, SCENARIO)
    for grid in ("G1", "G2"):
        own = [unit for unit, name in zip(ids, drawn, strict=True) if name == grid]
        parts = list(nx.connected_components(graph.subgraph(own)))
        assert values[grid] == len(parts)
        told = MEASURES["pieces_of_grid"].tells(layout, grid)
        apart = [one for one in told if one.code == "grid-in-pieces"]
        assert bool(apart) == (len(parts) > 1)
        if apart and len(parts) <= 6:
            shown = Counter(int(text.replace(",", "")) for text in apart[0].values["residents"])
            assert shown == Counter(1000 * len(part) for part in parts)


# --- rows without a figure ---


def test_missing_values_name_their_rows_and_no_rate_is_counted_over_gaps(district):
    layout = layout_of(with_hospitals(district, hospital_row("h3", beds=np.nan)))
    (row,) = findings(layout, "beds-per-1000")
    assert (row["value"], row["passed"], row["needs"]) == (None, None, "hospitals.beds")
    lack = next(one for one in caveats_read(row["caveats"]) if one.code == "rows-lack")
    assert (lack.values["rows"], lack.values["count"], lack.values["of"]) == (["h3"], 1, 3)


def test_a_column_that_nobody_brought_is_another_thing(district):
    layout = layout_of(with_columns(district, "hospitals", beds=np.nan))
    for rule in ("beds-per-1000", "beds-per-1000-grid"):
        (row,) = findings(layout, rule)
        assert row["needs"] == "hospitals.beds"
        assert not codes(row)


def test_a_count_over_rows_some_of_which_say_nothing_says_so(district):
    more = with_hospitals(district, hospital_row("h3"), hospital_row("h4", kind="other"))
    said = with_columns(more, "hospitals", continuing_care=["yes", "yes", "yes", None])
    west, east = findings(layout_of(said), "continuing-member")
    assert (west["value"], codes(west)) == (1.0, ["rows-lack"])
    assert (east["value"], codes(east)) == (0.0, [])


# --- rows that are not real ---


@pytest.mark.parametrize("layer", ["real", "modelled"])
def test_findings_from_rows_that_fall_short_of_their_layer_say_so(district, layer):
    marked = with_columns(
        dataclasses.replace(district, layers=sources(("hospitals", layer))),
        "hospitals",
        label=["real", "unverified"],
        coord_label=[None, "estimated"],
    )
    west, east = findings(layout_of(marked), "tertiary-in-grid")
    assert not west["caveats"]  # the first hospital is real throughout
    told = {one.values["about"]: one.values for one in caveats_read(east["caveats"])}
    if layer == "modelled":
        assert told == {}
        return
    assert told["row"]["label"] == "unverified"
    assert told["place"]["label"] == "estimated"
    assert told["row"]["rows"] == ["Hospital 2"]


def test_caveats_are_text_that_any_table_can_hold(district):
    layout = layout_of(with_hospitals(district, hospital_row("h3", beds=np.nan)))
    table = check(layout, scenario_rules(SCENARIO, None, code="000000"), SCENARIO)
    for text in table["caveats"].dropna():
        assert json.loads(text)


# --- what the plan itself causes ---


def test_villagers_parted_from_their_station_by_the_plan_are_counted(district):
    stations = gpd.GeoDataFrame(
        {"name": ["一", "二"], "name_en": None, "unit": ["c0r0", "c3r0"]},
        index=["s1", "s2"],
        geometry=[Point(50, 50), Point(350, 50)],
        crs=district.crs,
    ).rename_axis("station")
    layout = layout_of(dataclasses.replace(district, stations=stations))
    (row,) = findings(layout, "three-tiers")
    assert (row["value"], row["caveats"]) == (100.0, None)
    measure = MEASURES["stations_in_own_town"]
    # Three eastern units are given to the western center, the station's own among them.
    moved = layout.units["center"].where(~layout.units.index.isin(["c3r0", "c2r0", "c2r1"]), "e1")
    parted = dataclasses.replace(layout, units=layout.units.assign(center=moved))
    assert measure(parted, SCENARIO)[district.code] == 50.0
    (row,) = findings(parted, "three-tiers")
    (told,) = caveats_read(row["caveats"])
    assert told.values == {"stations": 1, "of": 2, "residents": "3,000"}
    assert "方案本身" in told.text("zh")
    assert "The plan itself" in told.text("en")
