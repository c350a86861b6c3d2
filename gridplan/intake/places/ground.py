"""The areas of a district: its outline and its streets, cleaned, named, in metres."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gridplan.district.schema.figures import read_numbers
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem
from gridplan.intake.places.coverage import Cleaned, areas_of, clean, only_areas, overlaps_of
from gridplan.intake.places.located import Drawn
from gridplan.intake.record.ledger import Ledger

Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Ground:
    """
    Named areas.

    Parameters
    ----------
    role
        ``boundary`` or ``subdistricts``.
    names
        Unique.
    codes
        By name; empty texts where the file has none.
    shapes
        Polygons that do not overlap, metres.
    people
        (n,) residents where the file gives them, else NaN.
    more
        Further columns of the schema, as the file gives them.
    """

    role: str
    names: list[str]
    codes: dict[str, str]
    shapes: Shapes
    people: NDArray[np.float64]
    more: pd.DataFrame = field(default_factory=pd.DataFrame)

    def whole(self) -> shapely.Geometry:
        """Give all areas as one."""
        return shapely.union_all(self.shapes)


def read_ground(drawn: Drawn, shapes: Shapes, role: str, ledger: Ledger) -> Ground:
    """
    Make named, clean areas of a layer.

    Parameters
    ----------
    drawn
        For names, codes and residents.
    shapes
        Its rows in metres.
    role
        ``boundary`` or ``subdistricts``.
    ledger
        Told what was mended.

    Raises
    ------
    InputError
        ``intake-not-areas`` or ``intake-names-twice``.
    """
    made, mended, hopeless = areas_of(shapes)
    source = drawn.source
    if hopeless.any():
        rows = [str(n) for n in source.rows[hopeless]]
        values = {"file": source.name, "rows": rows[:5], "count": len(rows)}
        raise InputError([Problem("intake-not-areas", values)])
    if mended.any():
        ledger.add("repaired", "subdistricts", "intake-outline-mended", file=source.name,
                   subjects=source.rows[mended], shapes=made[mended])  # fmt: skip
    names, codes = _names(drawn, role)
    made, names = _dissolved(made, names)
    cleaned = clean_told(made, names, "subdistricts", source.name, ledger)
    people = np.full(len(names), np.nan)
    if "population" in drawn.matches and len(names) == len(source.table):
        people, _, _ = read_numbers(list(source.table[drawn.matches["population"].column]))
    more = _more(drawn) if len(names) == len(source.table) else pd.DataFrame()
    return Ground(role, names, codes, cleaned.shapes, people, more)


def _more(drawn: Drawn) -> pd.DataFrame:
    """Bring along what a street's row tells beside its name and residents."""
    found = {}
    for one in LAYERS["subdistricts"].fields:
        if one.name not in drawn.matches or one.name in {"subdistrict", "population"}:
            continue
        texts = drawn.source.table[drawn.matches[one.name].column]
        found[one.name] = read_numbers(list(texts))[0] if one.kind == "number" else texts
    return pd.DataFrame(found)


def _names(drawn: Drawn, role: str) -> tuple[list[str], dict[str, str]]:
    table, matches = drawn.source.table, drawn.matches
    field = next((f for f in ("subdistrict", "name") if f in matches), None)
    if field is None:
        text = [c for c in table.columns if table[c].notna().all() and table[c].is_unique]
        field_column = text[0] if text else None
    else:
        field_column = matches[field].column
    if field_column is None:
        names = [f"{role}-{n}" for n in drawn.source.rows]
    else:
        names = [
            name or f"{role}-{n}"
            for name, n in zip(table[field_column], drawn.source.rows, strict=True)
        ]
    code = matches.get("code")
    codes = dict(zip(names, table[code.column].fillna(""), strict=True)) if code else {}
    return [str(name) for name in names], {k: str(v) for k, v in codes.items()}


def _dissolved(shapes: Shapes, names: list[str]) -> tuple[Shapes, list[str]]:
    """Put parts of one name together: a street of two islands is often two rows."""
    unique = list(dict.fromkeys(names))
    if len(unique) == len(names):
        return shapes, names
    labels = np.array(names, dtype=object)
    parts = [shapely.union_all(shapes[labels == name]) for name in unique]
    return np.array(parts, dtype=object), unique


def clean_told(
    shapes: Shapes,
    names: list[str],
    layer: str,
    file: str,
    ledger: Ledger,
    *,
    people: NDArray[np.float64] | None = None,
) -> Cleaned:
    """
    Clean areas that should tile, and tell what was found.

    Parameters
    ----------
    shapes
        Valid polygons, metres.
    names
        Of each, for the ledger.
    layer, file
        For the ledger.
    people
        Residents of each, said where areas overlap; None where nobody knows.
    ledger
        Told of overlaps, gaps, shapes kept, and the ground before and after.
    """
    cleaned = clean(shapes)
    if cleaned.overlaps:
        told = [f"{names[a]} / {names[b]} ({m / 1e6:,.3f} km²)" for a, b, m in cleaned.overlaps]
        if people is not None:
            both = [f"{people[a]:,.0f} / {people[b]:,.0f}" for a, b, _ in cleaned.overlaps]
            told = [f"{pair}: {count}" for pair, count in zip(told, both, strict=True)]
        shared = np.array(
            [
                only_areas(shapely.intersection(shapes[a], shapes[b]))
                for a, b, _ in cleaned.overlaps
            ],
            dtype=object,
        )
        ledger.add("repaired", layer, "intake-overlaps", subjects=told, shapes=shared, file=file)
    if cleaned.kept.any():
        kept = [name for name, k in zip(names, cleaned.kept, strict=True) if k]
        ledger.add("checked", layer, "intake-outline-kept", subjects=kept, file=file)
    if cleaned.torn.any():
        torn = [name for name, t in zip(names, cleaned.torn, strict=True) if t]
        ledger.add("checked", layer, "intake-outline-torn", subjects=torn, file=file)
    changed = abs(cleaned.area[1] - cleaned.area[0]) > 100.0 or cleaned.holes[0] != cleaned.holes[1]
    if changed:
        ledger.add(
            "repaired",
            layer,
            "intake-gaps-closed",
            shapes=cleaned.gaps,
            file=file,
            before=f"{cleaned.holes[0]:,}",
            after=f"{cleaned.holes[1]:,}",
            area_before=f"{cleaned.area[0] / 1e6:,.2f}",
            area_after=f"{cleaned.area[1] / 1e6:,.2f}",
        )
    left = [o for o in overlaps_of(cleaned.shapes) if o[2] > 100.0]
    if left:
        told = [f"{names[a]} / {names[b]}" for a, b, _ in left]
        ledger.add("checked", layer, "intake-overlaps-left", subjects=told, file=file)
    return cleaned
