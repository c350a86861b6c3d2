import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import make_plan

from gridplan.outputs.summary import certificate_text, finding_text, label_banner, summary
from gridplan.planning.certificate import Certificate

PROOF = Certificate("feasible", 1000.0, 994.0, 0.006, 1.0, 1, "m", "person-metres", "work")
BEST = {"zh": "最优（", "en": "proven best possible"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_summary_holds_what_a_planner_asks_first(plan, lang, tmp_path):
    text = summary(plan, [tmp_path / "map.html"], lang=lang)
    wanted = {
        "zh": [
            "测试区 · 默认方案",
            "模拟数据：人口单元",
            "86,840 人",
            "网格1（牵头：人民医院）",
            "通过 2 项，未通过 2 项，无法判定 1 项",
            "至多 0.6%",
            "map.html",
        ],
        "en": [
            "Test District",
            "modelled data: population units",
            "86,840",
            "Grid 1 (lead: People's Hospital)",
            "2 passed, 2 failed, 1 cannot",
            "at most 0.6 %",
            "map.html",
        ],
    }
    for part in wanted[lang]:
        assert part in text
    assert "✗" in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_chinese_columns_are_aligned(plan):
    lines = summary(plan, lang="zh").splitlines()
    for number, line in enumerate(lines):
        if set(line.strip()) != {"-", " "}:
            continue
        # Under each gap of the rule there is a gap in header and rows.
        gaps = [k for k in range(len(line) - 1) if line[k : k + 2] == "  "]
        for row in (lines[number - 1], lines[number + 1], lines[number + 2]):
            cells = "".join(
                c + ("\0" if unicodedata.east_asian_width(c) in "WF" else "") for c in row
            )
            for gap in gaps:
                assert cells[gap : gap + 2].strip() == "", (row, gap)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(
    st.sampled_from(["zh", "en"]),
    st.sampled_from(["optimal", "feasible"]),
    st.one_of(st.none(), st.floats(0, 2)),
    st.booleans(),
)
def test_best_possible_is_only_said_with_proof(lang, status, gap, bounded):
    proof = dataclasses.replace(PROOF, status=status, gap=gap, bound=1.0 if bounded else None)
    text = certificate_text(proof, lang)
    proven = status == "optimal" and bounded and gap is not None and gap <= 1e-6
    assert (BEST[lang] in text) == proven
    if lang == "en":
        assert "optimal" not in text


@settings(deadline=None, derandomize=True)
@given(st.floats(2e-6, 1))
def test_the_gap_is_never_said_smaller_than_it_is(gap):
    text = certificate_text(dataclasses.replace(PROOF, gap=gap), "en")
    said = float(text.removeprefix("at most ").partition(" ")[0])
    assert said / 100 >= gap - 1e-12
    assert said / 100 <= gap + 0.001 + 1e-12


def test_a_run_cut_short_by_the_clock_says_so():
    assert "时间限制" in certificate_text(dataclasses.replace(PROOF, ended_by="time"), "zh")


def test_a_share_just_short_of_its_bound_does_not_read_as_the_bound():
    row = {
        "rule": "r",
        "title_en": "Near",
        "subject_name_en": "D",
        "value": 99.97,
        "lower": 100.0,
        "upper": 100.0,
        "unit": "percent",
    }
    assert finding_text(row, "en") == "Near: D: 99.97 % (must be 100.0 %)"


def test_labels_put_modelled_data_first(plan):
    assert label_banner(plan, "en").startswith(
        "modelled data: population units, existing centers; derived"
    )


def test_control_characters_do_not_reach_the_terminal():
    plan = make_plan(text=lambda plain: f"{plain}\x1b[31m\r\n\u202e")
    text = summary(plan, lang="zh")
    assert not {"\x1b", "\r", "\u202e"} & set(text)


def test_centers_alone(bare_plan):
    text = summary(bare_plan, lang="en")
    assert "Grid 1" not in text
    assert "Centers" in text
