"""Where and with what a benchmark ran."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from gridplan.optimise.numeric.parallel import THREADS


def machine() -> str:
    """Say where and with what the run is made."""
    cpu = Path("/proc/cpuinfo")
    names = (
        [one for one in cpu.read_text().splitlines() if "model name" in one] if cpu.exists() else []
    )
    chip = names[0].split(":")[1].strip() if names else platform.machine()
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("highspy", "numpy", "numba")
    )
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {chip}, {os.cpu_count()} cores, "
        f"solver on one thread, searches of service areas on {THREADS}, load {load}, "
        f"Python {platform.python_version()}, {versions}."
    )
