"""
The desk in a browser: seconds to the first view, to a layer, from a stroke to new figures.

``python -m benchmarks.desk [DISTRICT] [--people N]`` starts the app and a headless Chromium on this
machine, plans once, and works on the map as a planner does; with ``--people`` so many at a time
each load, plan with a seed of their own and edit 20 times. It asks nothing of any other machine.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.browser import OPTIONS, ROOT, chromium, memory, served
from benchmarks.desk_people import SERVER, at_once
from benchmarks.desk_window import brush, opened, plan, settled, strokes

STROKES, TOGGLES = 50, 10
_TOGGLE = """async () => {
  const began = performance.now();
  document.querySelector("[data-layer=residents]").click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""


def main() -> None:
    """Measure, and print one line a figure."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("district", nargs="?", default=str(ROOT / "data" / "guangming"))
    asked.add_argument("--people", type=int, default=0)
    given = asked.parse_args()
    folder = Path(given.district)
    print(f"{folder.name}, load {os.getloadavg()[0]:.1f}", flush=True)
    options = SERVER if given.people else {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with served(place, folder, **options) as (url, server):
            found = asyncio.run(_found(url, place / "workspace", server, given.people))
            for what, told in found.items():
                print(f"{what:<52} {told}")
            print(f"{'memory of the server, MB':<52} {memory(server):,.0f}")
    print(f"load at the end {os.getloadavg()[0]:.1f}")


async def _found(url: str, workspace: Path, server: int, people: int) -> dict[str, str]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        if people:
            return await at_once(
                browser, url, workspace, people=people, memory=lambda: memory(server)
            )
        return await _alone(browser, url)


async def _alone(browser: Any, url: str) -> dict[str, str]:  # playwright's
    found = {}
    page, seconds = await opened(browser, url)
    found["first view, the server cold, s"] = f"{seconds:.1f}"
    began = time.perf_counter()
    await page.reload()
    await page.wait_for_selector("[data-layer=walk]")
    found["first view, the server warm, s"] = f"{time.perf_counter() - began:.1f}"
    found["from Plan to the plan on the map, s"] = f"{await plan(page):.1f}"
    await page.wait_for_selector("[data-layer=residents]")
    await settled(page)
    toggles = [await page.evaluate(_TOGGLE) for _ in range(TOGGLES)]
    found["a layer switched, median s"] = f"{statistics.median(toggles) / 1000:.2f}"
    await brush(page)
    await page.evaluate("document.querySelector('.gp-desk').dataset.same = 'yes'")
    times = await strokes(page, STROKES)
    found[f"strokes that moved units, of {STROKES}"] = str(len(times))
    found["stroke to new figures, median s"] = f"{statistics.median(times):.2f}"
    most = statistics.quantiles(times, n=10)[8]
    found["stroke to new figures, 9 of 10 within s"] = f"{most:.2f}"
    same = await page.evaluate("document.querySelector('.gp-desk').dataset.same") == "yes"
    found[f"the map mounted anew in {STROKES} strokes"] = "never" if same else "yes"
    return found


if __name__ == "__main__":
    main()
