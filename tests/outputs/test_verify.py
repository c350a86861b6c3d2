"""The audit: silent on a folder as written, and naming every digit altered afterwards."""

import hashlib
import json
import re
import shutil
import sqlite3
import zipfile

import pytest
from click.testing import CliRunner

from gridplan.audit.differences.nested import walk
from gridplan.audit.figures import recounted
from gridplan.audit.files.files import json_compared
from gridplan.audit.files.workbook import read_workbook
from gridplan.audit.inputs import inputs_compared
from gridplan.audit.verify import verify
from gridplan.cli import main
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.files.plan_json import plan_dict, plan_json
from gridplan.outputs.reading.written import read_written
from gridplan.planning.plan import plan as make_plan
from gridplan.planning.reassess import reassess
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text import catalogue

OWN = """\
[source]
title_zh = "本区办法"
title_en = "Our own order"
issuer_zh = "本区"
issuer_en = "The district"
date = "2024"

[[rules]]
id = "own-centers"
level = "must"
subject = "district"
title_zh = "至少4家"
title_en = "At least 4"
measure = "centers"
unit = "count"
lower = 4
clause = "不少于4家"
clause_en = "no fewer than 4"
section = "一"
"""
ANSWERS = """\
[national-trial-2023.criterion-02]
answer = "partly"
evidence = "章程 2023-05-01"
date = "2023-06-01"
"""


@pytest.fixture(scope="module")
def district_folder(tiny_writer, tmp_path_factory):
    folder = tiny_writer(tmp_path_factory.mktemp("verified") / "tiny")
    (folder / "ours.toml").write_text(OWN, encoding="utf-8")
    (folder / "assessment.toml").write_text(ANSWERS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def planned(district_folder):
    profiles = ("national-trial-2023", "guangming-1n-2023")
    scenario = Scenario(
        grids=2,
        center_lower=10_000,
        center_upper=20_000,
        work_limit=1.0,
        profiles=profiles,
        profile_files=("ours.toml",),
        overrides=("ours/own-centers: lower=2",),
    )
    return make_plan(read_district(district_folder), scenario)


@pytest.fixture(scope="module")
def sound(planned, tmp_path_factory):
    out = tmp_path_factory.mktemp("sound") / "out"
    write_plan(planned, out, lang="zh")
    return out


@pytest.fixture
def copy(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "out")


def other_digit(found):
    digit = found[-1]
    return found[:-1] + ("1" if digit != "1" else "2")


def altered(path, pattern, *, nth=0):
    """Change the last digit of what a pattern finds in a text file."""
    text = path.read_text(encoding="utf-8")
    hits = list(re.finditer(pattern, text))
    hit = hits[nth]
    path.write_text(text[: hit.start()] + other_digit(hit[0]) + text[hit.end() :], encoding="utf-8")


def altered_table(path, statement):
    """Run one statement on a GeoPackage, its spatial triggers out of the way."""
    base = sqlite3.connect(path)
    try:
        triggers = base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall()
        base.execute("PRAGMA synchronous = OFF")
        for (name,) in triggers:
            base.execute(f'DROP TRIGGER "{name}"')
        assert base.execute(statement).rowcount > 0
        base.commit()
    finally:
        base.close()


def altered_sheet(path, cell_of, change):
    """Change one part of a workbook."""
    parts = {}
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
    changed = change(parts[cell_of])
    assert changed != parts[cell_of]
    parts[cell_of] = changed
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)


def places(found):
    return {(entry.file, entry.place) for entry in found.differences}


def held(out, district):
    """Hold a folder against its district alone; its sheets are compared in tests of their own."""
    read = read_written(out)
    checks = [*recounted(read, folder=district), *inputs_compared(read, district)]
    return {(entry.file, entry.place) for check in checks for entry in check.differences}


def test_a_folder_as_written_is_sound(sound, district_folder):
    found = verify(sound, district=district_folder)
    assert found.text("zh").endswith("属于成果的内容全部一致。")
    assert found.sound
    looked = {check.code for check in found.checks if check.count}
    assert looked >= {"coverage", "contiguity", "sums", "loads", "one-n", "groups", "places"}
    assert looked >= {"findings", "certificates", "json", "workbook", "fingerprints"}
    assert looked >= {"answers", "decisions", "retraced"}


