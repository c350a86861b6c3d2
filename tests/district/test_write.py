import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.folder.read import read_district
from gridplan.district.folder.write import LayerTable, quoted, write_district

NAMES = {"code": "1", "name_zh": '小"区\\', "name_en": "Tiny", "vintage": "2020"}


def written(folder, district):
    units = district.units.reset_index()
    points = pd.DataFrame(district.hospitals.drop(columns=["geometry", "unit"]).reset_index())
    points["x"], points["y"] = district.hospitals.geometry.x, district.hospitals.geometry.y
    points["x"] = district.hospitals.geometry.x.to_numpy()
    points["y"] = district.hospitals.geometry.y.to_numpy()
    layers = {
        "hospitals": LayerTable(points, "modelled", "line one\nline two", "EPSG:4547"),
        "units": LayerTable(units, "real", "drawn"),
    }
    return write_district(folder, layers, **NAMES, note="a note")


def test_what_is_written_is_read_again(tmp_path, tiny_district):
    again = read_district(written(tmp_path / "a", tiny_district))
    assert again.units.geometry.geom_equals(tiny_district.units.geometry).all()
    assert again.units["population"].equals(tiny_district.units["population"])
    assert again.hospitals[["level", "eligible", "unit"]].equals(
        tiny_district.hospitals[["level", "eligible", "unit"]]
    )
    assert again.name_zh == '小"区\\'
    assert [source.label for source in again.layers] == ["real", "modelled"]
    assert again.layers[1].source == "line one line two"


def test_the_same_tables_give_the_same_bytes(tmp_path, tiny_district):
    one, two = written(tmp_path / "a", tiny_district), written(tmp_path / "b", tiny_district)
    names = sorted(path.name for path in one.iterdir())
    assert names == ["district.toml", "hospitals.csv", "units.gpkg"]
    for name in names:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    again = written(tmp_path / "a", tiny_district)
    assert (again / "units.gpkg").read_bytes() == (two / "units.gpkg").read_bytes()


@given(st.text())
def test_any_text_survives_toml(text):
    read = tomllib.loads(f"key = {quoted(text)}")["key"]
    assert read.split() == "".join(c for c in " ".join(text.split()) if c.isprintable()).split()


def test_a_layer_nobody_reads_is_refused(tmp_path):
    with pytest.raises(ValueError, match="rivers"):
        write_district(tmp_path, {"rivers": LayerTable(pd.DataFrame(), "real", "x")}, **NAMES)
