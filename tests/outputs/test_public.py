"""The public edition: few fields, the number of the approval, a shifted copy that says so."""

import json

import numpy as np

from gridplan.district.geometry.crs import gcj02_to_wgs84
from gridplan.outputs.database.public import write_public
from gridplan.outputs.office.office import Office
from gridplan.outputs.office.worded import Worded

FORBIDDEN = ("population", "residents", "findings", "label", "beds")


def test_it_holds_only_what_residents_need_and_is_shifted_where_it_says(plan, tmp_path):
    told = Worded(plan, "zh", Office(texts={"map.number": "粤S（2026）001号"}))
    paths = write_public(told, tmp_path)
    assert len(paths) == 6
    for path in paths:
        made = json.loads(path.read_text(encoding="utf-8"))
        assert ("GCJ-02" in made["coordinates"]) == ("gcj02" in path.name)
        for feature in made["features"]:
            assert feature["properties"]["approved"] == "粤S（2026）001号"
            assert not set(feature["properties"]) & set(FORBIDDEN)
    plain, shifted = (
        json.loads(path.read_text(encoding="utf-8"))["features"]
        for path in paths
        if "社康中心" in path.name
    )
    for one, other in zip(plain, shifted, strict=True):
        lon, lat = gcj02_to_wgs84(*other["geometry"]["coordinates"])
        assert np.allclose([lon, lat], one["geometry"]["coordinates"], atol=2e-6)
        assert other["geometry"] != one["geometry"]


def test_without_a_number_it_is_left_to_be_filled(plan, tmp_path):
    write_public(Worded(plan, "zh"), tmp_path)
    assert "〔待填〕" in next(tmp_path.glob("*网格*.geojson")).read_text(encoding="utf-8")
