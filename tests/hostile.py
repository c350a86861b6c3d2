"""Inputs nobody should have to survive, drawn from a seed: folders, scenarios and tables.

``broken_folders`` breaks the tiny district in one place each; ``odd_scenarios`` gives values for
the keys of a scenario; ``odd_tables`` gives the bytes of CSV files. The same seed gives the same.
"""

import csv
import io
import json
import os
import random
import shutil
import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import shapely

CELLS = (
    "1e308",
    "-1e308",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "9" * 5000,
    "0x" + "f" * 5000,
    "-1",
    "-0",
    "1,5",
    "1;5",
    "1.5.2",
    "2.500",
    "１２３",
    "٣",
    "½",
    "1e-320",
    "",
    "　",
    " ",
    "\x00",
    "a\x00b",
    "\x1b[2J",
    "\u202e",
    "\ufeff",
    "=1+1",
    '"',
    '""',
    "'",
    "\n",
    "{{7*7}}",
    "<script>",
    "𠮷" * 100,
    "x" * 140_000,
    "None",
    "true",
    "2024-01-01",
)
VALUES = (
    "1e308",
    "-1e308",
    "inf",
    "-inf",
    "nan",
    "9" * 5000,
    "0x" + "f" * 5000,
    "9223372036854775808",
    "-1",
    "0",
    "0.0",
    "1e-320",
    "true",
    "[]",
    "{}",
    "[[]]",
    "[1, 'a', {}]",
    "[" * 2000 + "]" * 2000,
    "{a = " * 200 + "1" + "}" * 200,
    "2024-02-29",
    "12:00:00",
    '""',
    '" "',
    r'"\u0000"',
    r'"\u001b[2J"',
    '"/etc/passwd"',
    '"/dev/zero"',
    '"C:\\\\x.csv"',
    '"\\\\\\\\server\\\\share\\\\x.csv"',
    '"//server/share/x.csv"',
    '"http://127.0.0.1:9/x.csv"',
    '"../x.csv"',
    '"pipe.csv"',
    '"folder.csv"',
    '"zero.csv"',
    '"circle.csv"',
    '"outside.csv"',
    '"."',
    '"~/x.csv"',
    '"' + "x" * 5000 + '"',
    '"units.csv"',
    '"district.toml"',
    '"EPSG:4326"',
    '"EPSG:3857"',
    '"EPSG:99999999"',
    '"gcj02"',
    '"+proj=tmerc"',
    '"real"',
    "",
    "= =",
    '"""',
)
GEOMETRIES = (
    None,
    {},
    [],
    "POINT (1 1)",
    {"type": "Point", "coordinates": []},
    {"type": "Point", "coordinates": [1e308, 1e308]},
    {"type": "Point", "coordinates": ["a", "b"]},
    {"type": "Point", "coordinates": [float("nan"), 1]},
    {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1e308, 0], [0, 1e308], [0, 0]]]},
    {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]},
    {"type": "GeometryCollection", "geometries": []},
    {"type": "Curve", "coordinates": [[0, 0], [1, 1]]},
    {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]},
    {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
)
EXCHANGES = ("gone", "empty", "folder", "pipe", "zero", "circle", "binary", "zip", "out")
PACKAGES = ("sound", "damaged", "cut", "small", "view", "endless", "catalogue", "drop")
SMALL = b"SQLite format 3\x00" + bytes(52) + b"GPKG" + bytes(400)
GROUPS = """\
label = "real"
source = "drawn for tests"
[[groups]]
name_zh = "一组"
lead = "h1"
members = ["c1"]
[[wishes]]
institution = "c2"
lead = "h2"
"""
ASSESSMENT = """\
[national-trial-2023.criterion-02]
answer = "yes"
evidence = "x"
date = 2025-01-31
"""
SCENARIO = 'grids = 2\ncenters = 2\nwork_limit = 0.05\nprofile_files = ["own.toml"]\n'
OWN = """\
[source]
title_zh = "规定"
title_en = "Rules"
document_zh = ""
document_en = ""
year = ""
[[rules]]
id = "mine"
"""

