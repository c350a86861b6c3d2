"""The file of a travel matrix, long or wide -> pairs of ids and figures. Nothing is judged yet."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.district.files.delimited import Delimited, read_delimited
from gridplan.district.files.given_file import LAYER_BYTES, read_given
from gridplan.district.files.intake import Intake, sample
from gridplan.district.files.reason import UnreadableError
from gridplan.district.folder.column import read_field
from gridplan.district.folder.layer import RawLayer
from gridplan.district.manifest.layer_entry import Entry
from gridplan.district.matrix import MEASURES, Measure
from gridplan.district.schema.field import Field
from gridplan.district.schema.figures import BLANKS
from gridplan.district.schema.vocabulary import fold

SUFFIXES = (".csv", ".txt", ".tsv")

FROM = (
    "from",
    "from_id",
    "origin",
    "origin_id",
    "o",
    "unit",
    "起点",
    "起点编号",
    "起点id",
    "出发地",
    "出发点",
    "出发地编号",
    "起始点",
    "单元",
    "单元编号",
)
"""Headers of the place a way begins at."""

TO = (
    "to",
    "to_id",
    "destination",
    "destination_id",
    "d",
    "site",
    "终点",
    "终点编号",
    "终点id",
    "目的地",
    "目的地编号",
    "到达地",
    "到达点",
    "设施",
    "设施编号",
)
"""Headers of the place a way ends at."""

_TOKENS = {
    "minutes": ("minutes", "minute", "mins", "min"),
    "seconds": ("seconds", "second", "secs", "sec", "s"),
    "hours": ("hours", "hour", "hrs", "hr", "h"),
    "kilometres": ("kilometres", "kilometers", "kilometre", "kilometer", "km"),
    "metres": ("metres", "meters", "metre", "meter", "m"),
}
# 千米 before 米: what is found first counts.
_CHINESE = {
    "分钟": "minutes",
    "秒": "seconds",
    "小时": "hours",
    "公里": "kilometres",
    "千米": "kilometres",
    "米": "metres",
}
_TIMES = ("duration", "time", "时间", "耗时", "时长")
_LENGTHS = ("distance", "dist", "length", "距离", "里程", "路程")


@dataclass(frozen=True, eq=False)
class RawPairs:
    """
    What the file of a matrix holds, a row a way.

    Parameters
    ----------
    entry
        What ``district.toml`` says of it.
    origin, target
        (k,) ids as written.
    value
        (k,) in ``measure``; NaN where the cell is blank.
    line
        (k,) line of the file, from 1.
    measure
        ``minutes`` or ``metres``.
    beyond
        What a way that is left out comes to at least, in ``measure``; None if none may be.
    sha256
        Of the file.
    """

    entry: Entry
    origin: NDArray[np.object_]
    target: NDArray[np.object_]
    value: NDArray[np.float64]
    line: NDArray[np.int64]
    measure: Measure
    beyond: float | None
    sha256: str


def read_pairs(entry: Entry, intake: Intake) -> RawPairs | None:
    """
    Read the file of a matrix.

    Parameters
    ----------
    entry
        What ``district.toml`` says of it.
    intake
        Collects problems (``unknown-format``, ``broken-file``, ``empty-file``, ``ragged-rows``,
        ``matrix-measure``, ``matrix-which``, ``matrix-negative`` and those of
        :mod:`gridplan.district.folder.column`) and repairs.

    Returns
    -------
    pairs
        None if a problem stands in the way.
    """
    where = {"layer": entry.layer, "file": entry.file}
    if entry.path.suffix.lower() not in SUFFIXES:
        intake.wrong("unknown-format", **where, formats=list(SUFFIXES))
        return None
    try:
        raw = read_given(entry.path, most=LAYER_BYTES)
        found = read_delimited(raw)
    except UnreadableError as error:
        intake.wrong("broken-file", **where, reason=error.reason)
        return None
    if not found.rows:
        intake.wrong("empty-file", **where)
        return None
    if found.ragged:
        rows = [str(n) for n in found.ragged[:5]]
        intake.wrong("ragged-rows", **where, rows=rows, count=len(found.ragged))
        return None
    if found.form:
        intake.repaired("csv-form", **where, **found.form)
    told = (entry, found, hashlib.sha256(raw).hexdigest())
    spoken = [fold(name) for name in found.header]
    ends = [_first(spoken, words) for words in (FROM, TO)]
    if None not in ends:
        return _long(told, (int(ends[0] or 0), int(ends[1] or 0)), intake)
    return _wide(told, intake)


def _first(spoken: list[str], words: tuple[str, ...]) -> int | None:
    return next((spoken.index(fold(word)) for word in words if fold(word) in spoken), None)


_Told = tuple[Entry, Delimited, str]


def _long(told: _Told, ends: tuple[int, int], intake: Intake) -> RawPairs | None:
    entry, found, sha256 = told
    chosen = _value_column(found.header, ends, entry, intake)
    if chosen is None:
        return None
    column, measured = chosen
    width = len(found.header)
    cells = [(*row[:width], *[""] * (width - len(row))) for row in found.rows]
    lines = np.array(found.lines, dtype=np.int64)
    texts = [np.array([row[at] for row in cells], dtype=object) for at in (*ends, column)]
    names = [found.header[at] for at in (*ends, column)]
    before = len(intake.problems)
    ids = [
        _ids(text, name, lines, entry, intake)
        for text, name in zip(texts[:2], names[:2], strict=True)
    ]
    blank = [np.array([not isinstance(key, str) for key in part]) for part in ids]
    for part, name in zip(blank, names[:2], strict=True):
        if part.any():
            where = {"layer": entry.layer, "file": entry.file, "column": name}
            intake.wrong("missing-value", **where, values=[], **sample(lines[part]))
    value = _numbers(texts[2], names[2], lines, entry, intake)
    if len(intake.problems) > before:
        return None
    measure, factor = MEASURES[measured]
    beyond = None if entry.beyond is None else entry.beyond * factor
    return RawPairs(entry, ids[0], ids[1], value * factor, lines, measure, beyond, sha256)


def _value_column(
    header: tuple[str, ...], ends: tuple[int, int], entry: Entry, intake: Intake
) -> tuple[int, str] | None:
    """Find the column with the figures, and what they are measured in."""
    left = [at for at in range(len(header)) if at not in ends and header[at]]
    units = {at: measured_in(header[at]) for at in left}
    if entry.measured_in:
        kind = _TIMES if MEASURES[entry.measured_in][0] == "minutes" else _LENGTHS
        tried = (
            [at for at in left if units[at] == entry.measured_in],
            [at for at in left if not units[at] and any(w in fold(header[at]) for w in kind)],
            [at for at in left if not units[at]],
        )
        fitting = next((some for some in tried if some), [])
    else:
        fitting = [at for at in left if units[at]]
    where = {"layer": entry.layer, "file": entry.file, "columns": [header[at] for at in left]}
    if len(fitting) == 1:
        return fitting[0], entry.measured_in or units[fitting[0]]
    code = "matrix-which" if fitting else "matrix-measure"
    intake.wrong(code, **where, valid=list(MEASURES))
    return None


def measured_in(header: str) -> str:
    """Read what a header says its figures are measured in; empty if it does not."""
    plain = unicodedata.normalize("NFKC", header).lower()
    for sign, measure in _CHINESE.items():
        if sign in plain:
            return measure
    tokens = re.split(r"[^a-z]+", plain)
    for measure, words in _TOKENS.items():
        if any(word in tokens for word in words):
            return measure
    return ""


def _wide(told: _Told, intake: Intake) -> RawPairs | None:
    entry, found, sha256 = told
    measured = entry.measured_in or measured_in(found.header[0])
    if not measured:
        where = {"layer": entry.layer, "file": entry.file}
        intake.wrong("matrix-measure", **where, columns=found.header[:6], valid=list(MEASURES))
        return None
    width = len(found.header)
    named = [at for at in range(1, width) if found.header[at]]
    lines = np.array(found.lines, dtype=np.int64)
    before = len(intake.problems)
    first = np.array([row[0] for row in found.rows], dtype=object)
    origins = _ids(first, found.header[0], lines, entry, intake)
    heads = np.array([found.header[at] for at in named], dtype=object)
    targets = _ids(heads, found.header[0], np.ones(len(heads), dtype=np.int64), entry, intake)
    blank = np.array([not isinstance(key, str) for key in origins])
    if blank.any():
        where = {"layer": entry.layer, "file": entry.file, "column": found.header[0] or "1"}
        intake.wrong("missing-value", **where, values=[], **sample(lines[blank]))
    cells = [[row[at] if at < len(row) else "" for at in named] for row in found.rows]
    flat = np.array(cells, dtype=object).reshape(-1)
    repeated = np.repeat(lines, len(named))
    value = _numbers(flat, found.header[0] or "1", repeated, entry, intake)
    if len(intake.problems) > before:
        return None
    measure, factor = MEASURES[measured]
    return RawPairs(
        entry,
        np.repeat(origins, len(named)),
        np.tile(targets, len(lines)),
        value * factor,
        repeated,
        measure,
        None if entry.beyond is None else entry.beyond * factor,
        sha256,
    )


def _raw(name: str, lines: NDArray[np.int64], entry: Entry) -> RawLayer:
    return RawLayer(entry, pd.DataFrame(columns=[name]), None, "", lines, "")


def _ids(
    texts: NDArray[np.object_], name: str, lines: NDArray[np.int64], entry: Entry, intake: Intake
) -> NDArray[np.object_]:
    column = pd.Series(texts, name=name)
    read = read_field(Field(name or "id", "id"), column, _raw(name, lines, entry), intake)
    return np.asarray(read.to_numpy(dtype=object))


def _numbers(
    texts: NDArray[np.object_], name: str, lines: NDArray[np.int64], entry: Entry, intake: Intake
) -> NDArray[np.float64]:
    """Read figures; most are plain, and only the others are looked at one by one."""
    value = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(dtype=float).copy()
    odd = np.flatnonzero(~np.isfinite(value))
    odd = odd[[str(texts[at]).strip().lower() not in BLANKS for at in odd]] if len(odd) else odd
    if len(odd):
        column = pd.Series(texts[odd], name=name)
        read = read_field(Field(name, "number"), column, _raw(name, lines[odd], entry), intake)
        value[odd] = read.to_numpy(dtype=float)
    where: dict[str, Any] = {"layer": entry.layer, "file": entry.file, "column": name}
    negative, endless = value < 0, np.isinf(value)
    if negative.any():
        shown = list(dict.fromkeys(str(text) for text in texts[negative]))[:5]
        intake.wrong("matrix-negative", **where, values=shown, **sample(lines[negative]))
    if endless.any():
        intake.wrong("not-finite", **where, values=["inf"], **sample(lines[endless]))
    return value
