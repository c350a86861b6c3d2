"""The whole intake: files -> a district folder, its ledger, and the answers it ran on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely
from pyproj import CRS

from gridplan.errors import InputError, Problem
from gridplan.intake.forms.revision import Revision
from gridplan.intake.lines import read_roads
from gridplan.intake.matrices import open_matrices, write_matrices
from gridplan.intake.opened import Opened
from gridplan.intake.places.ground import Ground, read_ground
from gridplan.intake.points import read_points
from gridplan.intake.record.base import base_in, year_in
from gridplan.intake.record.decisions import (
    FILE,
    Decisions,
    Question,
    plain_key,
    positive,
    read_decisions,
)
from gridplan.intake.record.inputs import ROLES, Inputs
from gridplan.intake.residents.adjust import aged, clipped, grown
from gridplan.intake.residents.area_units import from_areas
from gridplan.intake.residents.point_units import from_points
from gridplan.intake.residents.raster_units import from_raster
from gridplan.intake.residents.table_units import from_table
from gridplan.intake.residents.units import Spreading, Units
from gridplan.intake.residents.weights import weights_from
from gridplan.intake.writing import Made, Prepared, write_decisions, write_prepared


def prepare(
    inputs: Inputs,
    out: str | Path,
    *,
    answers: Mapping[str, str] | None = None,
    ask: Callable[[Question], object] | None = None,
) -> Prepared:
    """
    Turn a planner's files into a district folder.

    Parameters
    ----------
    inputs
        The files and what is declared of them.
    out
        Folder to write; ``prepare.toml`` in it answers what could be read two ways.
    answers
        Further answers by key, ``{"population.reading": "density"}``; they win over the file.
    ask
        Told each question that is open, before they are raised.

    Returns
    -------
    Prepared

    Raises
    ------
    InputError
        With every problem and every open question found so far; the open questions are also
        written into ``prepare.toml``, to be filled in.
    """
    out = Path(out)
    plain = {plain_key(key): answer for key, answer in (answers or {}).items()}
    decisions = Decisions(given={**read_decisions(out), **plain})
    inputs = replace(inputs, name=inputs.name or out.resolve().name)
    inputs.check()
    opened = Opened(inputs, decisions)
    try:
        opened.open()
        matrices = open_matrices(opened)
        opened.place()
        made = _make(opened)
    except InputError:
        if ask is not None:
            for question in decisions.open:
                ask(question)
        if decisions.open:
            out.mkdir(parents=True, exist_ok=True)
            write_decisions(out, decisions)
        raise
    absent = set(ROLES) - {role for role, _ in inputs.files()}
    absent |= set() if inputs.collected else {"collected"}
    unknown = decisions.unused(sorted(absent))
    if unknown:
        raise InputError([Problem("intake-unused-answer", {"keys": unknown, "file": FILE})])
    prepared = write_prepared(opened, made, out)
    write_matrices(matrices, opened, prepared.folder)
    return prepared


def _make(opened: Opened) -> Made:
    population = opened.drawn.get("population")
    if population is not None and population.shapes is None and not opened.has_areas():
        raise InputError([Problem("intake-no-place", {"file": population.source.name})])
    crs = opened.metric()
    ground = _ground(opened, crs)
    weigh, by = None, ""
    if "spread" in opened.rasters or "spread" in opened.drawn:
        shapes = (
            opened.metres("spread", crs) if "spread" in opened.crs else np.array([], dtype=object)
        )
        weigh, by = weights_from(
            opened.rasters.get("spread"), opened.drawn.get("spread"), shapes, crs, opened.ledger
        )
    inputs = opened.inputs
    revision = Revision(inputs.collected, ground, inputs.name, opened.decisions, opened.ledger)
    opened.files |= {f"collected/{name}": (name, sha) for name, sha in revision.files.items()}
    how = Spreading(side=_side(opened), weigh=weigh, by=by, revising=revision)
    units = _units(opened, crs, ground, how)
    opened.decisions.close()
    if units is None:
        msg = "no units and no open question"
        raise AssertionError(msg)
    if "population" in opened.crs:  # residents that were spread over the ground lie on it already
        units = clipped(units, _outline(opened, crs, ground), opened.ledger)
    units = grown(units, opened.decisions.values("growth"), opened.ledger)
    units = aged(units, opened.decisions.values("share_65"), opened.ledger)
    whole = shapely.union_all(units.shapes[units.people > 0], grid_size=1.0)
    places = read_points(opened, crs, whole)
    roads = read_roads(opened, crs, whole)
    opened.decisions.close()
    vintage = _vintage(opened, revision)
    return Made(crs, units, ground, places, roads, vintage, revision.forms)


def _side(opened: Opened) -> float | None:
    if opened.inputs.cell:
        return opened.inputs.cell
    text = opened.decisions.value("population.cell")
    return None if text is None else positive(text, "population.cell")


def _ground(opened: Opened, crs: CRS) -> Ground | None:
    """Streets where they are given, else the outline where it has several parts or is needed."""
    for role in ("subdistricts", "boundary"):
        if role in opened.crs:
            return read_ground(opened.drawn[role], opened.metres(role, crs), role, opened.ledger)
    return None


def _outline(opened: Opened, crs: CRS, ground: Ground | None) -> Ground | None:
    """Give the boundary; the streets' own layer where it stands for them."""
    if "boundary" not in opened.crs or (ground is not None and ground.role == "boundary"):
        return ground if "boundary" in opened.crs else None
    shapes = opened.metres("boundary", crs)
    return read_ground(opened.drawn["boundary"], shapes, "boundary", opened.ledger)


def _units(opened: Opened, crs: CRS, ground: Ground | None, how: Spreading) -> Units | None:
    if "population" in opened.rasters:
        if opened.inputs.collected is not None:
            raster = opened.rasters["population"].name
            raise InputError([Problem("intake-forms-raster", {"file": raster})])
        return from_raster(
            opened.rasters["population"], crs, ground, how, opened.decisions, opened.ledger
        )
    drawn = opened.drawn["population"]
    if drawn.shapes is None:
        return from_table(drawn, ground, how, opened.decisions, opened.ledger)
    shapes = opened.metres("population", crs)
    kinds = set(shapely.get_type_id(shapes).tolist())
    if kinds <= {0, 4}:
        xy = shapely.get_coordinates(shapely.centroid(shapes))
        return from_points(drawn, xy, how, opened.ledger)
    return from_areas(drawn, shapes, how, opened.ledger)


def _vintage(opened: Opened, revision: Revision) -> str:
    """Say whose residents of which year: as declared, as streets said, else as headers say."""
    base = opened.decisions.value("population.base") or revision.base
    year = opened.decisions.value("population.year") or revision.year
    texts = [*opened.files["population"]][:1]
    if "population" in opened.drawn and "population" in opened.drawn["population"].matches:
        texts.insert(0, opened.drawn["population"].matches["population"].column)
    for text in texts:
        base, year = base or base_in(text), year or year_in(text)
    if not base:
        opened.ledger.add("assumed", "units", "intake-base-unknown", key="population.base")
    if not year:
        opened.ledger.add("assumed", "units", "intake-year-unknown", key="population.year")
    return " ".join(filter(None, [year, f"{base}人口" if base else ""]))
