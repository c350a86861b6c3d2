"""
An independent audit of what is written.

Nothing of the planning code is used here: the input files are read with pandas and geopandas, the
written files likewise, and every sum, connection, count and lead is worked out again.
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).parents[1]
KAIFENG = ROOT / ".." / "shared" / "benchmarks" / "siting_kaifeng"


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "gridplan", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def brief(folder, place):
    """Write the district's own scenario with less work, so that the suite stays quick."""
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    file = place / "brief.toml"
    file.write_text("work_limit = 0.5\n" + text, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def guangming(tmp_path_factory):
    out = tmp_path_factory.mktemp("guangming") / "out"
    folder = ROOT / "data" / "guangming"
    run("plan", folder, "--scenario", brief(folder, out.parent), "--out", out, "--lang", "en")
    return folder, out


@pytest.fixture(scope="module")
def kaifeng(tmp_path_factory):
    if not KAIFENG.exists():
        pytest.skip("the Kaifeng cells (../shared/benchmarks) are not there")
    folder = tmp_path_factory.mktemp("kaifeng") / "kaifeng"
    cells, adjacency = KAIFENG / "geo_kf.txt", KAIFENG / "15m_kf2.txt"
    run("import-kong", cells, "--adjacency", adjacency, "--out", folder, "--stand-ins")
    out = folder.parent / "out"
    run("plan", folder, "--scenario", brief(folder, out.parent), "--out", out, "--lang", "en")
    return folder, out


@pytest.fixture(params=["guangming", "kaifeng"])
def planned(request):
    folder, out = request.getfixturevalue(request.param)
    units = gpd.read_file(out / "plan.gpkg", layer="units")
    units["unit"] = units["unit"].astype(str)
    return {
        "input": pd.read_csv(folder / "units.csv", dtype={"unit": str})
        if (folder / "units.csv").exists()
        else gpd.read_file(next(folder.glob("units.g*"))),
        "plan": json.loads((out / "plan.json").read_text(encoding="utf-8")),
        "units": units.set_index("unit"),
        "out": out,
    }


def neighbours(units):
    """Graph of units that share a boundary of positive length, by plain geometry."""
    graph = nx.Graph()
    graph.add_nodes_from(units.index)
    shapes = units.geometry.to_numpy()
    left, right = units.sindex.query(units.geometry, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    metres = shapely.length(shapely.intersection(shapes[left], shapes[right]))
    touching = metres > 1
    names = units.index.to_numpy()
    graph.add_edges_from(zip(names[left[touching]], names[right[touching]], strict=True))
    return graph


def test_every_unit_is_there_once_and_in_one_grid(planned):
    names = planned["input"]["unit"].astype(str)
    assert names.is_unique
    assert sorted(names) == sorted(planned["units"].index)
    grids = {grid["grid"] for grid in planned["plan"]["grids"]}
    assert planned["units"]["grid"].isin(grids).all()
    assert len(grids) == planned["plan"]["scenario"]["grids"]


def test_every_grid_is_connected(planned):
    graph = neighbours(planned["units"])
    for grid in planned["plan"]["grids"]:
        inside = planned["units"].index[planned["units"]["grid"] == grid["grid"]]
        assert nx.is_connected(graph.subgraph(inside))
        assert grid["contiguous"] is True


def test_populations_add_up_to_the_person(planned):
    people = planned["input"].set_index(planned["input"]["unit"].astype(str))["population"]
    people = people.reindex(planned["units"].index)
    total = people.sum()
    assert sum(grid["population"] for grid in planned["plan"]["grids"]) == total
    assert sum(center["population"] for center in planned["plan"]["centers"]) == total
    for grid in planned["plan"]["grids"]:
        inside = planned["units"]["grid"] == grid["grid"]
        assert people[inside].sum() == grid["population"]
        assert inside.sum() == grid["units"]
        assert planned["units"].geometry[inside].area.sum() / 1e6 == pytest.approx(
            grid["area_km2"], abs=0.01
        )
    mean = total / len(planned["plan"]["grids"])
    tolerance = planned["plan"]["scenario"]["grid_tolerance"]
    assert all(
        abs(grid["population"] / mean - 1) <= tolerance + 1e-9 for grid in planned["plan"]["grids"]
    )


def test_loads_are_the_assignments_and_lie_in_the_band(planned):
    people = planned["input"].set_index(planned["input"]["unit"].astype(str))["population"]
    load = people.reindex(planned["units"].index).groupby(planned["units"]["center"]).sum()
    scenario = planned["plan"]["scenario"]
    named = {
        finding["subject"]
        for finding in planned["plan"]["findings"]
        if finding["rule"] == "residents-per-center" and finding["passed"] is False
    }
    for center in planned["plan"]["centers"]:
        assert load[center["center"]] == center["population"]
        inside = scenario["center_lower"] <= center["population"] <= scenario["center_upper"]
        assert inside or center["center"] in named


def test_each_center_serves_its_own_grid(planned):
    grid_of = {center["center"]: center["grid"] for center in planned["plan"]["centers"]}
    assert (planned["units"]["center"].map(grid_of) == planned["units"]["grid"]).all()


def test_streets_have_one_or_two_regional_centers_and_each_center_one(planned):
    centers = pd.DataFrame(planned["plan"]["centers"]).set_index("center")
    scenario = planned["plan"]["scenario"]
    regional = centers[centers["class"] == "regional"]
    counts = regional["subdistrict"].value_counts()
    peopled = planned["units"].groupby("subdistrict")["population"].sum().loc[lambda s: s > 0].index
    for street in peopled:
        assert scenario["regional_min"] <= counts.get(street, 0) <= scenario["regional_max"]
    assert set(centers["regional_center"]) == set(regional.index)
    assert (regional["regional_center"] == regional.index).all()
    assert (centers["regional_center"].map(centers["grid"]) == centers["grid"]).all()


def test_leads_are_eligible_and_stand_in_their_grid(planned):
    hospitals = gpd.read_file(planned["out"] / "plan.gpkg", layer="hospitals").set_index("hospital")
    leads = [grid["lead"] for grid in planned["plan"]["grids"]]
    assert max(Counter(leads).values()) == 1
    for grid in planned["plan"]["grids"]:
        lead = hospitals.loc[grid["lead"]]
        assert lead["level"].startswith("tertiary")
        assert bool(lead["eligible"])
        around = planned["units"].sindex.nearest(lead.geometry, return_all=False)[1][0]
        assert planned["units"]["grid"].iloc[around] == grid["grid"]


def test_certificates_hold_together(planned):
    for proof in planned["plan"]["certificate"].values():
        assert proof["bound"] is None or proof["bound"] <= proof["objective"] * (1 + 1e-9)
        assert (proof["status"] == "optimal") <= (proof["gap"] is not None and proof["gap"] < 1e-4)
        assert {"status", "objective", "bound", "gap", "seconds", "seed", "method"} <= set(proof)
    people = planned["units"]["population"]
    walked = planned["plan"]["certificate"]["centers"]["objective"]
    assert (people * planned["units"]["metres_to_center"]).sum() == pytest.approx(walked, rel=1e-6)


def test_the_three_geojson_files_are_plain_degrees(planned):
    for name in ("grids", "centers", "subdistricts"):
        text = (planned["out"] / f"{name}.geojson").read_text(encoding="utf-8")
        collection = json.loads(text)
        assert "crs" not in collection
        frame = gpd.GeoDataFrame.from_features(collection, crs="EPSG:4326")
        west, south, east, north = frame.total_bounds
        assert 73 < west < east < 136
        assert 17 < south < north < 54
    grids = gpd.read_file(planned["out"] / "grids.geojson").to_crs("EPSG:6933")
    apart = grids.geometry.union_all().area / grids.geometry.area.sum()
    assert apart == pytest.approx(1, abs=1e-3)


@pytest.mark.thorough
def test_the_same_inputs_give_the_same_plan(guangming, tmp_path):
    folder, out = guangming
    scenario = brief(folder, tmp_path)
    run("plan", folder, "--scenario", scenario, "--out", tmp_path / "again", "--lang", "zh")
    one, other = (
        json.loads((place / "plan.json").read_text(encoding="utf-8"))
        for place in (out, tmp_path / "again")
    )
    for plan in (one, other):
        for proof in plan["certificate"].values():
            proof.pop("seconds")
    assert one == other
    assert np.isfinite(one["certificate"]["centers"]["gap"])
