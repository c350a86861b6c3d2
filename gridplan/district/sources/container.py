"""What a file is, told from its first bytes, before any reader opens it.

GDAL chooses a driver by content and some drivers follow other files or the network, so a name is
never believed: each format must begin as it should, archives are listed before they are unpacked,
and links, devices and pipes are refused without opening them.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from gridplan.district.sources.archive import MEMBERS, WORKBOOK, members, open_archive, unpack
from gridplan.district.sources.source import refuse

LARGEST = 2 << 30
"""Bytes of one file that are read at most."""
TEXT = 128 << 20
"""Bytes of a text format: parsed, they take up to eight times as much."""
WORKBOOKS = (".xlsx", ".xlsm", ".ods")
CSV = (".csv", ".txt", ".tsv")
ZIP = b"PK\x03\x04"

SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_ABOUT = (".xml", ".txt", ".pdf", ".jpg", ".png", ".md")
EXTRAS = (".sbn", ".sbx", ".qix", ".qpj", ".tfw", ".ovr", *_ABOUT)
"""What often lies beside a shapefile or a raster in an archive and is not needed."""

_SQLITE = b"SQLite format 3\x00"
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_FOLLOWS = (b"<OGRVRTDataSource", b"<VRTDataset", b"<WFS", b"<GDAL_WMS", b"<OAPIF", b"gdal vector")


@dataclass(frozen=True)
class Container:
    """
    One file or folder that was looked at.

    Parameters
    ----------
    path
        As given.
    kind
        ``csv``, ``excel``, ``geojson``, ``gpkg``, ``shapefile``, ``flatgeobuf``, ``geoparquet``,
        ``kml``, ``gdb``, ``raster`` or ``pbf``.
    raw
        Its bytes; empty for a folder or a file that is read in place (raster, pbf, unless they
        came out of an archive).
    members
        Bytes of each part by its suffix, for a shapefile.
    inner
        Name inside the archive; empty if there was none.
    sha256
        Of the file; of all files in the order of their names for a folder.
    """

    path: Path
    kind: str
    raw: bytes
    members: dict[str, bytes]
    inner: str
    sha256: str

    @property
    def name(self) -> str:
        """Of the file, as messages give it."""
        return f"{self.path.name}/{self.inner}" if self.inner else self.path.name


def look(path: Path) -> Container:
    """
    Tell what a file is and read it where it is small enough to be held.

    Parameters
    ----------
    path
        A file, or the folder of a file geodatabase.

    Raises
    ------
    InputError
        ``intake-missing``, ``intake-not-a-file``, ``intake-too-large``, ``intake-empty``,
        ``intake-unknown-format``, ``intake-disguised`` or ``intake-archive``.
    """
    try:
        mode = path.lstat().st_mode
        target = path.stat().st_mode
    except (OSError, ValueError):
        raise refuse(_shown(path), "intake-missing") from None
    if stat.S_ISDIR(target):
        return _geodatabase(path)
    if not stat.S_ISREG(target) or not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
        raise refuse(_shown(path), "intake-not-a-file")
    size = path.stat().st_size
    if size > LARGEST:
        raise refuse(path.name, "intake-too-large", bytes=f"{size:,}", most=f"{LARGEST:,}")
    if size == 0:
        raise refuse(path.name, "intake-empty")
    try:
        return _file(path)
    except OSError as error:
        raise refuse(path.name, "intake-unreadable", reason=str(error.strerror)) from None


def _shown(path: Path) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(path))


def _file(path: Path) -> Container:
    with path.open("rb") as file:
        head = file.read(4096)
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _shapefile_beside(path)
    if head[:4] in _TIFF:
        return Container(path, "raster", b"", {}, "", _digest(path))
    if suffix == ".pbf":
        if b"OSMHeader" not in head[:64]:
            raise refuse(path.name, "intake-disguised", kind="OSM PBF")
        return Container(path, "pbf", b"", {}, "", _digest(path))
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if head[:4] == ZIP and suffix not in WORKBOOKS:
        return _unpacked(path, raw, digest)
    return Container(path, _fitting(path.name, raw), raw, {}, "", digest)


def _fitting(name: str, raw: bytes) -> str:
    """Tell the format of bytes that are not too many for it."""
    kind = kind_of(name, raw)
    if kind in _TEXT.values() and len(raw) > TEXT:
        raise refuse(name, "intake-too-large", bytes=f"{len(raw):,}", most=f"{TEXT:,}")
    return kind


_BINARY: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("gpkg", lambda raw: raw[:16] == _SQLITE and raw[68:72] in {b"GPKG", b"GP10", b"GP11"}),
    ("flatgeobuf", lambda raw: raw[:3] == b"fgb" and raw[4:7] == b"fgb"),
    ("geoparquet", lambda raw: raw[:4] == b"PAR1"),
    ("raster", lambda raw: raw[:4] in _TIFF),
)
_TEXT = {".geojson": "geojson", ".json": "geojson", ".kml": "kml", **dict.fromkeys(CSV, "csv")}
_EXPECTED = (".gpkg", ".fgb", ".parquet", ".geoparquet", ".tif", ".tiff", *WORKBOOKS, ".xls")


def kind_of(name: str, raw: bytes) -> str:
    """
    Tell the format of a single file from its bytes; its suffix only breaks ties of text.

    Raises
    ------
    InputError
        ``intake-disguised`` or ``intake-unknown-format``.
    """
    suffix = PurePosixPath(name.lower()).suffix
    kind = next((kind for kind, begins in _BINARY if begins(raw)), "")
    if suffix in WORKBOOKS and raw[:4] == ZIP:
        open_archive(name, raw, most=WORKBOOK)  # a workbook is an archive too
        kind = "excel"
    elif suffix == ".xls" and raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        kind = "excel"
    elif not kind:
        kind = _TEXT.get(suffix, "")
    if kind in _TEXT.values() and any(mark.lower() in raw[:4096].lower() for mark in _FOLLOWS):
        raise refuse(name, "intake-disguised", kind=suffix)
    outside = b"<!DOCTYPE" in raw[:4096].upper() or b"<!ENTITY" in raw.upper()
    if kind == "kml" and (outside or b"<kml" not in raw[:4096]):
        raise refuse(name, "intake-disguised", kind="KML")
    if not kind:
        known = suffix in _EXPECTED
        raise refuse(name, "intake-disguised" if known else "intake-unknown-format", kind=suffix)
    return kind


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _shapefile_beside(path: Path) -> Container:
    """Collect the parts of a shapefile that lie beside it, whatever the case of their suffixes."""
    parts: dict[str, bytes] = {}
    for file in sorted(path.parent.iterdir()):
        suffix = file.suffix.lower()
        if file.stem == path.stem and suffix in SHAPEFILE and file.is_file():
            if file.stat().st_size > LARGEST:
                raise refuse(file.name, "intake-too-large", bytes="", most=f"{LARGEST:,}")
            parts[suffix] = file.read_bytes()
    return _shapefile(path, parts, "")


def _shapefile(path: Path, parts: dict[str, bytes], inner: str) -> Container:
    if parts.get(".shp", b"")[:4] != b"\x00\x00\x27\x0a":
        raise refuse(path.name, "intake-disguised", kind="shapefile")
    lacking = [suffix for suffix in (".shx", ".dbf") if suffix not in parts]
    if ".dbf" in lacking:
        raise refuse(path.name, "intake-shapefile-parts", parts=lacking)
    digest = hashlib.sha256(b"".join(parts[key] for key in sorted(parts))).hexdigest()
    return Container(path, "shapefile", b"", parts, inner, digest)


def _unpacked(path: Path, raw: bytes, digest: str) -> Container:
    """Find the one data set in a zip: a shapefile, a geodatabase or a single readable file."""
    names = members(path.name, raw)
    if any(".gdb/" in name.lower() for name in names):
        return Container(path, "gdb", raw, {}, "", digest)
    shapes = [name for name in names if name.lower().endswith(".shp")]
    if len(shapes) == 1:
        stem = shapes[0][:-4]
        wanted = [n for n in names if n[:-4] == stem and n[-4:].lower() in SHAPEFILE]
        parts = {name[-4:].lower(): unpack(path.name, raw, name) for name in wanted}
        return _shapefile(path, parts, PurePosixPath(shapes[0]).name)
    files = [n for n in names if PurePosixPath(n.lower()).suffix not in (*EXTRAS, *SHAPEFILE)]
    if len(shapes) > 1 or len(files) != 1:
        found = [*shapes, *files][:8] or ["-"]
        raise refuse(path.name, "intake-archive-which", members=found)
    inner, content = PurePosixPath(files[0]).name, unpack(path.name, raw, files[0])
    return Container(path, _fitting(inner, content), content, {}, inner, digest)


def _geodatabase(path: Path) -> Container:
    files = sorted(file for file in path.rglob("*") if not file.is_dir())
    if path.suffix.lower() != ".gdb" or not any(f.suffix == ".gdbtable" for f in files):
        raise refuse(path.name, "intake-unknown-format")
    if len(files) > MEMBERS or any(f.is_symlink() or not f.is_file() for f in files):
        raise refuse(path.name, "intake-not-a-file")
    size = sum(file.stat().st_size for file in files)
    if size > LARGEST:
        raise refuse(path.name, "intake-too-large", bytes=f"{size:,}", most=f"{LARGEST:,}")
    digest = hashlib.sha256("".join(f"{f.name}{_digest(f)}" for f in files).encode()).hexdigest()
    return Container(path, "gdb", b"", {}, "", digest)


@contextmanager
def laid_out(container: Container) -> Iterator[Path]:
    """
    Put a shapefile or zipped geodatabase into a folder of its own, under a fixed name.

    Yields
    ------
    path
        To give to GDAL: nothing of the user's naming is in it.
    """
    if container.kind == "gdb" and not container.raw:
        yield container.path
        return
    with TemporaryDirectory(prefix="gridplan-") as folder:
        place = Path(folder)
        if container.kind == "shapefile":
            for suffix, content in container.members.items():
                if suffix != ".cpg":  # the encoding is told to the reader instead
                    (place / f"layer{suffix}").write_bytes(content)
            yield place / "layer.shp"
            return
        inside = place / "layer.gdb"
        inside.mkdir()
        for name in members(container.path.name, container.raw):
            if ".gdb/" in name.lower():
                content = unpack(container.path.name, container.raw, name)
                (inside / PurePosixPath(name).name).write_bytes(content)
        yield inside
