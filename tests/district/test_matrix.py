"""Travel matrices as people bring them: long or wide, with every problem said at once."""

import numpy as np
import pytest

from gridplan.district.folder.matrix_file import measured_in
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError

UNITS = [f"u{column}{row}" for row in range(4) for column in range(6)]
CENTERS = ("c1", "c2")


def declare(folder, lines="", *, layer="walk_matrix", file="walk.csv"):
    with (folder / "district.toml").open("a", encoding="utf-8") as toml:
        toml.write(
            f'\n[layers.{layer}]\nfile = "{file}"\nlabel = "real"\nsource = "asked"\n{lines}\n'
        )


def minutes(unit, center):
    return UNITS.index(unit) + 40.5 * CENTERS.index(center)


def wide(folder, head="单元编号", *, columns=CENTERS, figure=minutes):
    rows = [",".join([head, *columns])]
    rows += [",".join([u, *(str(figure(u, c)) for c in CENTERS)]) for u in UNITS]
    (folder / "walk.csv").write_text("\n".join(rows) + "\n", encoding="gb18030")


def long(folder, head, *, drop=(), figure=minutes, more=()):
    rows = [head]
    rows += [f"{u},{c},{figure(u, c)}" for c in CENTERS for u in UNITS if (u, c) not in drop]
    (folder / "walk.csv").write_text("\n".join([*rows, *more]) + "\n", encoding="utf-8")


def costs(folder, layer="walk_matrix"):
    """Cost of every unit to every center, in the order of the two lists."""
    district = read_district(folder)
    matrix = getattr(district, layer)
    table = matrix.cost.toarray()
    rows = matrix.origins.of_units(district.units.index)[district.units.index.get_indexer(UNITS)]
    labels = matrix.targets.labels()
    return table[np.ix_(rows, [labels.index(f"centers:{c}") for c in CENTERS])], district


WANTED = np.array([[minutes(u, c) for c in CENTERS] for u in UNITS])


@pytest.mark.parametrize(
    ("head", "lines", "measure", "factor"),
    [
        ("起点,终点,步行时间（分钟）", "", "minutes", 1.0),
        ("from,to,minutes", "", "minutes", 1.0),
        ("FROM_ID,TO_ID,DURATION_H", "", "minutes", 60.0),
        ("origin,destination,duration", 'measured_in = "seconds"', "minutes", 1 / 60),
        ("OriginID,DestinationID,Total_Minutes", "", "minutes", 1.0),
        ("单元编号,设施编号,距离（米）", "", "metres", 1.0),
        ("起点编号,终点编号,距离_km", "", "metres", 1000.0),
        ("o,d,值", 'measured_in = "metres"', "metres", 1.0),
    ],
)
def test_a_long_table_is_read_under_its_usual_headers(tiny_folder, head, lines, measure, factor):
    declare(tiny_folder, lines)
    long(tiny_folder, head)
    found, district = costs(tiny_folder)
    assert district.walk_matrix.measure == measure
    assert found == pytest.approx(WANTED * factor)


def test_of_two_figures_the_declared_one_is_taken(tiny_folder):
    rows = ["起点,终点,distance,duration"]
    rows += [f"{u},{c},{minutes(u, c) * 75},{minutes(u, c) * 60}" for u in UNITS for c in CENTERS]
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    declare(tiny_folder, 'measured_in = "seconds"')
    assert costs(tiny_folder)[0] == pytest.approx(WANTED)
    text = (tiny_folder / "district.toml").read_text(encoding="utf-8")
    (tiny_folder / "district.toml").write_text(text.replace("seconds", "metres"), encoding="utf-8")
    assert costs(tiny_folder)[0] == pytest.approx(WANTED * 75)
    text = text.replace('measured_in = "seconds"', "")
    (tiny_folder / "district.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="nothing says what the figures are measured in"):
        read_district(tiny_folder)


@pytest.mark.parametrize("head", ["", "unit", "分钟"])
def test_a_wide_table_is_read_whatever_its_first_header(tiny_folder, head):
    declare(tiny_folder, "" if head == "分钟" else 'measured_in = "minutes"')
    wide(tiny_folder, head)
    assert costs(tiny_folder)[0] == pytest.approx(WANTED)


def test_ids_may_be_names_or_bear_their_layer_and_be_taken_for_numbers(tiny_folder):
    for file in ("units.csv", "centers.csv"):
        path = tiny_folder / file
        text = path.read_text(encoding="utf-8")
        for number, name in enumerate(UNITS if file == "units.csv" else CENTERS, start=1):
            text = text.replace(f"\n{name},", f"\n{number},")
        path.write_text(text, encoding="utf-8")
    rows = ["起点,终点,分钟"]
    rows += [
        f"{n}.0,{'centers:1' if c == 'c1' else '东社康中心'},{minutes(u, c)}"
        for n, u in enumerate(UNITS, start=1)
        for c in CENTERS
    ]
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    declare(tiny_folder)
    matrix = read_district(tiny_folder).walk_matrix
    assert matrix.targets.labels() == ["centers:1", "centers:2"]
    assert set(matrix.origins.layer) == {"units"}
    # Without its layer a number that is a unit and a center may be either.
    text = "\n".join(rows).replace("centers:1", "1").replace("东社康中心", "2")
    (tiny_folder / "walk.csv").write_text(text, encoding="utf-8")
    match = r"in several layers of the district .1, 2: centers, units"
    with pytest.raises(InputError, match=match):
        read_district(tiny_folder)


def test_one_place_may_be_written_in_several_ways(tiny_folder):
    declare(tiny_folder)
    rows = ["from,to,minutes"]
    for unit in UNITS:
        for center, prefix in zip(CENTERS, ("", "units:"), strict=True):
            rows.append(f"{prefix}{unit},{center},{minutes(unit, center)}")
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    found, _ = costs(tiny_folder)
    assert found == pytest.approx(WANTED)
    rows.append("units:u00,centers:c1,3")
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match="given twice"):
        read_district(tiny_folder)


