"""A further language is a folder of TOML files: no code knows which languages there are."""

import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from stand_in import make_plan

import gridplan.text
from gridplan.errors import Problem, Reason
from gridplan.outputs.drawing.offline import standalone_html
from gridplan.outputs.files import excel
from gridplan.outputs.map.maps import plan_map
from gridplan.outputs.report.content import report_of
from gridplan.outputs.report.formats.html import report_html
from gridplan.outputs.report.word.document import write_docx
from gridplan.outputs.style.fonts import face
from gridplan.outputs.tables.summary import summary
from gridplan.outputs.words.telling import Telling
from gridplan.text import FOLDER, LANGUAGES, catalogue, say
from gridplan.text.language import bracketed, in_language, joined, twin
from gridplan.ui.views import screen_tables

ROOT = Path(__file__).parents[2]
NEW = "xx"


@pytest.fixture
def further(tmp_path, monkeypatch):
    """A language of its own, with the sentences of English."""
    for lang in LANGUAGES:
        shutil.copytree(str(FOLDER / lang), tmp_path / lang)
    shutil.copytree(tmp_path / "en", tmp_path / NEW)
    about = tmp_path / NEW / "language.toml"
    text = about.read_text(encoding="utf-8").replace('tag = "en"', f'tag = "{NEW}"')
    about.write_text(text.replace('names = "en', f'names = "{NEW} en'), encoding="utf-8")
    monkeypatch.setattr(gridplan.text, "FOLDER", tmp_path)
    monkeypatch.setattr(gridplan.text, "LANGUAGES", (*LANGUAGES, NEW))
    catalogue.cache_clear()
    yield NEW
    catalogue.cache_clear()


def told(plan, lang, folder):
    """All that a plan says in a language."""
    folder.mkdir()
    report = report_of(Telling(plan, lang), face())
    write_docx(report, folder / "report.docx")
    excel.write(Telling(plan, lang), folder / "plan.xlsx")
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    sheets = {sheet.title: [list(row) for row in sheet.values] for sheet in book}
    screens = [
        shown(plan, lang).to_csv()
        for name, shown in sorted(vars(screen_tables).items())
        if name.endswith("_shown") and name != "group_shown"
    ]
    return {
        "summary": summary(plan, lang=lang),
        "report": report_html(report),
        "sheets": sheets,
        "map": standalone_html(plan_map(plan, lang)),
        "screens": screens,
    }


def test_the_default_is_the_first_of_the_languages_found():
    assert LANGUAGES == ("zh", "en")
    assert [say("language.name", lang) for lang in LANGUAGES] == ["中文", "English"]


def test_a_further_language_needs_no_code(further, tmp_path):
    plan = make_plan()
    english, other = (told(plan, lang, tmp_path / f"told-{lang}") for lang in ("en", further))
    tags = [f'<html lang="{lang}">' for lang in ("en", further)]
    for name, text in english.items():
        if isinstance(text, str):
            assert other[name].replace(tags[1], tags[0]) == text, name
        else:
            assert other[name] == text, name
    assert tags[1] in other["report"]
    assert tags[1] in other["map"]


def test_no_code_asks_which_language_it_is():
    asks = re.compile(r"lang(uage)? (==|!=|in) [(\"']|[\"'](zh|en)[\"'] (==|!=|if|else)|_zh if ")
    found = {
        path.relative_to(ROOT).as_posix(): asks.findall(path.read_text(encoding="utf-8"))
        for path in (ROOT / "gridplan").rglob("*.py")
    }
    assert not {name: hits for name, hits in found.items() if hits}


def test_names_are_taken_in_the_language_else_in_another():
    row = {"name": "甲", "name_en": "A", "clause": "条", "clause_en": ""}
    assert [in_language(row, "name", lang) for lang in LANGUAGES] == ["甲", "A"]
    assert [in_language(row, "clause", lang) for lang in LANGUAGES] == ["条", "条"]
    assert in_language(row, "title", "en") is None
    assert twin(["title_zh", "title_en"], "title", "zh") == "title_zh"
    assert twin(["group", "group_en"], "group", "zh") == "group"


def test_marks_are_those_of_the_language():
    assert joined("ab", "zh") == "a、b"
    assert joined("ab", "en", "semicolon") == "a; b"
    assert bracketed("a", "zh") == "（a）"
    assert "x" + bracketed("", "en") == "x"


def test_a_problem_says_its_twins_and_its_words():
    street = Problem("street-name", {"street": "街", "street_en": "Street"})
    words = {lang: street_text(street, lang) for lang in LANGUAGES}
    assert words == {"zh": "街", "en": "Street"}
    assert Reason("outputs.yes-no-true").text("zh") == say("outputs.yes-no-true", "zh")


def street_text(problem, lang):
    said = {}

    def keep(_key, _lang, **values):
        said.update(values)
        return ""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gridplan.errors.say", keep)
        problem.text(lang)
    return said["street"]
