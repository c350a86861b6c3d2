"""A source with its columns found and its rows placed in WGS-84."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError

from gridplan.district.geometry.crs import check_extent, parse_crs
from gridplan.district.schema.figures import read_numbers
from gridplan.district.sources.source import Source
from gridplan.errors import InputError, Problem
from gridplan.intake.columns.figures import settle_figures
from gridplan.intake.columns.headers import Match, columns_told, match_columns
from gridplan.intake.places.cells import hexagons
from gridplan.intake.places.placing import fits, in_wgs84
from gridplan.intake.record.decisions import Decisions, Question
from gridplan.intake.record.inputs import LAYER_OF
from gridplan.intake.record.ledger import Ledger

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]

HEXAGONS = "h3"
"""Stands for the CRS of rows that are H3 ids: they need none."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """
    Rows with shapes in the coordinates of their file.

    Parameters
    ----------
    source
        Rows without a place are gone from it, and listed.
    matches
        What its columns hold.
    shapes
        Points or areas; None where the rows only name a place.
    carried
        CRS that the file itself carries; ``h3`` for hexagons; empty if none.
    """

    source: Source
    matches: Mapping[str, Match]
    shapes: Shapes | None
    carried: str


def draw(source: Source, role: str, decisions: Decisions, ledger: Ledger) -> Drawn:
    """
    Find the columns of a source and make shapes of those that hold places.

    Raises
    ------
    InputError
        ``intake-shape`` for WKT that is none, ``intake-no-such-column``.
    """
    layer = LAYER_OF.get(role, role)
    matches = match_columns(source, layer, role, decisions)
    source = settle_figures(source, matches, role, layer, decisions, ledger)
    if matches:
        said, english = columns_told(matches, layer)
        ledger.add("read", layer, "intake-columns", subjects=said, file=source.name, columns=said,
                   columns_en=english)  # fmt: skip
    for told in source.told:
        ledger.add(
            "read", layer, told.code, **{k: v for k, v in told.values.items() if k != "layer"}
        )
    if source.shapes is not None:
        return _present(Drawn(source, matches, source.shapes, source.crs), layer, ledger)
    shapes, carried = None, ""
    if "h3" in matches and layer == "units":
        shapes, wrong = hexagons(list(source.table[matches["h3"].column]))
        carried = HEXAGONS
        if wrong:
            raise _rows(source, "intake-hexagon", np.isin(np.arange(len(shapes)), wrong))
        ledger.add("read", layer, "intake-hexagons", count=f"{len(shapes):,}", file=source.name)
    elif "wkt" in matches:
        shapes = _from_wkt(source, matches["wkt"].column)
    else:
        shapes = _from_columns(source, matches)
    drawn = Drawn(source, matches, shapes, carried)
    return _present(drawn, layer, ledger) if shapes is not None else drawn


def _rows(source: Source, code: str, mask: NDArray[np.bool_]) -> InputError:
    numbers = [str(n) for n in source.rows[mask]]
    values = {"file": source.name, "rows": numbers[:5], "count": len(numbers)}
    return InputError([Problem(code, values)])


def _from_wkt(source: Source, column: str) -> Shapes:
    texts = [None if text is None else text.split(";", 1)[-1] for text in source.table[column]]
    try:
        shapes = shapely.from_wkt(texts, on_invalid="ignore")
    except (ShapelyError, ValueError):
        shapes = np.array([None] * len(texts), dtype=object)
    wrong = np.array([text is not None for text in texts]) & shapely.is_missing(shapes)
    if wrong.any():
        raise _rows(source, "intake-shape", wrong)
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def _from_columns(source: Source, matches: Mapping[str, Match]) -> Shapes | None:
    pair = next((p for p in (("lon", "lat"), ("x", "y")) if all(a in matches for a in p)), None)
    if pair is None:
        return None
    values = []
    for axis in pair:
        numbers, _, wrong = read_numbers(list(source.table[matches[axis].column]))
        if wrong.any():
            raise _rows(source, "intake-coordinate", wrong)
        values.append(numbers)
    x, y = values
    missing = ~(np.isfinite(x) & np.isfinite(y))
    points = np.asarray(shapely.points(np.nan_to_num(x), np.nan_to_num(y)), dtype=object)
    points[missing] = None
    return points


def _present(drawn: Drawn, layer: str, ledger: Ledger) -> Drawn:
    """Leave out rows without a place, and list them; refuse a source that has no place at all."""
    shapes = drawn.shapes
    if shapes is None:
        return drawn
    bounds = shapely.bounds(shapes)
    gone = shapely.is_missing(shapes) | shapely.is_empty(shapes) | ~np.isfinite(bounds).all(axis=1)
    if gone.all():
        raise _rows(drawn.source, "intake-no-shape", gone)
    if not gone.any():
        return drawn
    source = drawn.source
    ledger.add(
        "dropped",
        layer,
        "intake-without-place",
        rows=(len(gone), int((~gone).sum())),
        subjects=source.rows[gone],
        file=source.name,
    )
    return Drawn(source.take(~gone), drawn.matches, shapes[~gone], drawn.carried)


def settle_crs(
    drawn: Drawn,
    role: str,
    declared: str,
    reference: shapely.Geometry | None,
    decisions: Decisions,
    ledger: Ledger,
) -> str | None:
    """
    Decide the CRS of drawn rows: declared, answered, carried, proposed; None if it must be asked.

    Parameters
    ----------
    drawn
        With shapes.
    role
        Of the file; the answer lies under ``role.crs``.
    declared
        On the command line; empty if it is not.
    reference
        Hull of the layers whose place is known, WGS-84.
    decisions, ledger
        Asked and told.

    Raises
    ------
    InputError
        ``unknown-crs`` for a declared or carried CRS that does not exist, or what
        :func:`gridplan.district.geometry.crs.check_extent` finds of one that cannot be meant.
    """
    if drawn.carried == HEXAGONS:
        return "EPSG:4326"
    answer = declared or decisions.value(f"{role}.crs") or drawn.carried
    if answer:
        _check(drawn, answer)
        return answer
    xy = shapely.get_coordinates(shapely.point_on_surface(drawn.shapes))
    ranked = fits(xy[:, 0], xy[:, 1], reference)
    if not ranked:
        odd = {"file": drawn.source.name, "x": f"{xy[0, 0]:g}", "y": f"{xy[0, 1]:g}"}
        raise InputError([Problem("intake-no-crs-fits", odd)])
    degrees = ranked[0].crs == "EPSG:4326" or "EPSG:4326" in [fit.crs for fit in ranked]
    good = [fit for fit in ranked if fit.share > 0.5] or ranked
    if degrees:
        # Displaced or not, degrees fall into the same place; displacement is looked for later.
        proposal, confidence = "EPSG:4326", 0.85
    else:
        clear = len(good) == 1 or (good[0].share > 0.8 and good[0].share - good[1].share > 0.3)
        proposal, confidence = good[0].crs, 0.9 if clear and good[0].share > 0.5 else 0.3
    shown: list[str] = [
        f"{fit.crs} ({100 * fit.share:.0f} %)" if reference is not None else fit.crs
        for fit in good[:8]
    ]
    values: dict[str, object] = {
        "file": drawn.source.name,
        "options": shown,
        "key": f"{role}.crs",
        "role": role,
        "x": f"{xy[0, 0]:.8g}",
        "y": f"{xy[0, 1]:.8g}",
    }
    question = Question(
        f"{role}.crs", (), Problem("intake-which-crs", values), proposal, confidence
    )
    taken = decisions.settle(question)
    if taken is not None:
        layer = LAYER_OF.get(role, role)
        ledger.add(
            "assumed",
            layer,
            "intake-crs-assumed",
            file=drawn.source.name,
            crs=taken,
            key=f"{role}.crs",
        )
    return taken


def _check(drawn: Drawn, crs: str) -> None:
    known = parse_crs(crs, layer=drawn.source.name)
    odd = check_extent(shapely.total_bounds(drawn.shapes), known, layer=drawn.source.name)
    if odd:
        raise InputError(odd)


def placed(drawn: Drawn, crs: str) -> Shapes:
    """Bring drawn rows to WGS-84."""
    if drawn.shapes is None:
        raise InputError([Problem("intake-no-place", {"file": drawn.source.name})])
    return in_wgs84(drawn.shapes, crs, layer=drawn.source.name)
