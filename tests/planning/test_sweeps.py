"""Sweeps: every combination once, kept as it is done, taken up where it was left."""

import dataclasses
import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError
from gridplan.outputs.style.fonts import face
from gridplan.outputs.sweeps.chart import abscissa, curves, sweep_chart
from gridplan.outputs.sweeps.folder import sweep_json, write_sweep
from gridplan.outputs.sweeps.page import sweep_told
from gridplan.outputs.sweeps.store import known_results, write_result
from gridplan.planning.plan import plan
from gridplan.planning.scenario.file import read_scenario
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sweeps.points import district_digest, points_of
from gridplan.planning.sweeps.sweep import IMPOSSIBLE, PLANNED, Result, run_sweep

BASE = Scenario(
    grids=2, center_lower=200, center_upper=900, work_limit=0.05, regional_max=0, profiles=()
)


@pytest.fixture(scope="module")
def district(lattice_builder):
    return lattice_builder(6, 2, people=100.0, leads=((0, 0), (5, 0)), centers=((0, 0),))


@pytest.fixture(scope="module")
def swept(district):
    points = points_of(district, BASE, {"grids": [1, 2, 7], "centers": [2, 3]})
    return run_sweep(district, points, processes=1)


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=4),
    st.lists(st.integers(2, 5), min_size=1, max_size=3),
)
def test_every_combination_is_there_once(district, grids, centers):
    points = points_of(district, BASE, {"grids": grids, "centers": centers})
    found = {(point.scenario.grids, point.scenario.centers) for point in points}
    assert found == set(itertools.product(grids, centers))
    assert len(points) == len(found) == len({point.digest for point in points})
    assert len({point.name for point in points}) == len(points)


def test_the_digest_is_that_of_the_question(district):
    one = points_of(district, BASE, {"centers": [2, 3]})
    renamed = dataclasses.replace(BASE, name_zh="别的", name_en="Other")
    assert [p.digest for p in points_of(district, renamed, {"centers": [2, 3]})] == [
        p.digest for p in one
    ]
    other = dataclasses.replace(BASE, seed=2)
    assert {p.digest for p in points_of(district, other, {"centers": [2, 3]})}.isdisjoint(
        p.digest for p in one
    )
    moved = dataclasses.replace(district, sha256="f" * 64)
    assert district_digest(moved) != district_digest(district)


def test_a_band_is_two_keys_and_one_value_is_no_axis(district):
    points = points_of(district, BASE, {"band": [(200, 800), (300, 900)], "centers": [2]})
    assert [point.changes for point in points] == [
        {"center_lower": 200, "center_upper": 800},
        {"center_lower": 300, "center_upper": 900},
    ]
    assert all(point.scenario.centers == 2 for point in points)
    assert points[0].name == "band200-800"


@pytest.mark.parametrize(
    ("axes", "told"),
    [
        ({}, "Nothing is varied"),
        ({"grid": [1]}, "did you mean 'grids'"),
        ({"grids": []}, "no values for grids"),
        ({"band": [3]}, "A band is two numbers"),
        ({"centers": range(1, 5000)}, "more than the 2000"),
        ({"grids": ["two"], "centers": [-3]}, "grids.*centers"),
    ],
)
def test_what_cannot_be_swept_is_told(district, axes, told):
    import re

    with pytest.raises(InputError) as caught:
        points_of(district, BASE, axes)
    assert re.search(told, caught.value.text("en"), re.DOTALL)


def test_points_are_what_plans_of_them_are(district, swept):
    for point, result in zip(swept.points, swept.results, strict=True):
        if point.scenario.grids > 2:
            assert result.state == IMPOSSIBLE
            assert all(result.reasons.values())
            continue
        made = plan(district, point.scenario)
        assert result.proofs["centers"]["objective"] == made.certificates["centers"].objective
        assert result.figures["centers"] == len(made.layout.centers)
    bounds = [r.proofs["centers"] for r in swept.results if r.state == PLANNED]
    assert all(proof["bound"] <= proof["objective"] * (1 + 1e-9) for proof in bounds)


def test_a_sweep_goes_on_where_it_was(district, swept, tmp_path):
    for result in swept.results[:3]:
        write_result(tmp_path, result)
    (tmp_path / "points" / f"{swept.results[3].digest[:16]}.json").write_text("{", encoding="utf-8")
    known = known_results(tmp_path, swept.points)
    assert len(known) == 3
    planned: list[Result] = []
    again = run_sweep(district, swept.points, known=known, processes=1, done=planned.append)
    assert [result.name for result in again.results] == [result.name for result in swept.results]
    assert sweep_json(again) == sweep_json(swept)
    everything = {result.digest: result for result in again.results}
    heard: list[Result] = []
    run_sweep(district, swept.points, known=everything, processes=1, done=heard.append)
    assert len(heard) == len(swept.points)


def test_a_stop_keeps_what_was_done(district):
    points = points_of(district, BASE, {"centers": [2, 3]})
    told = []

    def stop(result):
        told.append(result)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(district, points, processes=1, done=stop)
    assert len(told) == 1


@pytest.mark.thorough
def test_processes_change_nothing(district, swept):
    points = points_of(district, BASE, {"grids": [1, 2], "centers": [2]})
    two = run_sweep(district, points, processes=2)
    same = {result.digest: result for result in swept.results}
    for result in two.results:
        other = same[result.digest]
        assert result.proofs["centers"]["objective"] == other.proofs["centers"]["objective"]


def test_files_can_be_read_again(swept, tmp_path):
    write_sweep(swept, tmp_path, lang="zh")
    for point in swept.points:
        again = read_scenario(tmp_path / "scenarios" / f"{point.name}.toml")
        assert again == point.scenario
    assert (tmp_path / "sweep.xlsx").stat().st_size > 5000
    page = (tmp_path / "sweep.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "data:image/png" in page


def test_curves_run_along_the_number_of_centers(swept):
    assert abscissa(swept) == "centers"
    drawn = list(curves(swept))
    assert [same for same, _ in drawn] == [{"grids": 1}, {"grids": 2}]
    for _, part in drawn:
        assert part["centers"].is_monotonic_increasing
        assert (part["least"] <= part["value"] * (1 + 1e-9)).all()
        assert (part["value"] < 1000).all()  # metres a resident, not person-metres
    assert sweep_chart(swept, "en", face()).startswith(b"\x89PNG")


def test_refused_points_are_told_and_not_on_the_front(swept):
    table = swept.table()
    assert not table["front"][table["state"] != PLANNED].any()
    assert table["front"].any()
    assert table["walk"][table["state"] != PLANNED].map(math.isnan).all()
    told = sweep_told(swept, "zh")
    assert "6个设定，其中4个已作规划" in told
    assert "已证明无可行方案的2个" in told


def test_figures_that_no_point_has_are_not_named(swept):
    without = tuple(
        dataclasses.replace(result, figures={**result.figures, "drive": math.nan})
        for result in swept.results
    )
    assert "Drive to the lead" in sweep_told(swept, "en")
    assert "Drive to the lead" not in sweep_told(dataclasses.replace(swept, results=without), "en")
