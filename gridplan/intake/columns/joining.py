"""Names of places in one file -> places in another: by code, by normalised name, else asked.

A name is compared without what offices add to it (街道办事处, 社区居委会), in half-width letters
and simplified characters. What still meets nothing is listed with the nearest names; nothing is
guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gridplan.errors import InputError, Problem
from gridplan.intake.columns.traditional import SIMPLIFIED
from gridplan.intake.record.decisions import FILE, toml_key

ENDINGS = (
    "街道办事处", "街道办", "办事处", "街道", "镇人民政府", "乡人民政府", "镇", "乡", "民族乡",
    "社区居民委员会", "社区居委会", "居民委员会", "居委会", "村民委员会", "村委会", "社区", "村",
    "自治县", "土家族自治县", "苗族土家族自治县", "土家族苗族自治县", "区", "县", "市",
)  # fmt: skip
"""What an office or a kind of place adds to a name; the longest that fits is taken off first."""

NOWHERE = "-"
"""Answer for a name that belongs to no place of the district."""


def normal(name: str | None) -> str:
    """
    Reduce a place name to what is compared.

    NFKC, lower case, simplified characters of common place names, no spaces or brackets.
    """
    if not name:
        return ""
    plain = unicodedata.normalize("NFKC", name).lower().translate(SIMPLIFIED)
    plain = re.sub(r"[\s_\-·.,;:'\"“”‘’/]+", "", plain)
    return re.sub(r"[()\[\]【】〔〕《》]", "", plain)


def core(name: str | None) -> str:
    """Take the endings off a normal name, one after another, as long as two characters are left."""
    plain = normal(name)
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if plain.endswith(ending) and len(plain) - len(ending) >= 2:
            return core(plain[: -len(ending)])
    return plain


@dataclass(frozen=True)
class Joined:
    """
    Which place every name means.

    Parameters
    ----------
    found
        By name: the place.
    how
        By name: ``code``, ``name``, ``core`` or ``answer``.
    missing
        Names that met nothing, with the nearest places and their likeness (0 to 100).
    unclear
        Names that met several places.
    unused
        Places no name met.
    """

    found: dict[str, str]
    how: dict[str, str]
    missing: dict[str, list[tuple[str, float]]]
    unclear: dict[str, list[str]]
    unused: list[str]


def join_names(
    names: Sequence[str],
    places: Sequence[str],
    *,
    codes: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
) -> Joined:
    """
    Find the place each name means.

    Parameters
    ----------
    names
        As one file writes them: names or codes.
    places
        As the other does; unique.
    codes
        Code of each place, by place, where the other file has them.
    answers
        What the planner said: name to place, or to :data:`NOWHERE` where a name belongs to none.
        :func:`check_answers` looks whether they name places.

    Returns
    -------
    Joined
    """
    answers = answers or {}
    by_code = {_code(code): place for place, code in (codes or {}).items() if code}
    by_name: dict[str, list[str]] = {}
    by_core: dict[str, list[str]] = {}
    for place in places:
        by_name.setdefault(normal(place), []).append(place)
        by_core.setdefault(core(place), []).append(place)
    found: dict[str, str] = {}
    how: dict[str, str] = {}
    missing: dict[str, list[tuple[str, float]]] = {}
    unclear: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        if name in answers:
            if answers[name] != NOWHERE:
                found[name], how[name] = answers[name], "answer"
            continue
        if _code(name) in by_code:
            found[name], how[name] = by_code[_code(name)], "code"
            continue
        met = by_name.get(normal(name)) or by_core.get(core(name)) or []
        if len(met) == 1:
            found[name], how[name] = met[0], "name" if normal(name) in by_name else "core"
        elif met:
            unclear[name] = met
        else:
            missing[name] = _nearest(name, places)
    used = set(found.values())
    return Joined(found, how, missing, unclear, [place for place in places if place not in used])


def check_answers(answers: Mapping[str, str], places: Sequence[str], *, prefix: str) -> None:
    """
    Refuse answers that name no place: the residents behind them would be nowhere.

    Parameters
    ----------
    answers
        Name to place, or to :data:`NOWHERE`.
    places
        Those there are.
    prefix
        Of the key in ``prepare.toml``: ``joins.population``.

    Raises
    ------
    InputError
        ``intake-join-answer``, one for each.
    """
    wrong = [name for name, place in answers.items() if place not in {NOWHERE, *places}]
    if wrong:
        raise InputError(
            [
                Problem(
                    "intake-join-answer",
                    {
                        "key": toml_key(f"{prefix}.{name}"),
                        "value": answers[name],
                        "near": [place for place, _ in _nearest(answers[name], places)]
                        or list(places)[:3],
                        "file": FILE,
                    },
                )
                for name in wrong
            ]
        )


def _code(text: str | None) -> str:
    """Bring a code to the length of its own place: 440311000000 and 440311 are one district."""
    digits = re.sub(r"\.0+$", "", (text or "").strip())
    if not re.fullmatch(r"\d{6,12}", digits):
        return f"\0{digits}"
    while len(digits) >= 9 and digits.endswith("000"):
        digits = digits[:-3]
    return digits


def _nearest(name: str, places: Sequence[str]) -> list[tuple[str, float]]:
    # The default processor drops every Chinese character; ours keeps them.
    met = process.extract(name, list(places), scorer=fuzz.ratio, processor=normal, limit=3)
    return [(place, round(float(score))) for place, score, _ in met if score >= 30]
