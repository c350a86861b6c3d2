import dataclasses
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import make_plan

from gridplan.outputs.tables.sentences import certificate_text, finding_text
from gridplan.outputs.tables.summary import label_banner, summary
from gridplan.outputs.tables.tables import key_figures
from gridplan.outputs.words.telling import Telling
from gridplan.planning.grids.cuts import cut_figures
from gridplan.planning.layout.certificate import Certificate, certificate_of
from gridplan.text import catalogue

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
            "规则 5 条：通过 2 条，未通过 2 条，待补数据 1 条",
            "至多 0.6%",
            "map.html",
        ],
        "en": [
            "Test District",
            "modelled data: population units",
            "86,840",
            "Grid 1 (lead: People's Hospital)",
            "5 in all: 2 passed, 2 failed, 1 waiting for data",
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


@settings(deadline=None, derandomize=True, max_examples=60)
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


def test_a_method_that_ran_to_its_end_did_not_use_up_its_work():
    done = dataclasses.replace(PROOF, ended_by="done")
    assert certificate_text(done, "en").endswith("the method ran to its end")
    assert certificate_text(done, "zh").endswith("方法已运行完毕")
    assert certificate_text(PROOF, "en").endswith("ended by its work limit")


@pytest.mark.parametrize(
    ("status", "told", "ended"),
    [
        ("optimal", "done", "proof"),
        ("feasible", "done", "done"),
        ("feasible", "work", "work"),
        ("feasible", "time", "time"),
    ],
)
def test_a_certificate_tells_why_the_run_ended(status, told, ended):
    answer = SimpleNamespace(
        status=status, objective=1.0, bound=1.0, gap=0.0, seconds=0.1, method="lp", ended=told
    )
    proof = certificate_of(answer, seed=1, unit="person-metres")
    assert proof.ended_by == ended
    assert catalogue("zh")[f"outputs.ended-by-{ended}"]


def test_an_objective_with_prices_is_not_called_travel_alone():
    priced = dataclasses.replace(PROOF, unit="person-metres-and-prices")
    assert "1,000 person-metres, boundaries, splits and other prices included" in certificate_text(
        priced, "en"
    )
    assert "1,000 人·米（含分界线、拆分等代价）" in certificate_text(priced, "zh")


def test_boundaries_and_what_they_cut_are_told(plan, bare_plan):
    figures = cut_figures(plan.district, plan.layout.units["grid"])
    told = dict(key_figures(Telling(plan, "en")))
    assert told["Boundaries between grids (km)"] == f"{figures['boundary_km']:,.1f}"
    streets = plan.district.units["subdistrict"].nunique()
    assert told["Streets cut"] == f"{figures['subdistricts_split']:g} of {streets}"
    assert "被拆分的街道" in summary(plan, lang="zh")
    assert "网格分界线（公里）" in summary(plan, lang="zh")
    assert "Streets cut" not in dict(key_figures(Telling(bare_plan, "en")))


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
    assert label_banner(Telling(plan, "en")).startswith(
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
