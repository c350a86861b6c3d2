"""The areas (片区) of regional centers: who lives there, what is under them, how many pieces."""

import dataclasses
import json

import geopandas as gpd

from gridplan.outputs.files.folder import write_plan
from gridplan.planning.plan import plan
from gridplan.planning.regional.areas import area_notes, regional_areas
from gridplan.planning.scenario.scenario import Scenario

ASKED = Scenario(
    grids=0, centers=4, center_lower=200, center_upper=700, regional_min=1, regional_max=1,
    candidates_per_community=4, work_limit=0.3,
)  # fmt: skip


def test_each_area_holds_the_residents_of_all_its_centers(lattice, tmp_path):
    made = plan(lattice(8, 2, centers=[(0, 0), (7, 1)]), ASKED)
    areas = regional_areas(made.layout)
    centers = made.layout.centers
    under = centers.groupby("regional_center")
    assert list(areas.index) == list(centers.index[centers["class"] == "regional"])
    assert areas["population"].to_dict() == under["population"].sum().to_dict()
    assert (areas["managed"] + 1).to_dict() == under.size().to_dict()
    assert areas.geometry.area.sum() == made.district.units.geometry.area.sum()
    told = {note.code: note.values for note in made.notes}
    assert told["areas-in-one-piece"] == {"areas": 2, "whole": 2}
    write_plan(made, tmp_path / "out", lang="en")
    layer = gpd.read_file(tmp_path / "out" / "plan.gpkg", layer="areas")
    assert list(layer["population"]) == list(areas["population"])
    written = json.loads((tmp_path / "out" / "areas.geojson").read_text(encoding="utf-8"))
    rows = [feature["properties"] for feature in written["features"]]
    assert [row["regional_center"] for row in rows] == list(areas.index)
    assert {row["pieces"] for row in rows} == {1}
    assert "Areas of the regional centers" in (tmp_path / "out" / "map.html").read_text("utf-8")


def test_an_area_in_two_pieces_is_named(lattice):
    made = plan(lattice(8, 2, centers=[(0, 0), (7, 1)]), ASKED)
    layout, head = made.layout, regional_areas(made.layout).index[0]
    here = regional_areas(layout).geometry[head]
    far = layout.district.units.geometry.distance(here).idxmax()
    units = layout.units.copy()
    units.loc[far, "regional_center"] = head
    other = dataclasses.replace(layout, units=units)
    assert regional_areas(other)["pieces"][head] == 2
    (note,) = area_notes(other)
    assert (note.code, note.values["rows"]) == ("areas-in-pieces", [head])


def test_without_1n_there_are_no_areas(lattice):
    made = plan(lattice(4, 2, centers=[(0, 0)]), Scenario(**{
        "grids": 0, "regional_max": 0, "regional_min": 0, "centers": 2, "center_lower": 0,
        "center_upper": 900, "work_limit": 0.2,
    }))  # fmt: skip
    assert regional_areas(made.layout).empty
    assert area_notes(made.layout) == ()
