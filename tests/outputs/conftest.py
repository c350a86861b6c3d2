from pathlib import Path

import pytest
from stand_in import HOSTILE, make_plan

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def plan():
    return make_plan()


@pytest.fixture(scope="session")
def bare_plan():
    """Centers alone: no grids, no streets, no hospitals, units on no lattice."""
    return make_plan(with_grids=False, with_streets=False, with_hospitals=False, polygons=True)


@pytest.fixture(scope="session")
def hostile_plan():
    """Every text a user can give holds all hostile strings."""
    everything = " ".join(HOSTILE)
    return make_plan(text=lambda plain: f"{plain} {everything}")


@pytest.fixture(scope="session")
def browser():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser: {CHROMIUM} is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


class Visit:
    """One page that was opened, with everything it asked for and complained about."""

    def __init__(self, browser, path):
        self.page = browser.new_page(viewport={"width": 1200, "height": 800})
        self.requests, self.complaints = [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append("dialog") or dialog.dismiss())
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(".gp-legend")
        self.page.wait_for_timeout(150)

    @property
    def outside(self):
        """Requests for anything but the page itself and what it holds."""
        return [
            url for url in self.requests[1:] if not url.startswith(("data:", "about:", "blob:"))
        ]


@pytest.fixture
def visit(browser):
    """Open a saved map; closed again when the test ends."""
    opened = []

    def visit(path):
        opened.append(Visit(browser, path))
        return opened[-1]

    yield visit
    for one in opened:
        one.page.close()
