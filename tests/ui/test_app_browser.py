"""The whole job in headless Chromium, in both languages, with no request leaving the machine."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest

from gridplan.text import LANGUAGES, say

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PATIENCE = 120_000  # milliseconds a run may take on a busy machine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]

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


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Server:
    """The app on a free port, over a folder with one small district."""

    def __init__(self, place, district):
        data = place / "data"
        shutil.copytree(district, data / "tiny")
        (data / "tiny" / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
        script = place / "app.py"
        script.write_text(
            f"from gridplan.ui.page import Path, page\npage(Path({str(data)!r}))\n",
            encoding="utf-8",
        )
        self.workspace, self.log = place / "workspace", place / "log.txt"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        own = {"PYTHONPATH": str(ROOT), "GRIDPLAN_WORKSPACE": str(self.workspace)}
        with self.log.open("w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=file, stderr=file, env=os.environ | own
            )

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise TimeoutError(self.log.read_text(encoding="utf-8"))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Visit:
    """One browser window that may talk to this machine only; what else it tried is kept."""

    def __init__(self, browser, lang):
        self.lang = lang
        self.context = browser.new_context(
            viewport={"width": 1440, "height": 900}, accept_downloads=True
        )
        self.outside, self.complaints = [], []
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("websocket", lambda socket: self._look(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def _look(self, url):
        parts = urlsplit(url)
        inside = parts.scheme in ("data", "blob", "about") or parts.hostname == "127.0.0.1"
        if not inside:
            self.outside.append(url)
        return inside

    def _route(self, route):
        if self._look(route.request.url):
            route.continue_()
        else:
            route.abort()

    def say(self, key, **values):
        return say(key, self.lang, **values)

    def shown(self, text, patience=60_000):
        self.page.get_by_text(text).first.wait_for(timeout=patience)

    def press(self, key, **values):
        name = self.say(key, **values)
        self.page.get_by_role("button", name=name, exact=False).first.click()

    def go(self, address):
        """Follow the menu, and see that nothing went wrong on the page."""
        link = self.page.locator(f"[data-testid=stSidebarNav] a[href$='/{address}']")
        there = re.compile(rf"/{address}(\?|$)")
        self.idle()
        link.click()
        for _ in range(150):
            if there.search(self.page.url):
                break
            self.page.wait_for_timeout(100)
        else:  # a page that is drawn again just then loses the click
            link.click()
            self.page.wait_for_url(there)
        title = self.say(f"app.page-{address or 'desk'}")
        self.shown(re.compile(f"^{re.escape(title)} · "))
        self.idle()
        self.check()

    def check(self):
        body = self.page.locator("body").inner_text()
        assert say("app.failed", self.lang) not in body
        assert "Traceback" not in body
        assert not self.page.locator("[data-testid=stException]").count()
        # A sentence of the catalogue that is missing would be shown by its key.
        assert not re.search(r"\b(?:app|desk|outputs|maps)\.[a-z-]+\b", body)

    def idle(self):
        """Wait until the page has settled after a change."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")

    def download(self, key):
        with self.page.expect_download(timeout=PATIENCE) as expected:
            self.press(key)
        return Path(expected.value.path()).read_bytes()


@pytest.fixture(scope="module")
def visiting():
    """
    Give a function that plays a scene in a browser window.

    The browser lives in a thread of its own: two of them in one thread would share an event loop,
    and other tests keep theirs open.
    """
    from playwright.sync_api import sync_playwright

    def opened():
        playwright = sync_playwright().start()
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        return playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=options)

    def scene(play, lang, *args):
        visit = Visit(browser, lang)
        try:
            play(visit, *args)
        finally:
            visit.context.close()
        assert visit.outside == []
        assert visit.complaints == []

    def closed():
        browser.close()
        playwright.stop()

    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright, browser = thread.submit(opened).result()
        yield lambda play, *args: thread.submit(scene, play, *args).result()
        thread.submit(closed).result()


@pytest.fixture
def app(tmp_path, tiny_folder):
    """The app over the small district."""
    server = Server(tmp_path / "server", tiny_folder)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def planned(visit):
    """Wait until a plan is drawn."""
    visit.page.wait_for_selector("[data-layer=grids]", timeout=PATIENCE)
    visit.page.wait_for_selector("[role=progressbar]", state="detached", timeout=PATIENCE)
    visit.idle()


def look(visit, app):
    """The first screen is the map of the district as it is; layers are switched in the browser."""
    page = visit.page
    page.goto(f"{app.url}/?lang={visit.lang}")
    page.wait_for_selector("[data-layer=walk]")
    visit.shown("60,000")
    page.locator("[data-layer=residents]").check()
    visit.go("today")
    visit.shown(visit.say("app.today-hospitals-list"))
    page.wait_for_selector("[data-layer=residents]:checked")


