"""Options that several commands share, each declared once, and the exit codes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from gridplan.text import LANGUAGES

EXIT_ALTERED = 1
EXIT_BAD_INPUT = 2
EXIT_INFEASIBLE = 3
EXIT_FAULT = 4
EXIT_UNCHECKED = 5
EXIT_CANCELLED = 130

_DEBUG = "gridplan.debug"


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_DEBUG] = True


def debugging() -> bool:
    """Say whether ``--debug`` was given to the command that runs."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_DEBUG))


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remember,
    help="After an error, print where in the program it happened.",
)

lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of everything written and printed.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of a summary."
)
scenario_option = click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    help="TOML file with the planner's choices.  [default: DISTRICT/scenario.toml, if there]",
)
profile_option = click.option(
    "--profile-file",
    "own_profiles",
    type=click.Path(path_type=Path),
    multiple=True,
    help="TOML file with rules of your own, anywhere; may be given several times. A scenario may "
    "only name files inside DISTRICT.",
)
adopt_option = click.option(
    "--adopt",
    default="",
    metavar="VARIANT",
    help="Plan a variant, by its letter or name (B or one-grid); a number takes that of the "
    "--alternatives.",
)
district_argument = click.argument("district", type=click.Path(path_type=Path))
out_argument = click.argument("out", type=click.Path(path_type=Path))

Choosing = tuple[int, str]
"""How many ways to cut the grids are offered, and what is adopted."""


def choosing_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--alternatives`` and ``--adopt``; the command gets both as ``choosing``."""

    @wraps(command)
    def together(*, alternatives: int, adopt: str, **given: object) -> object:
        return command(choosing=(alternatives, adopt), **given)

    count = click.option(
        "--alternatives",
        type=click.IntRange(0, 20),
        default=0,
        help="Offer up to so many ways to cut the grids that really differ, this plan included, "
        "each with its price.",
    )
    return count(adopt_option(together))


Drawing = tuple[Path | None, str]
"""The file of a drawing, and the coordinates it is in; empty where the file says them."""


def drawing_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--drawn`` and ``--drawn-crs``; the command gets both as ``drawing``."""

    @wraps(command)
    def together(*, drawn: Path | None, drawn_crs: str, **given: object) -> object:
        return command(drawing=(drawn, drawn_crs), **given)

    file = click.option(
        "--drawn",
        type=click.Path(path_type=Path),
        help="Grids you drew, taken as they are: a table (CSV, xlsx: unit, grid[, lead]), polygons "
        "(GeoJSON, zipped shapefile, GeoPackage, .gdb; FILE#LAYER), or the folder of a plan.",
    )
    crs = click.option(
        "--drawn-crs",
        default="",
        metavar="CRS",
        help="Of drawn polygons whose file does not say: EPSG:4547, gcj02 ...",
    )
    return file(crs(together))
