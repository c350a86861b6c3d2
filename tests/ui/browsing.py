"""A server of the app and a browser window for tests: what both tell is looked at every time."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from gridplan.text import say

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 240_000  # milliseconds a run may take on a busy machine
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Server:
    """The app on a free port, over a folder of districts that is there already."""

    def __init__(self, place, data, **options):
        place.mkdir(parents=True, exist_ok=True)
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
        own = {"PYTHONPATH": str(ROOT), "GRIDPLAN_WORKSPACE": str(self.workspace)} | options
        with self.log.open("w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=file, stderr=file, env=os.environ | own
            )

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise TimeoutError(self.told())

    def told(self):
        """Give what it logged."""
        return self.log.read_text(encoding="utf-8")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


@contextmanager
def serving(place, write, scenario, before=None):
    """Serve the small district with a scenario; a fault that it logs fails the test."""
    folder = write(place / "data" / "tiny")
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    server = Server(place / "server", place / "data")
    try:
        if before is not None:
            before(server, folder)
        yield server.wait()
        assert "Traceback" not in server.told()
    finally:
        server.stop()


class Visit:
    """One browser window that may talk to this machine only; what else it tried is kept."""

    def __init__(self, browser, lang):
        self.lang = lang
        self.context = browser.new_context(
            viewport={"width": 1440, "height": 900}, accept_downloads=True
        )
        self.outside, self.complaints, self.barred = [], [], {}
        self.context.route("**/*", self._route)
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)
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

    def shown(self, text, patience=120_000):
        self.page.get_by_text(text).first.wait_for(timeout=patience)

    def button(self, key, **values):
        # Exactly: "Plan" is part of what other buttons are called.
        return self.page.get_by_role("button", name=self.say(key, **values), exact=True).first

    def press(self, key, **values):
        self.button(key, **values).click()

    def open(self, url, **query):
        """Open a page by its address and wait until it has settled."""
        asked = "&".join(f"{name}={value}" for name, value in {"lang": self.lang, **query}.items())
        self.page.goto(f"{url}?{asked}")
        self.page.wait_for_selector(".st-key-gridplan-menu")
        self.idle()

    def go(self, address):
        """Follow the menu, and see that nothing went wrong on the page."""
        link = self.page.locator(f".st-key-gridplan-menu a[href='{address}']")
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
        """See that no sentence is missing, nothing failed, and everybody can use the page."""
        body = self.page.locator("body").inner_text()
        assert say("app.failed", self.lang) not in body
        assert "Traceback" not in body
        assert not self.page.locator("[data-testid=stException]").count()
        # A sentence of the catalogue that is missing would be shown by its key.
        assert not re.search(r"\b(?:app|desk|intake|outputs|maps)\.[a-z-]+\b", body)

    def accessible(self):
        """See that axe finds no violation of level A or AA on the page as it stands."""
        from axe_playwright_python.sync_playwright import Axe

        options = {
            "runOnly": {"type": "tag", "values": LEVELS},
            "resultTypes": ["violations"],
        }
        found = Axe().run(self.page, options=options).response["violations"]
        told = [
            f"{rule['id']} ({rule['impact']}): {node['html'][:200]}\n    {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert not told, f"{self.page.url}\n" + "\n".join(told)

    def planned(self):
        """Wait until a plan is drawn."""
        self.page.wait_for_selector("[data-layer=grids]", timeout=PATIENCE)
        self.page.wait_for_selector("[role=progressbar]", state="detached", timeout=PATIENCE)
        self.idle()

    def idle(self):
        """Wait until the page has settled after a change."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")

    def download(self, key):
        with self.page.expect_download(timeout=PATIENCE) as expected:
            self.press(key)
        return Path(expected.value.path()).read_bytes()
