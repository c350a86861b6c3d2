"""The report in its three forms: complete, inert, readable, from the written folder alone."""

import dataclasses
import re
import zipfile
from datetime import date
from types import SimpleNamespace

import docx
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn
from stand_in import HOSTILE

from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.report.blocks.parts import Paragraph
from gridplan.outputs.report.content import report_of
from gridplan.outputs.report.report import write_report
from gridplan.outputs.style import fonts
from gridplan.outputs.words.boundaries import boundary_text
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.cuts import cut_figures
from gridplan.text import say

PLANNED = ("general", "present", "targets", "grids", "streets", "projects", "money", "safeguards")
EXPLAINED = ("method", "tried", "findings", "conflicts", "shapes", "data", "certificate")
EXPLAINED += ("assumptions", "assessment", "appendix")
SECTIONS = PLANNED + EXPLAINED


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("reported") / "out"
    write_plan(plan, out, lang="zh")
    return out


@pytest.fixture(scope="module")
def hostile_page(hostile_plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("hostile") / "out"
    write_plan(hostile_plan, out, lang="zh")
    return write_report(out, form="html", lang="zh")[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_word_document_with_every_section_in_its_fonts(folder, tmp_path, lang):
    path, _ = write_report(folder, file=tmp_path / "r.docx", lang=lang)
    document = docx.Document(str(path))
    heads = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert len(heads) == len(SECTIONS)
    for head, code in zip(heads, SECTIONS, strict=True):
        assert say(f"report.{code}", lang) in head
    assert len(document.inline_shapes) == 4  # today, as planned, and the two grids
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    east = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Heading 2", "Normal")
    }
    assert list(east.values()) == ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
    assert round(document.sections[0].page_width.mm) == 210
    text = "\n".join(cell.text for t in document.tables for row in t.rows for cell in row.cells)
    assert "1" * 64 in text  # fingerprint of district.toml
    assert "n1" in text
    assert document.core_properties.author == ""


def test_a_page_that_asks_for_nothing_and_holds_its_maps(folder, tmp_path):
    path, _ = write_report(folder, form="html", file=tmp_path / "r.html", lang="en")
    page = path.read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 4
    assert not re.search(r"(?:src|href)=\"(?!data:)", page)
    assert "<script" not in page
    assert "@page" in page


def test_hostile_text_does_not_act_in_a_browser(hostile_page, browser):
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(hostile_page.as_uri())
    assert page.evaluate("window.hacked") is None
    assert [url for url in asked[1:] if not url.startswith("data:")] == []
    shown = page.inner_text("body")
    assert HOSTILE[7] in shown
    page.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_prices_of_boundaries_and_splits_are_told_where_they_count(plan, lang):
    told = SimpleNamespace(**vars(plan))

    def said(**choices):
        told.scenario = dataclasses.replace(plan.scenario, **choices)
        parts = report_of(Telling(told, lang), fonts.face()).parts
        return [part.text for part in parts if isinstance(part, Paragraph)]

    aim = say("report.method-prices", lang, prices=["|"]).partition("|")[0]
    plain = said()
    assert not any(aim in text for text in plain)
    priced = said(grid_compactness=50.0, grid_split_price=2e6, grid_grain="community")
    (sentence,) = (text for text in priced if aim in text)
    assert "50" in sentence
    assert "2,000,000" in sentence
    assert say("keys.grid_grain.community", lang) in sentence


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_boundaries_and_what_they_cut_stand_in_the_report(plan, bare_plan, lang):
    figures = cut_figures(plan.district, plan.layout.units["grid"])
    text = boundary_text(Telling(plan, lang))
    assert f"{figures['boundary_km']:,.1f}" in text
    assert f"{figures['subdistricts_split']:g}" in text
    parts = report_of(Telling(plan, lang), fonts.face()).parts
    assert text in [part.text for part in parts if isinstance(part, Paragraph)]
    assert boundary_text(Telling(bare_plan, lang)) == ""


def test_a_workbook_without_formulas(folder):
    path, _ = write_report(folder, form="xlsx", lang="zh")
    assert path.parent == folder.parent  # beside the folder: nothing foreign in it
    with zipfile.ZipFile(path) as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) >= 8
        assert not any(b"<f>" in book.read(name) for name in sheets)


def test_a_plan_of_centers_alone(bare_plan, tmp_path):
    write_plan(bare_plan, tmp_path / "out", lang="zh")
    path, _ = write_report(tmp_path / "out", form="html", lang="zh")
    page = path.read_text(encoding="utf-8")
    assert say("report.grids-none", "zh") in page
    assert page.count("data:image/png;base64,") == 2  # today and as planned


def test_without_a_chinese_font_it_warns_and_labels_by_id(folder, tmp_path, monkeypatch):
    latin = fonts.font_manager.findfont(fonts.LATIN)
    plain = fonts.Face((fonts.LATIN,), (latin,), chinese=False)
    monkeypatch.setattr(fonts, "face", lambda: plain)
    # A glyph that is missing would be a warning, and so an error here.
    _, warnings = write_report(folder, form="html", file=tmp_path / "r.html", lang="zh")
    assert warnings == (say("report.no-chinese-font", "zh"),)


def test_a_label_that_cannot_be_drawn_gives_way():
    latin = fonts.Face((fonts.LATIN,), (fonts.font_manager.findfont(fonts.LATIN),), chinese=False)
    assert latin.label("人民医院", "h1") == "h1"
    assert latin.label("人民医院") == ""
    assert latin.label("Hospital", "h1") == "Hospital"
    assert fonts.face().draws("abc")


def test_wrong_formats_and_folders_are_refused_in_words(folder, tmp_path):
    with pytest.raises(InputError, match="pdf"):
        write_report(folder, file=tmp_path / "r.pdf")
    with pytest.raises(InputError, match=r"plan\.json"):
        write_report(tmp_path)
    (tmp_path / "x").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_report(folder, form="html", file=tmp_path / "x" / "r.html")


def test_the_command_names_the_file(folder, tmp_path):
    told = CliRunner().invoke(main, ["report", str(folder), "--file", str(tmp_path / "r.xlsx")])
    assert told.exit_code == 0
    assert told.stdout.strip() == str(tmp_path / "r.xlsx")


def test_a_report_bears_the_day_on_which_it_is_drawn_up(folder, tmp_path, monkeypatch):
    before = date.today()
    path, _ = write_report(folder, form="html", file=tmp_path / "today.html", lang="zh")
    after = date.today()
    page = path.read_text(encoding="utf-8")
    assert any(f"{d.year}年{d.month}月{d.day}日" in page for d in (before, after))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    path, _ = write_report(folder, form="html", file=tmp_path / "fixed.html", lang="zh")
    assert "2023年11月14日" in path.read_text(encoding="utf-8")


def test_every_form_is_a_file_that_command_and_page_find():
    from gridplan.cli.results import report
    from gridplan.outputs.report.formats import DEFAULT, FORMATS, form_of

    assert {"docx", "html", "xlsx"} <= set(FORMATS)
    assert DEFAULT in FORMATS
    (option,) = (one for one in report.params if one.name == "form")
    assert set(option.type.choices) == {*FORMATS, "all"}
    for name in FORMATS:
        form = form_of(name)
        assert "/" in form.MIME
        for lang in ("zh", "en"):
            assert not form.OFFERED or say(f"app.report-{name}", lang)
            assert not form.OFFERED or say(f"app.about-report-{name}", lang)
