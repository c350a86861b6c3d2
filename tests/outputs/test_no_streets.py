"""A district without streets: said once, 1+N not assessable, and no "None" in any output."""

import json
import re
import shutil

import openpyxl
import pyogrio
import pytest

from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.files.inventory import inventory_text
from gridplan.outputs.report.report import write_report
from gridplan.outputs.tables.summary import summary
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.views import screen_tables
from gridplan.ui.views.finding_rows import findings_shown

LANGUAGES = ("zh", "en")
NOTHING = re.compile(r"(?<![A-Za-z_.'])(None|nan|NaN|NaT|<NA>)(?![A-Za-z_'])")


def strip(folder):
    """Leave what a planner cannot do without, and no street."""
    for name, keep in (
        ("units.csv", ("unit", "x", "y", "population")),
        ("hospitals.csv", ("hospital", "name", "level", "eligible", "x", "y")),
        ("centers.csv", ("center", "name", "x", "y")),
    ):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        heads = lines[0].split(",")
        at = [heads.index(key) for key in keep]
        told = [",".join(line.split(",")[k] for k in at) for line in lines]
        (folder / name).write_text("\n".join(told) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    return strip(tiny_writer(tmp_path_factory.mktemp("bare") / "tiny"))


@pytest.fixture(scope="module")
def made(folder):
    return plan(read_district(folder), Scenario(work_limit=1, profiles=("guangming-1n-2023",)))


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request, made, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / request.param
    write_plan(made, out, lang=request.param)
    return out, request.param


def test_it_is_said_once(made):
    assert [note.code for note in made.notes].count("no-streets") == 1
    assert len(made.notes) == 1
    assert "regional" not in made.certificates


def test_figures_of_1n_wait_for_the_streets(made):
    rows = made.findings.to_dict(orient="records")
    waiting = [row for row in rows if row["needs"] == "subdistricts"]
    rules = [row["rule"] for row in waiting]
    assert {"regional-per-street", "regional-managed"} <= set(rules)
    assert len(rules) == len(set(rules))  # each once
    assert all(row["value"] is None and row["passed"] is None for row in waiting)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_for_a_reader_says_none(made, lang):
    shown = [
        summary(made, lang=lang),
        inventory_text(made.district, lang=lang),
        *(note.text(lang) for note in made.notes),
    ]
    for table in (
        screen_tables.grids_shown(made, lang),
        screen_tables.centers_shown(made, lang),
        screen_tables.hospitals_shown(made, lang),
        screen_tables.streets_shown(made, lang),
        findings_shown(made, lang),
    ):
        shown += [str(value) for column in table for value in table[column] if value is not None]
    for text in shown:
        assert not NOTHING.search(text), text


def test_no_file_says_none(written, folder, tmp_path):
    out, lang = written
    report, _ = write_report(out, file=tmp_path / "report.html", lang=lang)
    for path in (report, *out.glob("*.html"), *out.glob("*.json"), *out.glob("*.geojson")):
        text = path.read_text(encoding="utf-8")
        text = text.replace("Circle radius cannot be NaN", "")  # Leaflet, to programmers
        found = NOTHING.search(text)
        assert not found, (path.name, text[found.start() - 80 : found.end() + 80])
    json.loads((out / "plan.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    book = openpyxl.load_workbook(out / "plan.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert not (isinstance(cell.value, str) and NOTHING.search(cell.value)), cell
    for layer, _ in pyogrio.list_layers(out / "plan.gpkg"):
        table = pyogrio.read_dataframe(out / "plan.gpkg", layer=layer, read_geometry=False)
        for name in table:
            for value in table[name].dropna().astype(str):
                assert not NOTHING.search(value), (layer, name, value)
    assert verify(out, district=folder).sound


def test_without_grids_and_hospitals_the_files_agree_too(folder, tmp_path):
    """Sheets of what was not planned have the same heads however they are made."""
    bare = tmp_path / "bare"
    shutil.copytree(folder, bare)
    manifest = (bare / "district.toml").read_text(encoding="utf-8")
    before, _, rest = manifest.partition("[layers.hospitals]")
    _, _, after = rest.partition("[layers.centers]")
    (bare / "district.toml").write_text(f"{before}[layers.centers]{after}", encoding="utf-8")
    made = plan(read_district(bare), Scenario(grids=0, work_limit=1))
    write_plan(made, tmp_path / "out", lang="en")
    assert verify(tmp_path / "out", district=bare).sound
