"""Styles that QGIS finds inside a GeoPackage, in its ``layer_styles`` table."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from gridplan.outputs.words.safe import colour, plain

_TABLE = """
CREATE TABLE IF NOT EXISTS layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)
"""


@dataclass(frozen=True)
class Category:
    """
    One class of a categorised layer.

    Parameters
    ----------
    value
        Value of the field.
    label
        What the legend calls it.
    colour
        ``#rrggbb``.
    size
        Diameter of a point, millimetres.
    """

    value: str
    label: str
    colour: str
    size: float = 3.0


def categorised(field: str, categories: Sequence[Category], *, geometry: str) -> str:
    """
    Write a categorised style.

    Parameters
    ----------
    field
        Field whose values are told apart.
    categories
        In the legend's order.
    geometry
        ``fill``, ``outline`` (a polygon without fill) or ``marker``.

    Returns
    -------
    qml
        As QGIS 3 reads it.
    """
    entries = "".join(
        f"<category value={quoteattr(plain(entry.value))} label={quoteattr(plain(entry.label))}"
        f' symbol="{number}" render="true" type="string"/>'
        for number, entry in enumerate(categories)
    )
    symbols = "".join(
        _symbol(str(number), entry, geometry) for number, entry in enumerate(categories)
    )
    return (
        '<!DOCTYPE qgis><qgis version="3.34.0" styleCategories="Symbology">'
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(field)}>'
        f"<categories>{entries}</categories><symbols>{symbols}</symbols></renderer-v2></qgis>"
    )


def _symbol(name: str, category: Category, geometry: str) -> str:
    rgb = ",".join(str(int(colour(category.colour)[at : at + 2], 16)) for at in (1, 3, 5))
    options = {
        "fill": {
            "color": f"{rgb},150",
            "style": "solid",
            "outline_color": "60,60,60,255",
            "outline_width": "0.3",
        },
        "outline": {
            "color": "0,0,0,0",
            "style": "no",
            "outline_color": f"{rgb},255",
            "outline_width": "0.5",
        },
        "marker": {
            "name": "circle",
            "color": f"{rgb},255",
            "outline_color": "255,255,255,255",
            "size": str(category.size),
        },
    }[geometry]
    kind, layer = ("marker", "SimpleMarker") if geometry == "marker" else ("fill", "SimpleFill")
    written = "".join(
        f'<Option name="{key}" type="QString" value={quoteattr(value)}/>'
        for key, value in options.items()
    )
    return (
        f'<symbol name="{escape(name)}" type="{kind}" alpha="1"><layer class="{layer}" enabled="1">'
        f'<Option type="Map">{written}</Option></layer></symbol>'
    )


def add_styles(path: Path, styles: Sequence[tuple[str, str, str]], *, moment: str) -> None:
    """
    Add default styles to a GeoPackage.

    Parameters
    ----------
    path
        The GeoPackage.
    styles
        Layer, title of the style, QML.
    moment
        Time written into the tables, ``2026-01-31T00:00:00.000Z``.
    """
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous = OFF")  # a fresh file, see gdal_writing
        database.execute(_TABLE)
        database.execute(
            "INSERT OR IGNORE INTO gpkg_contents"
            " (table_name, data_type, identifier, last_change)"
            " VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (moment,),
        )
        database.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
            " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
            " update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', ?)",
            [(layer, title[:30], qml, moment) for layer, title, qml in styles],
        )