def test_a_workbook_in_english_is_sound_too(planned, tmp_path):
    write_plan(planned, tmp_path / "out", lang="en")
    assert verify(tmp_path / "out").sound


def test_reading_back_gives_the_plan_as_written(planned, sound):
    assert plan_json(read_written(sound)) == plan_json(planned)


def test_digits_in_plan_json_are_named(copy, district_folder):
    altered(copy / "plan.json", r'"area_km2": 0\.\d+')
    altered(copy / "plan.json", r'"lon": 11\d\.\d+')
    altered(copy / "plan.json", r'"center_upper": \d+')
    altered(copy / "plan.json", r'"sha256": "[0-9a-f]{62}\d(?=[0-9a-f]*")')
    altered(copy / "plan.json", r'"grid": "G\d')
    found = verify(copy, district=district_folder)
    told = "\n".join(entry.text("en") for entry in found.differences)
    band = catalogue("zh")["keys.center_upper.label"]  # as the workbook's sheet calls it
    for place in ("area_km2", "lon", band, "sha256", "].grid"):
        assert place in told, place


def test_every_number_of_plan_json_is_held(copy):
    """Every number of every record, one after the other; only what has no witness is let pass."""
    original = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    missed = []
    expected = json.loads(json.dumps(plan_dict(read_written(copy))))
    for path in list(numbers(original)):
        changed = json.loads(json.dumps(original))
        entry = changed
        for key in path[:-1]:
            entry = entry[key]
        entry[path[-1]] += 1
        told = []
        walk(changed, expected, "", told, file="plan.json")
        if not told:
            missed.append(path)
    assert missed == []
    assert len(list(numbers(original))) > 100


def numbers(value, path=()):
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from numbers(entry, (*path, key))
    elif isinstance(value, list):
        for at, entry in enumerate(value):
            yield from numbers(entry, (*path, at))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path


@pytest.mark.parametrize("pattern", [r'"population": ?\d+', r"11\d\.\d{3,}"])
def test_one_digit_in_each_geojson_file(copy, pattern):
    names = ("grids", "centers", "subdistricts")
    for name in names:
        altered(copy / f"{name}.geojson", pattern)
    found = verify(copy).differences
    assert {entry.file for entry in found} == {f"{name}.geojson" for name in names}
    assert len(found) == len(names)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE units SET population = 2501 WHERE unit = 'u00'", "population"),
        (
            "UPDATE units SET grid = 'G' || (3 - substr(grid, 2)) WHERE unit = 'u32'",
            "grid",
        ),
        ("UPDATE units SET center = 'c9' WHERE unit = 'u32'", "units[u32].center"),
        ("UPDATE units SET metres_to_center = metres_to_center + 1 WHERE unit = 'u32'", "u32"),
        ("UPDATE grids SET population = population + 1 WHERE grid = 'G1'", "grids[G1].population"),
        ("UPDATE grids SET pieces = 2 WHERE grid = 'G1'", "grids[G1].pieces"),
        ("UPDATE grids SET contiguous = 0 WHERE grid = 'G2'", "grids[G2].contiguous"),
        ("UPDATE grids SET area_km2 = area_km2 + 0.01 WHERE grid = 'G2'", "grids[G2].area_km2"),
        (
            "UPDATE centers SET population = population + 1 WHERE center = 'c1'",
            "centers[c1].population",
        ),
        (
            "UPDATE centers SET regional_center = 'c3' WHERE center = 'c1'",
            "centers[c1].regional_center",
        ),
        ("UPDATE centers SET \"class\" = 'x' WHERE center = 'c1'", "centers[c1].class"),
        ("UPDATE subdistricts SET population = population + 1", "population"),
        ("UPDATE subdistricts SET centers = centers + 1", "centers"),
        ("UPDATE hospitals SET beds = 801 WHERE hospital = 'h1'", "beds"),
        ("UPDATE hospitals SET role = 'member' WHERE hospital = 'h1'", "role"),
        ("UPDATE findings SET value = value + 1 WHERE value IS NOT NULL", "value"),
        ("UPDATE findings SET passed = 1 - passed WHERE passed IS NOT NULL", "passed"),
        ("UPDATE certificates SET objective = objective + 1", "objective"),
        ("UPDATE sources SET sha256 = 'f' || substr(sha256, 2)", "sha256"),
    ],
)
def test_one_value_in_a_table_of_the_geopackage(copy, statement, place):
    altered_table(copy / "plan.gpkg", statement)
    # Sheets and shapes are made again in tests of their own.
    checks = [
        *recounted(read_written(copy)),
        json_compared(read_written(copy), copy / "plan.json"),
    ]
    found = [entry for check in checks for entry in check.differences]
    assert any(place in entry.place for entry in found)
    assert {entry.file for entry in found} <= {"plan.gpkg", "plan.json"}


