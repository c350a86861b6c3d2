"""Planning broken on purpose: the audit, which has figures of its own, disagrees."""

import dataclasses

import numpy as np
import pytest

from gridplan.audit.retraced import retraced
from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.errors import Problem
from gridplan.outputs.files.folder import write_plan
from gridplan.planning.checks import checks
from gridplan.planning.measures import MEASURES
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import Journeys
from gridplan.policy.verdict import Verdict

SCENARIO = Scenario(
    profiles=("national-trial-2023", "guangming-1n-2023", "living-circle"),
    grids=2,
    center_lower=10_000,
    center_upper=22_000,
    grid_tolerance=0.2,
    center_max_minutes=4.0,
    work_limit=0.2,
)


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    """Give the tiny district with an island, a provincial hospital and a group by agreement."""
    folder = tiny_writer(tmp_path_factory.mktemp("broken") / "tiny")
    for name, row in (
        ("units.csv", "u90,492100,2520100,2500,200,东南社区,东街道\n"),
        ("hospitals.csv", "h3,省立医院,三级甲等,综合,省级,300,否,490310,2520310\n"),
    ):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(row)
    centers = (folder / "centers.csv").read_text(encoding="utf-8")
    small = centers.replace("c2,东社康中心,社区,", "c2,东社康中心,社区,8000")
    (folder / "centers.csv").write_text(small, encoding="utf-8")
    head = 'label = "real"\nsource = "drawn for tests"\n'
    groups = head + '[[groups]]\nname_zh = "甲集团"\nname_en = "A"\nlead = "h1"\nmembers = ["c2"]\n'
    (folder / "groups.toml").write_text(groups, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def district(folder):
    return read_district(folder)


def off(function, change):
    """Give a function whose value is changed."""
    return lambda *given, **named: change(function(*given, **named))


def of_module(path, change):
    """Change what a function of planning gives, wherever it was imported to."""

    def break_it(patch):
        place, _, name = path.rpartition(".")
        module = __import__(place, fromlist=[name])
        patch.setattr(module, name, off(getattr(module, name), change))

    return break_it


def of_measure(name, change):
    def break_it(patch):
        measure = MEASURES[name]

        def changed(*given):
            values = measure.compute(*given)
            return {key: v if v is None else change(v) for key, v in values.items()}

        patch.setitem(MEASURES, name, dataclasses.replace(measure, compute=changed))

    return break_it


def of_walks(name):
    def break_it(patch):
        patch.setattr(Journeys, name, off(getattr(Journeys, name), lambda m: np.round(m / 2)))

    return break_it


def one_rule_passed_over(patch):
    found = checks.rule_findings
    patch.setattr(
        checks,
        "rule_findings",
        lambda known, rule, *more: (
            [] if rule.measure == "leads_within_grid" else found(known, rule, *more)
        ),
    )


def no_caveats(patch):
    patch.setattr("gridplan.planning.checks.caveats.Caveats.of", lambda *_: ())


def nobody_collaborates(patch):
    patch.setattr("gridplan.planning.layout.groups.COLLABORATING", ())


def one_subject_lost(values):
    return dict(list(values.items())[1:])


def flipped(judged):
    if judged.passed is None:
        return judged
    state = "failed" if judged.passed else "passed"
    return Verdict(state, not judged.passed, not judged.within)


def one_more(table):
    return table.assign(population=table["population"] + 1)


def wider(table):
    return table.assign(capacity_upper=table["capacity_upper"] + 1)


def dearer(proof):
    return dataclasses.replace(proof, objective=proof.objective * 1.01)


def rounder(table):
    return table.assign(polsby_popper=table["polsby_popper"] * 1.1)


def even(found):
    return {key: dataclasses.replace(spread, gini=0.0) for key, spread in found.items()}


PLANNING = "gridplan.planning"
BROKEN = {
    "grid-residents": (of_module(f"{PLANNING}.lay_out._grid_table", one_more), "grids[G1].pop"),
    "grid-shape": (
        of_module(f"{PLANNING}.lay_out.grid_extents", rounder),
        "grids[G1].polsby_popper",
    ),
    "street-residents": (
        of_module(f"{PLANNING}.lay_out._subdistrict_table", one_more),
        "subdistricts[西街道].population",
    ),
    "walk-halved": (of_walks("walked_to_own"), "metres_to_center"),
    "nearest-halved": (of_walks("walked_to_nearest"), "metres_to_nearest_center"),
    "drive-halved": (of_walks("driven"), "minutes_to_lead"),
    "band": (of_module(f"{PLANNING}.centers.question.with_band", wider), "capacity_upper"),
    "role": (nobody_collaborates, "hospitals[h3].role"),
    "group": (of_module(f"{PLANNING}.lay_out.form_groups", lambda found: found[:1]), "groups["),
    "membership": (of_module(f"{PLANNING}.lay_out.memberships", lambda t: t.iloc[:0]), "wishes["),
    "objective": (of_module(f"{PLANNING}.grids.grids.certificate_of", dearer), "certificates[gr"),
    "steps": (of_module(f"{PLANNING}.centers.aims.certificate_of", dearer), "certificates[cent"),
    "access": (of_module(f"{PLANNING}.access.spread_of", even), "access["),
    "cuts": (
        of_module(
            "gridplan.outputs.files.plan_json.cut_figures",
            lambda found: {**found, "boundary_km": 2 * found["boundary_km"]},
        ),
        "cuts.boundary_km",
    ),
    "note": (of_module(f"{PLANNING}.centers.centers._outside_band", lambda _: ()), "notes["),
    "note-of-links": (
        of_module(
            f"{PLANNING}.grids.grids.missing_links",
            lambda found: (found[0], (*found[1], Problem("no-streets"))),
        ),
        "notes",
    ),
    "figure": (of_measure("residents_of_center", lambda n: n + 1), "].value"),
    "share": (of_measure("share_near_center", lambda n: n / 2), "].value"),
    "pieces": (of_measure("pieces_of_grid", lambda n: n + 1), "grid-in-one-piece G1].value"),
    "subject-lost": (
        of_module(f"{PLANNING}.checks.checks._values", one_subject_lost),
        "findings[",
    ),
    "rule-passed-over": (one_rule_passed_over, "findings[grid-led-from-within G1]"),
    "verdict": (of_module(f"{PLANNING}.checks.finding.verdict", flipped), "].passed"),
    "reach": (of_module(f"{PLANNING}.checks.checks._reach", lambda _: {}), "].value_least"),
    "bound": (
        of_module(
            f"{PLANNING}.checks.checks.own_rules",
            lambda rules: [dataclasses.replace(rule, upper=1e9) for rule in rules],
        ),
        "findings[grid-within-tolerance G1].upper",
    ),
    "caveats": (no_caveats, "caveats"),
    "conflicts": (
        of_module(f"{PLANNING}.checks.checks.conflicts", lambda _: ()),
        "findings[conflict:",
    ),
}
"""By name: what is broken, and a part of a place that the audit must name."""


def test_a_plan_of_sound_planning_is_agreed_to(district, folder):
    made = make_plan(district, SCENARIO)
    assert [check.differences for check in retraced(made, district, folder)] == [(), ()]
    assert {"island-linked", "center-holds-less"} <= {note.code for note in made.notes}
    assert made.findings["caveats"].notna().any()
    assert (made.findings["state"] == "conflict").any()


@pytest.mark.parametrize("name", BROKEN)
def test_the_audit_does_not_repeat_an_error_of_planning(name, district, folder, monkeypatch):
    break_it, place = BROKEN[name]
    break_it(monkeypatch)
    made = make_plan(district, SCENARIO)
    # Planning stays broken while the audit looks.
    found = [entry for check in retraced(made, district, folder) for entry in check.differences]
    assert any(place in entry.place for entry in found), sorted({e.place for e in found})[:20]


def test_a_broken_plan_that_was_written_is_not_sound(district, folder, tmp_path, monkeypatch):
    for name in ("figure", "rule-passed-over", "nearest-halved"):
        BROKEN[name][0](monkeypatch)
    write_plan(make_plan(district, SCENARIO), tmp_path / "out", lang="zh")
    found = verify(tmp_path / "out", district=folder)
    assert not found.sound
    told = "\n".join(entry.place for entry in found.differences)
    for place in ("].value", "grid-led-from-within", "metres_to_nearest_center"):
        assert place in told
    # Without the district too: what is written does not follow from the units as written.
    alone = verify(tmp_path / "out")
    assert {"finding", "finding-missing", "distance"} <= set(alone.kinds)
