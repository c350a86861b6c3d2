"""Alterations of one file of a written plan; each takes the folder."""

import json
import re
import sqlite3
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def text(name, old, new):
    """Replace the first match of a pattern."""

    def alter(folder):
        path = folder / name
        content = path.read_text(encoding="utf-8")
        changed = re.sub(old, new, content, count=1)
        assert changed != content
        path.write_text(changed, encoding="utf-8")

    return alter


def values(name, change):
    """Change the values of a JSON file and write it in the same manner."""

    def alter(folder):
        path = folder / name
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        compact = name.endswith(".geojson")
        layout = {"separators": (",", ":")} if compact else {"indent": 1}
        path.write_text(json.dumps(content, ensure_ascii=False, **layout) + "\n", encoding="utf-8")

    return alter


def sql(*statements):
    """Run statements on the GeoPackage; its triggers, which need GDAL's functions, stay as is."""

    def alter(folder):
        base = sqlite3.connect(folder / "plan.gpkg")
        kept = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        base.execute("PRAGMA synchronous = OFF")
        for name, _ in kept:
            base.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            base.execute(statement)
        for _, statement in kept:
            base.execute(statement)
        base.commit()
        base.close()

    return alter


def part(name, change):
    """Change one part of the workbook; None for a part to put in."""

    def alter(folder):
        path = folder / "plan.xlsx"
        with zipfile.ZipFile(path) as book:
            parts = {entry: book.read(entry) for entry in book.namelist()}
        before = parts.get(name, b"").decode("utf-8")
        parts[name] = change(before).encode("utf-8")
        assert parts[name].decode("utf-8") != before
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for entry, content in parts.items():
                book.writestr(entry, content)

    return alter


def sub(old, new):
    return lambda xml: re.sub(old, new, xml, count=1)


def sheet_put_in(folder):
    part(
        "xl/workbook.xml",
        sub("</sheets>", '<sheet name="另表" sheetId="99" r:id="rId99"/></sheets>'),
    )(folder)
    part(
        "xl/_rels/workbook.xml.rels",
        sub(
            "</Relationships>",
            '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            'relationships/worksheet" Target="worksheets/sheet99.xml"/></Relationships>',
        ),
    )(folder)
    part(
        "xl/worksheets/sheet99.xml",
        lambda _: f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>',
    )(folder)


def linked(folder):
    (folder / "map.html").rename(folder.parent / "elsewhere.html")
    (folder / "map.html").symlink_to(folder.parent / "elsewhere.html")


def listed(folder):
    """Alter a file and its fingerprint in the list along with it."""
    text("grids.geojson", r'"population":\d+', '"population":7')(folder)
    import hashlib

    new = hashlib.sha256((folder / "grids.geojson").read_bytes()).hexdigest()
    text("files.sha256", r"[0-9a-f]{64}(?=  grids)", new)(folder)


def _twice(content):
    content["features"].append(content["features"][0])


def _height(content):
    point = content["features"][0]["geometry"]["coordinates"]
    point.append(12.5)


def _copied(content):
    content["features"].append({**content["features"][0], "id": "c99"})


def _turned(content):
    content["features"].reverse()


def _extra(folder):
    (folder / "notes.txt").write_text("x", encoding="utf-8")


def _inner(folder):
    (folder / "old").mkdir()


def _log(folder):
    (folder / "plan.gpkg-wal").write_bytes(b"x" * 64)


SHEET = "xl/worksheets/sheet2.xml"
CELL = r'<c r="([A-Z]+2)" s="(\d+)"><v>([\d.]+)</v></c>'

