"""The command that plans many scenarios of one district."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from gridplan.cli.options import (
    debug_option,
    district_argument,
    json_option,
    lang_option,
    profile_option,
    scenario_option,
)
from gridplan.cli.telling import note, scenario_of, told
from gridplan.errors import InputError, Problem
from gridplan.text import say

_RANGE = re.compile(r"(-?[\d.]*\d)\.\.(-?[\d.]*\d)(?::([\d.]*\d))?\Z")
_BAND = re.compile(r"([\d.]*\d)-([\d.]*\d)\Z")
THOUSAND = 1000.0
"""Ends of a band below this many are thousands of residents."""


def values_of(key: str, text: str) -> list[Any]:
    """
    Read what an option gives: ``1..4``, ``44..66:2``, ``18-30,20-30`` (a band), ``unit,community``.

    Raises
    ------
    InputError
        ``sweep-range`` or ``sweep-band``.
    """
    found: list[Any] = []
    for part in filter(None, (entry.strip() for entry in text.split(","))):
        found += [_band(part)] if key == "band" else _entries(key, part)
    if not found:
        raise InputError([Problem("sweep-empty", {"key": key})])
    return found


def _entries(key: str, part: str) -> list[Any]:
    span = _RANGE.fullmatch(part)
    if span is None:
        return [_plain(part)]
    first, last, step = (_plain(end) if end else 1 for end in span.groups())
    numeric = all(isinstance(end, (int, float)) for end in (first, last, step))
    if not numeric or step <= 0 or last < first or (last - first) / step > 10_000:
        raise InputError([Problem("sweep-range", {"key": key, "value": part})])
    return [first + at * step for at in range(int((last - first) / step + 1e-9) + 1)]


def _plain(text: str) -> Any:  # noqa: ANN401  # a number or a word
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def _band(part: str) -> tuple[float, float]:
    ends = _BAND.fullmatch(part)
    if ends is None:
        raise InputError([Problem("sweep-band", {"value": part})])
    low, high = (float(end) * (THOUSAND if float(end) < THOUSAND else 1.0) for end in ends.groups())
    return low, high


@click.command()
@debug_option
@district_argument
@scenario_option
@profile_option
@click.option("--grids", default="", metavar="VALUES", help="Numbers of grids: 1..4, or 1,2,4.")
@click.option(
    "--band",
    default="",
    metavar="VALUES",
    help="Residents a center serves: 18-30,20-30 (thousand), or 18000-30000.",
)
@click.option("--centers", default="", metavar="VALUES", help="Numbers of centers: 44..66:2.")
@click.option(
    "--vary",
    multiple=True,
    metavar="KEY=VALUES",
    help="Any other key of a scenario: center_max_minutes=10,15; may be given several times.",
)
@click.option(
    "--processes", type=click.IntRange(1, 256), help="At a time.  [default: one a processor]"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder; what an earlier run left there is not planned again.  [default: "
    "out/DISTRICT-sweep]",
)
@lang_option
@json_option
def sweep(
    district: Path,
    scenario: Path | None,
    own_profiles: tuple[Path, ...],
    out: Path | None,
    lang: str,
    *,
    processes: int | None,
    as_json: bool,
    **given: Any,  # noqa: ANN401  # what is varied
) -> None:
    """
    Plan DISTRICT for every combination of values: table, cost curve with bounds, Pareto front.

    All cores work. A sweep that was stopped goes on where it was; the same scenario is never
    planned twice. Each point is a scenario file to plan in full.
    """
    with told(lang, as_json=as_json, task="sweep"):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.sweeps.folder import sweep_json, write_sweep
        from gridplan.outputs.sweeps.page import sweep_told
        from gridplan.outputs.sweeps.store import known_results, write_result
        from gridplan.planning.scenario.derived import derived_scenario
        from gridplan.planning.sweeps.points import points_of
        from gridplan.planning.sweeps.sweep import Result, run_sweep

        axes = _axes(given)
        chosen = scenario_of(district, scenario, lang)
        note(say("cli.reading", lang, folder=str(district)))
        known = read_district(district)
        points = points_of(
            known, chosen or derived_scenario(known), axes, own_profiles=own_profiles
        )
        folder = out or Path("out") / f"{district.resolve().name}-sweep"
        before = known_results(folder, points)
        if before:
            note(say("sweeps.known", lang, count=len(before), points=len(points)))
        count = 0

        def done(result: Result) -> None:
            nonlocal count
            count += 1
            if result.digest in before:
                return
            write_result(folder, result)
            state = say(f"sweeps.state-{result.state}", lang)
            values = {"done": count, "points": len(points), "name": result.name, "state": state}
            note(say("sweeps.progress", lang, **values))

        found = run_sweep(
            known,
            points,
            known=before,
            processes=processes,
            own_profiles=own_profiles,
            done=done,
        )
        paths = write_sweep(found, folder, lang=lang)
        click.echo(sweep_json(found) if as_json else sweep_told(found, lang))
        note("\n".join([say("sweeps.written", lang), *(f"  {path}" for path in paths)]))


def _axes(given: dict[str, Any]) -> dict[str, list[Any]]:
    """Read the options that vary something; tell all that is wrong at once."""
    texts = {key: given[key] for key in ("grids", "band", "centers") if given[key]}
    problems: list[Problem] = []
    for entry in given["vary"]:
        key, mark, text = entry.partition("=")
        if not mark:
            problems.append(Problem("sweep-empty", {"key": key}))
        texts[key.strip()] = text
    axes: dict[str, list[Any]] = {}
    for key, text in texts.items():
        try:
            axes[key] = values_of(key, text)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return axes
