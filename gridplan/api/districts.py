"""Districts: read from a folder, made of tables at hand, or bundled."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from gridplan.district.district import District as DistrictValue
from gridplan.district.files.given_file import given_path
from gridplan.district.folder.read import read_district as read_folder
from gridplan.district.memory.frames import WEAKEST, Told, district_of_frames
from gridplan.errors import InputError, Problem
from gridplan.text.shown import brief

PACKAGE = Path(__file__).parents[1]
HOMES = (PACKAGE / "data", PACKAGE.parent / "data")
"""Where bundled districts lie: in an installed package, and beside the package in a clone."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class District(DistrictValue):
    """
    A planning area, validated, in one metric CRS.

    As :class:`gridplan.district.district.District`: ``units``, ``subdistricts``, ``hospitals``,
    ``centers`` and the other layers are GeoDataFrames.

    Examples
    --------
    >>> district = gp.read_district(gp.bundled("guangming"))
    >>> round(district.population)
    1095289
    """

    @classmethod
    def from_frames(
        cls,
        units: pd.DataFrame,
        *,
        name: str | tuple[str, str] = "",
        code: str = "",
        labels: Told = WEAKEST,
        sources: Told = "",
        crs: Told = "",
        **layers: pd.DataFrame | None,
    ) -> District:
        """
        Make a district of GeoDataFrames, with the checks and repairs of a folder.

        Parameters
        ----------
        units
            Polygons with ``population`` (persons) and, where known, ``population_65``,
            ``community``, ``subdistrict``. Ids in a column ``unit`` or in the index. Columns may
            have the headers a folder may have (人口, 街道 ...): docs/district-folder.md.
        name
            Of the district, or its Chinese and English name.
        code
            Administrative code of six digits; rules that speak of one place apply by it.
        labels
            How far the tables can be trusted: ``real``, ``derived`` or ``modelled``, for all or by
            layer. Without a word they are taken for modelled, and every output says so.
        sources
            One line on where they come from, for all or by layer.
        crs
            Of plain tables with columns x and y, or ``gcj02`` and ``bd09`` of shapes.
        **layers
            ``hospitals``, ``subdistricts``, ``centers``, ``candidates``, ``stations``, ``roads``,
            ``barriers``, ``outside_centers``.

        Returns
        -------
        District
            In memory: ``folder`` is None.

        Raises
        ------
        InputError
            Every problem at once, each with layer, rows and remedy.

        Examples
        --------
        >>> district = gp.District.from_frames(cells, hospitals=hospitals, name="Riverside")
        """
        given = {"units": units, **layers}
        made = district_of_frames(
            given, name=name, code=code, labels=labels, sources=sources, crs=crs
        )
        return shown(made)


def shown(district: DistrictValue) -> District:
    """Give a district with what the library adds to it."""
    if isinstance(district, District):
        return district
    fields = {field.name: getattr(district, field.name) for field in dataclasses.fields(district)}
    return District(**fields)


def read_district(folder: str | Path) -> District:
    """
    Read, repair, validate and project a district folder.

    Parameters
    ----------
    folder
        With ``district.toml`` and the files it names: docs/district-folder.md.

    Returns
    -------
    District
        Layers as GeoDataFrames in one metric CRS; ``repairs`` lists what was changed.

    Raises
    ------
    InputError
        With every problem found, each naming layer, rows and remedy.

    Examples
    --------
    >>> district = gp.read_district(gp.bundled("shixing"))
    >>> len(district.subdistricts)
    10
    """
    return shown(read_folder(given_path(folder, argument="folder")))


def bundled(name: str) -> Path:
    """
    Find the folder of a district that comes with gridplan.

    Parameters
    ----------
    name
        ``guangming``, ``zhangdian`` or ``shixing``.

    Returns
    -------
    folder
        For :func:`read_district`, :func:`plan` and the command line; in a clone as in an installed
        package.

    Raises
    ------
    InputError
        If there is none of that name; says which there are.

    Examples
    --------
    >>> gp.bundled("guangming").name
    'guangming'
    """
    found = {
        folder.name: folder
        for home in reversed(HOMES)
        if home.is_dir()
        for folder in sorted(home.iterdir())
        if (folder / "district.toml").is_file()
    }
    if not isinstance(name, str) or name not in found:
        raise InputError([Problem("frame-bundled", {"value": brief(name), "valid": list(found)})])
    return found[name]


def district_at(district: DistrictValue | str | Path) -> District:
    """Take a district, or read the folder."""
    if isinstance(district, DistrictValue):
        return shown(district)
    return read_district(district)
