"""Base maps a server is set up with: Tianditu by the office's key, the intranet, MBTiles."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gridplan.district.files.given_file import TOML_BYTES, read_given
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.schema.vocabulary import nearest
from gridplan.errors import InputError, Problem
from gridplan.text.language import in_language

BASE_MAPS = "GRIDPLAN_BASE_MAPS"
"""Name of the option: a TOML file with one ``[[base]]`` for each base map; none without it."""

KEYS = (
    "name_zh", "name_en", "url", "file", "key", "subdomains", "crs", "attribution", "min_zoom",
    "max_zoom", "overlay",
)  # fmt: skip
SHIFTED = (
    "amap.com", "autonavi.com", "gtimg.com", "map.qq.com", "google.cn", "google.com", "bdimg.com",
    "baidu.com", "map.bdimg.com",
)  # fmt: skip
"""Hosts whose tiles are in GCJ-02 or BD-09: some hundred metres beside where things are."""
_TRUE = ("wgs84", "cgcs2000", "epsg:3857", "epsg:4326", "epsg:4490")


@dataclass(frozen=True)
class BaseMap:
    """
    One base map.

    Parameters
    ----------
    name_zh, name_en
        What it is called.
    url
        With ``{z}``, ``{x}``, ``{y}`` and perhaps ``{s}``; empty where it is a file.
    file
        MBTiles; None where it comes from a server.
    subdomains, attribution
        Of the server.
    min_zoom, max_zoom
        Levels there are tiles of.
    overlay
        A second address drawn over the first, names of places, say; empty for none.
    """

    name_zh: str
    name_en: str
    url: str = ""
    file: Path | None = None
    subdomains: str = ""
    attribution: str = ""
    min_zoom: int = 0
    max_zoom: int = 18
    overlay: str = ""

    def name(self, lang: str) -> str:
        """Name it in ``zh`` or ``en``."""
        return in_language(self, "name", lang)


def base_maps() -> tuple[tuple[BaseMap, ...], tuple[Problem, ...]]:
    """Give the base maps of this server and what is wrong with how they are written."""
    given = os.environ.get(BASE_MAPS, "").strip()
    if not given:
        return (), ()
    path = Path(given).expanduser()
    try:
        found = path.stat()
        return _read(path, found.st_mtime_ns, found.st_size), ()
    except InputError as error:
        return (), error.problems
    except OSError:
        return (), (Problem("missing-input", {"file": str(path)}),)


@lru_cache(maxsize=4)
def _read(path: Path, mtime: int, size: int) -> tuple[BaseMap, ...]:  # noqa: ARG001  # of the file
    try:
        table, _ = parse_toml(read_given(path, most=TOML_BYTES))
    except UnreadableError as error:
        told = {"file": str(path), "reason": error.reason}
        raise InputError([Problem("file-unreadable", told)]) from error
    rows = table.get("base", [])
    problems: list[Problem] = []
    made = [_made(path, number, row, problems) for number, row in enumerate(_rows(rows), start=1)]
    if problems:
        raise InputError(problems)
    return tuple(made)


def _rows(rows: object) -> Sequence[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _made(path: Path, number: int, row: Mapping[str, Any], problems: list[Problem]) -> BaseMap:
    place = f"[[base]] {number}"
    for key in row:
        if key not in KEYS:
            told = {"place": place, "key": key, "nearest": nearest(key, KEYS, most=1)}
            problems.append(Problem("unknown-key", told))
    text = {key: str(row.get(key, "")).strip() for key in KEYS}
    name = text["name_zh"] or text["name_en"]
    if not name:
        problems.append(Problem("missing-key", {"place": place, "key": "name_zh"}))
    if bool(text["url"]) == bool(text["file"]):
        problems.append(Problem("base-one-source", {"place": place}))
    addresses = [address for address in (text["url"], text["overlay"]) if address]
    if (text["crs"] or "wgs84").lower() not in _TRUE or any(map(_shifted, addresses)):
        problems.append(Problem("base-shifted", {"place": place, "name": name}))
    for address in addresses:
        if not all(f"{{{part}}}" in address for part in "zxy"):
            problems.append(Problem("base-no-tiles", {"place": place, "url": address}))
    file = (path.parent / text["file"]) if text["file"] else None
    if file is not None and not file.is_file():
        problems.append(Problem("missing-input", {"file": str(file)}))
    levels = [_level(row.get(key), default) for key, default in (("min_zoom", 0), ("max_zoom", 18))]
    return BaseMap(
        text["name_zh"] or name,
        text["name_en"] or name,
        url=text["url"].replace("{key}", text["key"]),
        file=file,
        subdomains=text["subdomains"],
        attribution=text["attribution"],
        min_zoom=levels[0],
        max_zoom=levels[1],
        overlay=text["overlay"].replace("{key}", text["key"]),
    )


def _level(value: object, default: int) -> int:
    return value if isinstance(value, int) and 0 <= value <= 24 else default


def _shifted(address: str) -> bool:
    host = (urlsplit(address.replace("{s}", "s")).hostname or "").lower()
    return any(host == known or host.endswith(f".{known}") for known in SHIFTED)
