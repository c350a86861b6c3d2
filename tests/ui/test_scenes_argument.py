"""In headless Chromium: a meeting, scenarios compared, another cut adopted, phases by year."""

import io

import openpyxl
import pytest
from browsing import PATIENCE, serving

from gridplan.outputs.reading.written import read_written
from gridplan.project.opinions import opinions
from gridplan.project.project import Project
from gridplan.project.running import run
from gridplan.text import LANGUAGES

pytestmark = pytest.mark.browser

SCENARIO = """\
name_zh = "小方案"
name_en = "Small scenario"
grids = 2
center_lower = 10000
center_upper = 20000
work_limit = 1
[[phases]]
year = 2027
centers = 4
[[phases]]
year = 2030
centers = 5
"""
BASE = "基准"


@pytest.fixture
def app(tmp_path, tiny_writer):
    """The app over the small district, with a project whose first scenario is planned."""

    def begun(server, folder):
        run(Project.new(server.workspace / "projects" / "tiny", folder), BASE)

    with serving(tmp_path, tiny_writer, SCENARIO, begun) as server:
        yield server


def project_of(app):
    return Project.open(app.workspace / "projects" / "tiny")


def opened(visit, app):
    """Take the scenario that is kept: its plan is there at once, and nothing is called changed."""
    page = visit.page
    visit.open(app.url)
    page.wait_for_selector("[data-layer=walk]")
    page.get_by_test_id("stPopoverButton").first.click()
    page.locator(".st-key-scenario-take-0 button").click()
    visit.planned()
    page.keyboard.press("Escape")
    assert not page.get_by_text(visit.say("app.stale")).count()


def meeting(visit, app):
    """A site is struck on the map; the answer is adopted under a name and read from the disk."""
    page = visit.page
    page.get_by_text(visit.say("desk.mode-meeting"), exact=True).click()
    page.wait_for_selector("[data-tool=close]")
    visit.idle()
    field = page.locator(".st-key-opinion-source input")
    field.fill("甲街道办")
    page.locator(".st-key-opinion-text textarea").fill("站点房屋到期")
    visit.press("meeting.opinion-add")
    visit.shown("站点房屋到期")
    visit.idle()
    page.locator("[data-tool=close]").click()
    page.locator(".gp-desk-site").last.click()
    page.wait_for_selector(".gp-desk-closed")
    page.locator(".st-key-meeting-answer button:not([disabled])").first.click()
    visit.shown(visit.say("meeting.found"), PATIENCE)
    page.wait_for_selector("[data-layer=changed]")
    visit.check()
    visit.accessible()
    book = openpyxl.load_workbook(io.BytesIO(visit.download("meeting.table")))
    assert book.active.max_row > 1
    visit.press("meeting.adopt")
    name = visit.say("meeting.name-usual")
    visit.shown(visit.say("meeting.done", name=name))
    visit.idle()
    project = project_of(app)
    [said] = opinions(project)
    assert (said.source, said.text) == ("甲街道办", "站点房屋到期")
    done = project.journal(name).done
    assert done[0]["do"] == "close-center"
    assert project.plan_state(name).state == "current"
    centers = read_written(project.plan_folder(name)).layout.centers
    assert done[0]["center"] not in centers.index


def compare(visit, app):
    """Two maps move together with the map of what differs; tables and workbook say the same."""
    page = visit.page
    visit.go("variants")
    maps = page.locator(".gp-desk-map")
    maps.nth(2).wait_for()
    page.wait_for_selector("[data-layer=grids-after]")
    visit.idle()
    scales = page.locator(".gp-desk-map .leaflet-control-scale-line")
    before = scales.all_inner_texts()
    for _ in range(4):
        maps.nth(0).locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    after = scales.all_inner_texts()
    assert len(set(after)) == 1
    assert after != before
    project = project_of(app)
    counts = [
        len(read_written(project.plan_folder(name)).layout.centers)
        for name in (BASE, visit.say("meeting.name-usual"))
    ]
    row = page.locator("table tr", has_text=visit.say("comparing.figure-centers")).first
    assert row.locator("td").all_inner_texts()[1:3] == [str(count) for count in counts]
    book = openpyxl.load_workbook(io.BytesIO(visit.download("app.compare-xlsx")))
    figures = {row[0]: row[1:3] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert list(figures[visit.say("comparing.figure-centers")]) == counts
    visit.check()


def quick(visit, app):
    opened(visit, app)
    meeting(visit, app)
    compare(visit, app)


def test_a_meeting_is_held_and_compared(visiting, app):
    visiting(quick, "zh", app)


def another_cut(visit, app):
    """Another way to cut the grids is adopted, planned, kept, and found in the project."""
    page = visit.page
    visit.go("variants")
    page.get_by_text(visit.say("app.compare-part-alternatives"), exact=True).click()
    visit.idle()
    field = page.locator(".st-key-alternatives input")
    field.fill("3")
    field.press("Enter")
    visit.idle()
    visit.go("")
    before = page.url
    visit.press("app.run")
    page.wait_for_function("before => location.href !== before", arg=before)
    visit.planned()
    visit.go("variants")
    page.locator(".st-key-adopt-alternative-2 button").click()
    visit.idle()
    visit.go("")
    visit.planned()
    visit.shown(visit.say("app.drawn-kept"))
    visit.go("variants")
    page.get_by_text(visit.say("app.compare-part-scenarios"), exact=True).click()
    page.locator(".st-key-compare-keep button").first.click()
    page.locator(".st-key-compare-keep").wait_for(state="detached", timeout=PATIENCE)
    visit.idle()
    project = project_of(app)
    [name] = [
        one
        for one in project.scenarios()
        if project.journal(one).base and not project.journal(one).done
    ]
    old, new = (read_written(project.plan_folder(one)).layout.units["grid"] for one in (BASE, name))
    assert (old != new).any()


def phases(visit):
    """The phases are planned; the slider shows each year's map, the chart and the lists."""
    page = visit.page
    visit.go("phases")
    visit.press("app.run-phases")
    visit.shown(visit.say("app.phases-openings"), PATIENCE)
    page.wait_for_selector("[data-layer=grids]")
    visit.idle()
    slider = page.get_by_role("slider").first
    late = slider.get_attribute("aria-valuetext")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    visit.idle()
    assert slider.get_attribute("aria-valuetext") != late
    assert page.locator(
        "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
    ).count()
    visit.check()


def whole(visit, app):
    opened(visit, app)
    another_cut(visit, app)
    phases(visit)


@pytest.mark.thorough
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_argument(visiting, app, lang):
    visiting(whole, lang, app)
