"""``groups.toml``: who belongs together by agreement, whatever the map says.

Some districts found their medical groups on layout, wishes and mutual choice (科学布局、互尊意愿、
双向选择): institutions are named members of a group, some are only supported by its lead, some form
close alliances of their own, and some would rather lie in the grid of one group than of another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.district.files.given_file import TOML_BYTES, is_there, read_inside
from gridplan.district.files.intake import Intake
from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.schema.vocabulary import LABELS, decoder, fold, nearest

FILE = "groups.toml"
KEYS = ("label", "source", "note", "groups", "alliances", "wishes")
GROUP_KEYS = ("name_zh", "name_en", "lead", "members", "supported", "collaborators", "note")
ALLIANCE_KEYS = ("name_zh", "name_en", "lead", "members", "note")
WISH_KEYS = ("institution", "lead", "note")


@dataclass(frozen=True)
class NamedGroup:
    """
    A medical group whose membership is settled.

    Parameters
    ----------
    name_zh, name_en
        What it is called.
    lead
        Id of the hospital that leads it (核心医院, 总医院).
    members
        Ids of the hospitals and centers that belong to it (成员, 分院), in the file's order.
    supported
        Ids of those its lead supports without their being members (对口帮扶).
    collaborators
        Ids of those that collaborate with it (协作单位); one may do so with several groups.
    """

    name_zh: str
    name_en: str
    lead: str
    members: tuple[str, ...] = ()
    supported: tuple[str, ...] = ()
    collaborators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alliance:
    """
    A close alliance outside the groups (紧密型医联体).

    Parameters
    ----------
    name_zh, name_en
        What it is called.
    lead
        Id of the hospital that leads it.
    members
        Ids of its members.
    """

    name_zh: str
    name_en: str
    lead: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """
    A wish to lie in the grid of one hospital, honoured as far as the hard rules allow.

    Parameters
    ----------
    institution
        Id of the hospital or center that wishes.
    lead
        Id of the hospital whose grid it would lie in.
    note
        Why.
    """

    institution: str
    lead: str
    note: str = ""


@dataclass(frozen=True)
class Agreements:
    """
    All of ``groups.toml``; empty where a district has none.

    Parameters
    ----------
    groups, alliances, wishes
        In the file's order; wishes are honoured in it.
    label, source, sha256
        Of the file, as of a layer.
    """

    groups: tuple[NamedGroup, ...] = ()
    alliances: tuple[Alliance, ...] = ()
    wishes: tuple[Wish, ...] = ()
    label: str = ""
    source: str = ""
    sha256: str = ""

    def __bool__(self) -> bool:
        return bool(self.groups or self.alliances or self.wishes)


class _Reader:
    """Reads one file, collecting every problem with the place it was met at."""

    def __init__(self, hospitals: pd.DataFrame, centers: pd.DataFrame, intake: Intake) -> None:
        self.intake = intake
        self.hospitals = _known(hospitals)
        self.everyone = {**_known(centers), **self.hospitals}
        self.words = [*_words(hospitals), *_words(centers)]
        self.hospital_words = _words(hospitals)
        self.met: dict[str, str] = {}

    def institution(self, word: object, place: str, *, hospital: bool = False) -> str:
        """Give the id of an institution named by id or by name; empty if there is none."""
        known = self.hospitals if hospital else self.everyone
        if not isinstance(word, str):
            self.intake.wrong("key-not-text", place=place, key="lead", value=str(word))
            return ""
        found = known.get(fold(word), "")
        if not found:
            words = self.hospital_words if hospital else self.words
            near = nearest(word, words or ["-"], most=1)
            code = "groups-no-hospital" if hospital else "groups-unknown"
            self.intake.wrong(code, file=FILE, place=place, value=word, nearest=near)
        return found

    def several(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        """Give the ids of a list of institutions."""
        words = table.get(key, [])
        if not isinstance(words, list):
            self.intake.wrong("groups-not-list", file=FILE, place=place, key=key)
            return ()
        return tuple(i for i in (self.institution(word, place) for word in words) if i)

    def once(self, ids: Iterable[str], place: str) -> None:
        """Note what belongs to two groups or alliances, or twice to one."""
        for key in ids:
            if key in self.met:
                first = self.met[key]
                self.intake.wrong(
                    "groups-twice", file=FILE, institution=key, first=first, second=place
                )
            self.met.setdefault(key, place)

    def body(self, table: Mapping[str, Any], place: str, valid: tuple[str, ...]) -> bool:
        """Check the keys of a table; False if its lead or name is missing."""
        for key in table:
            if key not in valid:
                near = nearest(key, valid, most=1)
                self.intake.wrong("unknown-key", place=place, key=key, nearest=near)
        needed: list[str] = [key for key in ("institution", "lead") if key in valid]
        missing = [key for key in needed if not table.get(key)]
        if "name_zh" in valid and not (table.get("name_zh") or table.get("name_en")):
            missing.append("name_zh")
        for key in missing:
            self.intake.wrong("missing-key", place=place, key=key)
        return not missing

    def bond(self, table: Mapping[str, Any], place: str) -> tuple[str, str, str, tuple[str, ...]]:
        """Give names, lead and members of a group or alliance."""
        names = [str(table.get(key) or "").strip() for key in ("name_zh", "name_en")]
        lead = self.institution(table["lead"], place, hospital=True)
        members = self.several(table, "members", place)
        self.once([*([lead] if lead else []), *members], place)
        return names[0] or names[1], names[1] or names[0], lead, members


def _known(table: pd.DataFrame) -> dict[str, str]:
    """Map folded ids and names to ids; an id wins over another's name."""
    ids = [str(key) for key in table.index]
    names = table["name"].astype(str) if "name" in table else ids
    by_name = {fold(name): key for name, key in zip(names, ids, strict=True)}
    return {**by_name, **{fold(key): key for key in ids}}


