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