def plan(visit):
    visit.go("")
    visit.press("app.run")
    planned(visit)
    visit.check()
    assert "plan=" in visit.page.url


def edit(visit, app):
    """A stroke moves units, is taken back and done again; the map is not mounted anew."""
    page = visit.page
    page.get_by_text(visit.say("desk.mode-edit"), exact=True).click()
    page.wait_for_selector("[data-tool=box]")
    visit.idle()
    page.locator("[data-tool=box]").click()
    page.evaluate("document.querySelector('.gp-desk').dataset.same = 'yes'")
    page.locator("[data-grid='0']").click()
    box = page.locator(".gp-desk-map").bounding_box()
    middle = box["x"] + (box["width"] - 280) / 2
    page.mouse.move(middle - 60, box["y"] + 150)
    page.mouse.down()
    page.mouse.move(middle + 60, box["y"] + 420, steps=3)
    page.mouse.up()
    visit.shown(re.compile(visit.say("desk.moved", steps=1, units=r"[1-9]\d*")))
    visit.press("desk.undo")
    visit.shown(visit.say("desk.moved", steps=0, units="0"))
    visit.press("desk.redo")
    visit.shown(re.compile(visit.say("desk.moved", steps=1, units=r"[1-9]\d*")))
    assert page.evaluate("document.querySelector('.gp-desk').dataset.same") == "yes"
    # A center is put where the pen points, and the plan is made of what was edited.
    page.locator("[data-tool=add]").click()
    page.mouse.click(middle - 75, box["y"] + 320)
    visit.shown(re.compile(visit.say("desk.moved", steps=2, units=r"[1-9]\d*")))
    [kept] = [*app.workspace.glob("edits/*.json")]
    assert [edit["do"] for edit in json.loads(kept.read_text("utf-8"))] == [
        "move-units",
        "open-center",
    ]
    visit.press("desk.keep")
    visit.shown(visit.say("outputs.status-new"), PATIENCE)
    planned(visit)
    visit.check()


def results(visit):
    visit.go("results")
    with zipfile.ZipFile(io.BytesIO(visit.download("app.download-all"))) as archive:
        names = set(archive.namelist())
        made = json.loads(archive.read("plan.json"))
    assert {"map.html", "plan.xlsx", "plan.gpkg", "grids.geojson", "scenario.toml"} <= names
    assert round(sum(grid["population"] for grid in made["grids"])) == 60_000


def stays(visit):
    """A reload and another language find the same plan."""
    page = visit.page
    visit.go("")
    planned(visit)
    page.reload()
    planned(visit)
    other = next(code for code in LANGUAGES if code != visit.lang)
    page.get_by_text(say("language.name", other), exact=True).click()
    visit.lang = other
    visit.shown(re.compile(re.escape(visit.say("app.page-desk")) + " · "))
    planned(visit)
    assert f"lang={other}" in page.url
    visit.check()


def whole_job(visit, app):
    look(visit, app)
    plan(visit)
    edit(visit, app)
    results(visit)
    stays(visit)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_job(visiting, app, lang):
    visiting(whole_job, lang, app)
    assert "Traceback" not in app.log.read_text(encoding="utf-8")


def filled_template(content):
    """Fill the downloaded workbook in as a planner would."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[1]
    for number in range(12):
        row = [
            f"社区{number}",
            "某街道",
            113.9 + 0.005 * (number % 4),
            22.7 + 0.005 * (number // 4),
        ]
        sheet.append([*row, 5000 + number, 400])
    book.worksheets[2].append(
        ["某区人民医院", "三级甲等", "综合", "区级", 500, "是", 113.905, 22.705]
    )
    book.worksheets[3].append(["某社康中心", "", "某街道", "社区1", 113.91, 22.705])
    page = io.BytesIO()
    book.save(page)
    return page.getvalue()


def own_data(visit, app):
    """Files become a district on the disk, and it is the one that is looked at."""
    page = visit.page
    page.goto(f"{app.url}/?lang={visit.lang}")
    page.wait_for_selector("[data-layer=walk]")
    visit.go("prepare")
    visit.shown(visit.say("app.intake-empty"))
    content = filled_template(visit.download("app.prepare-template"))
    page.locator("input[type=file]").first.set_input_files(
        {"name": "filled.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    name = page.get_by_role("textbox", name=visit.say("app.intake-name"))
    name.fill("新区")
    name.press("Enter")
    visit.idle()
    visit.press("app.intake-run")
    visit.shown(visit.say("app.intake-done"))
    assert (app.workspace / "新区" / "district.toml").is_file()
    visit.check()
    visit.go("today")
    visit.shown("60,066")


def test_own_data(visiting, app):
    visiting(own_data, "zh", app)
