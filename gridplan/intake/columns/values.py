"""Numbers and kinds as people write them: ``1.2万``, ``2,500人``, ``综合医院;三级甲等医院``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gridplan.district.folder.column import BLANKS
from gridplan.district.schema.vocabulary import KINDS, LEVELS, OWNERSHIPS, decoder, fold, steps

MYRIADS = {"万": 1e4, "千": 1e3, "百": 1e2, "亿": 1e8, "k": 1e3, "w": 1e4}
UNITS = ("人", "名", "口", "户", "张", "床", "persons", "people", "residents", "beds", "个")
_NUMBER = re.compile(
    r"^([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+|[+-]?\d+(?:\.\d+)?e[+-]?\d+)$", re.I
)


def read_number(text: str | None) -> float | None:
    """
    Read one number as people write it.

    Full-width digits, thousands separators, 万 and 亿, a unit behind the number and a ``约`` in
    front of it are understood; a blank is NaN.

    Returns
    -------
    number
        NaN for a blank, None where the text is no number.
    """
    if text is None:
        return float("nan")
    if _narrow(text) in BLANKS:
        return float("nan")
    plain = bare(text)
    factor = 1.0
    if plain and plain[-1] in MYRIADS:
        factor = MYRIADS[plain[-1]]
        plain = plain[:-1]
    if not _NUMBER.match(plain) or len(plain) > 40:
        return None
    value = float(plain.replace(",", "")) * factor
    return value if np.isfinite(value) else None


def bare(text: str) -> str:
    """Take off a figure what people write around it: spaces, ``约``, a unit; half-width letters."""
    plain = re.sub(r"^(约|大约|近|≈|~)", "", _narrow(text))
    for unit in UNITS:
        plain = plain.removesuffix(unit)
    return plain


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower().replace(" ", "")


def read_numbers(
    texts: Sequence[str | None],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """
    Read a column of numbers.

    Returns
    -------
    numbers
        NaN where blank or unreadable.
    mended
        True where a reader of plain numbers would have failed and this one did not.
    wrong
        True where there is a text that is no number.
    """
    found = [read_number(text) for text in texts]
    numbers = np.array([np.nan if value is None else value for value in found])
    wrong = np.array([value is None for value in found], dtype=bool)
    mended = (
        np.array([not _plain(text) for text in texts], dtype=bool) & ~wrong & ~np.isnan(numbers)
    )
    return numbers, mended, wrong


def _plain(text: str | None) -> bool:
    if text is None:
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Institution:
    """
    What the words of a register or of a map's point of interest say of an institution.

    Parameters
    ----------
    level, kind, ownership
        Codes of the vocabularies; empty where nothing is said.
    primary
        It is a community health center, a station or a township hospital.
    """

    level: str
    kind: str
    ownership: str
    primary: bool


_TIERS = (("三", "tertiary"), ("二", "secondary"), ("一", "primary"))
_GRADES = {"甲": "-a", "乙": "-b", "丙": "-c"}
_PRIMARY = (
    "社区卫生服务",
    "社康",
    "社区健康服务",
    "卫生院",
    "卫生服务站",
    "卫生室",
    "卫生所",
    "社区医院",
)
_FURNITURE = re.compile(r"(停车场|出入口|.{3,}[东南西北正侧后]门|食堂|宿舍楼?|采样点)[)）]?$")
_BUILDING = re.compile(
    r"(门诊部|门诊楼|住院部|住院楼|急诊|急救|体检|综合楼|行政楼|教学楼|药房|发热门诊|核酸|感染楼|医技楼)"
)
_KIND_WORDS = (
    ("tcm", ("中医", "中西医", "民族医")),
    ("maternal", ("妇幼", "妇产", "儿童医院", "妇儿")),
    ("rehabilitation", ("康复",)),
    ("nursing", ("护理院", "护理中心")),
    ("public-health", ("疾控", "疾病预防", "慢性病防治", "传染病", "慢病院")),
    (
        "specialised",
        ("专科", "口腔", "眼科", "精神", "肿瘤", "骨科", "整形", "美容", "胸科", "脑科"),
    ),
    (
        "general",
        ("综合医院", "人民医院", "中心医院", "附属医院", "附属第", "总医院", "第一医院", "综合"),
    ),
)


def read_institution(*texts: str | None) -> Institution:
    """
    Read level, kind and owner from whatever is said of an institution: type strings, level, name.

    Parameters
    ----------
    texts
        The more telling first: ``医疗保健服务;综合医院;三级甲等医院``, ``三甲``, the name.
    """
    words = [unicodedata.normalize("NFKC", text) for text in texts if text]
    pieces = [piece for word in words for step in steps(word) for piece in step.split()]
    together = ";".join(words)
    primary = any(mark in together for mark in _PRIMARY)
    return Institution(
        level=_first_code(pieces, _known("level")) or _tier(pieces),
        kind="primary-care" if primary else (_exact_kind(pieces) or _kind(words)),
        ownership=_first_code(pieces, _known("ownership")),
        primary=primary,
    )


def is_building(name: str | None) -> bool:
    """Say whether a name may be that of a building or a department of some institution."""
    return bool(name and _BUILDING.search(unicodedata.normalize("NFKC", name)))


def is_furniture(name: str | None) -> bool:
    """Say whether a name is that of a gate, a car park or a canteen: no institution by itself."""
    return bool(name and _FURNITURE.search(unicodedata.normalize("NFKC", name)))


@cache
def _known(name: str) -> dict[str, str]:
    """Decode a vocabulary once for all rows of a list."""
    return decoder({"level": LEVELS, "kind": KINDS, "ownership": OWNERSHIPS}[name])


def _first_code(pieces: Sequence[str], known: Mapping[str, str]) -> str:
    return next((known[fold(piece)] for piece in pieces if fold(piece) in known), "")


def _exact_kind(pieces: Sequence[str]) -> str:
    known = _known("kind")
    found = [known[fold(piece)] for piece in pieces if fold(piece) in known]
    return next((kind for kind in found if kind != "other"), found[0] if found else "")


def _tier(pieces: Sequence[str]) -> str:
    for piece in pieces:
        for sign, tier in _TIERS:
            match = re.search(rf"{sign}级?([甲乙丙])", piece)
            if match:
                return tier + _GRADES[match.group(1)]
            if f"{sign}级" in piece:
                return tier
    return ""


def _kind(words: Sequence[str]) -> str:
    for word in words:
        for kind, marks in _KIND_WORDS:
            if any(mark in word for mark in marks):
                return kind
    return ""
