"""A drawing is a plan: it stays as drawn whatever it breaks, and what it breaks is told."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.audit.derived.again import put_together
from gridplan.audit.derived.decisions import strangers
from gridplan.audit.derived.rules.rules import rules_again
from gridplan.audit.retraced import plans_compared
from gridplan.errors import InputError
from gridplan.planning.grids.drawing import Drawn, drawing_of
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.2,
    center_lower=300,
    center_upper=700,
    regional_max=0,
    work_limit=0.05,
)
NAMES = ("北片", "b", "散")


@pytest.fixture
def district(lattice):
    """Six columns, four rows of 100 residents, a lead in each lower corner."""
    return lattice(6, 4, leads=[(0, 0), (5, 0)])


def halves(district, west="west", east="east"):
    left = (district.units["subdistrict"] == "west").to_numpy()
    return pd.Series(np.where(left, west, east), index=district.units.index, dtype=object)


def verdicts(made, rule):
    rows = made.findings[made.findings["rule"] == rule]
    return dict(zip(rows["subject"], rows["state"], strict=True))


def values(made, rule):
    rows = made.findings[made.findings["rule"] == rule]
    return dict(zip(rows["subject"], rows["value"], strict=True))


def test_a_sound_drawing_is_a_plan_and_nothing_moves(district):
    made = plan(district, SCENARIO, drawn=Drawn(halves(district)))
    assert made.layout.grids["drawn_name"].to_dict() == {"G1": "east", "G2": "west"}
    kept = made.layout.units["grid"].map(made.layout.grids["drawn_name"])
    assert kept.to_dict() == halves(district).to_dict()
    assert made.layout.grids["lead"].to_dict() == {"G1": "h2", "G2": "h1"}
    for rule in ("grid-in-one-piece", "grid-within-tolerance", "grid-led-from-within"):
        assert set(verdicts(made, rule).values()) == {"passed"}
    assert values(made, "streets-cut") == {district.code: 0.0}


def test_every_breach_is_a_finding_with_its_number(district):
    drawn = halves(district)
    drawn["c5r3"] = "west"  # an exclave
    drawn[["c3r0", "c3r1", "c3r2", "c3r3", "c4r0", "c5r0"]] = "west"  # the lead of the east too
    made = plan(district, SCENARIO, drawn=Drawn(drawn))
    east, west = "G1", "G2"
    assert made.layout.units["grid"].map(made.layout.grids["drawn_name"]).tolist() == list(drawn)
    assert verdicts(made, "grid-in-one-piece") == {east: "passed", west: "failed"}
    assert values(made, "grid-in-one-piece")[west] == 2
    assert values(made, "grid-within-tolerance") == pytest.approx(
        {east: 100 * abs(500 / 1200 - 1), west: 100 * abs(1900 / 1200 - 1)}
    )
    assert set(verdicts(made, "grid-within-tolerance").values()) == {"failed"}
    assert verdicts(made, "grid-led-from-within") == {east: "failed", west: "passed"}
    assert made.layout.grids.loc[east, "lead"] is None
    assert [group.grid for group in made.layout.groups] == [west]
    assert values(made, "streets-cut") == {district.code: 1.0}
    # East's columns 3 to 5 in two communities: both are cut.
    assert values(made, "communities-cut") == {district.code: 2.0}


def test_the_certificate_claims_no_optimum(district):
    proof = plan(district, SCENARIO, drawn=Drawn(halves(district))).certificates["grids"]
    assert (proof.status, proof.method, proof.ended_by) == ("drawn", "drawn", "drawn")
    cut = plan(district, SCENARIO).certificates["grids"]
    assert proof.bound <= cut.objective + 1e-9
    unled = plan(district, SCENARIO, drawn=Drawn(halves(district, "a", "a")))
    assert unled.certificates["grids"].bound is not None  # one grid, led
    lost = halves(district)
    lost[["c0r0", "c1r0"]] = "east"
    assert plan(district, SCENARIO, drawn=Drawn(lost)).certificates["grids"].bound is None


@given(st.lists(st.sampled_from([*NAMES, None]), min_size=24, max_size=24))
def test_whatever_is_drawn_stays(district, names):
    drawn = Drawn(pd.Series(names, index=district.units.index, dtype=object))
    if not any(names):
        with pytest.raises(InputError, match="puts no unit into a grid"):
            drawing_of(district, SCENARIO, drawn)
        return
    found = drawing_of(district, SCENARIO, drawn)
    kept = found.grid.map(found.names)
    for unit, name in zip(district.units.index, names, strict=True):
        assert kept[unit] in set(filter(None, names))
        assert name is None or kept[unit] == name
    assert list(found.names.index) == [f"G{n}" for n in range(1, len(found.names) + 1)]
    inside = {name: [h for h in ("h1", "h2") if kept[district.hospitals.loc[h, "unit"]] == name]
              for name in set(kept)}  # fmt: skip
    for grid, name in found.names.items():
        assert found.leads[grid] in (inside[name] or [None])


@given(st.lists(st.sampled_from(NAMES), min_size=24, max_size=24), st.randoms())
def test_the_order_of_the_rows_means_nothing(district, names, random):
    drawn = pd.Series(names, index=district.units.index, dtype=object)
    order = list(drawn.index)
    random.shuffle(order)
    one = drawing_of(district, SCENARIO, Drawn(drawn))
    other = drawing_of(district, SCENARIO, Drawn(drawn[order]))
    assert one.grid.equals(other.grid)
    assert one.leads.equals(other.leads)


@pytest.mark.parametrize("number", [7, 2020, 99])
@pytest.mark.parametrize("rules", [{}, {"regional_max": 2}, {"regional_population_min": 900}])
def test_any_scatter_gives_a_whole_plan(district, number, rules):
    chance = np.random.default_rng(number)
    names = chance.choice(["a", "b", "c", "d", "e"], 24, p=[0.5, 0.3, 0.1, 0.05, 0.05])
    scenario = dataclasses.replace(SCENARIO, **{"regional_max": 2, **rules})
    drawn = pd.Series(names, index=district.units.index, dtype=object)
    made = plan(district, scenario, drawn=Drawn(drawn))
    units = made.layout.units
    assert (units["grid"].map(made.layout.grids["drawn_name"]) == drawn).all()
    assert (units["center"].map(made.layout.centers["grid"]) == units["grid"]).all()
    assert made.layout.centers["population"].sum() == 2400
    manager = made.layout.centers["regional_center"]
    assert (manager.map(made.layout.centers["grid"]) == made.layout.centers["grid"]).all()
    assert made.scenario.grids == len(set(names))


def test_a_band_that_cannot_serve_is_widened_and_told(district):
    drawn = halves(district)
    drawn["c0r3"] = "alone"  # 100 residents where centers serve 300
    made = plan(district, SCENARIO, drawn=Drawn(drawn))
    (note,) = [one for one in made.notes if one.code == "drawn-band-widened"]
    assert note.values["least"] == 100
    assert note.values["lower"] == 300
    assert made.scenario.center_lower == 300
    outside = made.layout.centers["population"].between(300, 700)
    assert note.values["outside"] == (~outside).sum()


def test_numbers_in_names_are_kept(district):
    for names in (("网格3", "网格12"), ("G3", "G12"), (3, 12.0), ("03", "12")):
        found = drawing_of(district, SCENARIO, Drawn(halves(district, *names)))
        assert list(found.names.index) == ["G3", "G12"]
    both = drawing_of(district, SCENARIO, Drawn(halves(district, "1", "01")))
    assert list(both.names.index) == ["G1", "G2"]


def test_leads_by_name_by_column_and_by_scenario(district):
    one = drawing_of(district, SCENARIO, Drawn(halves(district, "h2", "h1")))
    assert dict(zip(one.names, one.leads, strict=True)) == {"h1": "h1", "h2": "h2"}
    named = Drawn(halves(district), leads={"west": "h2", "east": district.hospitals.name["h1"]})
    other = drawing_of(district, SCENARIO, named)
    assert dict(zip(other.names, other.leads, strict=True)) == {"west": "h2", "east": "h1"}
    whole = Drawn(halves(district, "a", "a"))
    wished = dataclasses.replace(SCENARIO, grid_leads=("h2",))
    assert list(drawing_of(district, wished, whole).leads) == ["h2"]
    chosen = drawing_of(district, SCENARIO, whole)
    assert [note.code for note in chosen.notes] == ["drawn-lead-chosen"]


def test_a_lead_that_stands_elsewhere_is_a_finding(district):
    drawn = Drawn(halves(district), leads={"west": "h2", "east": "h1"})
    made = plan(district, SCENARIO, drawn=drawn)
    assert set(verdicts(made, "grid-led-from-within").values()) == {"failed"}
    told = made.findings.loc[made.findings["rule"] == "grid-led-from-within", "caveats"]
    assert all("grid-led-from-outside" in text for text in told)


def test_units_left_out_join_what_adjoins_them_and_are_told(district):
    drawn = halves(district)
    drawn[["c0r2", "c0r3"]] = None
    found = drawing_of(district, SCENARIO, Drawn(drawn.drop("c5r3")))
    assert found.grid.map(found.names).to_dict() == halves(district).to_dict()
    (note,) = found.notes
    assert (note.code, note.values["count"]) == ("drawn-left-out", 3)


def test_all_that_is_wrong_is_told_at_once(district):
    drawn = halves(district)
    twice = pd.concat([drawn, drawn.iloc[:1], pd.Series({"nowhere": "a"})])
    with pytest.raises(InputError) as error:
        drawing_of(district, SCENARIO, Drawn(twice))
    assert [problem.code for problem in error.value.problems] == [
        "drawn-twice",
        "drawn-unknown-units",
    ]
    with pytest.raises(InputError, match="is no hospital of the district"):
        drawing_of(district, SCENARIO, Drawn(drawn, leads={"west": "h9"}))
    with pytest.raises(InputError, match="takes a table from unit to grid"):
        drawing_of(district, SCENARIO, Drawn([1, 2]))
    with pytest.raises(InputError, match="stay as they are"):
        plan(district, SCENARIO, drawn=Drawn(drawn), alternatives=2)


def test_the_bound_of_the_tolerance_is_the_scenarios(district):
    drawn = halves(district)
    drawn["c3r0"] = "west"  # 1,300 and 1,100: 8.3 % from the mean
    for tolerance, state in ((0.08, "failed"), (0.09, "passed")):
        scenario = dataclasses.replace(SCENARIO, grid_tolerance=tolerance)
        made = plan(district, scenario, drawn=Drawn(drawn))
        assert set(verdicts(made, "grid-within-tolerance").values()) == {state}


@pytest.mark.parametrize("aim", ["distance", "coverage", "farthest"])
@pytest.mark.parametrize("lower", [300, 2000])
def test_a_widened_band_is_worked_out_anew_from_the_same_places(district, aim, lower):
    drawn = halves(district)
    drawn["c0r3"] = "alone"  # 100 residents where centers serve 300 or more
    drawn[["c5r3", "c2r2"]] = "apart"
    scenario = dataclasses.replace(
        SCENARIO,
        center_lower=lower,
        center_upper=2 * lower,
        center_objective=aim,
        candidates_per_community=1,
        work_limit=1.0,
    )
    made = plan(district, scenario, drawn=Drawn(drawn))
    assert "drawn-band-widened" in [note.code for note in made.notes]
    assert strangers(made, district) == []
    rules, _ = rules_again(made, None)
    again, facts = put_together(made, district, rules, {})
    assert again.layout.centers["geometry"].tolist() == made.layout.centers["geometry"].tolist()
    for part, proof in made.certificates.items():
        assert again.certificates[part].objective == pytest.approx(proof.objective), part
    assert plans_compared(made, again, facts).differences == ()


def test_the_tenth_grid_comes_after_the_ninth(lattice):
    district = lattice(12, 1, people=1000.0, leads=[(c, 0) for c in range(12)])
    names = [f"网格{number}" for number in range(1, 13)]
    drawn = pd.Series(names, index=district.units.index, dtype=object)
    made = plan(district, SCENARIO, drawn=Drawn(drawn))
    assert list(made.layout.grids.index) == [f"G{number}" for number in range(1, 13)]
    assert [group.grid for group in made.layout.groups] == list(made.layout.grids.index)
    assert list(made.layout.grids["drawn_name"]) == names