def _words(table: pd.DataFrame) -> list[str]:
    """List the names and ids that may be written."""
    names = [str(name) for name in table["name"]] if "name" in table else []
    return [*names, *(str(key) for key in table.index)]


def read_agreements(
    folder: Path, hospitals: pd.DataFrame, centers: pd.DataFrame, intake: Intake
) -> Agreements:
    """
    Read ``groups.toml`` if the folder has one.

    Parameters
    ----------
    folder
        Of the district.
    hospitals, centers
        Indexed by id, with ``name``: institutions may be named either way.
    intake
        Collects what is wrong: unknown keys and institutions with the nearest valid ones,
        institutions that belong to two groups, leads that are no hospital.

    Returns
    -------
    agreements
        Empty if there is no such file.
    """
    if not is_there(folder, FILE):
        return Agreements()
    try:
        raw = read_inside(folder, FILE, most=TOML_BYTES)
    except UnreadableError as error:
        intake.wrong("file-unreadable", file=FILE, reason=error.reason)
        return Agreements()
    return agreements_in(raw, hospitals, centers, intake)


def agreements_in(
    raw: bytes, hospitals: pd.DataFrame, centers: pd.DataFrame, intake: Intake
) -> Agreements:
    """
    Read the content of ``groups.toml``.

    Parameters
    ----------
    raw
        Of the file.
    hospitals, centers, intake
        As for :func:`read_agreements`.

    Returns
    -------
    agreements
    """
    try:
        table, _ = parse_toml(raw)
    except UnreadableError as error:
        intake.wrong("groups-not-toml", file=FILE, reason=error.reason)
        return Agreements()
    reader = _Reader(hospitals, centers, intake)
    for key in table:
        if key not in KEYS:
            near = nearest(key, KEYS, most=1)
            intake.wrong("unknown-key", place=FILE, key=key, nearest=near)
    label = decoder(LABELS).get(fold(str(table.get("label", ""))), "")
    if not label:
        value = str(table.get("label", ""))
        intake.wrong("unknown-label", layer="groups", value=value, valid=list(LABELS))
    if not str(table.get("source", "")).strip():
        intake.wrong("missing-key", place=FILE, key="source")
    return Agreements(
        groups=tuple(_groups(table, reader)),
        alliances=tuple(_alliances(table, reader)),
        wishes=tuple(_wishes(table, reader)),
        label=label,
        source=" ".join(str(table.get("source", "")).split()),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _tables(table: Mapping[str, Any], key: str, reader: _Reader) -> list[tuple[str, Any]]:
    rows = table.get(key, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        reader.intake.wrong("key-not-table", place=FILE, key=key)
        return []
    return [(f"[[{key}]] {number}", row) for number, row in enumerate(rows, start=1)]


def _groups(table: Mapping[str, Any], reader: _Reader) -> list[NamedGroup]:
    groups = []
    for place, row in _tables(table, "groups", reader):
        if reader.body(row, place, GROUP_KEYS):
            bond = reader.bond(row, place)
            supported = reader.several(row, "supported", place)
            reader.once(supported, place)
            collaborators = reader.several(row, "collaborators", place)
            groups.append(NamedGroup(*bond, supported, collaborators))
    return groups


def _alliances(table: Mapping[str, Any], reader: _Reader) -> list[Alliance]:
    return [
        Alliance(*reader.bond(row, place))
        for place, row in _tables(table, "alliances", reader)
        if reader.body(row, place, ALLIANCE_KEYS)
    ]


def _wishes(table: Mapping[str, Any], reader: _Reader) -> list[Wish]:
    wishes: list[Wish] = []
    for place, row in _tables(table, "wishes", reader):
        if not reader.body(row, place, WISH_KEYS):
            continue
        who = reader.institution(row["institution"], place)
        lead = reader.institution(row["lead"], place, hospital=True)
        if who and any(wish.institution == who for wish in wishes):
            reader.intake.wrong("wish-twice", file=FILE, place=place, institution=who)
        wishes.append(Wish(who, lead, str(row.get("note", "")).strip()))
    return wishes
