"""A sweep's folder: each result a file of its own, so that a sweep broken off goes on there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gridplan.outputs.disk.whole_file import write_whole
from gridplan.planning.scenario.file import scenario_toml
from gridplan.planning.sweeps.points import Point
from gridplan.planning.sweeps.sweep import Result
from gridplan.version import PROGRAM, VERSION

POINTS, SCENARIOS = "points", "scenarios"


def known_results(folder: Path, points: Sequence[Point]) -> dict[str, Result]:
    """
    Read the results that an earlier run left for the same points.

    Parameters
    ----------
    folder
        Of the sweep.
    points
        What is asked for now.

    Returns
    -------
    known
        By digest; a file that is damaged, or of another question, is left out and planned anew.
    """
    known: dict[str, Result] = {}
    for point in points:
        path = folder / POINTS / f"{point.digest[:16]}.json"
        try:
            result = _result(json.loads(path.read_text(encoding="utf-8")), point)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
        if result.digest == point.digest:
            known[point.digest] = result
    return known


def _result(values: Mapping[str, Any], point: Point) -> Result:
    figures = {
        str(code): math.nan if value is None else float(value)
        for code, value in values["figures"].items()
    }
    return Result(
        name=point.name,
        digest=str(values["digest"]),
        changes=point.changes,
        state=str(values["state"]),
        figures=figures,
        proofs={str(part): dict(proof) for part, proof in values["proofs"].items()},
        failing=tuple(map(str, values["failing"])),
        reasons={lang: tuple(map(str, told)) for lang, told in values["reasons"].items()},
    )


def write_result(folder: Path, result: Result) -> Path:
    """Write a result as soon as it is there, whole or not at all."""
    path = folder / POINTS / f"{result.digest[:16]}.json"
    _write(path, json.dumps(result_told(result), ensure_ascii=False, indent=1) + "\n")
    return path


def result_told(result: Result) -> dict[str, Any]:
    """Give a result as plain values."""
    return {
        "name": result.name,
        "digest": result.digest,
        "changes": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in result.changes.items()
        },
        "state": result.state,
        "figures": {
            code: None if math.isnan(value) else round(value, 6)
            for code, value in result.figures.items()
        },
        "proofs": {part: dict(proof) for part, proof in result.proofs.items()},
        "failing": list(result.failing),
        "reasons": {lang: list(told) for lang, told in result.reasons.items()},
        "provenance": {"program": PROGRAM, "version": VERSION},
    }


def write_scenarios(folder: Path, points: Sequence[Point]) -> tuple[Path, ...]:
    """Write the scenario of each point, to be planned, changed or put into a project."""
    paths = [folder / SCENARIOS / f"{point.name}.toml" for point in points]
    for path, point in zip(paths, points, strict=True):
        _write(path, scenario_toml(point.scenario))
    return tuple(paths)


def _write(path: Path, text: str) -> None:
    write_whole(path, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"))
