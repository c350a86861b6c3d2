"""Cities and provinces come from the plans of their districts, and from nothing else."""

import json
import re
import sys
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from gridplan.batch.figures import SUMMED
from gridplan.batch.levels import LEVELS, MUNICIPALITIES, parent_of
from gridplan.batch.parents import city_names
from gridplan.batch.record import DONE, REFUSED, Record
from gridplan.batch.roll_up import roll_up
from gridplan.batch.store import TABLES, read_store
from gridplan.batch.summary.overview import overview_of
from gridplan.batch.summary.tables import tables_of
from gridplan.cli import main
from gridplan.errors import InputError
from gridplan.text import say

CODES = st.sampled_from(["440303", "440304", "440402", "110101", "110102", "320102", "abroad"])


@st.composite
def records(draw):
    made = {}
    for code in draw(st.lists(CODES, min_size=1, max_size=7, unique=True)):
        figures = {key: draw(st.integers(0, 9)) for key in SUMMED}
        figures |= {"grids_gap_percent": draw(st.none() | st.floats(0, 5))}
        figures |= {"centers_gap_percent": None}
        if draw(st.booleans()):
            figures["residents_nearest"] = None
        state = draw(st.sampled_from([DONE, DONE, REFUSED]))
        known = figures if state == DONE else {}
        made[code] = Record(f"{code}/own", state, code=code, name_zh=code, figures=known)
    return list(made.values())


@given(records())
def test_a_level_is_the_sum_of_its_districts_or_says_nothing(told):
    levels = roll_up(told).levels
    for (_, level, code), row in levels.iterrows():
        below = [one for one in told if parent_of(one.code, level) == code]
        if level == "district" and not below:
            below = [one for one in told if one.place == code]
        planned = [one.figures for one in below if one.state == DONE]
        assert (row["districts"], row["planned"]) == (len(below), len(planned))
        for key in SUMMED:
            values = [figures[key] for figures in planned]
            if not values or None in values:
                assert pd.isna(row[key])
            else:
                assert row[key] == sum(values)
    assert {code for _, level, code in levels.index if level == "province"} == {
        f"{one.code[:2]}0000" for one in told if one.code.isdigit()
    }


def test_parents_hold_the_rules_of_their_districts():
    def one(code, state, subjects, met):
        rule = {
            **{"profile": "p", "rule": "streets", "level": "must", "subject_kind": "subdistrict"},
            **{"title_zh": "街道", "title_en": "Streets", "clause": "", "clause_en": ""},
            **{"subjects": subjects, "met": met, "state": state},
        }
        figures = dict.fromkeys(SUMMED, 4) | {"groups": 1, "streets": 8}
        return Record(
            f"{code}/own", DONE, code=code, name_zh=f"深圳市{code}", figures=figures, rules=[rule]
        )

    told = [one("440303", "passed", 9, 9), one("440304", "passed", 5, 5)]
    rolled = roll_up([*told, one("440402", "failed", 3, 1)])
    parents = rolled.parents.droplevel(["scenario", "profile", "rule"])
    assert parents["state"].to_dict() == {
        ("city", "440300"): "passed",
        ("city", "440400"): "failed",
        ("province", "440000"): "failed",
    }
    province = parents.loc[("province", "440000")]
    assert (province["subjects"], province["met"], province["passed"]) == (17, 15, 2)
    assert province["failing_zh"] == "深圳市440402"
    waiting = roll_up([*told, Record("440305/own", REFUSED, code="440305")]).parents
    assert set(waiting["state"]) == {"waiting"}
    row = rolled.levels.loc[("own", "province", "440000")]
    assert (row["name_zh"], row["name_en"]) == ("广东省", "Guangdong")
    assert (row["groups_per_district"], row["regional_per_street"]) == (1, 0.5)
    assert rolled.levels.loc[("own", "city", "440300")]["name_zh"] == "深圳市"


@pytest.mark.parametrize(
    ("names", "city"),
    [
        (["深圳市光明区", "深圳市龙华区"], "深圳市"),
        (["大理白族自治州大理市"], "大理白族自治州"),
        (["始兴县", "南雄市"], ""),
        (["深圳市光明区", "广州市天河区"], ""),
    ],
)
def test_a_city_is_named_by_its_districts_where_they_agree(names, city):
    told = [
        Record(f"{code}/own", DONE, code=str(code), name_zh=name)
        for code, name in enumerate(names, 440303)
    ]
    assert city_names(told).get("440300", ("", ""))[0] == city


