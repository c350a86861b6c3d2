"""What planners' files hold besides clean figures: repaired where that is sure, and listed."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.district import District
from gridplan.district.folder.read import read_district
from gridplan.district.schema.characters import hides, plain_id, plain_ids, visible
from gridplan.district.schema.vocabulary import (
    KINDS,
    LEVELS,
    OWNERSHIPS,
    decode_path,
    decoder,
    fold,
)
from gridplan.errors import InputError, Problem

LANGUAGES = ("zh", "en")


def edit(folder, name, old, new, count=-1):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def repairs(district: District) -> dict[str, Problem]:
    for repair in district.repairs:
        for lang in LANGUAGES:
            assert repair.text(lang)
    return {repair.code: repair for repair in district.repairs}


# --- ids are text


def numbered(folder, ends=""):
    """Give the units ids of twelve digits, the first with zeros in front, written with an end."""
    path = folder / "units.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    ids = [f"{440311001 + i:012d}" for i in range(len(rows))]
    rows = [f"{key}{ends}," + row.split(",", 1)[1] for key, row in zip(ids, rows, strict=True)]
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return ids


def link(folder, one, other):
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[[links]]\nfrom = {one}\nto = {other}\n")


@pytest.mark.parametrize("ends", ["", ".0", ".00"])
@pytest.mark.parametrize("form", ['"{}"', '"{}.0"'])
def test_ids_taken_for_numbers_are_read_as_text_and_links_match(tiny_folder, ends, form):
    ids = numbered(tiny_folder, ends)
    link(tiny_folder, form.format(ids[0]), form.format(ids[-1]))
    district = read_district(tiny_folder)
    assert district.units.index.tolist() == ids
    assert district.links == ((ids[0], ids[-1]),)
    assert ("ids-as-numbers" in repairs(district)) == bool(ends)


def test_a_link_may_name_its_unit_as_a_number(tiny_folder):
    edit(tiny_folder, "units.csv", "u00,", "440311001.0,")
    edit(tiny_folder, "units.csv", "u10,", "440311002,")
    link(tiny_folder, "440311001.0", "440311002")
    assert read_district(tiny_folder).links == (("440311001", "440311002"),)


def test_a_link_to_nowhere_names_the_nearest_unit(tiny_folder):
    link(tiny_folder, '"u00"', '"u99"')
    with pytest.raises(InputError, match=r"u99.*nearest") as caught:
        read_district(tiny_folder)
    assert "最相近" in caught.value.text("zh")


def test_chapter_numbers_are_no_numbers():
    ids = pd.Series(["1.0", "1.1", "1.10", None], dtype=object)
    assert plain_ids(ids).tolist() == ids.tolist()


def test_ids_cut_to_an_exponent_are_refused_unless_complete(tiny_folder):
    edit(tiny_folder, "units.csv", "u00,", "4.40311001E+08,")
    assert read_district(tiny_folder).units.index[0] == "440311001"
    edit(tiny_folder, "units.csv", "4.40311001E+08,", "4.40311E+11,")
    with pytest.raises(InputError, match="digits are lost") as caught:
        read_district(tiny_folder)
    assert "科学计数法" in caught.value.text("zh")


def test_streets_are_found_by_codes_that_became_numbers(tiny_folder):
    frame = gpd.GeoDataFrame(
        {"subdistrict": ["西街道", "东街道"], "code": [440311001.0, 440311002.0]},
        geometry=[
            shapely.box(490_000, 2_520_000, 490_600, 2_520_800),
            shapely.box(490_600, 2_520_000, 491_200, 2_520_800),
        ],
        crs=4547,
    )
    frame.to_file(tiny_folder / "streets.gpkg", layer="subdistricts", driver="GPKG")
    with (tiny_folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[layers.subdistricts]\nfile = "streets.gpkg"\nlabel = "real"\nsource = "drawn"\n'
        )
    edit(tiny_folder, "units.csv", "西街道", "440311001.0")
    edit(tiny_folder, "units.csv", "东街道", "440311002.0")
    assert set(read_district(tiny_folder).units["subdistrict"]) == {"西街道", "东街道"}


@given(st.from_regex(r"[0-9]{1,18}", fullmatch=True), st.integers(1, 3))
def test_an_id_keeps_its_zeros_and_loses_the_point(key, zeros):
    assert plain_id(f"{key}.{'0' * zeros}") == key
    assert plain_id(key) == key


# --- characters nobody sees


@given(st.text())
def test_what_is_left_can_be_seen_and_written(text):
    plain = visible(text)
    assert not hides(plain)
    assert visible(plain) == plain
    plain.encode("utf-8")


def test_hidden_characters_are_taken_out_of_ids_and_names_and_listed(tiny_folder):
    edit(tiny_folder, "units.csv", "u00,", "u\u200b00,")
    edit(tiny_folder, "hospitals.csv", "西区人民医院", "西区\x00人民\x07医院")
    edit(tiny_folder, "hospitals.csv", "h2,", "h2\u202e,")
    edit(tiny_folder, "district.toml", '"小区"', '"小\\u0000区"')
    edit(tiny_folder, "centers.csv", "center,name", "备\x00注,center,name")
    edit(tiny_folder, "centers.csv", "c1,", "旧\x01址,c1,")
    edit(tiny_folder, "centers.csv", "c2,", ",c2,")
    link(tiny_folder, '"u00"', '"u53"')
    district = read_district(tiny_folder)
    assert district.name_zh == "小区"
    assert "u00" in district.units.index
    assert district.hospitals.index.tolist() == ["h1", "h2"]
    assert district.hospitals["name"].iloc[0] == "西区人民医院"
    assert district.centers["备注"].iloc[0] == "旧址"
    found = [repair for repair in district.repairs if repair.code == "hidden-characters"]
    columns = {(repair.values["layer"], repair.values["column"]) for repair in found}
    assert columns == {
        ("units", "unit"),
        ("hospitals", "name"),
        ("hospitals", "hospital"),
        ("centers", "备注"),
    }


# --- words


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [
        ("医疗保健服务;综合医院;三级甲等医院", "tertiary-a", "general"),
        ("医疗保健服务|专科医院|口腔医院", "ungraded", "specialised"),
        ("医疗保健服务；综合医院；综合医院", "ungraded", "general"),
        ("医疗／综合医院／二级乙等", "secondary-b", "general"),
        ("医疗保健服务;综合医院;卫生院", "ungraded", "primary-care"),
    ],
)
def test_categories_of_map_providers_tell_level_and_kind(tiny_folder, text, level, kind):
    edit(tiny_folder, "hospitals.csv", "三级甲等,综合", f"{text},{text}")
    district = read_district(tiny_folder)
    assert district.hospitals.loc["h1", ["level", "kind"]].tolist() == [level, kind]
    told = [repair for repair in district.repairs if repair.code == "word-in-path"]
    assert {repair.values["column"] for repair in told} == {"level", "kind"}


def test_a_path_without_any_known_word_is_still_asked_about(tiny_folder):
    edit(tiny_folder, "hospitals.csv", "三级甲等,综合", "甲;乙,综合")
    with pytest.raises(InputError, match="no known word"):
        read_district(tiny_folder)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("公立", "public"),
        ("公办", "public"),
        ("民营", "private"),
        ("私立", "private"),
        ("市属", "municipal"),
    ],
)
def test_common_words_of_ownership_are_known(tiny_folder, word, code):
    edit(tiny_folder, "hospitals.csv", "区级", word)
    district = read_district(tiny_folder)
    assert district.hospitals.loc["h1", "ownership"] == code
    assert ("level-of-government" in repairs(district)) == (code == "public")


@pytest.mark.parametrize("words", [LEVELS, KINDS, OWNERSHIPS])
def test_no_word_means_two_things(words):
    spoken = [w for code, aliases in words.items() for w in {fold(a) for a in (code, *aliases)}]
    assert len(spoken) == len(set(spoken))
    assert decode_path("三级甲等", decoder(LEVELS)) == "tertiary-a"


# --- shapes


def features(folder, shapes, **columns):
    rows = [
        {
            "type": "Feature",
            "properties": {key: values[i] for key, values in columns.items()},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, shape in enumerate(shapes)
    ]
    content = {"type": "FeatureCollection", "features": rows}
    (folder / "units.geojson").write_text(json.dumps(content), encoding="utf-8")
    edit(folder, "district.toml", 'file = "units.csv"', 'file = "units.geojson"')
    edit(folder, "district.toml", "cell_metres = 200\n", "")


LEFT = shapely.box(490_000, 2_520_000, 490_600, 2_520_800)
RIGHT = shapely.box(490_600, 2_520_000, 491_200, 2_520_800)
LINE = shapely.LineString([(490_000, 2_520_000), (490_600, 2_520_000)])


def test_the_area_of_a_collection_is_taken_and_the_rest_listed(tiny_folder):
    inner = shapely.GeometryCollection([LEFT, LINE])
    nested = shapely.GeometryCollection([inner, shapely.Point(490_010, 2_520_010)])
    features(tiny_folder, [nested, RIGHT], unit=["a", "b"], population=[3000, 2000])
    district = read_district(tiny_folder)
    assert shapely.equals(district.units.geometry["a"], LEFT)
    assert district.adjacency[0, 1] == pytest.approx(800)
    told = repairs(district)["areas-of-collections"].values
    assert (told["rows"], told["lines"], told["points"]) == (["1"], 1, 1)


def test_a_collection_without_area_is_refused(tiny_folder):
    bare = shapely.GeometryCollection([LINE])
    features(tiny_folder, [bare, RIGHT], unit=["a", "b"], population=[3000, 2000])
    with pytest.raises(InputError, match="1 rows are no polygons"):
        read_district(tiny_folder)


def test_slivers_are_one_line_with_their_ids(tiny_folder):
    thin = [shapely.box(490_600 + i, 2_520_800, 490_601 + i, 2_520_801) for i in range(3)]
    rest = RIGHT
    features(
        tiny_folder,
        [LEFT, rest, *thin],
        unit=["a", "b", "s1", "s2", "s3"],
        population=[3000, 2000, 0, 5, 0],
    )
    told = [r for r in read_district(tiny_folder).repairs if r.code == "units-slivers"]
    (one,) = told
    assert one.values["rows"] == ["s1", "s2", "s3"]
    assert (one.values["residents"], one.values["limit"]) == ("5", "100")


# --- streets


def streets(folder, shapes, *, named=False):
    frame = gpd.GeoDataFrame({"subdistrict": ["西街道", "东街道"]}, geometry=shapes, crs=4547)
    frame.to_file(folder / "streets.gpkg", layer="subdistricts", driver="GPKG")
    with (folder / "district.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[layers.subdistricts]\nfile = "streets.gpkg"\nlabel = "real"\nsource = "drawn"\n'
        )
    if not named:
        edit(folder, "units.csv", ",西街道", ",")
        edit(folder, "units.csv", ",东街道", ",")


WHOLE = shapely.box(490_000, 2_520_000, 491_200, 2_520_800)


def test_streets_that_cover_each_other_are_named_with_residents(tiny_folder):
    streets(tiny_folder, [LEFT, WHOLE])
    district = read_district(tiny_folder)
    told = repairs(district)["subdistricts-overlap"].values
    assert (told["first"], told["other"]) == ("西街道", "东街道")
    assert (told["count"], told["residents"], told["area"]) == (12, "30,000", "0.48")
    assert (district.units["subdistrict"] == "西街道").sum() == 12


def test_units_that_name_their_street_are_in_no_doubt(tiny_folder):
    streets(tiny_folder, [LEFT, WHOLE], named=True)
    told = repairs(read_district(tiny_folder))["subdistricts-overlap"].values
    assert (told["count"], told["residents"]) == (0, "0")


def test_units_in_no_street_are_listed_with_residents(tiny_folder):
    streets(tiny_folder, [LEFT, shapely.box(490_800, 2_520_000, 491_200, 2_520_800)])
    told = repairs(read_district(tiny_folder))["units-in-no-subdistrict"].values
    assert (told["count"], told["residents"], told["metres"]) == (4, "10,000", "100")


def test_slivers_between_streets_are_one_line(tiny_folder):
    streets(tiny_folder, [LEFT.buffer(0.02, join_style="mitre"), RIGHT])
    told = repairs(read_district(tiny_folder))
    assert "subdistricts-overlap" not in told
    assert told["overlap-slivers"].values["rows"] == ["西街道+东街道"]
