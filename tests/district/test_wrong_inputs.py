"""Every wrong input has its own code, a sentence in both languages, and names what to do."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import gridplan.district
from gridplan.district.folder.read import read_district
from gridplan.errors import SHOWN, InputError
from gridplan.text import catalogue

Break = Callable[[Path], None]


def edit(name: str, old: str, new: str, count: int = -1) -> Break:
    def apply(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, count), encoding="utf-8")

    return apply


def write(name: str, text: str) -> Break:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8") and None


def remove(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def both(*breaks: Break) -> Break:
    def apply(folder: Path) -> None:
        for one in breaks:
            one(folder)

    return apply


TOML, UNITS, HOSPITALS, CENTERS = "district.toml", "units.csv", "hospitals.csv", "centers.csv"
LATTICE = 'crs = "EPSG:4547"\ncell_metres = 200'
FIRST = "u00,490100.0,2520100.0,2500"
SECOND = "u10,490300.0,2520100.0,2500"
H2 = "三甲,中医,市级,600,是,491110,2520090"


def areas(name: str, shapes: list, *, crs: str = "EPSG:4547", **columns: list) -> Break:
    """Replace the lattice by polygons in GeoJSON."""

    def apply(folder: Path) -> None:
        features = [
            {
                "type": "Feature",
                "properties": {key: values[i] for key, values in columns.items()},
                "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            }
            for i, shape in enumerate(shapes)
        ]
        content = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(content), encoding="utf-8")
        text = (folder / TOML).read_text(encoding="utf-8")
        declared = f'file = "{name}.geojson"\ncrs = "{crs}"'
        if name == "units":
            text = text.replace(f'file = "units.csv"\n{LATTICE}', declared)
        else:
            text += f'\n[layers.{name}]\n{declared}\nlabel = "real"\nsource = "drawn"\n'
        (folder / TOML).write_text(text, encoding="utf-8")

    return apply


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(490_000 + west, 2_520_000 + south, 490_000 + east, 2_520_000 + north)


WHOLE, LEFT, RIGHT = box(0, 0, 1200, 800), box(0, 0, 600, 800), box(600, 0, 1200, 800)
LINE = shapely.LineString([(490_000, 2_520_000), (490_600, 2_520_000)])
FLAT = shapely.Polygon([(490_000, 2_520_000), (490_600, 2_520_000), (490_300, 2_520_000)])
PAIR = {"unit": ["a", "b"], "population": [3000, 2000]}

WRONG: dict[str, tuple[Break, str, str]] = {
    # name: (what breaks it, code of the problem, what the English sentence must hold)
    "no toml": (remove(TOML), "missing-toml", "district.toml"),
    "toml in gbk": (
        lambda folder: (folder / TOML).write_bytes('name_zh = "区"'.encode("gb18030")) and None,
        "toml-encoding",
        "UTF-8",
    ),
    "toml torn": (edit(TOML, '"Tiny District"', '"Tiny'), "toml-broken", "line 3"),
    "toml key twice": (edit(TOML, "vintage", "code"), "toml-broken", "line 4"),
    "unknown key": (edit(TOML, "vintage", "vintages"), "unknown-key", "Did you mean vintage"),
    "unknown layer key": (
        edit(TOML, "cell_metres", "cell_meters"),
        "unknown-key",
        r"\[layers.units\].*cell_metres",
    ),
    "name a list": (edit(TOML, '"小区"', '["小区"]'), "key-not-text", "name_zh"),
    "layers no table": (write(TOML, 'name_en = "x"\nlayers = 3'), "key-not-table", "layers"),
    "links no table": (edit(TOML, 'vintage = "2020"', 'links = ["u00"]'), "key-not-table", "links"),
    "no name": (
        both(edit(TOML, 'name_zh = "小区"', ""), edit(TOML, 'name_en = "Tiny District"', "")),
        "missing-key",
        "name_zh",
    ),
    "no label": (edit(TOML, 'label = "modelled"\n', ""), "missing-key", "label"),
    "no source": (edit(TOML, 'source = "drawn for tests"\n', "", 1), "missing-key", "source"),
    "empty file name": (edit(TOML, '"units.csv"', '""'), "missing-key", "file"),
    "unknown layer": (edit(TOML, "layers.centers", "layers.centres"), "unknown-layer", "centers"),
    "no units": (edit(TOML, "layers.units", "layers.candidates"), "missing-layer", "units"),
    "unknown label": (edit(TOML, '"modelled"', '"guessed"'), "unknown-label", "guessed.*real"),
    "cell of zero": (edit(TOML, "cell_metres = 200", "cell_metres = 0"), "cell-metres", "0"),
    "cell of text": (edit(TOML, "= 200", '= "wide"'), "cell-metres", "wide"),
    "file elsewhere": (edit(TOML, '"units.csv"', '"../units.csv"'), "file-outside", "units"),
    "absolute file": (edit(TOML, '"units.csv"', '"/etc/passwd"'), "file-outside", "units"),
    "no file": (
        edit(TOML, '"units.csv"', '"unit.csv"'),
        "missing-file",
        "nearest there: units.csv",
    ),
    "virtual layer": (
        both(edit(TOML, '"units.csv"', '"units.vrt"'), write("units.vrt", "<OGRVRTDataSource/>")),
        "unknown-format",
        r"\.gpkg",
    ),
    "nothing in file": (write(UNITS, "\n \n"), "empty-file", "units.csv holds no rows"),
    "header only": (write(UNITS, "unit,x,y,population\n"), "empty-file", "no rows"),
    "strange bytes": (
        lambda folder: (folder / UNITS).write_bytes(b"unit,x\n\xff\xff\xff\xff,1\n") and None,
        "file-encoding",
        "GB18030",
    ),
    "no geopackage": (
        both(edit(TOML, '"units.csv"', '"units.gpkg"'), write("units.gpkg", "<VRTDataset/>")),
        "broken-file",
        "no GeoPackage",
    ),
    "torn geojson": (
        both(edit(TOML, '"units.csv"', '"u.geojson"'), write("u.geojson", '{"features": [')),
        "broken-file",
        "u.geojson",
    ),
    "no features": (
        both(edit(TOML, '"units.csv"', '"u.geojson"'), write("u.geojson", "[1]")),
        "broken-file",
        "FeatureCollection",
    ),
    "comma in text": (edit(UNITS, "u00,", "u00,extra,"), "ragged-rows", "line 2"),
    "header twice": (edit(UNITS, "community", "population"), "repeated-column", "population"),
    "no crs": (edit(TOML, LATTICE, "cell_metres = 200"), "no-crs", r"Layer units.*EPSG:4490"),
    "unknown crs": (edit(TOML, LATTICE, LATTICE.replace("4547", "99999")), "unknown-crs", "99999"),
    "degrees as metres": (
        both(
            edit(HOSPITALS, f"{490_090},{2_520_090}", "113.91,22.78"),
            edit(HOSPITALS, f"{491_110},{2_520_090}", "113.92,22.78"),
        ),
        "degrees-as-metres",
        r"Layer hospitals: .*EPSG:4547\) is in metres.*degrees.*EPSG:4326",
    ),
    "metres as degrees": (
        edit(TOML, LATTICE, LATTICE.replace("4547", "4326")),
        "metres-as-degrees",
        r"Layer units: WGS 84 \(EPSG:4326\) is in degrees.*EPSG:4547",
    ),
    "metres as gcj02": (
        edit(TOML, LATTICE, LATTICE.replace("EPSG:4547", "gcj02")),
        "metres-as-degrees",
        "these are metres",
    ),
    "axes swapped": (
        both(
            edit(
                TOML,
                'file = "centers.csv"\ncrs = "EPSG:4547"',
                'file = "centers.csv"\ncrs = "EPSG:4490"',
            ),
            edit(CENTERS, "490300,2520500", "22.78,113.91"),
            edit(CENTERS, "490900,2520500", "22.78,113.92"),
        ),
        "swapped-axes",
        "swapped",
    ),
    "north as x": (edit(UNITS, "unit,x,y", "unit,y,x"), "outside-crs-area", "x is east"),
    "wrong zone": (
        edit(TOML, LATTICE, LATTICE.replace("4547", "4526")),
        "outside-crs-area",
        "right zone",
    ),
    "lattice in degrees": (
        both(
            edit(TOML, LATTICE, LATTICE.replace("4547", "4326")),
            write(UNITS, "unit,lon,lat,population\na,113.9,22.7,30\nb,113.91,22.7,30\n"),
        ),
        "lattice-in-degrees",
        "EPSG:4326",
    ),
    "no population": (
        edit(UNITS, "population,", "inhabitants,", 1),
        "missing-column",
        r"units.csv.*no column population.*人口, 常住人口",
    ),
    "no level": (edit(HOSPITALS, "level", "how high"), "missing-column", "等级"),
    "two populations": (
        edit(UNITS, "population,population_65", "人口,常住人口"),
        "ambiguous-column",
        "人口, 常住人口",
    ),
    "negative": (edit(UNITS, FIRST, FIRST.replace("2500", "-3")), "too-small", r"row 2\): -3"),
    "blank population": (
        edit(UNITS, SECOND, SECOND.replace("2500", "")),
        "missing-value",
        r"population is empty in 1 rows \(first: row 3\)",
    ),
    "nan": (edit(UNITS, FIRST, FIRST.replace("2500", "NaN")), "missing-value", "row 2"),
    "infinite": (edit(UNITS, FIRST, FIRST.replace("2500", "inf")), "not-finite", "row 2"),
    "text": (
        edit(UNITS, FIRST, FIRST.replace("2500", "约两千")),
        "not-a-number",
        r"row 2\): 约两千",
    ),
    "number in words": (edit(HOSPITALS, "800", "八百张"), "not-a-number", "八百张"),
    "duplicate ids": (edit(UNITS, "u10", "u00"), "duplicate-value", r"repeats u00 \(2 rows"),
    "no id in one row": (edit(UNITS, "u10", ""), "missing-value", "unit is empty"),
    "unknown level": (
        edit(HOSPITALS, "三级甲等", "特级"),
        "unknown-word",
        r"column level says 特级.*row 2.*Nearest known: .*级",
    ),
    "unknown kind": (edit(HOSPITALS, "综合", "综和"), "unknown-word", "Nearest known: 综合"),
    "neither yes nor no": (edit(HOSPITALS, "800,是", "800,也许"), "unknown-word", "也许"),
    "no coordinates": (edit(CENTERS, "x,y", "a,b"), "no-coordinates", "lon"),
    "blank coordinate": (edit(CENTERS, "490300", ""), "missing-coordinate", "row 2"),
    "coordinate of text": (edit(CENTERS, "490300", "east"), "not-a-number", "east"),
    "no cell side": (edit(TOML, "cell_metres = 200\n", ""), "no-cell-metres", "cell_metres = 100"),
    "wrong cell side": (
        edit(TOML, "cell_metres = 200", "cell_metres = 300"),
        "cell-spacing",
        "300, but the centres stand 200 m apart.*cell_metres = 200",
    ),
    "cell taken": (
        edit(UNITS, SECOND, SECOND.replace("490300", "490100")),
        "same-cell",
        r"row 3\)",
    ),
    "no shape": (areas("units", [LEFT, None], **PAIR), "empty-shape", r"row 2\)"),
    "empty shape": (areas("units", [LEFT, shapely.Polygon()], **PAIR), "empty-shape", "1 rows"),
    "lines": (areas("units", [LEFT, LINE], **PAIR), "not-areas", r"row 2\)"),
    "flat": (areas("units", [LEFT, FLAT], **PAIR), "hopeless-shape", r"row 2\)"),
    "same ground": (areas("units", [WHOLE, LEFT], **PAIR), "units-overlap", r"a\+b"),
    "hospital far away": (
        edit(HOSPITALS, "491110,2520090", "497000,2520090"),
        "outside-district",
        r"5800 to 5800 m outside the district: 东区中医院.*gcj02",
    ),
    "unknown subdistrict": (
        areas("subdistricts", [LEFT, RIGHT], subdistrict=["西街道", "东边街道"]),
        "unknown-subdistrict",
        "东街道.*Nearest: 东边街道",
    ),
    "units outside": (
        areas("subdistricts", [LEFT, box(9000, 0, 9600, 800)], subdistrict=["西街道", "东街道"]),
        "units-outside",
        r"8 units \(first: u40",
    ),
    "some subdistricts": (
        edit(UNITS, "西南社区,西街道", "西南社区,"),
        "some-subdistricts",
        "6 units",
    ),
    "nobody": (edit(UNITS, ",2500,", ",0,"), "nobody", "population"),
    "more older than all": (edit(UNITS, ",2500,200,", ",2500,2600,", 2), "more-older", "2 units"),
    "geocentric crs": (edit(TOML, LATTICE, LATTICE.replace("4547", "4978")), "unknown-crs", "4978"),
    "other side of the earth": (
        both(
            edit(TOML, '"hospitals.csv"\ncrs = "EPSG:4547"', '"hospitals.csv"\ncrs = "EPSG:4490"'),
            edit(HOSPITALS, "490090,2520090", "-156.1,-10"),
            edit(HOSPITALS, "491110,2520090", "23.9,0"),
        ),
        "not-placed",
        r"hospitals.csv.*EPSG:4547",
    ),
    "unknown link": (
        edit(TOML, "[layers.units]", '[[links]]\nfrom = "u00"\nto = "u99"\n[layers.units]'),
        "unknown-unit",
        "u99",
    ),
    "half a link": (
        edit(TOML, "[layers.units]", '[[links]]\nfrom = "u00"\n[layers.units]'),
        "missing-key",
        "to",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_named_with_its_remedy(name, tiny_folder):
    breaks, code, match = WRONG[name]
    breaks(tiny_folder)
    with pytest.raises(InputError, match=match) as caught:
        read_district(tiny_folder)
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert len(found) == 1, caught.value.problems
    chinese = found[0].text("zh")
    assert re.search("[一-鿿].*。$", chinese)
    assert "{" not in chinese


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_district(tmp_path / "nowhere")


def test_all_problems_of_all_layers_come_at_once(tiny_folder):
    for name in ("negative", "duplicate ids", "unknown level", "blank coordinate", "unknown key"):
        WRONG[name][0](tiny_folder)
    with pytest.raises(InputError, match=r"units\.csv") as caught:
        read_district(tiny_folder)
    codes = sorted(problem.code for problem in caught.value.problems)
    assert codes == sorted(
        ["too-small", "duplicate-value", "unknown-word", "missing-coordinate", "unknown-key"]
    )


def test_many_rows_are_counted_and_the_first_named(tiny_folder):
    edit(UNITS, ",2500,", ",many,")(tiny_folder)
    with pytest.raises(InputError, match="in 24 rows") as caught:
        read_district(tiny_folder)
    (problem,) = caught.value.problems
    assert problem.values["count"] == 24
    assert problem.values["rows"] == ["2", "3", "4", "5", "6"][:SHOWN]


def test_geopackage_problems(tiny_folder):
    frame = gpd.GeoDataFrame({"population": [1, 2]}, geometry=[LEFT, RIGHT], crs=4547)
    path = tiny_folder / "units.gpkg"
    edit(TOML, f'file = "units.csv"\n{LATTICE}', 'file = "units.gpkg"\ncrs = "EPSG:4546"')(
        tiny_folder
    )
    frame.to_file(path, layer="one", driver="GPKG")
    with pytest.raises(
        InputError, match=r"declares EPSG:4546, the file itself says .*\(EPSG:4547\)"
    ):
        read_district(tiny_folder)
    frame.to_file(path, layer="two", driver="GPKG")
    with pytest.raises(InputError, match=r"holds the tables one, two") as caught:
        read_district(tiny_folder)
    assert [problem.code for problem in caught.value.problems] == ["which-table"]
    edit(TOML, "EPSG:4546", "EPSG:4547")(tiny_folder)
    edit(TOML, "[layers.units]", '[layers.units]\nlayer = "two"')(tiny_folder)
    assert read_district(tiny_folder).population == 3


DAMAGE = ["", "nan", "-1", "1e400", '"', "\n", ",", "[", "}", "\x00", "EPSG:3857", "九", "=1"]


@pytest.mark.thorough
@settings(max_examples=60)
@given(
    st.sampled_from([TOML, UNITS, HOSPITALS, CENTERS]),
    st.floats(0, 1),
    st.integers(0, 12),
    st.sampled_from(DAMAGE),
)
def test_whatever_is_damaged_the_reader_answers_in_sentences(
    tmp_path_factory, tiny_writer, name, where, length, damage
):
    folder = tiny_writer(tmp_path_factory.mktemp("damaged"))
    text = (folder / name).read_text(encoding="utf-8")
    at = int(where * len(text))
    (folder / name).write_text(text[:at] + damage + text[at + length :], encoding="utf-8")
    said = ""
    try:
        people = read_district(folder).population
    except InputError as error:
        people, said = 0, error.text("zh")
    assert people > 0 or re.search("[一-鿿]", said)


def test_every_code_of_this_floor_has_a_sentence_in_both_languages():
    floor = Path(gridplan.district.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(floor.rglob("*.py")))
    codes = set(re.findall(r'(?:wrong|repaired|Problem|problem)\(\s*"([a-z0-9-]+)"', source))
    codes |= set(re.findall(r'_refuse\(\s*entry, "([a-z0-9-]+)"', source))
    codes |= {"no-cell-metres", "not-areas", "swapped-axes", "metres-as-degrees"}
    assert len(codes) > 50
    for lang in ("zh", "en"):
        assert {f"problems.{code}" for code in codes} <= set(catalogue(lang))
