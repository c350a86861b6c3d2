"""What a planner does in a window of the app, and how long the app takes for it."""

from __future__ import annotations

import time
from typing import Any

from gridplan.text import say

LANG = "en"
_LONG = 3_600_000  # milliseconds
_BUSY = "!!document.querySelector('[data-testid=stStatusWidget]')"
_STEPS = """pattern => {
  const found = [...document.querySelectorAll("p")].map((p) => p.textContent.match(pattern));
  const told = found.find((match) => match);
  return told ? Number(told[1].replaceAll(",", "")) : -1;
}"""


async def opened(browser: Any, url: str, **options: Any) -> tuple[Any, float]:
    """Open a window; give it and the seconds until the map is there."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    page = await context.new_page()
    page.set_default_timeout(_LONG)
    began = time.perf_counter()
    await page.goto(f"{url}/?lang={LANG}")
    await page.wait_for_selector("[data-layer=residents]")
    return page, time.perf_counter() - began


async def settled(page: Any) -> None:
    """Wait until the page is drawn."""
    await page.wait_for_timeout(500)
    await page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")


async def take(page: Any, name: str, scenario: str) -> None:
    """Load a scenario by that name from a file."""
    content = f'name_en = "{name}"\n{scenario}'
    await page.get_by_text(say("app.scenario-file", LANG), exact=True).click()
    file = {"name": "own.toml", "mimeType": "text/plain", "buffer": content.encode()}
    await page.locator("input[type=file]").last.set_input_files(file)
    await page.get_by_text(name).first.wait_for()
    await settled(page)


async def plan(page: Any) -> float:
    """Plan; give the seconds until the plan is on the map."""
    await settled(page)
    began = time.perf_counter()
    await page.get_by_role("button", name=say("app.run", LANG), exact=True).click()
    await page.wait_for_selector("[data-layer=grids]")
    return time.perf_counter() - began


async def shown(page: Any, url: str, *, again: bool = False) -> float:
    """Go to the plan that was written; give the seconds until it is on the map."""
    await settled(page)
    began = time.perf_counter()
    await page.goto(url if again else f"{url}/?lang={LANG}&plan=written")
    await page.wait_for_selector("[data-layer=grids]")
    return time.perf_counter() - began


async def brush(page: Any) -> None:
    """Go to where the plan is edited and take the brush."""
    await settled(page)
    await page.get_by_text(say("desk.mode-edit", LANG), exact=True).click()
    await page.locator("[data-tool=brush]").click()
    await settled(page)


async def strokes(page: Any, count: int, *, first: int = 0, pause: float = 0.0) -> list[float]:
    """
    Paint units from grid to grid and wait for the figures each time.

    Parameters
    ----------
    page
        With the brush in hand.
    count, first
        How many, and the number of the first: strokes of other numbers are elsewhere.
    pause
        Seconds of thought after each.

    Returns
    -------
    seconds
        Of each stroke that moved a unit, from letting the button go to the new count of steps.
    """
    box = await page.locator(".gp-desk-map").bounding_box()
    grids = await page.locator("[data-grid]").count()
    found: list[float] = []
    for number in range(first, first + count):
        await page.locator(f"[data-grid='{number % grids}']").click()
        x = box["x"] + box["width"] * (0.2 + 0.4 * ((7 * number) % 13) / 13)
        y = box["y"] + box["height"] * (0.3 + 0.5 * ((5 * number) % 11) / 11)
        said = await steps(page)
        await page.mouse.move(x, y)
        await page.mouse.down()
        await page.mouse.move(x + 40, y + 8, steps=4)
        began = time.perf_counter()
        await page.mouse.up()
        while time.perf_counter() < began + 60:
            if await steps(page) != said:
                found.append(time.perf_counter() - began)
                break
            # A stroke over units that were in the grid already moves none, and says nothing.
            if time.perf_counter() > began + 3 and not await page.evaluate(_BUSY):
                break
            await page.wait_for_timeout(20)
        await page.wait_for_timeout(1000 * pause)
    return found


async def steps(page: Any) -> int:
    """Give how many steps the page says were done."""
    words = say("desk.moved", LANG, steps="#", units="#").split("#")
    return int(await page.evaluate(_STEPS, f"^{words[0]}([0-9,]+){words[1]}"))
