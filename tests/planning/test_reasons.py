"""Why here, why not: closings, standby sites and exchanges against counting every one by hand."""

import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan as gp
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.outputs.reasons.reasons import reason_tables
from gridplan.outputs.reasons.why import why, why_records
from gridplan.outputs.report.report import write_report
from gridplan.outputs.words.telling import Telling
from gridplan.planning.plan import plan
from gridplan.planning.reasons.reasons import sites_not_taken
from gridplan.planning.scenario.scenario import Scenario

SMALL = Scenario(
    grids=0,
    regional_max=0,
    centers=3,
    center_lower=0,
    center_upper=2_500,
    center_max_minutes=2.0,
    walk_detour=1.0,
    work_limit=0.3,
    profiles=("living-circle",),
)
NEAR = 2.0 * SMALL.walk_kmh * 1000 / 60


class ByHand:
    """Everything counted unit by unit."""

    def __init__(self, made):
        district, layout = made.district, made.layout
        self.people = district.units["population"]
        self.spots = district.units.geometry.centroid
        self.own = layout.units["center"]
        self.centers = layout.centers
        self.sites = sites_not_taken(layout, made.scenario)

    def metres(self, unit, point):
        return round(self.spots[unit].distance(point))

    def near(self, unit, points):
        return any(self.metres(unit, point) <= NEAR for point in points)

    def residents_near(self, points):
        return sum(self.people[unit] for unit in self.people.index if self.near(unit, points))

    def walked(self, center, point):
        """Person-kilometres of a center's residents to a point."""
        mine = self.own.index[self.own == center]
        return sum(self.people[unit] * self.metres(unit, point) for unit in mine) / 1000


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_closings_and_exchanges_are_those_counted_by_hand(lattice_builder, seed):
    people = np.random.default_rng(seed).integers(0, 200, (4, 6)).astype(float)
    district = lattice_builder(6, 4, people=people, centers=((1, 1),))
    made = plan(district, dataclasses.replace(SMALL, seed=seed))
    hand, points = ByHand(made), made.layout.centers.geometry
    now = hand.residents_near(points)
    for center, row in made.reasons.centers.iterrows():
        others = points.drop(index=center)
        lost = now - hand.residents_near(others)
        assert row["only_near_residents"] == pytest.approx(lost)
        mine = hand.own.index[hand.own == center]
        more = sum(
            hand.people[unit]
            * (min(hand.metres(unit, p) for p in others) - hand.metres(unit, points[center]))
            for unit in mine
        )
        assert row["closing_person_km"] == pytest.approx(more / 1000)
        assert (row["standbys"] is None) == (hand.centers["status"][center] == "existing")
    standbys = made.reasons.standbys
    for _, row in standbys.iterrows():
        rest = points.drop(index=row["center"])
        spot = hand.sites.geometry[row["candidate"]]
        more = hand.walked(row["center"], spot) - hand.walked(row["center"], points[row["center"]])
        assert row["person_km"] == pytest.approx(more)
        assert row["beyond_residents"] == pytest.approx(now - hand.residents_near([*rest, spot]))
    for candidate, row in made.reasons.candidates.iterrows():
        spot = hand.sites.geometry[candidate]
        newly = hand.residents_near([*points, spot]) - now
        assert row["newly_near_residents"] == pytest.approx(newly)
        if row["swap"] is not None and not pd.isna(row["swap"]):
            assert hand.centers["status"][row["swap"]] == "new"


@settings(max_examples=3)
@given(seed=st.integers(0, 10_000))
def test_standbys_are_ranked_from_the_least_loss(lattice_builder, seed):
    people = np.random.default_rng(seed).integers(1, 200, (4, 6)).astype(float)
    made = plan(lattice_builder(6, 4, people=people), dataclasses.replace(SMALL, seed=seed))
    hand = ByHand(made)
    for center, rows in made.reasons.standbys.groupby("center"):
        losses = [(row["breaks"] != "", round(row["person_km"], 6)) for _, row in rows.iterrows()]
        assert losses == sorted(losses)
        assert list(rows["rank"]) == list(range(1, len(rows) + 1))
        # None of the nearest sites that break nothing is better than the first.
        spots = hand.sites.geometry
        apart = spots.distance(hand.centers.geometry[center]).round(3).sort_values(kind="stable")
        best = min(hand.walked(center, spots[key]) for key in apart.index[:8])
        first = rows.iloc[0]
        if not first["breaks"]:
            assert hand.walked(center, spots[first["candidate"]]) >= best - 1e-9


