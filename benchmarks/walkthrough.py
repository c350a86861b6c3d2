"""
The pictures of docs/walkthrough.md, drawn anew by doing the job in a headless Chromium.

``python -m benchmarks.walkthrough [DISTRICT]`` serves a bundled district, Guangming unless another
is named, and plans, edits, keeps, compares, meets and looks up, once. Each picture is taken in
every language: the page is switched to the other and back, and has to be where it was.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.browser import OPTIONS, ROOT, chromium, served
from benchmarks.desk_window import settled
from gridplan.text import LANGUAGES, say

PICTURES = ROOT / "docs" / "images" / "walkthrough"
_SIZE = {"width": 1360, "height": 820}
_LONG = 3_600_000  # milliseconds
_PLACE = ("113.936", "22.749")  # degrees, WGS-84: somewhere in the middle


class Walk:
    """
    One window, and the pictures taken in it.

    Parameters
    ----------
    page
        Playwright's.
    """

    def __init__(self, page: Any) -> None:
        self.page, self.lang = page, LANGUAGES[0]

    def say(self, key: str, **values: str) -> str:
        """Say what a button is called."""
        return say(key, self.lang, **values)

    async def press(self, key: str) -> None:
        """Press the button of that name."""
        await self.page.get_by_role("button", name=self.say(key), exact=True).first.click()

    async def go(self, address: str) -> None:
        """Follow the menu."""
        await settled(self.page)
        await self.page.locator(f".st-key-gridplan-menu a[href='{address}']").click()
        title = self.say(f"app.page-{address or 'desk'}")
        await self.page.get_by_role("heading", name=title, exact=False).first.wait_for()
        await settled(self.page)

    async def part(self, key: str) -> None:
        """Choose a part of the page."""
        await self.page.get_by_text(self.say(key), exact=True).first.click()
        await settled(self.page)

    async def take(self, name: str) -> None:
        """Take a picture of what is on the screen, in every language."""
        for lang in [*LANGUAGES[1:], LANGUAGES[0]]:  # and is back in the first
            await self.switch(lang)
            folder = PICTURES / lang
            folder.mkdir(parents=True, exist_ok=True)
            await self.page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=72)
            print(f"{lang} {name}", flush=True)

    async def switch(self, lang: str) -> None:
        """Turn the page to another language."""
        await self.still()
        await self.page.get_by_text(say("language.name", lang), exact=True).first.click()
        self.lang = lang
        section = say("app.section-base", lang)
        await self.page.locator(".st-key-gridplan-menu").get_by_text(section, exact=True).wait_for()
        await self.still()

    async def still(self) -> None:
        """Wait until the page is drawn to its end, its maps too."""
        await self.page.wait_for_timeout(800)
        await self.page.wait_for_selector("[data-test-script-state=notRunning]")
        await self.page.wait_for_timeout(1200)

    async def planned(self) -> None:
        """Wait until the plan is drawn and nothing is tried any more."""
        await self.page.wait_for_selector("[data-layer=grids]")
        await self.page.wait_for_selector("[role=progressbar]", state="detached")
        await settled(self.page)


async def _data(walk: Walk) -> None:
    await walk.take("01-desk-before")
    await walk.go("prepare")
    await walk.take("02-prepare")
    await walk.go("today")
    await walk.take("03-today")


async def _plan(walk: Walk) -> None:
    await walk.go("")
    await walk.press("app.run")
    await walk.page.wait_for_selector("[role=progressbar]")
    await walk.page.wait_for_timeout(4000)
    await walk.take("04-planning")
    await walk.planned()
    await walk.take("05-plan")
    await _keep(walk, "A")
    # What would pass is tried for a plan as it came, not for one changed by hand.
    await walk.go("variants")
    await walk.part("app.compare-part-passing")
    adopt = walk.page.get_by_role("button", name=walk.say("app.adopt", letter="").strip())
    await adopt.first.wait_for()
    await walk.take("12-passing")
    await walk.go("")


async def _keep(walk: Walk, name: str) -> None:
    """Keep the scenario by a name; the plan goes with it."""
    title = walk.say("app.scenarios-title", name="", mark="")
    await walk.page.get_by_test_id("stPopoverButton").filter(has_text=title).click()
    field = walk.page.get_by_role("textbox", name=walk.say("app.scenarios-name"))
    await field.fill(name)
    await field.press("Enter")
    await settled(walk.page)
    await walk.press("app.scenarios-keep")
    await walk.still()
    await walk.page.keyboard.press("Escape")


async def _edit(walk: Walk) -> None:
    page = walk.page
    await walk.part("desk.mode-edit")
    await page.locator("[data-tool=brush]").click()
    await page.locator("[data-grid='0']").click()
    box = await page.locator(".gp-desk-map").bounding_box()
    x, y = box["x"] + box["width"] * 0.36, box["y"] + box["height"] * 0.55
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y + 30, steps=6)
    await page.mouse.up()
    await settled(page)
    await walk.take("06-edit")
    await walk.press("desk.keep")
    await walk.planned()
    await _keep(walk, "B")
    await walk.part("desk.mode-sites")
    await walk.take("07-fix-centers")
    await walk.part("desk.mode-meeting")
    await walk.still()
    # Of two maps one is of the mode that was left, and goes as soon as it is drawn over.
    await page.wait_for_function("document.querySelectorAll('.gp-desk-map').length === 1")
    await page.locator("[data-tool=close]").click()
    await page.locator(".gp-desk-site").nth(5).click()
    await page.wait_for_selector(".gp-desk-closed")
    await walk.take("16-meeting")
    await walk.part("desk.mode-settings")


async def _pages(walk: Walk) -> None:
    page = walk.page
    for number, address in ((8, "groups"), (9, "sites"), (10, "phases")):
        await walk.go(address)
        await walk.take(f"{number:02}-{address}")
    await walk.go("variants")
    for tick in await page.get_by_role("checkbox").all():
        if await tick.is_enabled():  # its plan is kept
            await tick.set_checked(True, force=True)
            await settled(page)
    await walk.take("11-compare")
    await walk.go("policy")
    await walk.take("13-policy")
    await walk.go("lookup")
    for part, text in zip(("lon", "lat"), _PLACE, strict=True):
        field = page.get_by_label(walk.say(f"app.lookup-{part}"), exact=True).first
        await field.fill(text)
        await field.press("Enter")
        await settled(page)
    await walk.take("14-lookup")
    await walk.go("results")
    await walk.take("15-results")


async def _walk(url: str) -> None:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        page = await (await browser.new_context(viewport=_SIZE)).new_page()
        page.set_default_timeout(_LONG)
        await page.goto(f"{url}/?lang={LANGUAGES[0]}")
        await page.wait_for_selector("[data-layer=walk]")
        walk = Walk(page)
        for scene in (_data, _plan, _edit, _pages):
            await scene(walk)
        await browser.close()


def main() -> None:
    """Draw the pictures."""
    district = ROOT / "data" / (sys.argv[1] if len(sys.argv) > 1 else "guangming")
    with tempfile.TemporaryDirectory() as name, served(Path(name), district) as (url, _):
        asyncio.run(_walk(url))


if __name__ == "__main__":
    main()
