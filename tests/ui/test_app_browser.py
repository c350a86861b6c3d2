"""The whole job in headless Chromium; what comes of each step is read back from the disk."""

import csv
import io
import json
import re
import socket
import zipfile
from functools import partial

import openpyxl
import pytest
from browsing import PATIENCE

from gridplan.project.project import Project
from gridplan.text import LANGUAGES, say
from gridplan.ui.hosting.check import ailments
from gridplan.ui.menu import SECTIONS

pytestmark = pytest.mark.browser

SCENARIO = """\
name_zh = "小方案"
name_en = "Small scenario"
grids = 2
center_lower = 10000
center_upper = 20000
work_limit = 1
"""
PAGES = [address for pages in SECTIONS.values() for address in pages]
WEST, SOUTH, STEP = 113.9, 22.7, 0.005


def filled_template(content):
    """Fill the downloaded workbook in as a planner would: 12 communities, 60,066 residents."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for number in range(12):
        street = "西街道" if number % 4 < 2 else "东街道"
        at = WEST + STEP * (number % 4), SOUTH + STEP * (number // 4)
        book.worksheets[1].append([f"社区{number}", street, *at, 5000 + number, 400])
    for number, name in enumerate(("某区人民医院", "某区中医院")):
        at = WEST + 0.001 + 3 * STEP * number, SOUTH + 0.001
        book.worksheets[2].append([name, "三级甲等", "综合", "区级", 500, "是", *at])
    book.worksheets[3].append(["某社康中心", "", "西街道", "社区1", WEST + STEP, SOUTH])
    page = io.BytesIO()
    book.save(page)
    return page.getvalue()


def upload(visit, app, name):
    """Files become a district on the disk, and it is the one that is looked at."""
    page = visit.page
    visit.open(app.url)
    page.wait_for_selector("[data-layer=walk]")
    visit.accessible()
    visit.go("prepare")
    visit.shown(visit.say("app.intake-empty"))
    content = filled_template(visit.download("app.prepare-template"))
    page.locator("input[type=file]").first.set_input_files(
        {"name": "filled.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    field = page.get_by_role("textbox", name=visit.say("app.intake-name"))
    field.fill(name)
    field.press("Enter")
    visit.idle()
    visit.press("app.intake-run")
    visit.shown(visit.say("app.intake-done"))
    assert (app.workspace / name / "district.toml").is_file()
    visit.check()
    visit.accessible()


def today(visit):
    visit.go("today")
    visit.shown("60,066")
    visit.page.locator("[data-layer=residents]").check()
    visit.accessible()


def plan(visit):
    """Settings are taken from a file, and the plan that they ask for is drawn."""
    visit.go("")
    visit.page.get_by_text(visit.say("app.scenario-file"), exact=True).click()
    visit.page.locator("input[type=file]").last.set_input_files(
        {"name": "small.toml", "mimeType": "text/plain", "buffer": SCENARIO.encode()}
    )
    visit.shown(re.compile("小方案|Small scenario"))
    visit.idle()
    visit.press("app.run")
    visit.planned()
    visit.check()
    assert "plan=" in visit.page.url
    visit.accessible()


def around(visit, middle, top):
    """Corner by corner around everything: what lies inside goes into the other grid."""
    page = visit.page
    page.locator("[data-tool=polygon]").click()
    page.locator("[data-grid='1']").click()
    west, east, north, south = middle - 150, middle + 150, top + 120, top + 480
    for x, y in ((west, north), (east, north), (east, south), (west, south), (west, north)):
        page.mouse.click(x, y)


def edit(visit, app):
    """A stroke moves units, is taken back and done again; the map is not mounted anew."""
    page = visit.page
    before = {path.name for path in app.workspace.glob("edits/*.json")}
    page.get_by_text(visit.say("desk.mode-edit"), exact=True).click()
    page.wait_for_selector("[data-tool=box]")
    visit.idle()
    # Of two maps one is of the mode that was left, and goes as soon as it is drawn over.
    page.wait_for_function("document.querySelectorAll('.gp-desk-map').length === 1")
    page.locator("[data-tool=box]").click()
    page.evaluate("document.querySelector('.gp-desk').dataset.same = 'yes'")
    page.locator("[data-grid='0']").click()
    box = page.locator(".gp-desk-map").bounding_box()
    middle = box["x"] + (box["width"] - 280) / 2
    page.mouse.move(middle - 60, box["y"] + 110)
    page.mouse.down()
    page.mouse.move(middle + 60, min(box["y"] + box["height"], 890) - 20, steps=3)
    page.mouse.up()
    visit.shown(re.compile(visit.say("desk.moved", steps=1, units=r"[1-9]\d*")))
    visit.press("desk.undo")
    visit.shown(visit.say("desk.moved", steps=0, units="0"))
    visit.press("desk.redo")
    visit.shown(re.compile(visit.say("desk.moved", steps=1, units=r"[1-9]\d*")))
    assert page.evaluate("document.querySelector('.gp-desk').dataset.same") == "yes"
    # From the keyboard: a center is opened under the cross in the middle of the map.
    page.locator("[data-tool=add]").focus()
    page.keyboard.press("Enter")
    page.locator(".gp-desk-map").focus()
    page.keyboard.press("Enter")
    visit.shown(re.compile(visit.say("desk.moved", steps=2, units=r"[1-9]\d*")))
    around(visit, middle, box["y"])
    visit.shown(re.compile(visit.say("desk.moved", steps=3, units=r"[1-9]\d*")))
    visit.accessible()
    [kept] = [path for path in app.workspace.glob("edits/*.json") if path.name not in before]
    assert [each["do"] for each in json.loads(kept.read_text("utf-8"))] == [
        "move-units",
        "open-center",
        "move-units",
    ]
    visit.press("desk.undo")
    visit.shown(re.compile(visit.say("desk.moved", steps=2, units=r"[1-9]\d*")))
    visit.press("desk.keep")
    visit.shown(visit.say("outputs.status-new"), PATIENCE)
    visit.planned()
    visit.check()


def saved(visit, app, name, scenario):
    """Keep the scenario by name and read it back."""
    page = visit.page
    visit.go("")
    title = visit.say("app.scenarios-title", name="", mark="")
    page.get_by_test_id("stPopoverButton").filter(has_text=title).click()
    field = page.get_by_role("textbox", name=visit.say("app.scenarios-name"))
    field.fill(scenario)
    field.press("Enter")
    visit.idle()
    page.get_by_role("button", name=visit.say("app.scenarios-keep"), exact=True).click()
    visit.shown(visit.say("app.scenarios-title", name=scenario, mark=""))
    visit.idle()
    page.keyboard.press("Escape")
    project = Project.open(app.workspace / "projects" / name)
    assert scenario in project.scenarios()
    return project.scenario(scenario).scenario


def variants(visit, app, name, *, side):
    """One that was tried is adopted: it is what is planned and kept from then on."""
    page = visit.page
    before = saved(visit, app, name, "甲")
    visit.go("variants")
    page.get_by_text(visit.say("app.compare-part-passing"), exact=True).click()
    if side:
        visit.press("app.run-variants")
        page.get_by_text(visit.say("app.variants-table")).wait_for(timeout=PATIENCE)
    adopt = page.get_by_role("button", name=re.compile(visit.say("app.adopt", letter="")))
    adopt.last.wait_for(timeout=PATIENCE)
    visit.idle()
    visit.accessible()
    adopt.last.click()
    visit.shown(visit.say("app.adopted"))
    visit.go("")
    # Until the run is there the map shows the plan before it, and says so.
    page.get_by_text(visit.say("app.stale")).first.wait_for(state="detached", timeout=PATIENCE)
    visit.planned()
    after = saved(visit, app, name, "乙")
    assert after != before


def compare(visit, app, name):
    """The scenarios that were kept with their plans are held against each other."""
    page = visit.page
    visit.go("variants")
    page.get_by_text(visit.say("app.compare-part-scenarios"), exact=True).click()
    visit.idle()
    project = Project.open(app.workspace / "projects" / name)
    assert {"甲", "乙"} <= set(project.scenarios())
    for each in ("甲", "乙"):
        assert any(project.plan_folder(each).iterdir())
        page.get_by_role("checkbox", name=each, exact=True).set_checked(True, force=True)
        visit.idle()
    visit.shown(visit.say("comparing.figures"))
    visit.idle()
    visit.check()
    visit.accessible()


def phases(visit, app, name):
    """Phases that are typed are planned, and kept with the scenario."""
    visit.go("phases")
    for number, (year, centers) in enumerate(((2027, 4), (2030, 5))):
        visit.press("app.phases-add")
        for key, value in (("year", year), ("centers", centers)):
            label = visit.say(f"app.phases-{key}")
            field = visit.page.get_by_role("spinbutton", name=label).nth(number)
            field.fill(str(value))
            field.press("Enter")
            visit.idle()
    visit.press("app.run-phases")
    visit.shown(visit.say("app.phases-slider"), PATIENCE)
    visit.check()
    visit.accessible()
    kept = saved(visit, app, name, "丙")
    assert [(row["year"], row["centers"]) for row in kept.phases] == [(2027, 4), (2030, 5)]


def look_up(visit):
    """A list is answered, and lies nowhere afterwards."""
    visit.go("lookup")
    rows = f"name,lon,lat\nfirst,{WEST},{SOUTH}\nfar,0,0\n"
    visit.page.locator("input[type=file]").first.set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    )
    visit.shown(visit.say("locate.result-outside"))
    visit.idle()
    content = visit.download("app.lookup-download").decode("utf-8-sig")
    told = [*csv.reader(io.StringIO(content))]
    assert [row[0] for row in told[1:]] == ["first", "far"]
    assert any("社区0" in text for text in told[1])
    visit.accessible()


def results(visit):
    visit.go("results")
    with zipfile.ZipFile(io.BytesIO(visit.download("app.download-all"))) as archive:
        names = set(archive.namelist())
        made = json.loads(archive.read("plan.json"))
    assert {"map.html", "plan.xlsx", "plan.gpkg", "grids.geojson", "scenario.toml"} <= names
    assert round(sum(grid["population"] for grid in made["grids"])) == 60_066
    with zipfile.ZipFile(io.BytesIO(visit.download("app.report-docx"))) as report:
        assert "word/document.xml" in report.namelist()
    visit.accessible()


def stays(visit):
    """A reload and another language find the same plan; every page is there in it too."""
    page = visit.page
    visit.go("")
    visit.planned()
    page.reload()
    visit.planned()
    other = next(code for code in LANGUAGES if code != visit.lang)
    page.get_by_text(say("language.name", other), exact=True).click()
    visit.lang = other
    visit.shown(re.compile(re.escape(visit.say("app.page-desk")) + " · "))
    visit.planned()
    assert f"lang={other}" in page.url
    visit.check()
    for address in PAGES:
        visit.go("" if address == "desk" else address)


def whole_job(visit, app, name, *, side=False):
    upload(visit, app, name)
    today(visit)
    plan(visit)
    variants(visit, app, name, side=side)
    edit(visit, app)
    compare(visit, app, name)
    phases(visit, app, name)
    for address in ("groups", "sites", "policy"):
        visit.go(address)
        visit.accessible()
    look_up(visit)
    results(visit)
    stays(visit)


def test_the_whole_job(visiting, app):
    visiting(whole_job, LANGUAGES[0], app, "新区")


@pytest.mark.thorough
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_job_with_every_variant(visiting, app, lang):
    visiting(partial(whole_job, side=True), lang, app, f"新区-{lang}")


@pytest.mark.parametrize(("host", "answer"), [("127.0.0.1", "101"), ("other.example", "403")])
def test_the_server_answers_to_its_own_names_only(app, host, answer):
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host}:{app.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    with socket.create_connection(("127.0.0.1", app.port), timeout=20) as asking:
        asking.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        assert asking.recv(100).decode().split(" ")[1] == answer


def test_the_health_check_finds_the_server_well(app, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_WORKSPACE", str(app.workspace))
    assert ailments(app.url) == []
