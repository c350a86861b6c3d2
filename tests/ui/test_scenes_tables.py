"""In headless Chromium: a cell is typed into; read back from the disk."""

import pytest
from browsing import serving

from gridplan.district.folder.read import read_district
from gridplan.text import LANGUAGES

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

SCENARIO = "grids = 2\ncenter_lower = 10000\ncenter_upper = 20000\nwork_limit = 1\n"


@pytest.fixture
def app(tmp_path, tiny_writer):
    """The app over the small district."""
    with serving(tmp_path, tiny_writer, SCENARIO) as server:
        yield server


def beds_typed(visit, app):
    """The beds of a hospital of a bundled district are typed; a copy has them on the disk."""
    page = visit.page
    page.goto(f"{app.url}/?lang={visit.lang}")
    page.wait_for_selector("[data-layer=walk]")
    visit.go("prepare")
    page.get_by_role("tab").nth(1).click()
    visit.idle()
    canvas = page.locator("[data-testid=stDataFrame] canvas").first
    canvas.wait_for()
    visit.idle()
    box = canvas.bounding_box()
    page.mouse.dblclick(box["x"] + box["width"] * 0.78, box["y"] + 52)
    cell = page.locator("#portal input")  # it opens when the table has time for it
    cell.fill("456")
    cell.press("Enter")
    for _ in range(150):
        made = [*app.workspace.glob("*/district.toml")]
        if made and 456 in set(read_district(made[0].parent).hospitals["beds"]):
            break
        page.wait_for_timeout(200)
    else:
        raise AssertionError("the beds are not on the disk")
    visit.idle()
    visit.check()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_cell_is_typed_into(visiting, app, lang):
    visiting(beds_typed, lang, app)
