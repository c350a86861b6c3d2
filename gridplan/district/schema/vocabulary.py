"""Words planners write in their tables, and the codes gridplan computes with.

Each vocabulary maps a code to the words that mean it; the code itself is always accepted. Words
are compared after :func:`fold`: full-width forms, case, spaces and brackets do not matter.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping

from gridplan.district.schema.characters import visible

Vocabulary = Mapping[str, tuple[str, ...]]


KIND_ENDINGS = (
    "医院",
    "综合",
    "综合医院",
    "中医",
    "中医院",
    "中医医院",
    "中西医结合医院",
    "专科",
    "专科医院",
    "妇幼保健院",
)
"""What often stands behind a level: 三级甲等综合医院."""


def _grades(code: str, chinese: str, english: str) -> dict[str, tuple[str, ...]]:
    """Spell the grades of one hospital tier: with and without 综合, short and long."""
    tier = {
        f"{code}-{letter}": (
            f"{chinese}级{grade}等",
            f"{chinese}{grade}",
            *(f"{chinese}级{grade}等{kind}" for kind in KIND_ENDINGS),
            *(f"{chinese}{grade}{kind}" for kind in KIND_ENDINGS),
            f"{english} grade {letter}",
            f"grade {chinese_number(chinese)}{letter}",
        )
        for grade, letter in (("甲", "a"), ("乙", "b"), ("丙", "c"))
    }
    plain = (
        f"{chinese}级",
        *(f"{chinese}级{kind}" for kind in KIND_ENDINGS),
        f"{chinese}级未定等",
        f"{chinese}级未评",
        f"grade {chinese_number(chinese)}",
    )
    return tier | {code: plain}


def chinese_number(word: str) -> int:
    """Read 一, 二 or 三."""
    return "一二三".index(word) + 1


LEVELS: Vocabulary = {
    **_grades("tertiary", "三", "tertiary"),
    **_grades("secondary", "二", "secondary"),
    **_grades("primary", "一", "primary"),
    "ungraded": ("未定级", "未评级", "未定等级", "无等级", "无", "none"),
}
"""Tier and grade of a hospital (医院分级管理办法): ``tertiary-a`` is 三级甲等."""

KINDS: Vocabulary = {
    "general": ("综合", "综合医院", "综合性医院", "general hospital"),
    "tcm": ("中医", "中医院", "中医医院", "中西医结合", "中西医结合医院", "中医类", "民族医"),
    "maternal": (
        "妇幼",
        "妇幼保健院",
        "妇产",
        "妇产医院",
        "妇产科医院",
        "妇科医院",
        "儿童医院",
        "妇儿",
        "妇儿医院",
        "maternity",
    ),
    "specialised": (
        "专科",
        "专科医院",
        "口腔",
        "口腔医院",
        "眼科",
        "眼科医院",
        "精神",
        "精神病医院",
        "精神专科医院",
        "肿瘤",
        "肿瘤医院",
        "骨科医院",
        "胸科医院",
        "耳鼻喉医院",
        "整形美容医院",
        "specialized",
        "specialist",
    ),
    "rehabilitation": ("康复", "康复医院", "rehab"),
    "nursing": ("护理", "护理院", "nursing home"),
    "public-health": ("公卫", "公共卫生", "疾控", "慢病", "慢性病防治院", "传染病", "传染病医院"),
    "primary-care": (
        "社康",
        "社区医院",
        "卫生院",
        "乡镇卫生院",
        "社区卫生服务中心",
        "基层",
        "primary care",
    ),
    "other": ("其他", "其它"),
}
"""What a hospital treats."""

BARRIERS: Vocabulary = {
    "river": ("河流", "河", "河道", "江", "水系", "运河", "渠", "stream", "canal", "waterway"),
    "railway": ("铁路", "铁道", "高铁", "轨道", "rail"),
    "expressway": ("高速公路", "高速", "快速路", "城市快速路", "motorway", "trunk", "freeway"),
    "other": ("其他", "其它", "山体", "围墙"),
}
"""What parts neighbours."""

OWNERSHIPS: Vocabulary = {
    "municipal": ("市级", "市属", "地市级", "市", "市管", "市办", "city"),
    "district": ("区级", "区属", "区", "县级", "县属", "县", "区管", "区办", "county"),
    "provincial": ("省级", "省属", "省", "省管", "部属", "委属", "国家级", "national"),
    "university": ("高校", "大学", "大学附属", "高校附属", "附属医院", "校属"),
    "public": ("公立", "公办", "公立医院", "国有", "政府办", "政府举办", "public hospital"),
    "private": (
        "民营",
        "民营医院",
        "社会办",
        "社会办医",
        "私立",
        "私立医院",
        "私营",
        "民办",
        "非公立",
        "个体",
        "股份制",
        "合资",
        "外资",
    ),
    "town": ("街道", "镇", "乡镇", "集体"),
    "other": ("其他", "其它", "企业", "军队", "military"),
}
"""Who runs a hospital (举办主体); ``public`` where its level of government is not told."""

CLASSES: Vocabulary = {
    "regional": (
        "区域",
        "区域社康",
        "区域社康中心",
        "区域社区健康服务中心",
        "一类",
        "一类社康",
        "class i",
    ),
    "community": (
        "社区",
        "社康",
        "社康中心",
        "社区社康中心",
        "普通",
        "二类",
        "三类",
        "社区卫生服务中心",
        "社区健康服务中心",
        "class ii",
    ),
    "station": (
        "社康站",
        "社区卫生服务站",
        "社区健康服务站",
        "站",
        "class iii",
    ),
}
"""A regional center manages others (区域社康中心, 一类); a station is a small post of theirs."""

SITE_STATES: Vocabulary = {
    "usable": ("可用", "已落实", "available"),
    "unverified": ("待核", "待核实", "待落实", "待定", "pending"),
    "rejected": ("否决", "不可用", "已否决", "放弃"),
}
"""Whether the premises of a site can be had; rejected ones are remembered and never taken."""

LABELS: Vocabulary = {
    "real": ("真实", "实际", "实测"),
    "derived": ("推算", "派生", "推导"),
    "modelled": ("模拟", "建模", "示意", "modeled"),
}
"""How far a layer can be trusted: published, computed from what is published, or made plausible."""

ROW_LABELS: Vocabulary = {
    "real": LABELS["real"],
    "derived": LABELS["derived"],
    "estimated": ("估计", "估算", "大致", "approximate"),
    "planned": ("规划", "规划数", "计划", "拟建", "在建"),
    "unverified": ("未核实", "待核实", "未核", "未经核实", "常识", "general knowledge"),
    "modelled": LABELS["modelled"],
}
"""How far a row, its place or one of its figures can be trusted, the surest first."""

ANSWERS: Vocabulary = {
    "yes": ("是", "可", "可以", "能", "有", "y", "t", "true", "1", "1.0", "√", "✓"),
    "no": ("否", "不", "不可", "不可以", "不能", "n", "f", "false", "0", "0.0", "×"),
}
"""Yes and no."""


def fold(word: str) -> str:
    """Reduce a word to what is compared: NFKC, lower case, no spaces, dashes or brackets."""
    plain = unicodedata.normalize("NFKC", visible(word)).lower()
    return re.sub(r"[\s_\-()\[\]{}【】/·.,:;、。]+", "", plain)


def decoder(vocabulary: Vocabulary) -> dict[str, str]:
    """Map every folded word of a vocabulary, codes included, to its code."""
    return {fold(word): code for code, words in vocabulary.items() for word in (code, *words)}


def steps(text: str) -> list[str]:
    """Split the path of categories a map provider gives: 医疗保健服务;综合医院;三级甲等医院."""
    parts = re.split(r"[;；|｜>＞→/／\\\\,，、]+", text)
    return [part for part in parts if part.strip()]


def decode_path(text: str, known: Mapping[str, str]) -> str | None:
    """
    Find the code of a word in a path of categories, the most special first.

    Parameters
    ----------
    text
        As the planner wrote it.
    known
        Of :func:`decoder`.

    Returns
    -------
    code
        Of the last step that is a known word; None without one.
    """
    codes = (known.get(fold(step)) for step in reversed(steps(text)))
    return next((code for code in codes if code), None)


def nearest(word: str, valid: Iterable[str], *, most: int = 3) -> list[str]:
    """
    Suggest the valid words nearest to a wrong one.

    Parameters
    ----------
    word
        As the planner wrote it.
    valid
        Words that would have been accepted.
    most
        How many to return at most.

    Returns
    -------
    words
        Nearest first; the first ``most`` valid words if none is near.
    """
    options = list(dict.fromkeys(valid))
    folded = {fold(option): option for option in reversed(options)}
    close = difflib.get_close_matches(fold(word), list(folded), n=most, cutoff=0.5)
    return [folded[match] for match in close] or options[:most]