CAUGHT = {
    "json-figure": (text("plan.json", r'"population": \d+', '"population": 7'), "residents"),
    "json-key-twice": (text("plan.json", r"^\{", '{"district": {},'), "duplicate"),
    "json-nan": (text("plan.json", r'"area_km2": [\d.]+', '"area_km2": NaN'), "not-a-number"),
    "json-label": (text("plan.json", r'"label": "modelled"', '"label": "real"'), "label"),
    "json-source": (text("plan.json", '"source": "drawn', '"source": "taken'), "source"),
    "json-clause": (text("plan.json", r'"clause": "[^"]', '"clause": "不'), "finding"),
    "json-finding-gone": (values("plan.json", lambda v: v["findings"].pop(3)), "finding-missing"),
    "json-order": (values("plan.json", lambda v: v["centers"].reverse()), "order"),
    "json-section": (values("plan.json", lambda v: v.update(more=1)), "figure"),
    "json-seed": (values("plan.json", lambda v: v["certificate"]["grids"].update(seed=9)), "seed"),
    "json-bound": (
        values("plan.json", lambda v: v["certificate"]["centers"].update(bound=1)),
        "proof",
    ),
    "geojson-figure": (text("grids.geojson", r'"population":\d+', '"population":7'), "residents"),
    "geojson-twice": (values("grids.geojson", _twice), "duplicate"),
    "geojson-copied": (values("centers.geojson", _copied), "entry-added"),
    "geojson-gone": (values("centers.geojson", lambda v: v["features"].pop()), "entry-missing"),
    "geojson-height": (values("centers.geojson", _height), "height"),
    "geojson-moved": (text("centers.geojson", r"\[11\d\.\d", "[113.1"), "geometry"),
    "geojson-order": (values("grids.geojson", _turned), "order"),
    "geojson-key-twice": (text("grids.geojson", '"id":"G1"', '"id":"G1","id":"G1"'), "duplicate"),
    "geojson-crs": (text("grids.geojson", '"name"', '"crs":{"type":"name"},"name"'), "text"),
    "geojson-label": (text("grids.geojson", '"units":"modelled"', '"units":"real"'), "label"),
    "gpkg-view": (sql("CREATE VIEW better AS SELECT * FROM grids"), "program"),
    "gpkg-trigger": (
        sql("CREATE TRIGGER t AFTER UPDATE ON grids BEGIN DELETE FROM centers; END"),
        "program",
    ),
    "gpkg-layer": (
        sql(
            "CREATE TABLE more (fid INTEGER PRIMARY KEY, a TEXT)",
            "INSERT INTO gpkg_contents (table_name, data_type) VALUES ('more', 'attributes')",
        ),
        "layer",
    ),
    "gpkg-column": (sql("ALTER TABLE certificates ADD COLUMN remark TEXT"), "structure"),
    "gpkg-projection": (
        sql("UPDATE gpkg_spatial_ref_sys SET definition = 'x' WHERE srs_id = -1"),
        "structure",
    ),
    "gpkg-index": (sql("DELETE FROM rtree_units_geom WHERE id = 1"), "rows"),
    "gpkg-infinite": (sql("UPDATE grids SET reock = 9e999 WHERE grid = 'G1'"), "figure"),
    "gpkg-log": (_log, "log"),
    "xlsx-figure": (part(SHEET, sub(CELL, r'<c r="\1" s="\2"><v>7</v></c>')), "figure"),
    "xlsx-formula": (
        part(SHEET, sub(CELL, r'<c r="\1" s="\2"><f>1+1</f><v>\3</v></c>')),
        "formula",
    ),
    "xlsx-cell-twice": (
        part(SHEET, sub(CELL, r'<c r="\1" s="\2"><v>1</v></c>\g<0>')),
        "duplicate",
    ),
    "xlsx-hidden-sheet": (
        part("xl/workbook.xml", sub('sheetId="3"', 'sheetId="3" state="hidden"')),
        "hidden",
    ),
    "xlsx-very-hidden-sheet": (
        part("xl/workbook.xml", sub('sheetId="3"', 'sheetId="3" state="veryHidden"')),
        "hidden",
    ),
    "xlsx-hidden-column": (part(SHEET, sub("<col ", '<col hidden="1" ')), "hidden"),
    "xlsx-hidden-row": (part(SHEET, sub('<row r="2"', '<row r="2" hidden="1"')), "hidden"),
    "xlsx-flat-row": (part(SHEET, sub('ht="30"', 'ht="0.1"')), "hidden"),
    "xlsx-format": (
        part("xl/styles.xml", sub('formatCode="#,##0"', 'formatCode="&quot;9,999&quot;"')),
        "format",
    ),
    "xlsx-conditional": (
        part(
            SHEET,
            sub("</sheetData>", '</sheetData><conditionalFormatting sqref="A1"/>'),
        ),
        "over",
    ),
    "xlsx-sheet": (sheet_put_in, "text"),
    "xlsx-macro": (part("xl/vbaProject.bin", lambda _: "x"), "part"),
    "xlsx-comment": (part("xl/comments1.xml", lambda _: "<comments/>"), "part"),
    "map-text": (text("map.html", "小区", "大区"), "map"),
    "map-script": (text("map.html", "</body>", "<script>1</script></body>"), "map"),
    "link": (linked, "link"),
    "list-gone": (lambda folder: (folder / "files.sha256").unlink(), "list"),
    "list-entry": (text("files.sha256", "[0-9a-f]{8}", "00000000"), "list"),
    "list-line": (text("files.sha256", r".*\n", ""), "list"),
    "list-along": (listed, "residents"),
}
"""By name: the alteration, and the kind it is named by."""

ASIDE = {
    "extra-file": (_extra, "notes.txt"),
    "extra-folder": (_inner, "old"),
    "trace": (lambda folder: (folder / "Thumbs.db").write_bytes(b""), "Thumbs.db"),
    "json-spaces": (text("plan.json", r"\{\n ", "{\n  "), "plan.json"),
    "gpkg-styles": (sql("UPDATE layer_styles SET styleQML = 'x'"), "layer_styles"),
    "gpkg-project": (sql("CREATE TABLE qgis_projects (name TEXT)"), "qgis_projects"),
    "gpkg-date": (sql("UPDATE gpkg_contents SET last_change = '2024'"), "last_change"),
    "gpkg-vacuum": (sql(), "plan.gpkg"),
    "xlsx-colour": (part("xl/styles.xml", sub("FFDCE6F1", "FF000000")), "xl/styles.xml"),
    "xlsx-width": (part(SHEET, sub('width="[0-9.]+"', 'width="40"')), SHEET),
    "xlsx-author": (part("docProps/core.xml", sub("<dc:title>", "<dc:title>x")), "docProps"),
}
"""By name: the alteration, and what must be listed as no part of the result."""
