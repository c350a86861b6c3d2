"""A layer's table with cells set anew, rows added or taken away; all else stays as in the file."""

from __future__ import annotations

import csv
import io
import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridplan.district.files.delimited import read_delimited
from gridplan.district.files.given_file import LAYER_BYTES, read_inside
from gridplan.district.schema.headers import coordinate_headers, match_headers
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem

FORMATS = (".csv", ".geojson", ".json")
"""Files whose rows can be changed, by the end of their name."""

Place = tuple[float, float]


@dataclass(frozen=True)
class Changes:
    """
    What is to change in a table.

    Parameters
    ----------
    cells
        By id of a row: field and its new cell; a field without a column gets one.
    added
        Rows at the end: where each lies, in the coordinates of the file, and its fields.
    removed
        Ids of rows that go.
    """

    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    added: Sequence[tuple[Place, Mapping[str, str]]] = ()
    removed: Sequence[str] = ()


def corrected(folder: Path, file: str, layer: str, changes: Changes) -> bytes:
    """
    Change the table of a layer of a district folder.

    Parameters
    ----------
    folder, file
        Where it lies; CSV or GeoJSON.
    layer
        Of the district, such as ``hospitals``.
    changes
        Where rows come or go, every row is given its id in the file first, so that no other row is
        called anything else afterwards.

    Returns
    -------
    content
        Of the file as it should be; nothing is written.

    Raises
    ------
    UnreadableError
        If the file is not there or no table.
    InputError
        ``correct-row-lost`` for rows that the file does not have.
    """
    raw = read_inside(folder, file, most=LAYER_BYTES)
    return changed(raw, file, layer, changes)


def changed(raw: bytes, file: str, layer: str, changes: Changes) -> bytes:
    """Change the content of a file as :func:`corrected` does."""
    kind = _Delimited if file.lower().endswith(".csv") else _Features
    table: _Table = kind(raw, layer)
    lost = [subject for subject in (*changes.cells, *changes.removed) if subject not in table.ids]
    if lost:
        raise InputError([Problem("correct-row-lost", {"layer": layer, "rows": lost})])
    for subject, fields in changes.cells.items():
        for name, cell in fields.items():
            table.put(table.ids[subject], name, cell)
    if changes.added or changes.removed:
        table.name_rows()
    for place, fields in changes.added:
        table.add(place, {table.key: table.free_id(), **fields})
    table.drop({table.ids[subject] for subject in changes.removed})
    return table.content()


class _Table(ABC):
    """The rows of a file by their ids; a class because CSV and GeoJSON are changed alike."""

    def __init__(
        self, layer: str, headers: list[str], rows: Sequence[Mapping[str, object]]
    ) -> None:
        fields = LAYERS[layer].fields
        self.layer = layer
        self.found = match_headers(layer, headers)[0]
        self.key = next((one for one in fields if one.kind == "id"), fields[0]).name
        told = self._told(rows)
        self.names = told
        # An id that a sheet made a number of is read without its decimals.
        plain = {re.sub(r"^(\d+)\.0+$", r"\1", name): at for at, name in enumerate(told)}
        self.ids = plain | {name: at for at, name in enumerate(told)}

    def _told(self, rows: Sequence[Mapping[str, object]]) -> list[str]:
        """Give the id of each row, as the reader makes ids where a file has none."""

        def column(name: str) -> list[str]:
            return [str(row.get(self.found[name], "") or "").strip() for row in rows]

        if self.key in self.found:
            return column(self.key)
        if "name" in self.found and all(column("name")) and len(set(column("name"))) == len(rows):
            return column("name")
        return [f"{self.key[0]}{number}" for number in range(1, len(rows) + 1)]

    def name_rows(self) -> None:
        """Give every row its id in the file, where it goes by its name or number alone."""
        if self.key not in self.found:
            for at, name in enumerate(self.names):
                self.put(at, self.key, name)

    def free_id(self) -> str:
        """Give an id that no row has, in the manner of the others."""
        numbers = [int(name) for name in self.ids if name.isdecimal()]
        if numbers and len(numbers) == len(self.ids):
            free = str(max(numbers) + 1)
        else:
            counted = range(1, len(self.ids) + 2)
            free = next(name for n in counted if (name := f"{self.key[0]}{n}") not in self.ids)
        self.ids = {**self.ids, free: len(self.names)}
        self.names = [*self.names, free]
        return free

    @abstractmethod
    def put(self, at: int, name: str, cell: str) -> None:
        """Set a cell; a field without a column gets one."""

    @abstractmethod
    def add(self, place: Place, fields: Mapping[str, str]) -> None:
        """Put a row at the end."""

    @abstractmethod
    def drop(self, rows: set[int]) -> None:
        """Take rows away, by their position."""

    @abstractmethod
    def content(self) -> bytes:
        """Give the file."""


class _Delimited(_Table):
    def __init__(self, raw: bytes, layer: str) -> None:
        table = read_delimited(raw)
        self.header = list(table.header)
        width = len(self.header)
        self.rows = [list(row) + [""] * (width - len(row)) for row in table.rows]
        named = [dict(zip(self.header, row, strict=False)) for row in self.rows]
        super().__init__(layer, self.header, named)

    def put(self, at: int, name: str, cell: str) -> None:
        self.rows[at][self._column(name)] = cell

    def _column(self, name: str) -> int:
        if name not in self.found:
            self.found[name] = name
            self.header.append(name)
            for row in self.rows:
                row.append("")
        return self.header.index(self.found[name])

    def add(self, place: Place, fields: Mapping[str, str]) -> None:
        at = {self._column(name): cell for name, cell in fields.items()}
        axes = coordinate_headers(self.header).values()
        told = zip(axes, place, strict=True)
        at |= {self.header.index(axis): f"{value:.10g}" for axis, value in told}
        self.rows.append([at.get(column, "") for column in range(len(self.header))])

    def drop(self, rows: set[int]) -> None:
        self.rows = [row for at, row in enumerate(self.rows) if at not in rows]

    def content(self) -> bytes:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(self.header)
        writer.writerows(self.rows)
        return text.getvalue().encode("utf-8-sig")


class _Features(_Table):
    def __init__(self, raw: bytes, layer: str) -> None:
        self.whole: dict[str, Any] = json.loads(raw.decode("utf-8-sig"))
        self.features: list[dict[str, Any]] = self.whole["features"]
        rows = [
            ({} if one.get("id") is None else {"id": one["id"]}) | (one.get("properties") or {})
            for one in self.features
        ]
        super().__init__(layer, list(dict.fromkeys(name for row in rows for name in row)), rows)

    def put(self, at: int, name: str, cell: str) -> None:
        feature = self.features[at]
        own = feature["properties"] = feature.get("properties") or {}
        own[self.found.setdefault(name, name)] = self._value(name, cell)

    def _value(self, name: str, cell: str) -> float | str | None:
        kinds = {one.name: one.kind for one in LAYERS[self.layer].fields}
        return float(cell) if kinds[name] == "number" and cell else cell or None

    def add(self, place: Place, fields: Mapping[str, str]) -> None:
        point = {"type": "Point", "coordinates": list(place)}
        self.features.append({"type": "Feature", "properties": {}, "geometry": point})
        for name, cell in fields.items():
            self.put(len(self.features) - 1, name, cell)

    def drop(self, rows: set[int]) -> None:
        self.features[:] = [one for at, one in enumerate(self.features) if at not in rows]

    def content(self) -> bytes:
        return json.dumps(self.whole, ensure_ascii=False).encode()