def test_one_digit_in_the_map_is_named(copy):
    altered(copy / "map.html", r"2,500 人|\d+ 米")
    [found] = verify(copy).differences
    assert found.file == "map.html"


def test_a_unit_named_twice_is_seen(copy):
    altered_table(copy / "plan.gpkg", "UPDATE units SET unit = 'u31' WHERE unit = 'u32'")
    assert "u31" in verify(copy).text("en")


def test_a_moved_center_and_a_cut_unit_are_seen(copy):
    read = read_written(copy)
    centers = read.layout.centers
    shifted = centers.set_geometry(centers.geometry.translate(300, 0)).reset_index()
    shifted["name"], shifted["name_en"] = "x", "x"
    shifted.to_file(copy / "plan.gpkg", layer="centers", driver="GPKG")
    told = verify(copy).text("zh")
    assert "centers[c1].unit" in told
    assert "metres_to_center" in told


def test_one_number_in_every_sheet(copy):
    with zipfile.ZipFile(copy / "plan.xlsx") as book:
        parts = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        texts = {name: book.read(name).decode("utf-8") for name in parts}
    changed = 0
    for name, text in texts.items():
        hit = re.search(r'<c r="[A-Z]+\d+" s="\d+"><v>[\d.]*\d(?=</v>)', text)
        if hit is not None:
            new = other_digit(hit[0])
            altered_sheet(
                copy / "plan.xlsx", name, lambda xml, old=hit[0], new=new: xml.replace(old, new, 1)
            )
            changed += 1
    found = verify(copy).differences
    assert {entry.file for entry in found} == {"plan.xlsx"}
    assert len({entry.place.partition("!")[0] for entry in found}) == len(found) == changed >= 5


def test_one_digit_in_a_text_of_the_workbook(copy):
    def change(xml):
        hit = re.search(r"<t[^>]*>[^<]*\d(?=[^<\d]*</t>)", xml)
        return xml[: hit.start()] + other_digit(hit[0]) + xml[hit.end() :]

    altered_sheet(copy / "plan.xlsx", "xl/sharedStrings.xml", change)
    assert {entry.file for entry in verify(copy).differences} == {"plan.xlsx"}


DERIVED = (
    "grids.geojson",
    "centers.geojson",
    "subdistricts.geojson",
    "areas.geojson",
    "reach.geojson",
    "isochrones.geojson",
    "plan.xlsx",
    "map.html",
)
"""Made from the plan: each is looked at whether the others are there or not."""