def test_codes_have_their_parents():
    assert [parent_of("440311", level) for level in LEVELS] == ["440311", "440300", "440000"]
    for own in MUNICIPALITIES:
        assert parent_of(f"{own}0101", "city") == ""
        assert parent_of(f"{own}0101", "province") == f"{own}0000"
    assert [parent_of(code, "city") for code in ("abroad", "44031", "４４０３１１")] == [""] * 3


def test_a_city_has_enough_grids_or_waits_for_its_other_districts():
    def one(code, grids):
        figures = dict.fromkeys(SUMMED, 1) | {"grids": grids}
        return Record(f"{code}/own", DONE, code=code, figures=figures)

    told = [one("440303", 1), one("440304", 1), one("440402", 1), one("110101", 1)]
    cities = roll_up(told).cities.set_index("code")["state"]
    assert cities.to_dict() == {"110101": "waiting", "440300": "passed", "440400": "waiting"}


@pytest.fixture(scope="module")
def planned(tmp_path_factory, tiny_writer, two):
    base = tmp_path_factory.mktemp("batch")
    for name, code in (("east", "440303"), ("west", "440304"), ("bad", "")):
        folder = tiny_writer(base / "in" / name)
        path = folder / "district.toml"
        path.write_text(path.read_text(encoding="utf-8").replace("000001", code), encoding="utf-8")
        if name == "bad":
            (folder / "units.csv").write_text("nonsense\n1\n", encoding="utf-8")
    out = base / "out"
    run = CliRunner().invoke(
        main, ["batch", str(base / "in"), "--out", str(out), "--scheduler", two.scheduler, "--json"]
    )
    assert run.exit_code == 0, run.output
    return out, json.loads(run.stdout)


def test_districts_are_planned_stored_and_summed_up(planned):
    out, told = planned
    assert told["states"] == {"done": 2, "refused": 1, "fault": 0, "lost": 0}
    assert {path.name for path in (out / "plans").iterdir()} == {"east", "west"}
    tables = pd.read_excel(out / "roll-up.xlsx", sheet_name=None, engine="calamine")
    assert list(tables) == [
        "概要",
        "区县",
        "地市",
        "省",
        "条文（按区县计）",
        "条文（按地市计）",
        "条文（各市、省）",
        "执行情况",
    ]
    city = tables["地市"].iloc[0]
    units = read_store(out, "units", adcode="4403")
    assert city["常住人口"] == units["population"].sum() == 120_000
    values = [
        json.loads((out / "plans" / name / "own" / "plan.json").read_text(encoding="utf-8"))
        for name in ("east", "west")
    ]
    assert city["网格数"] == sum(len(value["grids"]) for value in values)
    assert len(read_store(out, "centers")) == sum(len(value["centers"]) for value in values)
    overview = tables["概要"].set_index("项目")["各区县自有情景"]
    assert overview["已规划的区县（个）"] == "2（共3）"
    assert overview["未能规划的区县"] == "bad"
    assert overview["常住人口（人）"] == "120,000"
    page = (out / "roll-up.html").read_text(encoding="utf-8")
    assert "无法规划" in page
    assert "://" not in page.replace("http://www.w3.org", "")


def test_the_workbook_leads_to_the_map_of_each_planned_district(planned):
    out, _ = planned
    sheet = openpyxl.load_workbook(out / "roll-up.xlsx")["执行情况"]
    heads = [cell.value for cell in sheet[1]]
    links = {
        row[heads.index("事项")].value: row[heads.index("地图")].value
        for row in sheet.iter_rows(min_row=2)
    }
    assert not links.pop("bad/own")
    assert set(links) == {"east/own", "west/own"}
    for link in links.values():
        place = re.fullmatch(r'=HYPERLINK\("(.+)","打开"\)', link)[1]
        assert (out / place).is_file()


