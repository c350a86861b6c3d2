"""Options that the commands of projects share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem

project_argument = click.argument("folder", metavar="PROJECT", type=click.Path(path_type=Path))
name_argument = click.argument("name", metavar="SCENARIO")
by_option = click.option("--by", default="", help="Who works, for the project's log.")
set_option = click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A decision to change, as in a scenario's file: --set grids=3. May be given several "
    "times.",
)


def settings_of(lines: tuple[str, ...]) -> dict[str, Any]:
    """
    Read decisions given on the command line, each a line of TOML; bare words are texts.

    Raises
    ------
    InputError
        ``setting-form`` for every one that is none.
    """
    found: dict[str, Any] = {}
    problems = []
    for line in lines:
        key, mark, value = line.partition("=")
        table: dict[str, Any] = {}
        for text in (value, f'"{value.strip()}"'):
            try:
                table = parse_toml(f"value = {text}".encode())[0]
                break
            except UnreadableError:
                continue
        if not mark or "value" not in table or not key.strip():
            problems.append(Problem("setting-form", {"value": line}))
            continue
        found[key.strip()] = table["value"]
    if problems:
        raise InputError(problems)
    return found
