"""Every page in both languages over a plan that is there: nothing fails or is untranslated."""

import re

import pytest
from test_app_page import plain
from turning import go

from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.text import LANGUAGES, say
from gridplan.ui.menu import SECTIONS
from gridplan.ui.page import shared_results
from gridplan.ui.setup.district_choice import read_folder
from gridplan.ui.setup.fingerprint import fingerprint

PAGES = [address for pages in SECTIONS.values() for address in pages]


@pytest.fixture
def planned(page, data):
    """Give a function that opens the page on a plan of the small district."""
    district = read_folder(data / "tiny").district
    scenario = scenario_of(district)
    key = fingerprint(district, scenario)
    shared_results().add(key, plan(district, scenario), scenario).tried = True
    return lambda lang: page(lang, plan=key)


def test_every_page_in_both_languages(planned):
    for lang in LANGUAGES:
        at = planned(lang)
        for address in PAGES:
            at = go(at, "" if address == "desk" else address)
            assert not at.exception, address
            text = plain(at)
            assert say("app.failed", lang) not in text, address
            assert say("app.needs-plan", lang) not in text, address
            assert text.startswith(say(f"app.page-{address}", lang)), address
            assert not re.search(r"\b(?:app|desk|intake|outputs|maps)\.[a-z]+-[a-z-]+", text)
            if lang == "en":
                assert not re.search(r"[，。；：（）]", re.sub(r"[\u4e00-\u9fff]+", "", text)), (
                    address
                )


def test_a_list_is_answered_and_kept_nowhere(planned, workspace):
    at = go(planned("zh"), "lookup")
    rows = "姓名,经度,纬度\n甲,0,0\n乙,不详,22.78\n"
    at.file_uploader(key="lookup-file").upload("list.csv", rows.encode(), "text/csv").run()
    assert not at.exception
    counts = {metric.label: metric.value for metric in at.metric}
    assert counts[say("locate.result-outside", "zh")] == "1"
    assert counts[say("locate.result-unreadable", "zh")] == "1"
    assert not [path for path in workspace.rglob("*") if path.is_file()]


def test_files_that_were_dropped_stay_while_another_page_is_looked_at(page, workspace):
    people = "community,lon,lat,population\n甲,113.9,22.7,5000\n".encode()
    more = "name,lon,lat\n医院,113.9,22.7\n".encode()
    at = go(page("zh"), "prepare")
    at.file_uploader(key="intake-files").upload("人口.csv", people, "text/csv").run()
    at.text_input(key="intake-name").set_value("新区").run()
    at.selectbox(key="intake-crs-0").set_value("gcj02").run()
    at = go(go(at, "today"), "prepare")
    assert say("app.intake-carried", "zh", files="人口.csv") in plain(at)
    assert at.text_input(key="intake-name").value == "新区"
    assert at.selectbox(key="intake-role-0").value == "population"
    assert at.selectbox(key="intake-crs-0").value == "gcj02"
    at.file_uploader(key="intake-files").upload("医院.csv", more, "text/csv").run()
    at = go(go(at, ""), "prepare")
    assert [at.selectbox(key=f"intake-role-{n}").value for n in (0, 1)] == [
        "population",
        "hospitals",
    ]
    lying = {path.name: path.read_bytes() for path in (workspace / ".uploads").rglob("*.csv")}
    assert lying == {"人口.csv": people, "医院.csv": more}
    [drop] = [one for one in at.button if one.label == say("app.intake-carried-drop", "zh")]
    drop.click().run()
    assert say("app.intake-empty", "zh") in plain(at)
    assert not at.exception