Break = Callable[[random.Random, Path], str]


def broken_folders(base: Path, where: Path, *, seed: int, count: int) -> Iterator[tuple[str, Path]]:
    """Give so many folders, each a copy of ``base`` broken once or twice, with what was done."""
    chance = random.Random(seed)
    for number in range(count):
        folder = where / f"broken-{number}"
        shutil.copytree(base, folder)
        _furnish(folder)
        kinds = chance.choices(list(BREAKS), k=chance.choice((1, 1, 2)))
        done = [f"{kind}: {BREAKS[kind](chance, folder)}" for kind in kinds]
        yield f"{number} {'; '.join(done)}", folder
        shutil.rmtree(folder)


def _furnish(folder: Path) -> None:
    """Add what a folder may name besides its layers, traps included."""
    (folder / "groups.toml").write_text(GROUPS, encoding="utf-8")
    (folder / "assessment.toml").write_text(ASSESSMENT, encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    (folder / "folder.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "circle.csv").symlink_to("circle.csv")
    (folder / "outside.csv").symlink_to("/etc/hosts")


def _file(chance: random.Random, folder: Path) -> Path:
    return chance.choice(
        sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
    )


def bytes_changed(chance: random.Random, folder: Path) -> str:
    path = _file(chance, folder)
    raw = bytearray(path.read_bytes())
    way = chance.choice(("cut", "flip", "insert", "double", "drop", "nul"))
    at = chance.randrange(len(raw) or 1)
    to = min(len(raw), at + chance.randrange(1, 60))
    if way == "cut":
        del raw[at:]
    elif way == "flip":
        for place in range(at, to):
            raw[place] ^= chance.randrange(256)
    elif way == "insert":
        raw[at:at] = chance.randbytes(40)
    elif way == "double":
        raw[at:at] = raw[at:to]
    elif way == "drop":
        del raw[at:to]
    else:
        raw[at:at] = b"\x00"
    path.write_bytes(raw)
    return f"{way} {path.name} at {at}"


def file_recoded(chance: random.Random, folder: Path) -> str:
    path = _file(chance, folder)
    text = path.read_text(encoding="utf-8", errors="replace")
    code = chance.choice(("utf-16", "utf-16-le", "utf-8-sig", "gb18030", "utf-32", "cp037", "big5"))
    path.write_bytes(text.encode(code, errors="replace"))
    return f"{path.name} in {code}"


def file_exchanged(chance: random.Random, folder: Path) -> str:
    path = _file(chance, folder)
    path.unlink()
    way = chance.choice(EXCHANGES)
    if way == "empty":
        path.write_bytes(b"")
    elif way == "folder":
        path.mkdir()
    elif way == "pipe":
        os.mkfifo(path)
    elif way in {"zero", "circle", "out"}:
        path.symlink_to({"zero": "/dev/zero", "circle": path.name, "out": "/etc/hosts"}[way])
    elif way in {"binary", "zip"}:
        path.write_bytes((b"PK\x03\x04" if way == "zip" else b"") + chance.randbytes(2000))
    return f"{path.name} is {way}"


def cell_changed(chance: random.Random, folder: Path) -> str:
    path = folder / chance.choice(("units.csv", "hospitals.csv", "centers.csv"))
    if not path.is_file() or path.is_symlink():
        return "nothing"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8", errors="replace"))))
    rows = [row for row in rows if row] or [["a"]]
    row = chance.randrange(len(rows))
    column = chance.randrange(len(rows[row]))
    cell = chance.choice(CELLS)
    way = chance.choice(("one", "one", "column", "short", "long", "twice"))
    if way == "short":
        rows[row] = rows[row][:column]
    elif way == "long":
        rows[row].append(cell)
    elif way == "twice":
        rows.append(rows[row])
    else:
        for at, entry in enumerate(rows):
            if column < len(entry) and (at == row or (way == "column" and at)):
                entry[column] = cell
    text = io.StringIO()
    separator = chance.choice((",", ",", ",", ";", "\t", "|", "，"))
    csv.writer(text, delimiter=separator).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", errors="replace")
    return f"{path.name} row {row} column {column} {way} {cell[:20]!r} with {separator!r}"


def value_changed(chance: random.Random, folder: Path) -> str:
    names = ("district.toml", "district.toml", "groups.toml", "assessment.toml", "scenario.toml")
    path = folder / chance.choice((*names, "own.toml"))
    if not path.is_file() or path.is_symlink():
        return "nothing"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    given = [at for at, line in enumerate(lines) if "=" in line] or [0]
    at = chance.choice(given)
    key = lines[at].split("=")[0] if lines else "a "
    value = chance.choice(VALUES)
    lines[at : at + 1] = [f"{key}= {value}"]
    path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    return f"{path.name} {key}= {value[:30]}"


def shapes_instead(chance: random.Random, folder: Path) -> str:
    """Put a GeoJSON in the place of a layer."""
    layer = chance.choice(("units", "hospitals", "subdistricts"))
    odd = chance.choice(GEOMETRIES)
    features = [
        {
            "type": "Feature",
            "id": chance.choice((1, "a", None, [], 10**30)),
            "properties": chance.choice(
                (
                    {
                        "unit": f"u{at}",
                        "hospital": f"h{at}",
                        "subdistrict": f"s{at}",
                        "name": "甲",
                        "level": "三甲",
                        "kind": "综合",
                        "ownership": "区级",
                        "eligible": "是",
                        "population": chance.choice(
                            (2500, 10**400, 1e308, -1, "x", [], {"a": [[]]})
                        ),
                    },
                    None,
                    [],
                    {"unit": {"a": {"b": []}}},
                )
            ),
            "geometry": odd
            if at == 0
            else json.loads(shapely.to_geojson(shapely.box(at, 0, at + 1, 1).buffer(0))),
        }
        for at in range(chance.randrange(1, 5))
    ]
    content = chance.choice(
        (
            {"type": "FeatureCollection", "features": features},
            {"type": "FeatureCollection", "features": features, "crs": "EPSG:4326"},
            {"type": "FeatureCollection", "features": [1]},
            {"features": {}},
            [],
        )
    )
    text = json.dumps(content)
    if chance.random() < 0.2:
        text = chance.choice(("[" * 3000, '{"features": ' + "[" * 990 + "]" * 990 + "}", text[:-9]))
    (folder / f"{layer}.geojson").write_text(text, encoding="utf-8")
    return f"{layer} {_declare(chance, folder, layer, 'geojson')} {text[:60]}"


def _declare(chance: random.Random, folder: Path, layer: str, ending: str) -> str:
    path = folder / "district.toml"
    if not path.is_file() or path.is_symlink():
        return "nothing"
    text = path.read_text(encoding="utf-8", errors="replace")
    crs = chance.choice(("EPSG:4326", "EPSG:4547", "gcj02"))
    text = text.replace(f'"{layer}.csv"\ncrs = "EPSG:4547"', f'"{layer}.{ending}"\ncrs = "{crs}"')
    if f"layers.{layer}" not in text:
        text += f'\n[layers.{layer}]\nfile = "{layer}.{ending}"\ncrs = "{crs}"\n'
        text += 'label = "real"\nsource = "drawn"\n'
    path.write_text(text, encoding="utf-8")
    return crs


def geopackage_instead(chance: random.Random, folder: Path) -> str:
    """Put a GeoPackage in the place of the units: damaged, or with views for tables."""
    path = folder / "units.gpkg"
    if path.exists():
        return "nothing"
    frame = gpd.GeoDataFrame(
        {"unit": ["a", "b"], "population": [30_000.0, 30_000.0]},
        geometry=[
            shapely.box(490_000 + 600 * i, 2_520_000, 490_600 + 600 * i, 2_520_800)
            for i in range(2)
        ],
        crs="EPSG:4547",
    )
    frame.to_file(path, layer="units", driver="GPKG")
    way = chance.choice(PACKAGES)
    if way in {"damaged", "cut", "small"}:
        raw = bytearray(path.read_bytes())
        if way == "damaged":
            for _ in range(30):
                raw[chance.randrange(100, len(raw))] = chance.randrange(256)
        raw = SMALL if way == "small" else raw[: chance.randrange(200, len(raw))]
        path.write_bytes(raw)
    elif way != "sound":
        with sqlite3.connect(path) as base:
            for statement in VIEWS[way]:
                base.execute(statement)
        base.close()
    _declare(chance, folder, "units", "gpkg")
    return way


ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT x AS fid, NULL AS geom, 'a' AS unit, 1.0 AS population FROM n"
)
VIEWS = {
    "view": (
        "DROP TRIGGER IF EXISTS rtree_units_geom_insert",
        "ALTER TABLE units RENAME TO kept",
        "CREATE VIEW units AS SELECT * FROM kept",
    ),
    "endless": ("ALTER TABLE units RENAME TO kept", f"CREATE VIEW units AS {ENDLESS}"),
    "catalogue": (
        "ALTER TABLE gpkg_contents RENAME TO kept",
        f"CREATE VIEW gpkg_contents AS {ENDLESS}",
    ),
    "drop": ("DROP TABLE gpkg_contents",),
}
BREAKS: dict[str, Break] = {
    break_.__name__: break_
    for break_ in (
        bytes_changed,
        file_recoded,
        file_exchanged,
        cell_changed,
        value_changed,
        shapes_instead,
        geopackage_instead,
    )
}


def odd_scenarios(*, seed: int, count: int, keys: list[str]) -> Iterator[dict[str, object]]:
    """Give so many sets of values for keys of a scenario, most of them wrong."""
    chance = random.Random(seed)
    deep: list[object] = []
    for _ in range(3000):
        deep = [deep]
    values = (
        None, True, False, 0, 1, -1, 2, 3, 0.5, -0.0, 1e-320, 1e308, -1e308, float("inf"),
        float("nan"), 10**18, 10**400, 10**5000, -(10**5000), "", "a", "c1", "h1", "x" * 10_000,
        "\x00", "\ud800", "{0}", "{a!r:>{b}}", b"x", [], ["c1"], ["c1", "c1"], [1], [None], [[]],
        ("h1",), {"c1": 5}, {}, {1: 2}, {"c1"}, object(), deep, 3 + 4j, range(3), float, [10**5000],
        "national-trial-2023", "p/r: lower=1", "p/r: lower=1e999", "guangming-1n-2023/x: lower=9",
        "2.0", 2.0, 1_000_000, 100, 0.1, 0.01, "unit", "subdistrict", struct,
    )  # fmt: skip
    for _ in range(count):
        yield {
            chance.choice(keys): chance.choice(values)
            for _ in range(chance.choice((1, 1, 1, 2, 4)))
        }


def odd_tables(*, seed: int, count: int, header: str, rows: list[str]) -> Iterator[bytes]:
    """Give the bytes of so many tables with the given header and rows, broken in some way."""
    chance = random.Random(seed)
    for _ in range(count):
        lines = [header, *rows]
        separator = chance.choice((",", ",", ";", "\t", "|", "，"))
        lines = [line.replace(",", separator) for line in lines]
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(lines))
            cells = lines[at].split(separator)
            cells[chance.randrange(len(cells))] = chance.choice(CELLS)
            if chance.random() < 0.4:
                cells += ["", chance.choice(CELLS)]
            lines[at] = separator.join(cells)
        raw = (
            chance.choice(("\n", "\r\n", "\r"))
            .join(lines)
            .encode(
                chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030")),
                errors="replace",
            )
        )
        way = chance.choice(("whole", "whole", "cut", "noise", "binary", "empty", "excel"))
        if way == "cut":
            raw = raw[: chance.randrange(len(raw))]
        elif way == "noise":
            at = chance.randrange(len(raw))
            raw = raw[:at] + chance.randbytes(12) + raw[at:]
        elif way == "binary":
            raw = chance.randbytes(3000)
        elif way in {"empty", "excel"}:
            raw = b"" if way == "empty" else b"PK\x03\x04" + raw
        yield raw
