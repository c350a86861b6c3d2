"""Zip archives: listed and judged before anything in them is unpacked."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from gridplan.district.sources.source import refuse

UNPACKED = 1 << 30
"""Bytes an archive may unpack to, all together."""
WORKBOOK = 128 << 20
"""Bytes the parts of a workbook may unpack to: a million rows of figures take about 100 MB."""
RATIO = 200
"""Times by which a member may grow; drawings reach about 30, bombs over 1000."""
MEMBERS = 2000

BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error)


def open_archive(name: str, raw: bytes, *, most: int = UNPACKED) -> zipfile.ZipFile:
    """
    Open an archive whose list of members is sound.

    Parameters
    ----------
    name
        Of the file, for messages.
    raw
        Its bytes.
    most
        Bytes it may unpack to.

    Raises
    ------
    InputError
        ``intake-archive-members``, ``-size``, ``-ratio``, ``-outside``, ``-locked``, ``-broken``.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        entries = archive.infolist()
    except BROKEN as error:
        raise refuse(name, "intake-archive-broken", reason=str(error)) from None
    total = sum(entry.file_size for entry in entries)
    paths = [PurePosixPath(entry.filename.replace("\\", "/")) for entry in entries]
    checks = {
        "intake-archive-members": len(entries) > MEMBERS,
        "intake-archive-size": total > most,
        "intake-archive-ratio": any(map(_grown, entries)),
        "intake-archive-outside": any(p.is_absolute() or ".." in p.parts for p in paths)
        or any(stat.S_ISLNK(entry.external_attr >> 16) for entry in entries),
        "intake-archive-locked": any(entry.flag_bits & 1 for entry in entries),
    }
    for code, wrong in checks.items():
        if wrong:
            raise refuse(name, code, members=len(entries), bytes=f"{total:,}")
    return archive


def _grown(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > 1 << 20 and entry.file_size > RATIO * max(entry.compress_size, 1)


def members(name: str, raw: bytes) -> list[str]:
    """Name the files in an archive; what macOS adds is left out."""
    with open_archive(name, raw) as archive:
        names = [_plain(entry) for entry in archive.infolist() if not entry.is_dir()]
    return [inner for inner in names if not inner.startswith("__MACOSX/")]


def unpack(name: str, raw: bytes, member: str) -> bytes:
    """
    Unpack one member.

    Raises
    ------
    InputError
        ``intake-archive-broken``.
    """
    try:
        with open_archive(name, raw) as archive:
            entry = next(entry for entry in archive.infolist() if _plain(entry) == member)
            return archive.read(entry)
    except BROKEN as error:
        if hasattr(error, "problems"):
            raise
        raise refuse(name, "intake-archive-broken", reason=str(error)) from None


def _plain(entry: zipfile.ZipInfo) -> str:
    """Name of a member; zips made in China often hold GBK names that zipfile reads as cp437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return entry.filename
