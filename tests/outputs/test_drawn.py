"""Mended grids in words: names in the planner's language, codes the same in both."""

import ast
import csv
from pathlib import Path

import pandas as pd
import pytest
from stand_in import make_plan

from gridplan.errors import InputError
from gridplan.outputs.reading.drawn import mended_text, read_drawn, write_mended
from gridplan.planning.grids.grids import Grids
from gridplan.planning.grids.mending import Mended
from gridplan.planning.layout.certificate import Certificate
from gridplan.text import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]
PROOF = Certificate("feasible", 1.0, None, None, 0.1, 1, "repair", "person-metres", "done")


@pytest.fixture(scope="module")
def district():
    return make_plan().district


@pytest.fixture
def mended(district):
    plan = make_plan()
    grid = plan.layout.units["grid"]
    grids = Grids(grid, plan.layout.grids["lead"], grid.map({}), PROOF, ())
    moved = grid.index[grid == "G1"][:2]
    moves = pd.DataFrame(
        {
            "before": pd.Series(["h2", None], index=moved, dtype=object),
            "after": "h1",
            "residents": district.units.loc[moved, "population"],
            "reason": ["detached", "unassigned"],
            "minutes_before": [3.0, float("nan")],
            "minutes_after": [2.0, 1.0],
        },
        index=pd.Index(moved, name="unit"),
    )
    return Mended(grids, moves)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["unit"]: row for row in csv.DictReader(file)}


def test_hospitals_are_named_in_the_language(district, mended):
    zh, en = (mended_text(district, mended, lang=lang) for lang in LANGUAGES)
    unit = mended.moves.index[0]
    assert f"{unit}: 中医院 -> People's Hospital (cut off from its grid)" in en
    assert f"{unit}：中医院 → 人民医院（与所在网格不相连）" in zh


def test_each_grid_tells_its_residents_and_how_far_from_the_mean(district, mended):
    people = district.units["population"].groupby(mended.grids.grid).sum()
    for some in (mended, Mended(mended.grids, mended.moves.iloc[:0])):
        lines = mended_text(district, some, lang="en").splitlines()
        for number, lead in ((1, "People's Hospital"), (2, "中医院")):
            (line,) = (text for text in lines if text.strip().startswith(f"Grid {number} "))
            away = 100 * (people[f"G{number}"] / people.mean() - 1)
            assert lead in line
            assert f"{people[f'G{number}']:,.0f}" in line
            assert f"{away:+.1f}%" in line


def test_codes_are_the_same_in_both_languages_and_words_are_not(district, mended, tmp_path):
    files = {}
    for lang in LANGUAGES:
        write_mended(district, mended, tmp_path / f"{lang}.csv", lang=lang)
        files[lang] = rows(tmp_path / f"{lang}.csv")
    unit = mended.moves.index[0]
    zh, en = (files[lang][unit] for lang in ("zh", "en"))
    codes = ("unit", "grid", "lead", "moved_from", "reason")
    assert list(en) == [*codes, "lead_name", "why", "minutes_before", "minutes_after"]
    assert [zh[key] for key in codes] == [en[key] for key in codes]
    assert [en[key] for key in codes] == [unit, "G1", "h1", "h2", "detached"]
    assert (zh["lead_name"], zh["why"]) == ("人民医院", "与所在网格不相连")
    assert (en["lead_name"], en["why"]) == ("People's Hospital", "cut off from its grid")
    # What was written can be drawn on and mended again.
    assert read_drawn(tmp_path / "en.csv").grid.equals(
        mended.grids.grid.rename_axis("unit").astype(object).rename(None)
    )


def test_a_name_is_no_formula(district, mended, tmp_path):
    formula = district.hospitals.assign(name="=1+1", name_en=None)
    other = make_plan().district
    object.__setattr__(other, "hospitals", formula)
    write_mended(other, mended, tmp_path / "m.csv", lang="zh")
    assert {row["lead_name"] for row in rows(tmp_path / "m.csv").values()} == {"'=1+1"}


def test_every_reason_of_the_engine_has_words():
    source = (ROOT / "gridplan" / "optimise" / "partition" / "repair.py").read_text("utf-8")
    (told,) = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name == "_reason"
    )
    returned = [node.value for node in ast.walk(told) if isinstance(node, ast.Return)]
    codes = {
        node.value
        for value in returned
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    (broken,) = (node for node in ast.walk(told) if isinstance(node, ast.Dict))
    codes |= {key.value for key in broken.keys}
    assert len(codes) >= 8
    codes -= {"locked"}  # told as barred
    for lang in LANGUAGES:
        assert {f"drawn.reason-{code}" for code in codes} <= set(catalogue(lang))


@pytest.mark.parametrize("ends", [".0", ".00"])
def test_ids_that_a_spreadsheet_made_numbers_of_are_read_as_text(tmp_path, ends):
    path = tmp_path / "drawn.csv"
    units = [f"44031100{number}" for number in range(8)]
    path.write_text("unit,grid\n" + "".join(f"{unit}{ends},100{ends}\n" for unit in units))
    drawn = read_drawn(path)
    assert drawn.grid.index.tolist() == units
    assert set(drawn.grid) == {"100"}
    assert [(note.code, note.values["column"]) for note in drawn.notes] == [
        ("drawn-ids", "unit"),
        ("drawn-ids", "grid"),
    ]
    for note in drawn.notes:
        assert (note.values["count"], note.values["rows"][0]) == (8, "2")
        assert note.text("zh") != note.text("en")
    path.write_text("unit,grid\n1.0,a\n1.1,a\n")  # chapters are no numbers
    assert read_drawn(path).grid.index.tolist() == ["1.0", "1.1"]
    path.write_text("unit,grid\n1.0,a\n1,a\n")
    with pytest.raises(InputError, match=r"1\b"):
        read_drawn(path)
