"""A layer's table with some of its cells set anew; everything else stays as it is in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from gridplan.district.files.delimited import read_delimited
from gridplan.district.files.given_file import LAYER_BYTES, read_inside
from gridplan.district.schema.headers import match_headers
from gridplan.district.schema.schema import LAYERS
from gridplan.outputs.disk.whole_file import write_whole

Changes = Mapping[str, Mapping[str, str]]
"""By id of a row: field and its new cell."""


def correct(folder: Path, file: str, layer: str, changes: Changes) -> None:
    """
    Set cells of a table in a district folder.

    Parameters
    ----------
    folder, file
        Where it lies; CSV.
    layer
        Of the district: ``hospitals`` or ``centers``.
    changes
        What is set; a field without a column gets one.

    Raises
    ------
    UnreadableError
        If the file is not there or no table.
    InputError
        If it cannot be written; then it is as before.
    """
    table = read_delimited(read_inside(folder, file, most=LAYER_BYTES))
    header = list(table.header)
    rows = [list(row) + [""] * (len(header) - len(row)) for row in table.rows]
    found = match_headers(layer, header)[0]
    key = next(field.name for field in LAYERS[layer].fields if field.kind == "id")
    at_key = header.index(found[key]) if key in found else None
    named = {row[at_key].strip() if at_key is not None else str(n): n for n, row in enumerate(rows)}
    for subject, fields in changes.items():
        for field, cell in fields.items():
            if field not in found:
                found[field] = field
                header.append(field)
                for row in rows:
                    row.append("")
            rows[named[subject]][header.index(found[field])] = cell
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8-sig")
    write_whole(folder / file, lambda fresh: fresh.write_bytes(content))
