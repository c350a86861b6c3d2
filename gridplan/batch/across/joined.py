"""
Several districts -> one district folder, to be planned as one.

1. Layers are put one below the other in the first district's metric CRS. Column ``home`` says whose
   a row is.
2. Ids and names of streets and communities stay as they are, but for those that more than one
   district has: these get the folder of their district before them (``440311:u17``).
3. A layer can be trusted as far as the weakest of those it was made of; rows keep labels of their
   own.
4. Centers that one district knows as its neighbour's and that stand in the other are left out:
   they are there in person.
5. Travel matrices: :mod:`gridplan.batch.across.ways`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from gridplan.batch.across.names import HOME, clashing, joined_name
from gridplan.batch.across.ways import JoinedWays, joined_ways
from gridplan.district.agreements import FILE as GROUPS
from gridplan.district.agreements import Agreements
from gridplan.district.district import INDEXES, District
from gridplan.district.folder.write import LayerTable, quoted, write_district
from gridplan.district.manifest.layer_entry import FILE
from gridplan.district.schema.labels import DOUBT, ROW
from gridplan.outputs.disk.hidden_folder import HiddenFolder
from gridplan.outputs.disk.replacement import PREFIX, recover
from gridplan.policy.place import area_of

_NAMED = {"units": ("community", "subdistrict"), "candidates": ("community",)}
"""Columns that name a street or a community, by layer."""
_OF_PROVINCE, _OF_CITY = 2, 4
"""Digits of a code (GB/T 2260) that tell the province, and with it the city."""
_OF_COUNTIES = "99"
"""Last digits of a code that nobody has: several counties of one city."""

Names = Mapping[str, frozenset[str]]


def write_joined(
    members: Mapping[str, District], folder: Path, across: Mapping[str, Path] | None = None
) -> Path:
    """
    Write several districts as one, all or nothing.

    Parameters
    ----------
    members
        At least two, by the name of their folder.
    folder
        To write; what is there is replaced.
    across
        Tables of ways across the border, by matrix; needed where the districts bring matrices.

    Returns
    -------
    folder

    Raises
    ------
    InputError
        As :func:`gridplan.batch.across.ways.joined_ways` does.
    """
    clashes = _clashes(members)
    layers = {}
    for name in INDEXES:
        made = _layer(name, members, clashes)
        if made is not None:
            layers[name] = made
    there = {name: frozenset(one.table[INDEXES[name]]) for name, one in layers.items()}
    ways = joined_ways(members, across or {}, clashes, there)
    vintages = dict.fromkeys(one.vintage for one in members.values() if one.vintage)
    folder.parent.mkdir(parents=True, exist_ok=True)
    recover(folder)
    hidden = HiddenFolder.made(folder.parent, prefix=PREFIX)
    try:
        fresh = hidden.path / folder.name
        write_district(
            fresh,
            layers,
            code=joined_code([one.code for one in members.values()]),
            name_zh="、".join(one.name_zh for one in members.values()),
            name_en=" + ".join(one.name_en for one in members.values()),
            vintage="; ".join(vintages),
        )
        _add_links(fresh / FILE, members, clashes)
        _write_agreements(fresh, members, clashes)
        _write_ways(fresh, ways)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    finally:
        hidden.close()
    return folder


def joined_code(codes: Sequence[str]) -> str:
    """
    Give the code under which several districts are planned as one.

    Returns
    -------
    code
        Of their city or province; ``000000`` where they share none. Several counties of one city
        keep what a county is asked for: a code that ends in 99, which nobody has.
    """
    known = all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    end = _OF_COUNTIES if all(area_of(code) == "county" for code in codes) else "00"
    for digits in (_OF_CITY, _OF_PROVINCE):
        shared = {code[:digits] for code in codes}
        if known and len(shared) == 1:
            return shared.pop().ljust(_OF_CITY, "0") + end
    return "000000"


def _clashes(members: Mapping[str, District]) -> Names:
    """Find the names that need their district before them, by index or column."""
    found = {
        layer: clashing(getattr(one, layer).index for one in members.values()) for layer in INDEXES
    }
    units = [one.units for one in members.values()]
    found["community"] = clashing(table["community"] for table in units)
    found["subdistrict"] = found["subdistricts"] | clashing(table["subdistrict"] for table in units)
    # Hospitals and centers are named by one another's ids in agreements.
    both = found["hospitals"] | found["centers"]
    return {**found, "hospitals": both, "centers": both, "subdistricts": found["subdistrict"]}


def _layer(name: str, members: Mapping[str, District], clashes: Names) -> LayerTable | None:
    given = {home: one for home, one in members.items() if len(getattr(one, name))}
    sources = {
        home: source for home, one in given.items() for source in one.layers if source.layer == name
    }
    if not sources:
        return None
    crs = next(iter(members.values())).crs
    tables = [_table(name, home, one, clashes).to_crs(crs) for home, one in given.items()]
    table = gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=crs)
    if name == "outside_centers":
        table = _outside(table, members)
        if table.empty:
            return None
    labels = [source.label for source in sources.values()]
    told = [f"{home}: {source.source}" for home, source in sources.items()]
    return LayerTable(table, max(labels, key=DOUBT.__getitem__), "; ".join(told))


def _table(name: str, home: str, district: District, clashes: Names) -> gpd.GeoDataFrame:
    frame = getattr(district, name)
    ids = [joined_name(key, home, clashes[name]) for key in frame.index]
    odd = [key for key in frame if _is_odd(frame[key])]
    table = frame.drop(columns=["unit", *odd], errors="ignore")
    for column in _NAMED.get(name, ()):
        if column in table:
            names = [joined_name(value, home, clashes[column]) for value in table[column]]
            table[column] = pd.Series(names, table.index, dtype=object)
    source = next((one for one in district.layers if one.layer == name), None)
    if source is not None and ROW not in table:
        table[ROW] = source.label
    table[HOME] = home
    table.insert(0, INDEXES[name], ids)
    return table.reset_index(drop=True)


def _is_odd(column: pd.Series) -> bool:
    """Say whether no file can hold a column as it is, or would take it for a key of its own."""
    if str(column.name).lower() in ("fid", HOME):
        return True
    held = column.dtype == object and str(column.name) != "geometry"
    return held and column.map(lambda value: isinstance(value, list | tuple | dict | set)).any()


def _outside(table: gpd.GeoDataFrame, members: Mapping[str, District]) -> gpd.GeoDataFrame:
    inside = pd.Series(data=False, index=table.index)
    for one in members.values():
        units = one.units[["geometry"]].to_crs(table.crs)
        found = gpd.sjoin(table[["geometry"]], units, predicate="intersects")
        inside |= table.index.isin(found.index)
    return table[~inside]


def _add_links(path: Path, members: Mapping[str, District], clashes: Names) -> None:
    """Write what the layers do not hold: links, and how far apart neighbours may lie."""
    snap = max(one.snap_metres for one in members.values())
    text = f"snap_metres = {snap:g}\n" + path.read_text(encoding="utf-8")
    for home, one in members.items():
        for link in one.links:
            ends = [str(joined_name(end, home, clashes["units"])) for end in link]
            text += f"\n[[links]]\nfrom = {quoted(ends[0])}\nto = {quoted(ends[1])}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_ways(folder: Path, ways: Sequence[JoinedWays]) -> None:
    with (folder / FILE).open("a", encoding="utf-8", newline="\n") as file:
        for one in ways:
            one.table.to_csv(folder / one.file, index=False, lineterminator="\n")
            file.write(one.entry)


def _write_agreements(folder: Path, members: Mapping[str, District], clashes: Names) -> None:
    known = {home: one.agreements for home, one in members.items() if one.agreements}
    if not known:
        return
    weakest = max((one.label for one in known.values()), key=DOUBT.__getitem__)
    source = "; ".join(f"{home}: {one.source}" for home, one in known.items())
    lines = [f"label = {quoted(weakest)}", f"source = {quoted(source)}"]
    for home, one in known.items():
        lines += _agreement_lines(one, home, clashes["hospitals"])
    text = "\n".join(lines) + "\n"
    (folder / GROUPS).write_text(text, encoding="utf-8", newline="\n")


def _agreement_lines(agreements: Agreements, home: str, clashes: frozenset[str]) -> list[str]:
    def written(key: str, value: Any) -> str:  # noqa: ANN401  # a text or several
        named = key in ("institution", "lead")
        if isinstance(value, str):
            return quoted(str(joined_name(value, home, clashes)) if named else value)
        return json.dumps([joined_name(one, home, clashes) for one in value], ensure_ascii=False)

    lines = []
    for table in ("groups", "alliances", "wishes"):
        for row in getattr(agreements, table):
            lines += ["", f"[[{table}]]"]
            lines += [f"{key} = {written(key, value)}" for key, value in asdict(row).items()]
    return lines
