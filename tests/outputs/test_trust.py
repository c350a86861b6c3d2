"""Labels of rows go with them into every file, in the language of the file."""

import json
import re

import openpyxl
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.audit.verify import verify
from gridplan.district.folder.read import read_district
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.files.inventory import inventory_text
from gridplan.outputs.report.report import write_report
from gridplan.outputs.tables.summary import label_banner, summary
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.trust import layer_trust, of_language, row_trust
from gridplan.planning.plan import plan
from gridplan.planning.scenario.scenario import Scenario

LANGUAGES = ("zh", "en")
SOME = {
    "zh": "2 行中 1 行为估计、规划或未核实",
    "en": "1 of 2 rows estimated, planned or not verified",
}
ROW = {
    "zh": "未核实；位置：估计；床位：规划",
    "en": "not verified; Place: estimated; Beds: planned",
}
WHY = {"zh": "名称来自常识", "en": "from general knowledge"}


@pytest.fixture(scope="module")
def folder(tiny_writer, tmp_path_factory):
    """Give the tiny district; of its second hospital little is known."""
    folder = tiny_writer(tmp_path_factory.mktemp("trust") / "tiny")
    path = folder / "hospitals.csv"
    ends = [
        "label,coord_label,beds_label,label_note",
        "real,real,real,",
        f"unverified,estimated,planned,{WHY['zh']} / {WHY['en']}",
    ]
    lines = path.read_text(encoding="utf-8").splitlines()
    told = [f"{line},{end}" for line, end in zip(lines, ends, strict=True)]
    path.write_text("\n".join(told) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def made(folder):
    return plan(read_district(folder), Scenario(work_limit=1))


@pytest.fixture(scope="module", params=LANGUAGES)
def written(request, made, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / request.param
    write_plan(made, out, lang=request.param)
    return out, request.param


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_banner_says_how_many_rows_are_less_than_real(made, lang):
    assert SOME[lang] in label_banner(Telling(made, lang))
    assert SOME[lang] in summary(made, lang=lang)
    assert SOME[lang] in inventory_text(made.district, lang=lang)


def test_the_map_says_it_in_banner_sources_and_tooltip(written):
    out, lang = written
    page = (out / "map.html").read_text(encoding="utf-8")
    # Scripts hold every other character as \\uXXXX.
    page = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), page)
    for text in (SOME[lang], ROW[lang], WHY[lang]):
        assert text in page
    assert WHY["en" if lang == "zh" else "zh"] not in page


def test_the_tables_hold_label_place_figure_and_reason(written):
    out, lang = written
    hospitals = pyogrio.read_dataframe(out / "plan.gpkg", layer="hospitals")
    told = hospitals.set_index("hospital").loc["h2", ["label", "coord_label", "beds_label"]]
    assert told.tolist() == ["unverified", "estimated", "planned"]
    centers = json.loads((out / "centers.geojson").read_text(encoding="utf-8"))
    assert {f["properties"]["label"] for f in centers["features"]} == {"real"}
    assert centers["about"]["rows_below_label"] == {
        "hospitals": {"rows": 2, "below": 1, "labels": "estimated, planned, unverified"}
    }
    values = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    second = values["hospitals"][1]
    assert (second["label"], second["beds_label"]) == ("unverified", "planned")
    source = next(e for e in values["provenance"]["inputs"] if e.get("layer") == "hospitals")
    assert (source["rows"], source["rows_below"]) == (2, 1)
    book = openpyxl.load_workbook(out / "plan.xlsx")
    sheet = book["医院" if lang == "zh" else "Hospitals"]
    cells = {cell.value for row in sheet.iter_rows() for cell in row}
    wanted = (
        ("未核实数据", "估计数据", "规划数据") if lang == "zh" else ("not verified", "estimated")
    )
    assert {*wanted, WHY[lang]} <= cells


def test_the_report_lists_the_row_and_why(written, tmp_path):
    out, lang = written
    path, _ = write_report(out, file=tmp_path / "report.html", lang=lang)
    page = path.read_text(encoding="utf-8")
    for text in (SOME[lang], ROW[lang], WHY[lang]):
        assert text in page


def test_an_audit_counts_the_labels_too(written, folder):
    out, _ = written
    assert verify(out, district=folder).sound


LABELS = st.sampled_from(["real", "derived", "estimated", "planned", "unverified", "modelled"])


@given(st.dictionaries(st.sampled_from(["label", "coord_label", "beds_label"]), LABELS))
def test_a_row_says_every_label_but_real_ones(labels):
    row = {"beds": 5.0, **labels}
    for lang in LANGUAGES:
        told = row_trust(row, lang)
        count = sum(label != "real" for label in labels.values())
        parts = [part for part in told.replace("；", "; ").split("; ") if part]
        assert len(parts) == count
        assert not row_trust({**row, **dict.fromkeys(labels, "real")}, lang)


def test_what_is_not_there_has_no_label():
    assert not row_trust({"beds": None, "beds_label": "planned"}, "en")
    assert not row_trust({"beds": float("nan"), "beds_label": "planned"}, "en")
    assert not row_trust({"label": None, "coord_label": float("nan")}, "zh")
    assert not row_trust({"colour": "red", "colour_label": "bright"}, "zh")


def test_a_layer_of_one_kind_says_its_label_alone():
    source = {"label": "real", "rows": 4, "rows_below": 0, "row_labels": ""}
    assert layer_trust(source, "en") == "real"
    source |= {"rows_below": 3, "row_labels": "planned"}
    assert layer_trust(source, "en") == "real, 3 of 4 rows planned"
    assert layer_trust(source, "zh") == "真实数据，4 行中 3 行为规划"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("一 / one", "一", "one"),
        ("one / 一", "一", "one"),
        ("5 m² / 五平方米", "五平方米", "5 m²"),
        ("one / two", "one / two", "one / two"),
        ("一", "一", "一"),
    ],
)
def test_one_side_of_a_line_in_two_languages(text, zh, en):
    assert (of_language(text, "zh"), of_language(text, "en")) == (zh, en)
