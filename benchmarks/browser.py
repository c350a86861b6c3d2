"""The app on a free port of this machine and a headless Chromium: for measuring and drawing."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
"""Of Chromium."""
_PATIENCE = 120.0  # seconds until a server answers


@contextmanager
def served(
    place: Path, folder: Path, *, written: Path | None = None, **options: str
) -> Iterator[tuple[str, int]]:
    """
    Serve the app until the block ends.

    Parameters
    ----------
    place
        A folder for the server's files; its own work lies in ``workspace`` there.
    folder
        The district on offer; a copy of it is.
    written
        A plan of it, as ``gridplan plan`` wrote it; shown where the address says ``plan=written``.
    options
        More of the server's environment.

    Yields
    ------
    url, process
        Its address and the number of its process.
    """
    data = place / "data"
    shutil.copytree(folder, data / folder.name)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    script = place / "app.py"
    lines = ["from gridplan.ui.page import Path, page"]
    if written is not None:
        lines += ["from benchmarks.desk_plan import keep"]
        lines += [f"keep(Path({str(data / folder.name)!r}), Path({str(written.absolute())!r}))"]
    script.write_text("\n".join([*lines, f"page(Path({str(data)!r}))\n"]))
    own = {"PYTHONPATH": str(ROOT), "GRIDPLAN_WORKSPACE": str(place / "workspace"), **options}
    with (place / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless", "true",
             "--server.port", str(port)],
            cwd=ROOT, env=os.environ | own, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def chromium() -> str:
    """Name the Chromium of the system; empty without one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


def memory(process: int) -> float:
    """Give the resident memory of a process, megabytes; NaN where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    line = next(line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor(process: int) -> float:
    """Give the seconds of processor a process has used; NaN where the system does not tell."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    values = text.rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")
