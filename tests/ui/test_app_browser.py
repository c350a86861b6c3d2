"""The app in headless Chromium: the whole way round, with no request leaving the machine."""

import io
import json
import os
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

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
PATIENCE = 240_000  # milliseconds a run may take on a busy machine

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed"),
]

QUICK = """\
name_zh = "快速方案"
name_en = "Quick scenario"
grid_grain = "community"
work_limit = 3
"""
TINY = """\
name_zh = "小方案"
name_en = "Small scenario"
center_lower = 10000
center_upper = 20000
work_limit = 1
"""


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Server:
    """The app as ``make app`` starts it, on a free port."""

    def __init__(self, script, log):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        with log.open("w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=file,
                stderr=file,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
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

    def __init__(self, browser):
        self.context = browser.new_context(
            viewport={"width": 1440, "height": 1000}, accept_downloads=True
        )
        self.outside, self.complaints = [], []
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("websocket", lambda socket: self._look(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

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

    def shown(self, text, patience=60_000):
        self.page.get_by_text(text).first.wait_for(timeout=patience)

    def map(self):
        """The frame that holds the map, drawn."""
        self.page.wait_for_selector("iframe")
        frame = next(f for f in self.page.frames if f != self.page.main_frame)
        frame.wait_for_selector(".leaflet-control-scale-line")
        frame.wait_for_selector(".gp-legend")
        return frame

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def idle(self):
        """Wait until the page has settled after a change."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")

    def download(self, name):
        with self.page.expect_download(timeout=PATIENCE) as expected:
            self.page.get_by_role("button", name=name).click()
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

    def scene(play, *args):
        visit = Visit(browser)
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


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app as it is, with the bundled districts."""
    server = Server(ROOT / "app.py", tmp_path_factory.mktemp("app") / "log.txt")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def folder(tiny_folder):
    """A district folder of the planner's own."""
    (tiny_folder / "scenario.toml").write_text(TINY, encoding="utf-8")
    return tiny_folder


def choose(visit, folder, other, label):
    """Leave the bundled district for a folder."""
    visit.shown("SHA-256")
    visit.idle()
    visit.page.get_by_role("combobox").first.click()
    visit.page.get_by_role("option", name=other).click()
    typed = visit.page.get_by_role("textbox", name=label)
    typed.wait_for()
    visit.idle()
    typed.fill(str(folder))
    typed.press("Enter")
    visit.shown("60,000")


def whole_way(visit, url):
    page = visit.page
    page.goto(url)
    visit.shown("模拟数据")
    visit.shown("1,095,289")
    page.get_by_text("方案文件（TOML）").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "quick.toml", "mimeType": "text/plain", "buffer": QUICK.encode()}
    )
    page.wait_for_function(
        "document.querySelector('[data-testid=stSelectbox]') && "
        "document.body.innerText.includes('quick.toml')"
    )
    visit.idle()
    page.get_by_role("button", name="开始规划").click()
    page.get_by_role("progressbar").first.wait_for()
    assert "已用" in page.get_by_role("main").or_(page.locator("body")).first.inner_text()
    page.get_by_role("tab", name="地图").wait_for(timeout=PATIENCE)
    drawn = visit.map()
    assert "光明区人民医院" in drawn.locator(".gp-legend").inner_text()
    assert drawn.locator("html").get_attribute("lang") == "zh-CN"

    visit.tab("规则检查")
    visit.shown("未通过")
    visit.shown("网格内至少有1家地市级或区级的三级综合性医院")
    visit.tab("网格与医疗集团")
    visit.shown("中山大学附属第七医院（深圳）")
    visit.tab("最优性证明")
    visit.shown("最优")
    visit.tab("下载成果")
    with zipfile.ZipFile(io.BytesIO(visit.download("全部下载（zip）"))) as archive:
        names = set(archive.namelist())
        plan = json.loads(archive.read("plan.json"))
        assert b"work_limit = 3.0" in archive.read("scenario.toml")
    assert {"map.html", "plan.xlsx", "plan.gpkg", "grids.geojson", "scenario.toml"} <= names
    assert round(sum(grid["population"] for grid in plan["grids"])) == 1_095_289

    page.get_by_text("English", exact=True).click()
    visit.shown("Proof of quality")
    visit.tab("Map")
    page.wait_for_function(
        "[...document.querySelectorAll('iframe')].some(f => f.srcdoc.includes('lang=\"en\"'))"
    )
    assert "Guangming District People's Hospital" in visit.map().locator(".gp-legend").inner_text()
    assert "lang=en" in page.url
    visit.tab("Downloads")
    assert b'<html lang="en">' in visit.download("map.html")


def test_from_the_bundled_district_to_the_downloads_in_both_languages(visiting, app):
    visiting(whole_way, app.url)


def keeps_the_map(visit, url, folder):
    page = visit.page
    page.goto(f"{url}/?lang=en")
    choose(visit, folder, "Another district folder", "Path of the district folder")
    page.get_by_role("button", name="Plan").click()
    page.get_by_role("tab", name="Map").wait_for(timeout=PATIENCE)
    frame = visit.map()
    scale = frame.locator(".leaflet-control-scale-line").first
    before = scale.inner_text()
    for _ in range(3):
        frame.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(400)
    zoomed = scale.inner_text()
    assert zoomed != before
    frame.evaluate("window.sameMap = true")
    walk = page.get_by_role("spinbutton", name="Walk (minutes)")
    walk.fill("12")
    walk.press("Enter")
    visit.shown("The settings have changed")
    assert visit.map().evaluate("window.sameMap") is True
    assert scale.inner_text() == zoomed

    # A reload finds the plan again, in the language of the address.
    page.reload()
    page.get_by_role("tab", name="Map").wait_for(timeout=PATIENCE)
    visit.map()
    assert page.get_by_role("tab", name="Findings").is_visible()


def mistakes(visit, url, folder):
    page = visit.page
    page.goto(url)
    choose(visit, folder, "其他辖区文件夹", "辖区文件夹路径")
    lower = page.get_by_role("spinbutton", name="服务人口下限")
    lower.fill("25000")
    lower.press("Enter")
    visit.shown("“服务人口下限” = 25000 大于 “服务人口上限” = 20000")
    assert page.get_by_role("button", name="开始规划").is_disabled()
    lower.fill("10000")
    lower.press("Enter")
    grids = page.get_by_role("spinbutton", name="网格数")
    grids.fill("5")
    grids.press("Enter")
    visit.idle()
    page.get_by_role("button", name="开始规划").click()
    visit.shown("可牵头的医院只有 2 家", PATIENCE)
    page.get_by_text("English", exact=True).click()
    visit.shown("only 2 hospital(s) of the hospitals layer")
    assert "Traceback" not in page.locator("body").inner_text()


def test_a_rerun_keeps_the_map_and_a_reload_the_plan(visiting, app, folder):
    visiting(keeps_the_map, app.url, folder)


def test_a_mistake_is_a_sentence(visiting, app, folder):
    visiting(mistakes, app.url, folder)
    assert "Traceback" not in app.log.read_text(encoding="utf-8")
