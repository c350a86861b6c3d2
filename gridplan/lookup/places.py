"""An address table as a bureau has it: estates and doors by name, found as they are written."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.district.schema.vocabulary import fold
from gridplan.errors import InputError, Problem
from gridplan.outputs.reading.address_file import addresses_in

NAMED = (
    "小区", "小区名称", "地址", "门牌", "门牌地址", "门牌号", "详细地址", "标准地址", "住址",
    "现住址", "家庭住址", "居住地址", "楼盘", "楼盘名称", "名称", "address", "place", "name",
)  # fmt: skip
"""Headers that hold the name of a place, the surest first."""
MOST = 8
"""Names suggested at most."""

_SILENT = re.compile(r"[\s,，.。、;；:：·\-－—_/\\()（）\[\]【】#＃'\"“”]+")
_BLOCK = re.compile(r"(?<=[0-9a-z])(?:幢|座|号楼)")
_REGION = re.compile(r"[^省市区县]+[省市区县]")
_CLOSE = 0.45
"""Likeness from which a name is worth suggesting; of :mod:`difflib`, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Places:
    """
    An address table.

    Parameters
    ----------
    names
        ``(n,)`` as they are written.
    keys
        ``(n,)`` the same, as :func:`normal` has them.
    lon, lat
        ``(n,)`` degrees; NaN where a row has none.
    crs
        Of the degrees: one of :data:`gridplan.lookup.locate.SYSTEMS`.
    regions
        Left out where they stand before a name.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    lon: tuple[float, ...]
    lat: tuple[float, ...]
    crs: str
    regions: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def found(self, text: str) -> int | None:
        """Give the row of a name; None for one that no row has, or rows at different places."""
        key = normal(text, self.regions)
        rows = [at for at, known in enumerate(self.keys) if known == key] if key else []
        spots = {(self.lon[at], self.lat[at]) for at in rows}
        return rows[0] if len(spots) == 1 else None

    def near(self, text: str) -> tuple[int, ...]:
        """
        Suggest rows whose names are like a text, the likest first.

        Returns
        -------
        rows
            Those of the same name, then those that hold the text or are held by it, then those
            that are spelt alike; at most :data:`MOST`. None of them is taken for what was meant.
        """
        key = normal(text, self.regions)
        if not key:
            return ()
        same = [at for at, known in enumerate(self.keys) if known == key]
        inside = [
            at
            for at, known in enumerate(self.keys)
            if known and known != key and (key in known or (len(known) > 1 and known in key))
        ]
        inside.sort(key=lambda at: (abs(len(self.keys[at]) - len(key)), at))
        alike = difflib.get_close_matches(key, dict.fromkeys(self.keys), n=MOST, cutoff=_CLOSE)
        first = {known: at for at, known in reversed(list(enumerate(self.keys)))}
        rows = dict.fromkeys([*same, *inside, *(first[known] for known in alike)])
        return tuple(rows)[:MOST]


def normal(text: str, regions: Sequence[str] = ()) -> str:
    """
    Write a name as it is compared: width, case, blanks, marks, region and words for a block.

    Parameters
    ----------
    text
        ``深圳市光明区 凤凰花园（三期）12幢`` and ``凤凰花园三期12栋`` are the same.
    regions
        What may stand before a name without saying more, as :func:`regions_of` gives it.
    """
    folded = _SILENT.sub("", unicodedata.normalize("NFKC", text).casefold())
    for region in regions:
        folded = folded.removeprefix(region) or folded
    return _BLOCK.sub("栋", folded)


def regions_of(*names: str) -> tuple[str, ...]:
    """Give province, city and district out of names such as ``广东省深圳市光明区``."""
    return tuple(dict.fromkeys(part for name in names for part in _REGION.findall(name)))


def places_in(content: bytes, file: str, *, crs: str, regions: Sequence[str] = ()) -> Places:
    """
    Read an address table that need not lie on any disk.

    Parameters
    ----------
    content, file
        CSV with a name (:data:`NAMED`), longitude and latitude, and what messages call it.
    crs, regions
        Of its degrees, and what may stand before its names.

    Raises
    ------
    InputError
        If it cannot be read, or has no such columns.
    """
    given = addresses_in(content, file)
    at = column_of(given.header, NAMED)
    if at is None:
        told = {"file": file, "header": list(given.header), "names": list(NAMED[:6])}
        raise InputError([Problem("places-no-name", told)])
    rows = [n for n, row in enumerate(given.rows) if row[at].strip() and n not in given.broken]
    names = tuple(given.rows[n][at].strip() for n in rows)
    return Places(
        names,
        tuple(normal(name, regions) for name in names),
        tuple(given.lon[n] for n in rows),
        tuple(given.lat[n] for n in rows),
        crs,
        tuple(regions),
    )


def column_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Give the position of the first of several headers that is there; None without any."""
    spoken = [fold(cell) for cell in header]
    return next((spoken.index(fold(name)) for name in names if fold(name) in spoken), None)
