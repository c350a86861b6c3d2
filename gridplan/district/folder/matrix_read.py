"""Travel matrices of a district folder: ids looked up, every way that is needed is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.files.intake import Intake, sample
from gridplan.district.folder.matrix_file import RawPairs, read_pairs
from gridplan.district.manifest.layer_entry import Entry
from gridplan.district.matrix import PLACED, Ends, TravelMatrix, matrix_of
from gridplan.district.schema.vocabulary import nearest
from gridplan.errors import SHOWN

NEEDED = {
    "walk_matrix": ("centers", "candidates", "stations"),
    "drive_matrix": ("hospitals",),
}
"""Layers whose every row must be reached, by matrix."""

PLAUSIBLE = {
    ("walk_matrix", "minutes"): (0.5, 12.0),
    ("drive_matrix", "minutes"): (2.0, 120.0),
    ("walk_matrix", "metres"): (0.9, 5.0),
    ("drive_matrix", "metres"): (0.9, 5.0),
}
"""Median speed in a straight line, km per hour, or length over straight length, as is usual."""

_UNKNOWN = {"origin": "matrix-unknown-origin", "target": "matrix-unknown-target"}
_ODD = {"minutes": "matrix-odd-minutes", "metres": "matrix-odd-metres"}
_AT_LEAST = 200.0
"""Metres from which a way is long enough to judge its speed by."""


def read_matrices(
    entries: Mapping[str, Entry], frames: Mapping[str, gpd.GeoDataFrame], intake: Intake
) -> dict[str, tuple[TravelMatrix, str]]:
    """
    Read every matrix that is declared.

    Parameters
    ----------
    entries
        Declared matrices by name.
    frames
        The layers of the district, in one metric CRS, points with ``unit``.
    intake
        Collects problems: those of :func:`~gridplan.district.folder.matrix_file.read_pairs`,
        ``matrix-unknown``, ``matrix-ambiguous``, ``matrix-twice``, ``matrix-unreached`` and
        ``matrix-missing``; and what must be known: ``matrix-beyond``, ``matrix-speed``.

    Returns
    -------
    matrices
        By name: the matrix and the sha256 of its file.
    """
    found = {}
    for name, entry in entries.items():
        pairs = read_pairs(entry, intake)
        matrix = None if pairs is None else _matrix(pairs, frames, intake)
        if pairs is not None and matrix is not None:
            found[name] = matrix, pairs.sha256
    return found


def _matrix(
    pairs: RawPairs, frames: Mapping[str, gpd.GeoDataFrame], intake: Intake
) -> TravelMatrix | None:
    before = len(intake.problems)
    known = {layer: frames[layer] for layer in PLACED}
    origins, row = _looked_up(pairs, "origin", known, intake)
    targets, column = _looked_up(pairs, "target", known, intake)
    if len(intake.problems) > before:
        return None
    there = np.isfinite(pairs.value)
    pair = pd.DataFrame({"row": row, "column": column, "line": pairs.line})[there]
    again = pair.duplicated(["row", "column"])
    if again.any():
        labels = origins.labels(), targets.labels()
        shown = [
            f"{labels[0][r]} → {labels[1][c]}"
            for r, c in pair.loc[again, ["row", "column"]].to_numpy()[:SHOWN]
        ]
        where = {"layer": pairs.entry.layer, "file": pairs.entry.file, "pairs": shown}
        intake.wrong("matrix-twice", **where, **sample(pair.loc[again, "line"]))
        return None
    matrix = matrix_of(
        origins,
        targets,
        (row[there], column[there], pairs.value[there]),
        measure=pairs.measure,
        beyond=pairs.beyond,
    )
    _check_whole(matrix, pairs.entry, frames, intake)
    _check_speed(matrix, pairs.entry, intake)
    return matrix if len(intake.problems) == before else None


def _looked_up(
    pairs: RawPairs, side: str, known: Mapping[str, gpd.GeoDataFrame], intake: Intake
) -> tuple[Ends, NDArray[np.int64]]:
    """Find the places that one side of the pairs names, and which of them each pair means."""
    texts = getattr(pairs, side)
    words, at = np.unique(texts.astype(str), return_inverse=True)
    found = [_candidates(word, known) for word in words]
    bare = [layers for word, layers in zip(words, found, strict=True) if not _prefix(word)[0]]
    meant = _meant(bare, side)
    chosen: list[tuple[str, str]] = []
    where = {"layer": pairs.entry.layer, "file": pairs.entry.file, "side": side}
    unknown, doubtful = [], []
    for word, layers in zip(words, found, strict=True):
        layer = meant if meant in layers else next(iter(layers), "")
        if not layers:
            unknown.append(word)
        elif len(layers) > 1 and meant not in layers:
            doubtful.append(word)
        chosen.append((layer, layers.get(layer, "")))
    if unknown:
        spoken = [key for frame in known.values() for key in frame.index.astype(str)]
        close = nearest(unknown[0], spoken, most=1) if len(spoken) <= 50_000 else ["-"]
        intake.wrong(_UNKNOWN[side], **where, nearest=close, **sample(unknown))
    if doubtful:
        several = sorted(_candidates(doubtful[0], known))
        told = {"layers": several, "example": f"{several[0]}:{doubtful[0]}"}
        intake.wrong("matrix-ambiguous", **where, **told, **sample(doubtful))
    # One place may be written in several ways: with its layer and without, by id and by name.
    places = {place: number for number, place in enumerate(dict.fromkeys(chosen))}
    at = np.array([places[place] for place in chosen], dtype=np.int64)[at.ravel()]
    xy = np.full((len(places), 2), np.nan)
    for number, (layer, key) in enumerate(places):
        if layer:
            point = known[layer].geometry[key].centroid
            xy[number] = point.x, point.y
    ends = Ends(
        layer=np.array([layer for layer, _ in places], dtype=object),
        id=np.array([key for _, key in places], dtype=object),
        xy=xy,
    )
    return ends, at


def _meant(bare: list[dict[str, str]], side: str) -> str:
    """
    Name the layer that ids without a prefix are of; empty where several may be meant.

    One layer that holds every id is meant; units where it is one of several that do.
    """
    common = [layer for layer in PLACED if bare and all(layer in layers for layers in bare)]
    if len(common) == 1:
        return common[0]
    return "units" if "units" in common and side == "origin" else ""


def _prefix(word: str) -> tuple[str, str]:
    """Part ``centers:c1`` into layer and id; no layer where none is named."""
    layer, mark, key = word.replace("：", ":").partition(":")
    return (layer.strip(), key.strip()) if mark and layer.strip() in PLACED else ("", word)


def _candidates(word: str, known: Mapping[str, gpd.GeoDataFrame]) -> dict[str, str]:
    """Give the layers that have a row of this id (or, failing that, one of this name)."""
    layer, key = _prefix(word)
    layers = {layer: known[layer]} if layer else known
    found = {name: key for name, frame in layers.items() if key in frame.index}
    if found:
        return found
    for name, frame in layers.items():
        if "name" in frame and name != "units":
            rows = frame.index[(frame["name"] == key).to_numpy()]
            if len(rows) == 1:
                found[name] = str(rows[0])
    return found


def columns_of(targets: Ends, units: pd.Index, places: gpd.GeoDataFrame, layer: str) -> np.ndarray:
    """
    Find the target that stands for each row of a layer: itself, or the unit it stands in.

    Parameters
    ----------
    targets
        Of a matrix.
    units
        Ids of the district's units.
    places
        Rows of the layer.
    layer
        Its name.

    Returns
    -------
    columns
        Position among the targets; -1 where neither is one.
    """
    mine = np.flatnonzero(targets.layer == layer)
    own = pd.Index(targets.id[mine]).get_indexer(places.index)
    own = np.where(own >= 0, mine[own] if len(mine) else -1, -1)
    if "unit" not in places:
        return own
    unit = np.append(targets.of_units(units), -1)[units.get_indexer(places["unit"])]
    return np.where(own >= 0, own, unit)


def _check_whole(
    matrix: TravelMatrix, entry: Entry, frames: Mapping[str, gpd.GeoDataFrame], intake: Intake
) -> None:
    """Hold every way from a unit to a place that is reached to be there."""
    units = frames["units"]
    where = {"layer": entry.layer, "file": entry.file}
    needed = []
    for layer in PLACED[1:]:
        column = columns_of(matrix.targets, units.index, frames[layer], layer)
        lost = frames[layer].index[column < 0]
        if len(lost) and layer in NEEDED[entry.layer]:
            intake.wrong("matrix-unreached", **where, of=layer, **sample(lost))
        needed.append(column[column >= 0])
    columns = np.unique(np.concatenate(needed))
    row = matrix.origins.of_units(units.index)
    missing = _Missing.of(matrix, row, columns, units)
    if not missing.count:
        return
    people = units["population"].to_numpy(dtype=float)[missing.units].sum()
    told = {
        **where,
        "pairs": f"{missing.count:,}",
        "residents": f"{people:,.0f}",
        **sample(missing.named),
        "count": len(missing.units),
    }
    if matrix.beyond is None:
        intake.wrong("matrix-missing", **told)
    else:
        intake.repaired("matrix-beyond", **told, beyond=f"{entry.beyond:g}")


@dataclass(frozen=True, eq=False)
class _Missing:
    """Ways from units that are needed and not there: how many, from which, the first few named."""

    count: int
    units: NDArray[np.int64]
    named: list[str]

    @classmethod
    def of(
        cls,
        matrix: TravelMatrix,
        row: NDArray[np.int64],
        columns: NDArray[np.int64],
        units: gpd.GeoDataFrame,
    ) -> _Missing:
        wanted = np.zeros(len(matrix.targets.id), dtype=bool)
        wanted[columns] = True
        self_ = matrix.targets.of_units(units.index)
        labels, count, short, named = matrix.targets.labels(), 0, [], []
        for unit, at in enumerate(row):
            lacking = wanted.copy()
            if self_[unit] >= 0:
                lacking[self_[unit]] = False  # nobody need write that a unit is in itself
            if at >= 0:
                lacking[matrix.cost.indices[slice(*matrix.cost.indptr[at : at + 2])]] = False
            if not lacking.any():
                continue
            count += int(lacking.sum())
            short.append(unit)
            named.append(f"{units.index[unit]} → {labels[int(np.argmax(lacking))]}")
        return cls(count, np.array(short, dtype=np.int64), named)


def _check_speed(matrix: TravelMatrix, entry: Entry, intake: Intake) -> None:
    """Tell of figures that nobody walks or drives at: seconds taken for minutes, and the like."""
    row = np.repeat(np.arange(matrix.cost.shape[0]), np.diff(matrix.cost.indptr))
    apart = np.hypot(*(matrix.origins.xy[row] - matrix.targets.xy[matrix.cost.indices]).T)
    told = (apart >= _AT_LEAST) & (matrix.cost.data > 0)
    if not told.any():
        return
    length, cost = apart[told], matrix.cost.data[told]
    rate = length * 0.06 / cost if matrix.measure == "minutes" else cost / length
    median = float(np.median(rate))
    low, high = PLAUSIBLE[entry.layer, matrix.measure]
    if not low <= median <= high:
        intake.repaired(
            _ODD[matrix.measure],
            layer=entry.layer,
            file=entry.file,
            found=f"{median:.2g}",
            lower=f"{low:g}",
            upper=f"{high:g}",
        )