def test_ways_need_not_be_the_same_both_ways_and_zero_is_a_way(tiny_folder):
    rows = ["from,to,minutes"]
    rows += [f"{a},{b},{UNITS.index(a) * 30 + UNITS.index(b)}" for a in UNITS for b in UNITS]
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    declare(tiny_folder)
    matrix = read_district(tiny_folder).walk_matrix
    at = {label: n for n, label in enumerate(matrix.origins.labels())}
    table = matrix.cost.toarray()
    assert table[at["units:u10"], at["units:u20"]] == 32
    assert table[at["units:u20"], at["units:u10"]] == 61
    assert matrix.cost.nnz == len(UNITS) ** 2


def test_every_problem_is_told_at_once(tiny_folder):
    declare(tiny_folder)
    long(
        tiny_folder,
        "from,to,minutes",
        drop={("u00", "c1"), ("u10", "c2"), ("u10", "c1")},
        more=["u99,c1,3", "u00,c7,3"],
    )
    declare(tiny_folder, layer="drive_matrix", file="drive.csv")
    rows = ["from,to,minutes", *(f"{u},h1,-{n}" for n, u in enumerate(UNITS))]
    (tiny_folder / "drive.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_district(tiny_folder)
    codes = [problem.code for problem in error.value.problems]
    assert codes == ["matrix-unknown-origin", "matrix-unknown-target", "matrix-negative"]
    assert error.value.problems[2].values["count"] == 23


def test_missing_ways_are_told_with_the_residents_they_concern(tiny_folder):
    declare(tiny_folder)
    lost = {("u00", "c1"), ("u10", "c2"), ("u10", "c1")}
    long(tiny_folder, "from,to,minutes", drop=lost)
    with pytest.raises(InputError, match=r"3 ways .* 2 units with 5,000 residents .u00 → centers"):
        read_district(tiny_folder)
    text = (tiny_folder / "district.toml").read_text(encoding="utf-8")
    (tiny_folder / "district.toml").write_text(text + "beyond = 90\n", encoding="utf-8")
    district = read_district(tiny_folder)
    assert district.walk_matrix.beyond == 90
    told = [note for note in district.repairs if note.code == "matrix-beyond"]
    assert [note.values["residents"] for note in told] == ["5,000"]


def test_a_center_that_no_way_leads_to_is_named(tiny_folder):
    declare(tiny_folder, 'measured_in = "minutes"')
    rows = ["单元,c1", *(f"{u},{n}" for n, u in enumerate(UNITS))]
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match=r"1 rows of layer centers .*\(c2\)"):
        read_district(tiny_folder)


@pytest.mark.parametrize(
    ("lines", "rows", "match"),
    [
        ("", ["from,to,minutes", "u00,c1,3", "u00,c1,4"], "given twice"),
        ("", ["from,to,minutes", "u00,c1,three"], "holds text where numbers belong"),
        ("", ["from,to,minutes", "u00,c1,inf"], "is infinite"),
        ("", ["from,to,minutes", ",c1,3"], "column from is empty"),
        ("", ["from,to,minutes"], "holds no rows"),
        ("", ["from,to,分钟,米", "u00,c1,3,4"], "several columns may hold the figures"),
        ("", ["unit,c1,c2", "u00,3,4"], "nothing says what the figures are measured in"),
        ('measured_in = "days"', ["from,to,minutes", "u00,c1,3"], "none of minutes, seconds"),
        ("beyond = 0", ["from,to,minutes", "u00,c1,3"], "no number above 0"),
        ('crs = "EPSG:4547"', ["from,to,minutes", "u00,c1,3"], "crs"),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(tiny_folder, lines, rows, match):
    declare(tiny_folder, lines)
    (tiny_folder / "walk.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(InputError, match=match) as error:
        read_district(tiny_folder)
    assert all(problem.text("zh") for problem in error.value.problems)


def test_keys_of_a_matrix_are_none_of_a_layer_of_shapes(tiny_folder):
    text = (tiny_folder / "district.toml").read_text(encoding="utf-8")
    text = text.replace("cell_metres = 200", 'cell_metres = 200\nmeasured_in = "minutes"')
    (tiny_folder / "district.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="measured_in"):
        read_district(tiny_folder)


def test_seconds_taken_for_minutes_are_suspected(tiny_folder):
    declare(tiny_folder, 'measured_in = "minutes"')
    wide(tiny_folder, figure=lambda u, c: minutes(u, c) * 60 + 60)
    told = [note.code for note in read_district(tiny_folder).repairs]
    assert "matrix-odd-minutes" in told


@pytest.mark.parametrize(
    ("header", "measure"),
    [
        ("耗时(秒)", "seconds"),
        ("距离（千米）", "kilometres"),
        ("距离/公里", "kilometres"),
        ("路程（米）", "metres"),
        ("步行小时", "hours"),
        ("dist_m", "metres"),
        ("Time (min)", "minutes"),
        ("duration", ""),
        ("名称", ""),
        ("minimum", ""),
    ],
)
def test_headers_say_what_is_measured(header, measure):
    assert measured_in(header) == measure
