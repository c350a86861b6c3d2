"""One change by hand, as a value that can be written down and done again on another day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gridplan.errors import InputError, Problem
from gridplan.text.shown import brief

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "move-units": ("units", "grid"),
        "move-community": ("community", "grid"),
        "move-street": ("subdistrict", "grid"),
        "move-area": ("area", "grid"),
        "hold-units": ("units", "held"),
        "hold-grid": ("grid", "held"),
        "open-center": ("center", "unit", "name"),
        "close-center": ("center",),
        "move-center": ("center", "unit"),
        "rename-center": ("center", "name"),
        "enlarge-center": ("center", "residents"),
        "set-lead": ("grid", "lead"),
        "assign-units": ("units", "center"),
        "set-regional": ("center", "regional"),
        "manage": ("center", "by"),
    }
)
"""Every kind of edit and what it says."""

_LISTS, _NUMBERS, _ANSWERS, _EMPTY = (
    {"units", "area"},
    {"residents"},
    {"held", "regional"},
    {"name"},
)


@dataclass(frozen=True)
class Edit:
    """
    One change by hand.

    Parameters
    ----------
    do
        One of :data:`FIELDS`.
    values
        What it says, by name: ids of units, grids, centers and hospitals; ``area`` is the outline
        of a polygon as pairs of WGS-84 longitude and latitude.

    Raises
    ------
    InputError
        ``edit-form`` if it is of no kind, or lacks or misstates what its kind says.
    """

    do: str
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        fields = FIELDS.get(self.do)
        if fields is None or set(self.values) != set(fields) or not all(
            _fits(name, self.values[name]) for name in fields
        ):  # fmt: skip
            told = {"do": brief(self.do), "fields": list(fields or FIELDS)}
            raise InputError([Problem("edit-form", told)])
        kept = {
            name: tuple(value) if name in _LISTS else value for name, value in self.values.items()
        }
        object.__setattr__(self, "values", MappingProxyType(kept))

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values, ready for JSON."""
        plain = {
            name: [list(one) if isinstance(one, tuple) else one for one in value]
            if name in _LISTS
            else value
            for name, value in self.values.items()
        }
        return {"do": self.do, **plain}


def edit_from(values: Mapping[str, Any]) -> Edit:
    """
    Read an edit from plain values, as :meth:`Edit.as_dict` gives them.

    Raises
    ------
    InputError
        ``edit-form``.
    """
    told = dict(values) if isinstance(values, Mapping) else {}
    do = told.pop("do", None)
    return Edit(do if isinstance(do, str) else brief(do), told)


def _fits(name: str, value: object) -> bool:
    if name == "area":
        return isinstance(value, (list, tuple)) and len(value) >= 3 and all(map(_is_point, value))
    if name in _LISTS:
        if not isinstance(value, (list, tuple)) or not value:
            return False
        return all(isinstance(one, str) and one for one in value)
    if name in _ANSWERS:
        return isinstance(value, bool)
    if name in _NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10_000_000
    return isinstance(value, str) and (bool(value.strip()) or name in _EMPTY)


def _is_point(value: object) -> bool:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        return False
    return all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) <= 180
        for one in value
    )


def move_units(units: Iterable[str], grid: str) -> Edit:
    """Move units to a grid."""
    return Edit("move-units", {"units": tuple(map(str, units)), "grid": grid})


def move_community(community: str, grid: str) -> Edit:
    """Move a whole community to a grid."""
    return Edit("move-community", {"community": community, "grid": grid})


def move_street(subdistrict: str, grid: str) -> Edit:
    """Move a whole street to a grid."""
    return Edit("move-street", {"subdistrict": subdistrict, "grid": grid})


def move_area(area: Sequence[Sequence[float]], grid: str) -> Edit:
    """Move the units whose middle lies in a polygon (longitude, latitude) to a grid."""
    return Edit("move-area", {"area": tuple((float(x), float(y)) for x, y in area), "grid": grid})


def hold_units(units: Iterable[str], *, held: bool = True) -> Edit:
    """Lock units to the grid they are in, or let them go."""
    return Edit("hold-units", {"units": tuple(map(str, units)), "held": held})


def hold_grid(grid: str, *, held: bool = True) -> Edit:
    """Lock a grid: no unit leaves it or comes into it; or let it go."""
    return Edit("hold-grid", {"grid": grid, "held": held})


def open_center(center: str, unit: str, *, name: str = "") -> Edit:
    """Open a center with an id of its own in the middle of a unit."""
    return Edit("open-center", {"center": center, "unit": unit, "name": name})


def close_center(center: str) -> Edit:
    """Close a center, an existing or a planned one."""
    return Edit("close-center", {"center": center})


def move_center(center: str, unit: str) -> Edit:
    """Move a center to the middle of another unit."""
    return Edit("move-center", {"center": center, "unit": unit})


def rename_center(center: str, name: str) -> Edit:
    """Give a center a name."""
    return Edit("rename-center", {"center": center, "name": name})


def enlarge_center(center: str, residents: int) -> Edit:
    """Say how many residents a center can serve from now on."""
    return Edit("enlarge-center", {"center": center, "residents": residents})


def set_lead(grid: str, lead: str) -> Edit:
    """Let a hospital lead a grid."""
    return Edit("set-lead", {"grid": grid, "lead": lead})


def assign_units(units: Iterable[str], center: str) -> Edit:
    """Let a center of their grid serve units, however far it is."""
    return Edit("assign-units", {"units": tuple(map(str, units)), "center": center})


def set_regional(center: str, *, regional: bool = True) -> Edit:
    """Make a center regional, or a community center again."""
    return Edit("set-regional", {"center": center, "regional": regional})


def manage(center: str, by: str) -> Edit:
    """Put a center under a regional center."""
    return Edit("manage", {"center": center, "by": by})
