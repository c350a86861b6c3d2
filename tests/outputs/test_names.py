import ast
import re
from pathlib import Path

import pytest
from stand_in import make_plan

from gridplan.outputs.words.manner import COUNTY, PLAIN, fitting, manner
from gridplan.outputs.words.names import (
    Names,
    figure,
    method_text,
    needs_text,
    section_text,
    word,
)
from gridplan.text import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1234.0, "persons", "1,234 人", "1,234 residents"),
        (12.345, "minutes", "12.3 分钟", "12.3 minutes"),
        (99.97, "percent", "99.97%", "99.97 %"),
        (100.0, "percent", "100.0%", "100.0 %"),
        (89.55, "percent", "89.5%", "89.5 %"),
        (3, "count", "3", "3"),
        (None, "persons", "—", "—"),
        (float("nan"), "percent", "—", "—"),
        (1.5, "parsecs", "1.50 parsecs", "1.50 parsecs"),
    ],
)
def test_figures_have_their_unit(value, unit, zh, en):
    assert figure(value, unit, "zh") == zh
    assert figure(value, unit, "en") == en


def test_words_fall_back_to_the_code():
    assert word("status", "existing", "zh") == "现有"
    assert word("status", "unheard-of", "zh") == "unheard-of"
    assert word("status", None, "en") == ""


def test_everything_has_a_name_in_both_languages(plan):
    zh, en = Names.of(plan, "zh"), Names.of(plan, "en")
    assert zh.hospitals == {"h1": "人民医院", "h2": "中医院", "h3": "大学医院"}
    assert en.hospitals == {"h1": "People's Hospital", "h2": "中医院", "h3": "University Hospital"}
    assert zh.grids["G1"] == "网格1（牵头：人民医院）"
    assert zh.subject("district", "440311") == "测试区"
    assert zh.subject("center", "n2") == "甲社区新增社康中心2"
    assert zh.subject("center", "unheard-of") == "unheard-of"


def test_new_centers_are_numbered_within_their_community():
    plan = make_plan()
    plan.layout.centers.loc["n1", "community"] = None
    names = Names.of(plan, "zh").centers
    street = plan.layout.centers.loc["n1", "subdistrict"]
    assert names["n1"] == f"{street}新增社康中心1"
    assert names["n2"] == "甲社区新增社康中心1"
    assert len(set(names.values())) == len(names)
    plan.layout.centers.loc["n1", "subdistrict"] = None
    assert Names.of(plan, "en").centers["n1"] == "New center 1"


@pytest.mark.parametrize(
    ("section", "english"),
    [
        ("二、(一)1", "2 (1)1"),
        ("二、(十五)", "2 (15)"),
        ("二、(二十一)", "2 (21)"),
        ("三、(十)", "3 (10)"),
        ("", ""),
        (None, ""),
    ],
)
def test_where_a_clause_stands_is_said_in_english(section, english):
    assert section_text({"section": section}, "en") == english
    assert section_text({"section": section}, "zh") == (section or "")
    assert section_text({"section": section, "section_en": "criterion 1"}, "en") == "criterion 1"


def test_what_a_finding_waits_for_is_said_in_words():
    told = needs_text("hospitals.beds, groups.toml", "en")
    assert "(hospitals.beds)" in told
    assert told.endswith(", groups.toml")
    assert needs_text(None, "zh") == ""


def test_how_a_part_was_solved_is_said_step_by_step():
    assert method_text("lp+growth", "en") == "linear program, growth from the centers"
    assert method_text("two-level program", "zh") == "两级整数规划"
    assert method_text("never heard of", "en") == "never-heard-of"


def test_words_fit_the_place(plan):
    assert manner(plan) == ""
    assert "1+N" in fitting("report.streets", "en", manner(plan))
    assert fitting("report.streets", "en", PLAIN) == "Streets and centers"
    assert fitting("report.streets", "en", COUNTY).startswith("Towns")
    # What a county has no words of its own for is said as where no 1+N is planned, else as always.
    assert fitting("report.findings", "en", COUNTY) == fitting("report.findings", "en", "")


def texts(node):
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and type(n.value) is str}


def names(node):
    """Give every name in an expression, the last part of those with dots."""
    found = [n for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)]
    return {n.id if isinstance(n, ast.Name) else n.attr for n in found}


def told_by(node):
    """Give the texts of a node that end in the method of an answer."""
    if isinstance(node, ast.keyword) and node.arg == "method":
        return texts(node.value)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        named = set().union(*(names(target) for target in targets))
        return texts(node.value) if {"method", "steps"} & named else set()
    if isinstance(node, ast.Call) and {"steps", "Found", "finish", "fromkeys"} & names(node.func):
        return set().union(*map(texts, node.args)) if node.args else set()
    # An assignment, a bound and how they were found.
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        return texts(node.value.elts[-1]) if len(node.value.elts) == 3 else set()
    return set()


def engine_steps():
    """Collect every name of a step that the engine can put into an answer."""
    told = set()
    for path in (ROOT / "gridplan" / "optimise").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            told |= told_by(node)
    return {step.strip() for text in told for step in re.split("[+,]", text) if step.strip()}


def test_every_step_of_the_engine_has_words():
    steps = engine_steps()
    known = {"lp", "descent", "knapsack", "column generation", "kernel search", "recombination"}
    known |= {"subset-row cuts", "merging", "branch and price"}
    known |= {"exchange", "growth", "cuts", "median", "minimum cuts", "agreement", "near", "repair"}
    known |= {"lagrangian", "annealing", "branching", "two-level program", "integer program"}
    assert known <= steps
    for lang in LANGUAGES:
        words = catalogue(lang)
        missing = {s for s in steps if f"outputs.method-{s.replace(' ', '-')}" not in words}
        assert not missing, lang
