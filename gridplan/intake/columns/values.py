"""Kinds of institutions as people write them: ``综合医院;三级甲等医院``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gridplan.district.schema.vocabulary import KINDS, LEVELS, OWNERSHIPS, decoder, fold, steps


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
