"""Bytes that are no text in an encoding: kept apart in the text, so that their row can be named."""

from __future__ import annotations

import codecs
import re

_MARK = "gridplan-broken"
# Lone surrogates stand for single bytes; no file that can be decoded holds one.
_BROKEN = re.compile("[\udc00-\udcff]")


def _marked(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    broken = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in broken), error.end


codecs.register_error(_MARK, _marked)


def decode_marked(raw: bytes) -> tuple[str, str]:
    """
    Read bytes some of which are broken.

    Parameters
    ----------
    raw
        Of a table in UTF-8 or GB 18030.

    Returns
    -------
    text, encoding
        UTF-8 where most of what is not ASCII is (of other encodings, a third may be by chance),
        else GB 18030. Each byte that is no text is a mark that :func:`is_broken` finds and
        :func:`escaped` writes out.
    """
    text = raw.decode("utf-8", errors=_MARK)
    broken = len(_BROKEN.findall(text))
    whole = sum(not character.isascii() for character in text) - broken
    if whole >= 2 * broken:
        return text.removeprefix("\ufeff"), "UTF-8"
    return raw.decode("gb18030", errors=_MARK), "GB 18030"


def is_broken(text: str) -> bool:
    """Whether a text holds the mark of a byte that is none."""
    return not text.isascii() and _BROKEN.search(text) is not None


def escaped(text: str) -> str:
    r"""Write out the bytes that are no text: ``\xff``."""
    return _BROKEN.sub(lambda found: f"\\x{ord(found.group()) - 0xDC00:02x}", text)
