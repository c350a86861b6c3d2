"""The files of one intake on their way: opened, their columns found, their places settled."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.district.geometry.crs import WGS84
from gridplan.errors import InputError, Problem
from gridplan.intake.files.opening import open_source
from gridplan.intake.files.rasters import Raster, extent_of
from gridplan.intake.places.located import Drawn, draw, placed, settle_crs
from gridplan.intake.places.placing import metric_for
from gridplan.intake.record.decisions import Decisions
from gridplan.intake.record.inputs import POINTS, Inputs
from gridplan.intake.record.ledger import Ledger

Shapes = NDArray[np.object_]


class Opened:
    """
    The files of one intake, opened and placed.

    Parameters
    ----------
    inputs
        What was handed in.
    decisions
        Asked where a file can be read two ways.
    """

    def __init__(self, inputs: Inputs, decisions: Decisions) -> None:
        self.inputs = inputs
        self.decisions = decisions
        self.ledger = Ledger()
        self.rasters: dict[str, Raster] = {}
        self.drawn: dict[str, Drawn] = {}
        self.crs: dict[str, str] = {}
        self.files: dict[str, tuple[str, str]] = {}

    def open(self) -> None:
        """Open every file and find its columns; all problems of all files at once."""
        problems: list[Problem] = []
        for role, path in self.inputs.files():
            try:
                source = open_source(
                    path,
                    layer=self.decisions.value(f"{role}.layer") or "",
                    encoding=self.decisions.value(f"{role}.encoding") or "",
                    role=role,
                    crs=self.inputs.crs.get(role) or self.decisions.value(f"{role}.crs") or "",
                )
                self.files[role] = (source.name, source.sha256)
                if isinstance(source, Raster):
                    self.rasters[role] = source
                else:
                    self.drawn[role] = draw(source, role, self.decisions, self.ledger)
            except InputError as error:
                problems += error.problems
        wrong = [role for role in self.rasters if role not in {"population", "spread"}]
        problems += [
            Problem("intake-raster-role", {"file": self.rasters[r].name, "role": r}) for r in wrong
        ]
        if problems:
            raise InputError([*problems, *(q.told for q in self.decisions.open)])
        self.decisions.close()

    def place(self) -> None:
        """Settle the CRS of every layer, areas first: the others are tried against them."""
        order = [
            r
            for r in ("boundary", "subdistricts", "population", *POINTS, "roads", "spread")
            if r in self.drawn
        ]
        sure = [r for r in order if self._carries(r)]
        reference = self._raster_ground()
        problems: list[Problem] = []
        for role in [*sure, *(r for r in order if r not in sure)]:
            drawn = self.drawn[role]
            if drawn.shapes is None:
                continue
            declared = self.inputs.crs.get(role, "")
            try:
                crs = settle_crs(drawn, role, declared, reference, self.decisions, self.ledger)
            except InputError as error:
                problems += error.problems
                continue
            if crs is None:
                continue
            self.crs[role] = crs
            hull = shapely.convex_hull(shapely.geometrycollections(placed(drawn, crs)))
            reference = hull if reference is None else shapely.union(reference, hull)
        bare = [(role, r.name) for role, r in self.rasters.items() if not r.crs]
        problems += [
            Problem("intake-raster-crs", {"file": name, "key": f"{role}.crs"})
            for role, name in bare
        ]
        if problems:
            raise InputError(problems)
        self.decisions.close()

    def _carries(self, role: str) -> bool:
        drawn = self.drawn[role]
        return bool(
            self.inputs.crs.get(role) or drawn.carried or self.decisions.given.get(f"{role}.crs")
        )

    def _raster_ground(self) -> shapely.Geometry | None:
        """Where the raster of residents lies, degrees; None if there is none or nobody knows."""
        raster = self.rasters.get("population")
        return extent_of(raster, WGS84) if raster is not None and raster.crs else None

    def has_areas(self) -> bool:
        """Say whether there is a layer of areas that names can be joined to."""
        return "subdistricts" in self.crs or "boundary" in self.crs

    def metric(self) -> CRS:
        """Choose the metric CRS from whatever areas there are."""
        for role in ("boundary", "subdistricts", "population"):
            if role in self.crs:
                shapes = placed(self.drawn[role], self.crs[role])
                return metric_for([shapely.box(*shapely.total_bounds(shapes))])
        raster = self.rasters["population"]
        return metric_for([extent_of(raster, WGS84)])

    def metres(self, role: str, crs: CRS) -> Shapes:
        """Give the rows of a role in metres."""
        shapes = placed(self.drawn[role], self.crs[role])
        return np.asarray(gpd.GeoSeries(shapes, crs=WGS84).to_crs(crs).to_numpy(), dtype=object)
