"""A layer's table with some of its cells set anew; everything else stays as it is in the file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from gridplan.district.files.delimited import read_delimited
from gridplan.district.files.given_file import LAYER_BYTES, read_inside
from gridplan.district.schema.headers import match_headers
from gridplan.district.schema.schema import LAYERS
from gridplan.errors import InputError, Problem

Changes = Mapping[str, Mapping[str, str]]
"""By id of a row: field and its new cell."""

FORMATS = (".csv", ".geojson", ".json")
"""Files whose cells can be set, by the end of their name."""


def corrected(folder: Path, file: str, layer: str, changes: Changes) -> bytes:
    """
    Set cells of a table of a district folder.

    Parameters
    ----------
    folder, file
        Where it lies; CSV or GeoJSON.
    layer
        Of the district, such as ``hospitals``.
    changes
        What is set; a field without a column gets one.

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
    if file.lower().endswith(".csv"):
        return _delimited(raw, layer, changes)
    return _features(raw, layer, changes)


def _delimited(raw: bytes, layer: str, changes: Changes) -> bytes:
    table = read_delimited(raw)
    header = list(table.header)
    rows = [list(row) + [""] * (len(header) - len(row)) for row in table.rows]
    found = match_headers(layer, header)[0]
    ids = _ids(layer, found, [dict(zip(header, row, strict=False)) for row in rows])
    for subject, fields in _known(changes, ids, layer).items():
        for field, cell in fields.items():
            if field not in found:
                found[field] = field
                header.append(field)
                for row in rows:
                    row.append("")
            rows[ids[subject]][header.index(found[field])] = cell
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _features(raw: bytes, layer: str, changes: Changes) -> bytes:
    content = json.loads(raw.decode("utf-8-sig"))
    features = content["features"]
    rows = [
        ({} if one.get("id") is None else {"id": one["id"]}) | (one.get("properties") or {})
        for one in features
    ]
    found = match_headers(layer, list(dict.fromkeys(name for row in rows for name in row)))[0]
    ids = _ids(layer, found, rows)
    kinds = {field.name: field.kind for field in LAYERS[layer].fields}
    for subject, fields in _known(changes, ids, layer).items():
        feature = features[ids[subject]]
        own = feature["properties"] = feature.get("properties") or {}
        for field, cell in fields.items():
            number = kinds[field] == "number" and cell
            own[found.get(field, field)] = float(cell) if number else cell or None
    return json.dumps(content, ensure_ascii=False).encode()


def _ids(layer: str, found: Mapping[str, str], rows: Sequence[Mapping[str, object]]) -> dict:
    """Give the row of each id, as the reader makes ids where a file has none."""
    fields = LAYERS[layer].fields
    key = next((field for field in fields if field.kind == "id"), fields[0])

    def column(name: str) -> list[str]:
        return [str(row.get(found[name], "") or "").strip() for row in rows]

    if key.name in found:
        told = column(key.name)
    elif "name" in found and all(column("name")) and len(set(column("name"))) == len(rows):
        told = column("name")
    else:
        told = [f"{key.name[0]}{number}" for number in range(1, len(rows) + 1)]
    # An id that a sheet made a number of is read without its decimals.
    plain = {re.sub(r"^(\d+)\.0+$", r"\1", name): at for at, name in enumerate(told)}
    return plain | {name: at for at, name in enumerate(told)}


def _known(changes: Changes, ids: Mapping[str, int], layer: str) -> Changes:
    lost = [subject for subject in changes if subject not in ids]
    if lost:
        raise InputError([Problem("correct-row-lost", {"layer": layer, "rows": lost})])
    return changes
