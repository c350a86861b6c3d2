"""Rows that are added to a table of a district or taken away, in whatever file they lie."""

import pytest
from turning import go

from gridplan.district.folder.read import read_district
from gridplan.district.geometry.crs import from_wgs84
from gridplan.text import say
from gridplan.ui.intake.corrected import Changes, changed
from gridplan.ui.intake.rows import files_with

PLACE = (113.9083, 22.7841)


def lying(frame, key):
    at = frame.to_crs("EPSG:4326").geometry[key]
    return at.x, at.y


def add(folder, file, layer, **fields):
    made = files_with(folder, file, layer, Changes(added=[(PLACE, fields)]), source="某人")
    for name, content in made.items():
        (folder / name).write_bytes(content)


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4547", "gcj02", "bd09"])
def test_a_row_lies_where_it_was_put_whatever_the_file_counts_in(tiny_folder, crs):
    toml = tiny_folder / "district.toml"
    before = read_district(tiny_folder).centers
    file = next(one.file for one in read_district(tiny_folder).layers if one.layer == "centers")
    rows = [from_wgs84(*lying(before, key), crs, layer="centers") for key in before.index]
    text = "名称,x,y\n" + "".join(f"站{n},{x:.9g},{y:.9g}\n" for n, (x, y) in enumerate(rows))
    (tiny_folder / "centers.csv").write_text(text, encoding="utf-8")
    said = toml.read_text(encoding="utf-8").replace(f'"{file}"', '"centers.csv"')
    head, mark, rest = said.partition("[layers.centers]")
    toml.write_text(head + mark + rest.replace("EPSG:4547", crs, 1), encoding="utf-8")
    add(tiny_folder, "centers.csv", "centers", name="新站")
    kept = read_district(tiny_folder).centers
    assert len(kept) == len(before) + 1
    [key] = kept.index[kept["name"] == "新站"]
    assert lying(kept, key) == pytest.approx(PLACE, abs=2e-6)
    # What had its name for an id has it still.
    assert {f"站{n}" for n in range(len(before))} < set(kept.index)


def test_a_layer_that_was_not_there_begins_with_its_first_row(tiny_folder):
    toml = tiny_folder / "district.toml"
    head, _, rest = toml.read_text(encoding="utf-8").partition("[layers.centers]")
    _, mark, more = rest.partition("[layers")
    toml.write_text(head + mark + more, encoding="utf-8")
    assert not len(read_district(tiny_folder).centers)
    add(tiny_folder, "", "centers", name="新站")
    kept = read_district(tiny_folder).centers
    assert list(kept["name"]) == ["新站"]
    assert lying(kept, kept.index[0]) == pytest.approx(PLACE, abs=2e-6)


@pytest.mark.parametrize("file", ["c.csv", "c.geojson"])
def test_rows_that_stay_are_called_what_they_were(file):
    raw = b"lon,lat\n1,1\n2,2\n3,3\n"
    if file.endswith("json"):
        raw = b'{"type": "FeatureCollection", "features": [{}, {}, {}]}'
    made = changed(raw, file, "centers", Changes(removed=["c2"]))
    again = changed(made, file, "centers", Changes({"c3": {"name": "三"}}))
    assert "三" in again.decode("utf-8-sig")
    more = changed(again, file, "centers", Changes(added=[((4.0, 5.0), {"name": "四"})]))
    changed(more, file, "centers", Changes(removed=["c1", "c2", "c3"]))


def test_a_hospital_is_added_and_taken_away_on_the_page(page, data, workspace):
    at = page("zh")
    at.session_state["rows-adding-hospitals"] = True
    at.session_state["rows-lon"], at.session_state["rows-lat"] = PLACE
    at = go(at, "prepare")
    fields = {one.key: one for one in (*at.text_input, *at.selectbox)}
    fields["rows-hospitals-name-zh-0"].set_value("新医院")
    fields["rows-hospitals-level-zh-0"].select(say("outputs.hospital-level-tertiary-a", "zh"))
    at = go(at, "prepare")
    next(one for one in at.button if one.label == say("app.rows-keep", "zh")).click()
    at = go(at, "prepare")
    assert not at.exception
    [copy] = [one.parent for one in workspace.glob("*/district.toml")]
    kept = read_district(copy).hospitals
    [key] = kept.index[kept["name"] == "新医院"]
    assert lying(kept, key) == pytest.approx(PLACE, abs=2e-6)
    assert kept.loc[key, "level"] == "tertiary-a"
    at.multiselect(key="rows-remove-hospitals-1").select(key)
    at = go(at, "prepare")
    next(one for one in at.button if one.label == say("app.rows-remove", "zh")).click()
    at = go(at, "prepare")
    assert list(read_district(copy).hospitals.index) == list(
        read_district(data / "tiny").hospitals.index
    )
