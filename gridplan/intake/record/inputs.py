"""What a planner hands in: the files, what is said of them, where the district is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gridplan.district.matrix import MATRICES
from gridplan.district.schema.vocabulary import nearest
from gridplan.errors import InputError, Problem

POINTS = ("hospitals", "centers", "candidates", "stations")
ROLES = ("population", "boundary", "subdistricts", *POINTS, "roads", "spread")
"""What a file can be handed in as; also the first part of a key in ``prepare.toml``."""

LAYER_OF = {"population": "units", "boundary": "subdistricts", "spread": "units"}
"""The schema a role's columns are matched against, where it is not of the same name."""


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """
    The files of one intake.

    Parameters
    ----------
    population
        Residents: areas, cells, points, a table to be joined to areas, or a raster. A sheet or
        layer is named behind ``#``.
    boundary
        Outline of the district; its parts serve as streets where no ``subdistricts`` are given.
    subdistricts, hospitals, centers, candidates, stations
        Layers of a district folder.
    roads
        Lines, or an OpenStreetMap extract (PBF).
    spread
        What residents of large areas are spread by: a raster, buildings or land use.
    walk_matrix, drive_matrix
        Tables of ways, taken over as they are.
    crs
        Declared CRS by role: ``{"hospitals": "gcj02"}``.
    cell
        Side of a cell, metres; chosen where None.
    collected
        Folder of the workbooks that streets filled in and sent back.
    name, code
        Of the district; taken from the folder's name where empty.
    """

    population: Path
    boundary: Path | None = None
    subdistricts: Path | None = None
    hospitals: Path | None = None
    centers: Path | None = None
    candidates: Path | None = None
    stations: Path | None = None
    roads: Path | None = None
    spread: Path | None = None
    walk_matrix: Path | None = None
    drive_matrix: Path | None = None
    crs: Mapping[str, str] = field(default_factory=dict)
    cell: float | None = None
    collected: Path | None = None
    name: str = ""
    code: str = ""

    def files(self) -> Iterator[tuple[str, Path]]:
        """Give every file with its role."""
        for role in ROLES:
            path = getattr(self, role)
            if path is not None:
                yield role, path

    def matrices(self) -> Iterator[tuple[str, Path]]:
        """Give every travel matrix with its name."""
        for name in MATRICES:
            path = getattr(self, name)
            if path is not None:
                yield name, path

    def check(self) -> None:
        """
        Look for a CRS that is declared for a file nobody handed in.

        Raises
        ------
        InputError
            ``intake-crs-role``.
        """
        given = [role for role, _ in self.files()]
        odd = [role for role in self.crs if role not in given]
        if odd:
            told = [
                Problem("intake-crs-role", {"role": role, "near": nearest(role, given)})
                for role in odd
            ]
            raise InputError(told)