@pytest.mark.parametrize("names", [("plan.json",), ("plan.gpkg",), DERIVED], ids=lambda n: n[0])
@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_missing_and_damaged_files_are_named(copy, names, damage):
    for name in names:
        raw = (copy / name).read_bytes()
        (copy / name).unlink()
        if damage == "cut":
            (copy / name).write_bytes(raw[: len(raw) // 2])
    found = verify(copy)
    assert not found.sound
    assert {entry.file for entry in found.differences} == set(names)
    assert names[0] in found.text("zh")


def test_inputs_that_changed_are_named(sound, district_folder, tmp_path):
    changed = shutil.copytree(district_folder, tmp_path / "tiny")
    altered(changed / "units.csv", r"u00,[\d.]+,[\d.]+,2500")
    found = places(verify(sound, district=changed))
    assert ("units.csv", "sha256") in found
    assert ("plan.gpkg", "units[u00].population") in found


def test_own_rules_and_answers_are_fingerprinted(sound, district_folder):
    inputs = json.loads((sound / "plan.json").read_text(encoding="utf-8"))["provenance"]["inputs"]
    known = {entry["file"]: entry["sha256"] for entry in inputs}
    for name in ("ours.toml", "assessment.toml", "units.csv"):
        assert known[name] == hashlib.sha256((district_folder / name).read_bytes()).hexdigest()
    # The folder alone is enough for all but the rules that stand elsewhere.
    assert verify(sound).sound


@pytest.mark.parametrize(
    ("name", "old", "new", "places_named"),
    [
        (
            "ours.toml",
            "lower = 4",
            "lower = 6",
            {("ours.toml", "sha256"), ("plan.gpkg", "findings[own-centers 000001].official_lower")},
        ),
        (
            "ours.toml",
            "少于4家",
            "少于5家",
            {("ours.toml", "sha256"), ("plan.gpkg", "findings[own-centers 000001].clause")},
        ),
        (
            "assessment.toml",
            "06-01",
            "06-02",
            {
                ("assessment.toml", "sha256"),
                ("plan.gpkg", "findings[criterion-02 000001].assessed_on"),
            },
        ),
        (
            "assessment.toml",
            "partly",
            "yes",
            {
                ("assessment.toml", "sha256"),
                ("plan.gpkg", "findings[criterion-02 000001].assessed"),
                ("plan.gpkg", "findings[criterion-02 000001].passed"),
                ("plan.gpkg", "findings[criterion-02 000001].within"),
            },
        ),
    ],
)
def test_own_rules_or_answers_that_changed_are_named(
    sound, district_folder, tmp_path, name, old, new, places_named
):
    changed = shutil.copytree(district_folder, tmp_path / "tiny")
    text = (changed / name).read_text(encoding="utf-8")
    assert old in text
    (changed / name).write_text(text.replace(old, new), encoding="utf-8")
    assert held(sound, changed) == places_named


@pytest.mark.parametrize("name", ["ours.toml", "assessment.toml"])
def test_own_rules_or_answers_that_are_gone_are_named(sound, district_folder, tmp_path, name):
    changed = shutil.copytree(district_folder, tmp_path / "tiny")
    (changed / name).unlink()
    assert (name, "sha256") in held(sound, changed)


def test_answers_written_since_the_plan_are_named(sound, district_folder):
    found = inputs_compared(reassess(read_written(sound), {}), district_folder)
    told = {(entry.file, entry.place) for check in found for entry in check.differences}
    assert ("assessment.toml", "sha256") in told
    assert ("plan.gpkg", "findings[criterion-02 000001].assessed") in told


def test_a_workbook_with_entities_is_refused(copy):
    altered_sheet(
        copy / "plan.xlsx",
        "xl/workbook.xml",
        lambda xml: xml.replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>', 1),
    )
    assert "plan.xlsx" in verify(copy).text("en")


def test_the_reader_of_workbooks_agrees_with_openpyxl(sound):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(sound / "plan.xlsx")
    cells = read_workbook(sound / "plan.xlsx")
    assert list(cells) == book.sheetnames
    for title in book.sheetnames:
        expected = {
            (cell.row - 1, cell.column - 1): cell.value
            for row in book[title].iter_rows()
            for cell in row
            if cell.value is not None
        }
        own = {place: value for place, value in cells[title].items() if value != ""}
        assert own == {place: value for place, value in expected.items() if value != ""}


def test_the_command_leaves_with_one_when_altered(sound, copy):
    run = CliRunner().invoke
    told = run(main, ["verify", str(sound)])
    assert told.exit_code == 0
    assert "全部一致" in told.stdout
    altered(copy / "plan.json", r'"population": 30000')
    told = run(main, ["verify", str(copy), "--lang", "en"])
    assert told.exit_code == 1
    assert "population is 30001" in told.stdout


def test_a_forged_name_of_a_profile_loses_no_difference(copy, district_folder):
    path = copy / "plan.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    values["scenario"]["profiles"] = ["nobody-wrote-this"]
    path.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    verified = verify(copy, district=district_folder)
    assert not verified.sound
    assert verified.trusted
