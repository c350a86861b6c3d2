"""The head of a SQLite file without the counts that tell how it was written or looked at."""

from __future__ import annotations

from pathlib import Path

_MAGIC = b"SQLite format 3\0"
# https://www.sqlite.org/fileformat.html, section 1.3: offset and the bytes that stand there. The
# two counts of changes must agree; the last is the version of SQLite that set them.
_SETTLED = {
    18: b"\x01\x01",  # journal mode, to write and to read: a rollback journal
    24: (1).to_bytes(4, "big"),
    92: (1).to_bytes(4, "big"),
    96: (3_040_000).to_bytes(4, "big"),
}


def settled(content: bytes) -> bytes:
    """
    Give the content of a SQLite file with a head that does not depend on who opened it.

    Parameters
    ----------
    content
        Of any file; what is no SQLite file comes back as it is.

    Returns
    -------
    content
        The same database. A program that only reads it may set its journal mode and counts of
        changes anew; these are put back.
    """
    if not content.startswith(_MAGIC):
        return content
    head = bytearray(content[:100])
    for at, value in _SETTLED.items():
        head[at : at + len(value)] = value
    return bytes(head) + content[100:]


def settle(path: Path) -> None:
    """Write a SQLite file's head as :func:`settled` gives it; nobody may have it open."""
    with path.open("r+b") as file:
        head = settled(file.read(100))
        file.seek(0)
        file.write(head)
