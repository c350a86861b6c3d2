"""A font of this machine that can draw Chinese, judged by its glyphs: never boxes for characters.

Nothing is shipped: the fonts Chinese bureaus use are not free. ``GRIDPLAN_FONT`` names a font file
that goes first.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

PROBE = "网格医疗集团社康中心街道牵头医院"
# Black-weight faces first: they stay readable in small print on a map.
FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "SimHei",
    "DengXian",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "LXGW WenKai",
    "Noto Sans CJK JP",
    "Songti SC",
    "Noto Serif CJK SC",
    "AR PL UMing CN",
    "Arial Unicode MS",
    "SimSun",
    "FangSong",
    "KaiTi",
)
LATIN = "DejaVu Sans"  # comes with matplotlib


@dataclass(frozen=True)
class Face:
    """
    What text on a map is drawn with.

    Parameters
    ----------
    families
        Tried in this order for each character.
    files
        Their files.
    chinese
        Whether Chinese can be drawn.
    """

    families: tuple[str, ...]
    files: tuple[str, ...]
    chinese: bool

    def draws(self, text: str) -> bool:
        """Whether every character of ``text`` has a glyph."""
        return all(
            character.isspace() or any(ord(character) in _glyphs(file) for file in self.files)
            for character in text
        )

    def label(self, text: str, *others: str) -> str:
        """Give the first of several labels that can be drawn; empty if none can."""
        return next((one for one in (text, *others) if self.draws(one)), "")


def face() -> Face:
    """
    Find what to draw with.

    Returns
    -------
    Face
        ``GRIDPLAN_FONT`` where it names a readable font, else the first of :data:`FAMILIES` that
        is installed and holds :data:`PROBE`, else any installed font that does, else Latin alone.
    """
    return _face(os.environ.get("GRIDPLAN_FONT", ""))


@cache
def _face(named: str) -> Face:
    latin = font_manager.findfont(FontProperties(family=[LATIN]))
    found = _named(named) or _installed() or _rescanned()
    if found is None:
        return Face((LATIN,), (latin,), chinese=False)
    family, file = found
    return Face((family, LATIN), (file, latin), chinese=_holds(file, PROBE))


def _named(path: str) -> tuple[str, str] | None:
    if not path or not Path(path).is_file():
        return None
    try:
        font_manager.fontManager.addfont(path)
        return FontProperties(fname=path).get_name(), path
    except (OSError, RuntimeError):  # what FreeType says of a file that is no font
        return None


def _installed() -> tuple[str, str] | None:
    known = {entry.name: str(entry.fname) for entry in font_manager.fontManager.ttflist}
    named = [family for family in FAMILIES if family in known]
    others = sorted(family for family in known if family not in named and _looks_chinese(family))
    for family in [*named, *others]:
        if _holds(known[family], PROBE):
            return family, known[family]
    return None


def _looks_chinese(family: str) -> bool:
    marks = ("cjk", "han", "hei", "song", "ming", "kai", "fang", "wenquan", "droid sans fallback")
    return any(mark in family.lower() for mark in marks)


def _rescanned() -> tuple[str, str] | None:
    """Look at the files again: fonts installed later are not in matplotlib's list."""
    known = {str(entry.fname) for entry in font_manager.fontManager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in known and _looks_chinese(Path(path).stem) and _holds(path, PROBE):
            font_manager.fontManager.addfont(path)
            return FontProperties(fname=path).get_name(), path
    return None


def _holds(file: str, text: str) -> bool:
    return all(ord(character) in _glyphs(file) for character in text)


@cache
def _glyphs(file: str) -> frozenset[int]:
    try:
        return frozenset(FT2Font(file).get_charmap())
    except (OSError, RuntimeError):
        return frozenset()
