"""
The desk in a browser: seconds to the first view, to a layer, from a stroke to new figures.

``python -m benchmarks.desk [DISTRICT] [--plan FOLDER] [--people N]`` starts the app and a headless
Chromium on this machine, plans once, or takes the plan that ``gridplan plan`` wrote into a folder,
and works on the map as a planner does; with ``--people`` so many at a time each load, plan with a
seed of their own and edit 20 times. It asks nothing of any other machine.
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

from benchmarks.browser import OPTIONS, ROOT, chromium, memory, processor, served
from benchmarks.desk_people import SERVER, Crowd, at_once
from benchmarks.desk_window import brush, opened, plan, settled, shown, strokes

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
    asked.add_argument("--plan", type=Path, help="a plan of the district, as it was written")
    asked.add_argument("--people", type=int, default=0)
    asked.add_argument("--work", type=float, default=10.0, help="work limit of their plans")
    given = asked.parse_args()
    folder = Path(given.district)
    print(f"{folder.name}, load {os.getloadavg()[0]:.1f}", flush=True)
    options = SERVER if given.people else {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with served(place, folder, written=given.plan, **options) as (url, server):
            written = given.plan is not None
            people = Crowd(given.people, given.work, place / "workspace")
            found = asyncio.run(_found(url, server, people, written))
            found["processor of the server, s"] = f"{processor(server):.0f}"
            for what, told in found.items():
                print(f"{what:<52} {told}")
            print(f"{'memory of the server, MB':<52} {memory(server):,.0f}")
    print(f"load at the end {os.getloadavg()[0]:.1f}")


async def _found(url: str, server: int, people: Crowd, written: bool) -> dict[str, str]:
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=OPTIONS)
        if people.count:
            return await at_once(browser, url, people, memory=lambda: memory(server))
        return await _alone(browser, url, written=written)


class Told(dict[str, str]):
    """Figures by what they are, each printed as soon as it is known."""

    def __setitem__(self, what: str, told: str) -> None:
        super().__setitem__(what, told)
        print(f"  {what}: {told}", flush=True)


async def _alone(browser: Any, url: str, *, written: bool) -> dict[str, str]:  # playwright's
    found = Told()
    page, seconds = await opened(browser, url)
    found["first view, the server cold, s"] = f"{seconds:.1f}"
    began = time.perf_counter()
    await page.reload()
    await page.wait_for_selector("[data-layer=residents]")
    found["first view, the server warm, s"] = f"{time.perf_counter() - began:.1f}"
    if written:
        found["from the address of a plan to its map, s"] = f"{await shown(page, url):.1f}"
        found["the same once more, s"] = f"{await shown(page, page.url, again=True):.1f}"
    else:
        found["from Plan to the plan on the map, s"] = f"{await plan(page):.1f}"
    await page.wait_for_selector("[data-layer=residents]")
    await settled(page)
    toggles = [await page.evaluate(_TOGGLE) for _ in range(TOGGLES)]
    found["a layer switched, median s"] = f"{statistics.median(toggles) / 1000:.2f}"
    began = time.perf_counter()
    await brush(page)
    found["from the map to the brush, s"] = f"{time.perf_counter() - began:.1f}"
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
