"""How many rules came to what: the same numbers at every door, read back from what each shows."""

import html
import json
import re
from collections import Counter

import docx
import openpyxl
import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from gridplan.cli import main
from gridplan.outputs.report.report import write_report
from gridplan.outputs.words.names import word
from gridplan.policy.verdict import STATES
from gridplan.text import LANGUAGES, say

SCENARIO = """\
grids = 2
center_lower = 10000
center_upper = 40000
profiles = ["national-trial-2023", "guangming-1n-2023", "living-circle", "zhangdian-2019"]
work_limit = 1.0
"""
ANSWERS = """\
[national-trial-2023.criterion-02]
answer = "yes"

[national-trial-2023.criterion-03]
answer = "no"
"""


@pytest.fixture(scope="module")
def planned(tiny_writer, tmp_path_factory):
    """A folder written in each language, and what the command said as it wrote it."""
    folder = tiny_writer(tmp_path_factory.mktemp("counted") / "tiny")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "assessment.toml").write_text(ANSWERS, encoding="utf-8")
    made = {}
    for lang in LANGUAGES:
        out = folder.parent / lang
        told = CliRunner().invoke(main, ["plan", str(folder), "--out", str(out), "--lang", lang])
        assert told.exit_code == 0, told.output
        made[lang] = out, told.output
    return made


@pytest.fixture(scope="module")
def expected(planned):
    """Counted here from the findings themselves, by rules of its own."""
    values = json.loads((planned["zh"][0] / "plan.json").read_text(encoding="utf-8"))
    of_rule = {}
    for row in values["findings"]:
        if row["kind"] != "conflict":
            of_rule.setdefault(row["rule"], []).append(row)
    counts = Counter()
    for rows in of_rule.values():
        states = {row["state"] for row in rows}
        worst = [s for s in ("failed", "borderline", "figure", "waiting", "passed") if s in states]
        counts[worst[0] if worst else states.pop()] += 1
    counts = {state: counts[state] for state in STATES}
    assert values["rules"] == counts
    # Enough kinds that a door that forgets one is caught.
    assert sum(number > 0 for number in counts.values()) >= 6
    return counts


def read(text, lang):
    """Find each state's number in a sentence of counts."""
    found = {}
    for state in STATES:
        pattern = say("rules.count", lang, state=word("state", state, lang), count="#")
        numbers = re.findall(re.escape(pattern).replace(r"\#", "#").replace("#", r"(\d+)"), text)
        found[state] = int(numbers[0]) if numbers else 0
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_line(planned, expected, lang):
    line = next(
        entry
        for entry in planned[lang][1].splitlines()
        if str(sum(expected.values())) in entry and word("state", "waiting", lang) in entry
    )
    assert read(line, lang) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_workbook(planned, expected, lang):
    book = openpyxl.load_workbook(planned[lang][0] / "plan.xlsx")
    rows = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows()}
    found = {
        state: int(rows.get(say("summary.rules-of", lang, state=word("state", state, lang)), 0))
        for state in STATES
    }
    assert found == expected


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ["docx", "html"])
def test_the_report(planned, expected, lang, form, tmp_path):
    path = write_report(planned[lang][0], file=tmp_path / f"r.{form}", lang=lang)[0]
    if form == "docx":
        texts = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    else:
        page = html.unescape(path.read_text(encoding="utf-8"))
        texts = re.findall(r"<p[^>]*>(.*?)</p>", page, flags=re.DOTALL)
    (line,) = [text for text in texts if word("state", "self-assessed", lang) in text][:1]
    assert read(line, lang) == expected


def shown(out, lang):
    from pathlib import Path

    from gridplan.outputs.reading.written import read_written
    from gridplan.ui.views.findings import findings_view

    findings_view(read_written(Path(out)), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page(planned, expected, lang):
    at = AppTest.from_function(shown, args=(str(planned[lang][0]), lang), default_timeout=60).run()
    assert not at.exception
    assert {
        state: next((int(m.value) for m in at.metric if m.label == word("state", state, lang)), 0)
        for state in STATES
    } == expected
    (filters,) = at.segmented_control if hasattr(at, "segmented_control") else at.button_group
    labels = " | ".join(filters.options)
    for state, number in expected.items():
        label = say("app.filter-state", lang, state=word("state", state, lang), count=number)
        assert (label in labels) == (number > 0)
    total = say("app.filter-all", lang, count=sum(expected.values()))
    assert total in labels
