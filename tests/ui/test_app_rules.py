"""Rules of the planner's own, typed or uploaded on the page; read back from the disk."""

import pandas as pd
import pytest
import streamlit as st
from turning import go

from gridplan.planning.checks.checks import SUBJECTS_OF
from gridplan.policy.profile import profile_names, read_profile, read_profile_file
from gridplan.text import LANGUAGES, say
from gridplan.ui.bonds.own_rules import TYPED
from gridplan.ui.bonds.rule_rows import COLUMNS, Document, rules_table, rules_toml, shapes

ROW = {
    "title": "社康覆盖",
    "level": "必须",
    "lower": 0.5,
    "upper": None,
    "clause": "应当覆盖",
    "section": "三",
}


def measured(unit, lang="zh"):
    return next(title for title, shape in shapes(lang).items() if shape[2] == unit)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_typed_is_read_as_it_was_meant(tmp_path, lang):
    rows = [
        {**ROW, "like": title, "level": say("outputs.rule-level-must", lang)}
        for title in shapes(lang)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    content, count = rules_toml(table, Document("某文件", "某局"), lang)
    assert count == len(rows)
    (tmp_path / TYPED).write_bytes(content)
    rules = read_profile_file(tmp_path / TYPED, subjects_of=SUBJECTS_OF)
    known = [rule for name in profile_names() for rule in read_profile(name)]
    for rule, (measure, subject, unit, *_) in zip(rules, shapes(lang).values(), strict=True):
        assert (rule.measure, rule.subject, rule.unit) == (measure, subject, unit)
        assert (rule.lower, rule.upper, rule.level) == (0.5, None, "must")
        assert any(one.measure == measure and one.subject == subject for one in known)
    again, _ = rules_toml(rules_table(rules, lang), Document.of(rules), lang)
    assert again == content


def test_a_row_that_is_not_whole_waits(tmp_path):
    table = pd.DataFrame([{**ROW, "like": None}], columns=list(COLUMNS))
    content, count = rules_toml(table, Document(), "zh")
    (tmp_path / TYPED).write_bytes(content)
    assert (count, read_profile_file(tmp_path / TYPED)) == (0, ())


def test_a_rule_is_typed_and_asked_for(page, workspace, monkeypatch):
    row = pd.DataFrame([{**ROW, "like": measured("percent")}], columns=list(COLUMNS))
    monkeypatch.setattr(
        st, "data_editor", lambda table, **_: table if len(table) or "like" not in table else row
    )
    at = go(page("zh"), "policy")
    at = at.run()
    assert not at.exception
    assert at.session_state["scenario-profile_files"] == (TYPED,)
    [copy] = [one.parent for one in workspace.glob("*/district.toml")]
    [rule] = read_profile_file(copy / TYPED, subjects_of=SUBJECTS_OF)
    assert (rule.title_zh, rule.lower, rule.level) == ("社康覆盖", 0.5, "must")
    button = next(one for one in at.button if one.key == f"own-rules-use-{TYPED}")
    button.click().run()
    assert at.session_state["scenario-profile_files"] == ()


def test_a_file_that_is_wrong_is_told_and_not_kept(page, workspace):
    at = go(page("zh"), "policy")
    [field] = at.file_uploader
    content = '[source]\ntitle_zh = "甲"\n[[rules]]\nid = "x"\n'
    field.upload("本地.toml", content.encode(), "application/toml").run()
    assert not at.exception
    assert any(say("app.tables-problems", "zh") in one.value for one in at.error)
    assert not [*workspace.glob("*/*.toml")]
