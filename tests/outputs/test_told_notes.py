"""A note that repeats itself is counted, none is lost."""

from types import SimpleNamespace

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import Problem
from gridplan.outputs.files import excel
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.told_notes import MOST, told_notes
from gridplan.text import say


def island(number):
    values = {"units": number, "residents": 5, "from_unit": "a", "to_unit": "b", "metres": 9}
    return Problem("island-linked", values)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_many_notes_of_one_kind_are_two_and_a_count(lang):
    other = Problem("street-without-center", {"subdistrict": "甲"})
    notes = [island(1), other, *(island(i) for i in range(2, 35))]
    told = told_notes(notes, lang)
    assert len(told) == 4
    assert told[:2] == [island(1).text(lang), island(2).text(lang)]
    assert "32" in told[2]
    assert told[3] == other.text(lang)


@given(st.lists(st.integers(1, 6), max_size=12))
def test_every_note_is_said_or_counted(numbers):
    told = told_notes([island(n) for n in numbers], "en")
    kinds = len(set(numbers))
    assert len(told) <= MOST + 1
    more = [line for line in told if "more of this kind" in line]
    counted = int(more[0].split()[0]) if more else 0
    assert counted + len(told) - len(more) == len(numbers)
    assert bool(more) == (len(numbers) > kinds or kinds > MOST)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_counts_them_too(plan, tmp_path, lang):
    many = SimpleNamespace(**vars(plan) | {"notes": tuple(island(i) for i in range(40))})
    excel.write(Telling(many, lang), tmp_path / "plan.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx").worksheets[0]
    said = [row[1] for row in sheet.values if row[0] == say("summary.note", lang)]
    assert said == told_notes(many.notes, lang)
    assert len(said) == MOST
