"""
The desk in a browser: seconds to the first view, to a layer, from a stroke to new figures.

``python -m benchmarks.desk [DISTRICT]`` starts the app and a headless Chromium on this machine,
plans once, and works on the map as a planner does. It asks nothing of any other machine.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
STROKES = 50
TOGGLES = 10


def main(district: str = "guangming") -> None:
    """Measure, and print one line a figure."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        shutil.copytree(ROOT / "data" / district, data / district)
        process, url = _served(Path(place), data)
        try:
            with sync_playwright() as playwright:
                options = ["--no-sandbox", "--disable-gpu"]
                browser = playwright.chromium.launch(executable_path=chromium, args=options)
                for what, told in _measured(browser, url).items():
                    print(f"{what:<44} {told}")
                browser.close()
            print(f"{'memory of the server, MB':<44} {_memory(process.pid):,.0f}")
        finally:
            process.terminate()
            process.wait(20)


def _served(place: Path, data: Path) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    script = place / "app.py"
    script.write_text(f"from gridplan.ui.page import Path, page\npage(Path({str(data)!r}))\n")
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true"]
    own = {"PYTHONPATH": str(ROOT), "GRIDPLAN_WORKSPACE": str(place / "workspace")}
    process = subprocess.Popen(
        [*command, "--server.port", str(port)],
        cwd=ROOT,
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                break
        except OSError:
            time.sleep(0.2)
    return process, url


def _measured(browser: Any, url: str) -> dict[str, str]:  # playwright's
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(600_000)
    found = {}
    began = time.perf_counter()
    page.goto(f"{url}/?lang=en")
    page.wait_for_selector("[data-layer=walk]")
    found["first view, the server cold, s"] = f"{time.perf_counter() - began:.1f}"
    began = time.perf_counter()
    page.reload()
    page.wait_for_selector("[data-layer=walk]")
    found["first view, the server warm, s"] = f"{time.perf_counter() - began:.1f}"
    page.wait_for_selector("[data-testid=stStatusWidget]", state="detached")
    began = time.perf_counter()
    page.get_by_role("button", name="Plan", exact=True).click()
    page.wait_for_selector("[data-layer=grids]")
    found["from Plan to the plan on the map, s"] = f"{time.perf_counter() - began:.1f}"
    page.wait_for_selector("[data-layer=residents]")
    toggles = [
        page.evaluate(
            """async () => {
                 const began = performance.now();
                 document.querySelector("[data-layer=residents]").click();
                 await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
                 return performance.now() - began;
               }"""
        )
        for _ in range(TOGGLES)
    ]
    found["a layer switched, median s"] = f"{statistics.median(toggles) / 1000:.2f}"
    return found | _painted(page)


def _painted(page: Any) -> dict[str, str]:  # playwright's
    """Paint units from grid to grid and wait for the figures each time."""
    found = {}
    page.get_by_text("Edit grids", exact=True).click()
    page.locator("[data-tool=brush]").click()
    page.evaluate("document.querySelector('.gp-desk').dataset.same = 'yes'")
    box = page.locator(".gp-desk-map").bounding_box()
    strokes = []
    for number in range(STROKES):
        page.locator(f"[data-grid='{number % 2}']").click()
        x = box["x"] + box["width"] * (0.25 + 0.25 * (number % 5) / 5)
        y = box["y"] + box["height"] * (0.35 + 0.3 * (number % 7) / 7)
        said = page.get_by_text("units moved").first.inner_text()
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y + 8, steps=4)
        began = time.perf_counter()
        page.mouse.up()
        try:
            page.wait_for_function(
                "said => ![...document.querySelectorAll('p')].some(p => p.textContent === said)",
                arg=said,
                timeout=5_000,
            )
        except Exception:  # a stroke over units that were in the grid already moves none
            continue
        strokes.append(time.perf_counter() - began)
    found["stroke to new figures, median s"] = f"{statistics.median(strokes):.2f}"
    found["stroke to new figures, 9 of 10 within s"] = (
        f"{statistics.quantiles(strokes, n=10)[8]:.2f}"
    )
    same = page.evaluate("document.querySelector('.gp-desk').dataset.same") == "yes"
    found[f"the map mounted anew in {STROKES} strokes"] = "never" if same else "yes"
    return found


def _memory(process: int) -> float:
    """Give the resident memory of a process, megabytes; NaN where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:2])
