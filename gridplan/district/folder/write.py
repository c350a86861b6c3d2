"""Tables in memory -> a district folder that :mod:`~gridplan.district.folder.read` reads.

For importers: what another format holds is put into the tables of the schema and written here.
The same tables give the same bytes on every day: a GeoPackage is stamped with a fixed date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from gridplan.district.manifest.layer_entry import FILE, LAYER_KEYS
from gridplan.district.schema.schema import LAYERS

STAMP = "2000-01-01T00:00:00Z"
"""Written into GeoPackages instead of the day of writing."""


@dataclass(frozen=True, eq=False)
class LayerTable:
    """
    One layer to write.

    Parameters
    ----------
    table
        Columns of the schema (and others), the id among them. A GeoDataFrame becomes a
        GeoPackage, a plain table with ``x`` and ``y`` a CSV.
    label
        ``real``, ``derived`` or ``modelled``.
    source
        One line.
    crs
        To declare: an EPSG code, a PROJ string, ``gcj02`` or ``bd09``. A GeoPackage carries its
        own, so it may stay empty there.
    cell_metres
        Side of a lattice cell if the table holds cell centres.
    """

    table: pd.DataFrame
    label: str
    source: str
    crs: str = ""
    cell_metres: float | None = None


def write_district(
    folder: str | Path,
    layers: Mapping[str, LayerTable],
    *,
    code: str,
    name_zh: str,
    name_en: str,
    vintage: str = "",
    note: str = "",
) -> Path:
    """
    Write a district folder.

    Parameters
    ----------
    folder
        Made if it is not there; files of the same names are replaced.
    layers
        By name: ``units``, ``subdistricts``, ``hospitals``, ``centers``, ``candidates``.
    code, name_zh, name_en, vintage
        Of the district.
    note
        A line for the reader of ``district.toml``.

    Returns
    -------
    folder

    Raises
    ------
    ValueError
        If a layer is none of the schema's.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        f"code = {quoted(code)}",
        f"name_zh = {quoted(name_zh)}",
        f"name_en = {quoted(name_en)}",
        f"vintage = {quoted(vintage)}",
    ]
    if note:
        lines.append(f"note = {quoted(note)}")
    for name in sorted(layers, key=list(LAYERS).index):
        layer = layers[name]
        file = _write_table(folder, name, layer)
        values = {"file": file, "crs": layer.crs, "label": layer.label, "source": layer.source}
        lines += ["", f"[layers.{name}]"]
        lines += [f"{key} = {quoted(values[key])}" for key in LAYER_KEYS if values.get(key)]
        if layer.cell_metres is not None:
            lines.append(f"cell_metres = {layer.cell_metres:g}")
    (folder / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return folder


def quoted(text: str) -> str:
    """Write a text as TOML does: in quotes, what would end it escaped, on one line."""
    plain = " ".join(text.split())
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c for c in escaped if c.isprintable()) + '"'


def _write_table(folder: Path, name: str, layer: LayerTable) -> str:
    if not isinstance(layer.table, gpd.GeoDataFrame):
        text = layer.table.to_csv(index=False, lineterminator="\n")
        (folder / f"{name}.csv").write_bytes(text.encode("utf-8-sig"))
        return f"{name}.csv"
    path = folder / f"{name}.gpkg"
    path.unlink(missing_ok=True)
    with gdal_writing(STAMP):
        pyogrio.write_dataframe(layer.table, path, layer=name, driver="GPKG")
    return path.name


@contextmanager
def gdal_writing(stamp: str) -> Iterator[None]:
    """
    Let the GeoPackages written meanwhile carry a moment instead of the day of writing.

    Nor does the disk have to confirm each layer: they are fresh files that take their place once
    they are whole, and one that a power cut left half written is written again.
    """
    options = {"OGR_CURRENT_DATE": stamp, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    before = {name: pyogrio.get_gdal_config_option(name) for name in options}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
