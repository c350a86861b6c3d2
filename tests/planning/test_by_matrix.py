"""Plans by a travel matrix: every figure is the matrix's own, and says so."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.district.matrix import Ends, matrix_of
from gridplan.errors import InputError
from gridplan.lookup.directory import directory
from gridplan.lookup.locate import locate
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.reading.written import read_written
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.journeys import journeys_of

SCENARIO = Scenario(
    grids=2,
    grid_tolerance=0.3,
    centers=3,
    center_lower=0,
    center_upper=60_000,
    work_limit=0.3,
    regional_max=1,
)


def declare(folder, layer, lines="", file=""):
    with (folder / "district.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            f'\n[layers.{layer}]\nfile = "{file or layer + ".csv"}"\nlabel = "real"\n'
            f'source = "asked of a map service"\n{lines}\n'
        )


def minutes_between(units, seed, scale):
    """Minutes between all units that no straight line would give."""
    random = np.random.default_rng(seed)
    middle = shapely.get_coordinates(shapely.centroid(units.geometry.to_numpy()))
    apart = np.hypot(*(middle[:, None] - middle[None]).transpose(2, 0, 1))
    return np.round(scale * apart * random.uniform(1.0, 2.5, apart.shape), 1)


@pytest.fixture
def by_matrix(tiny_folder):
    """The tiny district with minutes walked and driven between all its units."""
    units = read_district(tiny_folder).units
    tables = {}
    for layer, scale in (("walk_matrix", 0.02), ("drive_matrix", 0.004)):
        table = pd.DataFrame(minutes_between(units, len(layer), scale), units.index, units.index)
        table.rename_axis("单元编号").to_csv(tiny_folder / f"{layer}.csv", encoding="utf-8-sig")
        declare(tiny_folder, layer, 'measured_in = "minutes"')
        tables[layer] = table
    return tiny_folder, tables


def test_the_figures_of_a_plan_are_those_of_the_matrix(by_matrix, tmp_path):
    folder, tables = by_matrix
    district = read_district(folder)
    made = plan(district, SCENARIO)
    ways = journeys_of(district, SCENARIO)
    assert (ways.walk_by, ways.drive_by) == ("matrix", "matrix")
    units, centers = made.layout.units, made.layout.centers
    standing = centers["unit"]
    walk = tables["walk_matrix"]
    wanted = [walk.loc[u, standing[c]] for u, c in units["center"].items()]
    assert units["minutes_to_center"].to_numpy() == pytest.approx(np.array(wanted), abs=0.01)
    nearest = walk[list(standing)].min(axis=1)
    told = units["metres_to_nearest_center"].to_numpy() / ways.walk_metres_per_minute
    assert told == pytest.approx(nearest.to_numpy(), abs=0.01)
    leads = district.hospitals["unit"]
    drive = [tables["drive_matrix"].loc[u, leads[h]] for u, h in units["lead"].items()]
    assert units["minutes_to_lead"].to_numpy() == pytest.approx(np.array(drive), abs=0.01)
    assert made.certificates["grids"].unit == "person-metres-by-matrix-time"
    told = {note.code for note in made.notes}
    assert {"matrix-by-unit-walk", "matrix-by-unit-drive"} <= told
    out = tmp_path / "out"
    write_plan(made, out, lang="zh")
    values = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    assert values["travel"]["walk"] == values["travel"]["drive"] == "matrix"
    found = verify(out)
    assert found.sound, found.text("en")
    found = verify(out, district=folder)
    assert found.sound, found.text("en")
    again = read_written(out)
    assert journeys_of(again.district, again.scenario).walk_by == "matrix"
    near = journeys_of(again.district, again.scenario).walked_to_nearest(
        shapely.get_coordinates(again.layout.centers.geometry.to_numpy())
    )
    assert near == pytest.approx(units["metres_to_nearest_center"].to_numpy(), abs=1.0)


def test_look_ups_areas_and_the_audit_go_by_the_matrix(by_matrix, tmp_path):
    folder, tables = by_matrix
    district = read_district(folder)
    made, out = plan(district, SCENARIO), tmp_path / "out"
    write_plan(made, out, lang="en")
    ways, units = journeys_of(district, SCENARIO), made.layout.units
    again = read_written(out)
    # An address walks as its unit does, wherever in it.
    inside = shapely.get_coordinates(shapely.point_on_surface(district.units.geometry.to_numpy()))
    back = Transformer.from_crs(district.crs, "EPSG:4326", always_xy=True)
    table = locate(directory(again, lang="zh"), *back.transform(*(inside + 40.0).T))
    assert table["metres_to_center"].to_numpy() == pytest.approx(
        units["metres_to_center"].to_numpy(dtype=float), abs=1.0
    )
    assert set(table["walk_by"]) == {"matrix"}
    # Whole units are drawn, and no more than the walk reaches.
    bands = json.loads((out / "reach.geojson").read_text(encoding="utf-8"))["features"]
    last = bands[-1]["properties"]
    near = units["metres_to_nearest_center"] / ways.walk_metres_per_minute <= 15
    assert (last["by"], last["population"]) == ("cells", 2500 * near.sum())
    assert last["area_km2"] == pytest.approx(0.04 * near.sum(), abs=1e-3)
    # A changed figure is found out against the district.
    first = tables["walk_matrix"].copy()
    first.iloc[:, :] += 1.0
    first.rename_axis("单元编号").to_csv(folder / "walk_matrix.csv", encoding="utf-8-sig")
    assert not verify(out, district=folder).sound


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), nearest=st.integers(1, 4), beyond=st.booleans())
def test_walks_are_looked_up_pair_by_pair(lattice_builder, seed, nearest, beyond):
    """Against a plain dictionary of pairs, own ways of places before those of their units."""
    random = np.random.default_rng(seed)
    bare = lattice_builder(4, 3, leads=((0, 0), (3, 2)))
    names, count = list(bare.units.index), len(bare.units)
    sites = random.uniform(1, 399, (5, 2)) * (1, 0.75)
    own = random.random(5) < 0.6
    layer = np.array(["units"] * count + ["candidates"] * int(own.sum()), dtype=object)
    key = np.array([*names, *(f"k{n}" for n in np.flatnonzero(own))], dtype=object)
    ends = Ends(layer, key, np.vstack([bare.centroids, sites[own]]))
    figures = random.integers(0, 40, (len(key), len(key))).astype(float)
    known = random.random(figures.shape) < (0.7 if beyond else 1.1)
    row, column = np.nonzero(known)
    matrix = matrix_of(
        ends,
        ends,
        (row, column, figures[row, column]),
        measure="minutes",
        beyond=45.0 if beyond else None,
    )
    district = dataclasses.replace(bare, walk_matrix=matrix)
    ways = journeys_of(district, Scenario(walk_kmh=6.0, center_max_minutes=10))
    pace, fill = 100.0, 4501.0
    standing = [
        int(np.flatnonzero(bare.units.contains(shapely.Point(site)).to_numpy())[0])
        for site in sites
    ]
    at = [count + int(own[:n].sum()) if own[n] else standing[n] for n in range(len(sites))]

    def way(unit, site):
        if known[unit, at[site]]:
            return figures[unit, at[site]] * pace
        return 0.0 if at[site] == unit else fill

    wanted = np.array([[way(u, s) for s in range(5)] for u in range(count)])
    labels = random.integers(0, 2, count), random.integers(0, 2, 5)
    found = ways.walked(
        np.arange(count), sites, unit_label=labels[0], site_label=labels[1], nearest=nearest
    )
    for unit in range(count):
        part = slice(found.indptr[unit], found.indptr[unit + 1])
        allowed = np.flatnonzero(labels[1] == labels[0][unit])
        assert sorted(found.data[part]) == sorted(wanted[unit, allowed])[:nearest]
        assert (found.data[part] == wanted[unit, found.indices[part]]).all()
    assert ways.walked_to_nearest(sites) == pytest.approx(wanted.min(axis=1))
    to = random.integers(0, 5, count)
    assert ways.walked_to_own(sites, to) == pytest.approx(wanted[np.arange(count), to])
    near = ways.walked_within(np.arange(count), sites, 1000.0)
    assert near.nnz == (wanted <= 1000.0).sum()
    between = ways.walked_between(sites, sites)
    assert (np.diag(between) == 0).all()
    first = at[0]
    for other in range(1, 5):
        if known[first, at[other]]:
            assert between[0, other] == figures[first, at[other]] * pace


def test_a_matrix_serves_candidates_of_the_district_and_none_that_are_made(tiny_folder):
    units = read_district(tiny_folder).units
    rows = ["from,to,minutes"]
    places = {"c1": 0, "c2": 1, "k1": 2, "k2": 3}
    rows += [
        f"{u},{p},{5 + n + (at % 7)}" for p, n in places.items() for at, u in enumerate(units.index)
    ]
    text = "\n".join(rows)
    (tiny_folder / "walk_matrix.csv").write_text(text.replace("k1", "c1"), encoding="utf-8")
    kept = [row for row in rows if ",k" not in row]
    (tiny_folder / "walk_matrix.csv").write_text("\n".join(kept), encoding="utf-8")
    declare(tiny_folder, "walk_matrix")
    with pytest.raises(InputError, match="Bring candidates of your own"):
        plan(read_district(tiny_folder), SCENARIO)
    with pytest.raises(InputError, match="the district has no layer drive_matrix"):
        plan(read_district(tiny_folder), dataclasses.replace(SCENARIO, drive_by="matrix"))
    (tiny_folder / "candidates.csv").write_text(
        "candidate,x,y\nk1,490300,2520100\nk2,490900,2520100\n", encoding="utf-8"
    )
    with (tiny_folder / "district.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            '[layers.candidates]\nfile = "candidates.csv"\ncrs = "EPSG:4547"\n'
            'label = "real"\nsource = "drawn"\n'
        )
    (tiny_folder / "walk_matrix.csv").write_text(text, encoding="utf-8")
    district = read_district(tiny_folder)
    made = plan(district, dataclasses.replace(SCENARIO, centers=4))
    own = made.layout.units
    at = dict(zip(own.index, range(len(own)), strict=True))
    points = {(490300, 2520100): 2, (490900, 2520100): 3}
    standing = {
        c: points.get((round(p.x), round(p.y)), places.get(c))
        for c, p in made.layout.centers.geometry.items()
    }
    wanted = [5 + standing[c] + at[u] % 7 for u, c in own["center"].items()]
    assert own["minutes_to_center"].to_numpy() == pytest.approx(np.array(wanted), abs=0.01)
    straight = dataclasses.replace(SCENARIO, walk_by="straight")
    assert journeys_of(district, straight).walk_by == "straight"
    # Hospitals are not reached: what is nearest of all points is not told.
    assert own["metres_to_nearest_point"].isna().all()
    assert "matrix-no-nearest" in {note.code for note in made.notes}


def test_a_matrix_that_leaves_near_ways_out_is_refused(by_matrix):
    folder, tables = by_matrix
    table = tables["walk_matrix"]
    table.where(table < 12).to_csv(folder / "walk_matrix.csv", encoding="utf-8")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    mark = 'file = "walk_matrix.csv"'
    (folder / "district.toml").write_text(text.replace(mark, f"{mark}\nbeyond = 12"), "utf-8")
    district = read_district(folder)
    with pytest.raises(InputError, match="leaves out ways from 12 minutes on"):
        plan(district, SCENARIO)
    made = plan(district, dataclasses.replace(SCENARIO, center_max_minutes=12))
    far = made.layout.units["minutes_to_center"] > 12
    standing = made.layout.centers["unit"]
    known = [table.loc[u, standing[c]] < 12 for u, c in made.layout.units["center"].items()]
    assert (~far).tolist() == known


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_line_says_that_a_matrix_was_used(by_matrix, tmp_path, lang):
    folder, _ = by_matrix
    scenario = tmp_path / "mine.toml"
    scenario.write_text(
        "centers = 3\ngrids = 2\ngrid_tolerance = 0.3\ncenter_lower = 0\n"
        'center_upper = 60000\nwork_limit = 0.3\nwalk_by = "matrix"\ndrive_by = "matrix"\n',
        encoding="utf-8",
    )
    out = tmp_path / "out"
    options = ["--scenario", str(scenario), "--out", str(out), "--lang", lang]
    result = CliRunner().invoke(main, ["plan", str(folder), *options])
    assert result.exit_code == 0, result.output
    report = tmp_path / "report.html"
    result = CliRunner().invoke(main, ["report", str(out), "--file", str(report), "--lang", lang])
    assert result.exit_code == 0, result.output
    page = report.read_text(encoding="utf-8")
    assert ("步行矩阵" if lang == "zh" else "walk matrix") in page
    result = CliRunner().invoke(main, ["check", str(folder), "--lang", lang])
    assert ("行车矩阵" if lang == "zh" else "Drive matrix") in result.output