@given(records(), st.sampled_from(["zh", "en"]))
def test_the_overview_tells_of_every_scenario_and_leaves_nobody_out(told, lang):
    rolled = roll_up([*told, *(replace(one, task=f"{one.place}/more") for one in told)])
    table = overview_of(rolled, lang).set_index("overview-item")
    assert list(table) == ["more", say("batch.own", lang)]
    planned = sum(one.state == DONE for one in told)
    assert table.iloc[0].str.startswith(f"{planned}").all()
    unplanned = [one.name_zh or one.place for one in told if one.state != DONE]
    named = table.loc[say("batch.item-unplanned", lang)].iloc[0] if unplanned else ""
    assert all(name in named for name in unplanned[:5])


def test_the_overview_names_what_fails_first():
    def one(code, near, failed):
        figures = dict.fromkeys(SUMMED, 1) | {"residents": 100, "residents_nearest": near}
        words = {"subject_kind": "grid", "clause": "", "clause_en": "", "profile": "p"}
        rules = [
            {**words, "rule": str(n), "level": "must", "title_zh": f"条{n}", "title_en": f"r{n}",
             "state": "failed" if n < failed else "passed"} for n in range(3)
        ]  # fmt: skip
        return Record(f"{code}/s", DONE, code=code, name_zh=f"{code}县", scenario_zh="多设",
                      figures=figures, rules=rules)  # fmt: skip

    rolled = roll_up([one("440221", 90, 0), one("440222", 40, 2), one("440223", 60, 1)])
    told = overview_of(rolled, "zh").set_index("overview-item")["多设"]
    assert told["步行可达最近社康中心的居民"] == "63.3%"
    assert told["该比例最低的区县"] == "440222县（40.0%）、440223县（60.0%）"
    assert told["“必须”条文无一不符合的区县（个）"] == "1（共3）"
    assert told["不符合“必须”条文最多的区县"] == "440222县、440223县"
    assert told["不符合区县最多的“必须”条文"] == "条0（2个区县）；条1（1个区县）"
    tables = tables_of(rolled, "zh")
    assert tables["district"]["unmet"].tolist() == ["", "条0；条1", "条0"]
    assert tables["city"]["districts_failing"].tolist() == [2]
    assert "scenario" not in tables["district"]


def test_reading_one_county_of_2800_opens_one_file(tmp_path):
    counties = [f"{11 + n // 100}{1 + n // 10 % 10:02d}{21 + n % 10}" for n in range(2800)]
    base = tmp_path / "store" / "units"
    for code in counties:
        (base / f"adcode={code}").mkdir(parents=True)
        (base / f"adcode={code}" / "a.parquet").write_bytes(b"not to be opened")
    table = gpd.GeoDataFrame({"unit": ["u1"]}, geometry=[Point(113, 22)], crs=4326)
    of_city = [code for code in counties if code.startswith("2501")]
    for code in of_city:
        table.to_parquet(base / f"adcode={code}" / "a.parquet")
    touched = []

    def watch(event, args):
        if event in ("open", "os.scandir", "os.listdir") and str(tmp_path) in str(args[0]):
            touched.append((event, str(args[0])))

    watching = [watch]
    sys.addaudithook(lambda event, args: [one(event, args) for one in watching])
    try:
        read = read_store(tmp_path, "units", adcode="250125")
        alone, touched[:] = list(touched), []
        city = read_store(tmp_path, "units", adcode="2501")
    finally:
        watching.clear()
    assert [path for event, path in alone if event == "open"] == [
        str(base / "adcode=250125" / "a.parquet")
    ]
    assert str(base) not in {path for _, path in alone}  # nor are the others listed
    assert len([event for event, _ in touched if event == "open"]) == len(of_city) == 10
    assert (read["adcode"].tolist(), city["adcode"].tolist()) == (["250125"], of_city)
    assert read.crs == 4326


def test_the_store_holds_every_table(planned):
    out, _ = planned
    table = read_store(out, "units", adcode="440303")
    assert set(table["adcode"]) == {"440303"}
    assert table["unit"].is_unique
    findings = read_store(out, "findings")
    assert findings["value"].notna().any()
    for name in TABLES:
        assert len(read_store(out, name)), name
    for wrong in (("nothing", None), ("units", "99")):
        with pytest.raises(InputError):
            read_store(out, wrong[0], adcode=wrong[1])