def test_a_site_whose_loss_breaks_a_rule_and_has_no_standby_is_flagged(lattice_builder):
    """Two centers full to the brim, and no other place: either gone, the band breaks."""
    district = lattice_builder(4, 1, people=500.0, streets=["a", "a", "b", "b"])
    spots = district.units.loc[["c0r0", "c3r0"]]
    table = spots[["geometry"]].assign(unit=list(spots.index), capacity=np.nan, community=None)
    table["geometry"] = spots.geometry.centroid
    table.index = pd.Index(["k0", "k1"], name="candidate")
    made = plan(
        dataclasses.replace(district, candidates=table),
        dataclasses.replace(SMALL, centers=2, center_upper=1_000),
    )
    told = made.reasons.centers
    assert list(told["critical"]) == [True, True]
    assert all(breaks.startswith("band") for breaks in told["closing_breaks"])
    assert "no site near by can stand in" in why(Telling(made, "en"))
    # With two more places to go to, each has a standby site.
    free = plan(district, dataclasses.replace(SMALL, centers=2, center_upper=1_000))
    assert not any(free.reasons.centers["critical"])


def test_a_small_house_cannot_stand_in(lattice_builder):
    district = lattice_builder(4, 1, people=500.0, streets=["a"] * 4)
    spots = district.units.loc[["c1r0", "c2r0"]]
    table = spots[["geometry"]].assign(unit=list(spots.index), capacity=[np.nan, 300.0])
    table["geometry"] = spots.geometry.centroid
    table.index = pd.Index(["k0", "k1"], name="candidate")
    made = plan(
        dataclasses.replace(district, candidates=table), dataclasses.replace(SMALL, centers=1)
    )
    (row,) = made.reasons.standbys.to_dict(orient="records")
    assert (row["candidate"], row["breaks"]) == ("N002", "band")
    assert made.reasons.candidates.loc["N002", "swap_breaks"] == "band"


@pytest.fixture(scope="module")
def written(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("reasons") / "tiny")
    scenario = Scenario(
        centers=5,
        center_lower=5_000,
        center_upper=20_000,
        center_max_minutes=4.0,
        work_limit=0.2,
        profiles=("living-circle",),
    )
    made = gp.plan(folder, scenario)
    out = folder.parent / "out"
    write_plan(made, out, lang="en")
    return folder, out, made


def test_reasons_are_read_back_and_audited(written):
    folder, out, made = written
    back = read_written(out)
    for name, table in reason_tables(made).items():
        pd.testing.assert_frame_equal(reason_tables(back)[name], table)
    assert verify(out, district=folder).sound


def test_an_altered_reason_is_found(written, tmp_path):
    folder, out, _ = written
    forged = tmp_path / "forged"
    shutil.copytree(out, forged)
    path = forged / "plan.json"
    text = path.read_text(encoding="utf-8")
    at = text.index('"person_km": ') + len('"person_km": ')
    path.write_text(text[:at] + "0.25" + text[text.index(",", at) :], encoding="utf-8")
    found = verify(forged, district=folder)
    assert not found.sound
    assert any(
        "reasons" in str(entry.place) for check in found.checks for entry in check.differences
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reasons_are_told_in_words(written, lang):
    _, out, made = written
    new = next(key for key, status in made.layout.centers["status"].items() if status == "new")
    text = made.why(new, lang=lang)
    assert new in text
    assert made.reasons.standbys.query("center == @new").iloc[0]["candidate"] in text
    site = made.reasons.candidates.index[0]
    assert site in made.why(site, lang=lang)
    # By name, from the command line, the same.
    name = text.split("（" if lang == "zh" else " (")[0]
    asked = CliRunner().invoke(main, ["why", str(out), "--center", name, "--lang", lang])
    assert asked.exit_code == 0
    assert asked.output == text + "\n"
    every = CliRunner().invoke(main, ["why", str(out), "--lang", lang])
    assert every.output == made.why(lang=lang) + "\n"


def test_a_name_that_is_not_there_is_answered_with_the_nearest(written):
    _, out, made = written
    with pytest.raises(InputError, match="c1"):
        made.why("c11", lang="en")
    asked = CliRunner().invoke(main, ["why", str(out), "--center", "c11", "--lang", "zh"])
    assert asked.exit_code == 2
    assert "c1" in asked.output


def test_reasons_are_rows_too(written):
    _, _, made = written
    rows = why_records(made, "c1")
    assert [row["center"] for row in rows["centers"]] == ["c1"]
    assert rows["standbys"] == []
    assert len(why_records(made)["centers"]) == 5


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_has_the_standby_sites(written, tmp_path, lang):
    _, out, made = written
    path, _ = write_report(out, form="html", file=tmp_path / "report.html", lang=lang)
    text = path.read_text(encoding="utf-8")
    first = made.reasons.standbys.iloc[0]["candidate"]
    assert first in text
    assert {"zh": "备选点位", "en": "standby sites"}[lang] in text
