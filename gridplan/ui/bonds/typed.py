"""Agreements as tables show them, and back: plain values, nothing is drawn or written here."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from gridplan.district.agreements import Agreements, Alliance, NamedGroup, Wish
from gridplan.text.language import in_language
from gridplan.ui.bonds.institutions import Institutions
from gridplan.ui.shown.table_editor import cells

MEMBER, SUPPORTED = "member", "supported"
ROLES = (MEMBER, SUPPORTED)
GROUPS = ["name_zh", "name_en", "lead"]
ALLIANCES = [*GROUPS, "members"]
WISHES = ["institution", "lead", "note"]


def group_names(agreements: Agreements, lang: str) -> list[str]:
    """Name the groups, in their order, no two alike."""
    told: list[str] = []
    for group in agreements.groups:
        name = in_language(group, "name", lang)
        told.append(name if name not in told else f"{name} {len(told) + 1}")
    return told


def groups_table(agreements: Agreements, known: Institutions) -> pd.DataFrame:
    """Give the groups, their position as index."""
    rows = [_bond(group, known) for group in agreements.groups]
    return pd.DataFrame(rows, columns=GROUPS, dtype=object)


def with_groups(agreements: Agreements, typed: pd.DataFrame, known: Institutions) -> Agreements:
    """Take groups over as they were typed; members stay with their group, incomplete rows wait."""
    groups = []
    for at, row in zip(typed.index, cells(typed), strict=True):
        bond = _typed_bond(row, known)
        if bond is None:
            continue
        before = agreements.groups[at] if at in range(len(agreements.groups)) else None
        group = NamedGroup(*bond) if before is None else _named(before, bond)
        groups.append(dataclasses.replace(group, members=_but(group.members, bond[2])))
    return dataclasses.replace(agreements, groups=tuple(groups))


def alliances_table(agreements: Agreements, known: Institutions) -> pd.DataFrame:
    """Give the alliances, their position as index."""
    rows = [
        _bond(one, known) | {"members": [known.names.get(key, key) for key in one.members]}
        for one in agreements.alliances
    ]
    return pd.DataFrame(rows, columns=ALLIANCES, dtype=object)


def with_alliances(agreements: Agreements, typed: pd.DataFrame, known: Institutions) -> Agreements:
    """Take alliances over as they were typed; incomplete rows wait."""
    alliances = []
    for row in cells(typed):
        bond = _typed_bond(row, known)
        if bond is not None:
            alliances.append(Alliance(*bond, members=known.ids_of(row["members"])))
    return dataclasses.replace(agreements, alliances=tuple(alliances))


def wishes_table(agreements: Agreements, known: Institutions) -> pd.DataFrame:
    """Give the wishes in the order in which they are honoured."""
    rows = [
        {
            "institution": known.names.get(wish.institution, wish.institution),
            "lead": known.hospitals.get(wish.lead, wish.lead),
            "note": wish.note or None,
        }
        for wish in agreements.wishes
    ]
    return pd.DataFrame(rows, columns=WISHES, dtype=object)


def with_wishes(agreements: Agreements, typed: pd.DataFrame, known: Institutions) -> Agreements:
    """Take wishes over as they were typed; incomplete rows wait."""
    wishes = []
    for row in cells(typed):
        who, lead = known.id_of(row["institution"]), known.id_of(row["lead"])
        if who and lead:
            wishes.append(Wish(who, lead, str(row["note"] or "")))
    return dataclasses.replace(agreements, wishes=tuple(wishes))


def members_table(
    agreements: Agreements, known: Institutions, roles: Mapping[str, str], lang: str
) -> pd.DataFrame:
    """Give every institution that leads no group, with the group it belongs to; index is its id."""
    names = group_names(agreements, lang)
    leads = {group.lead for group in agreements.groups}
    rows: dict[str, dict[str, Any]] = {}
    for key, name in known.names.items():
        if key in leads:
            continue
        row: dict[str, Any] = {
            "name": name,
            "about": known.about[key],
            "street": known.streets[key],
        }
        row |= {"group": None, "role": None, "collaborates": []}
        for group, told in zip(agreements.groups, names, strict=True):
            for role, ids in ((MEMBER, group.members), (SUPPORTED, group.supported)):
                if key in ids:
                    row |= {"group": told, "role": roles[role]}
            if key in group.collaborators:
                row["collaborates"] = [*row["collaborates"], told]
        rows[key] = row
    columns = ["name", "about", "street", "group", "role", "collaborates"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=object)


def with_members(
    agreements: Agreements, typed: pd.DataFrame, roles: Mapping[str, str], lang: str
) -> Agreements:
    """Take over who belongs to which group; one without a role becomes a member."""
    names = group_names(agreements, lang)
    rows = dict(zip(map(str, typed.index), cells(typed), strict=True))
    groups = []
    for group, told in zip(agreements.groups, names, strict=True):
        supported = [
            key
            for key, row in rows.items()
            if row["group"] == told and row["role"] == roles[SUPPORTED]
        ]
        members = [
            key for key, row in rows.items() if row["group"] == told and key not in supported
        ]
        beside = [key for key, row in rows.items() if told in (row["collaborates"] or ())]
        groups.append(
            dataclasses.replace(
                group,
                members=_ordered(group.members, members),
                supported=_ordered(group.supported, supported),
                collaborators=_ordered(group.collaborators, beside),
            )
        )
    return dataclasses.replace(agreements, groups=tuple(groups))


def _bond(bond: NamedGroup | Alliance, known: Institutions) -> dict[str, Any]:
    lead = known.hospitals.get(bond.lead, bond.lead)
    return {"name_zh": bond.name_zh, "name_en": bond.name_en, "lead": lead}


def _typed_bond(row: Mapping[str, Any], known: Institutions) -> tuple[str, str, str] | None:
    """Give names and lead of a row; None while a name or the lead is missing."""
    lead = known.id_of(row["lead"])
    names = [str(row[name] or "") for name in ("name_zh", "name_en")]
    if not lead or not any(names):
        return None
    return names[0] or names[1], names[1] or names[0], lead


def _named(group: NamedGroup, bond: tuple[str, str, str]) -> NamedGroup:
    name_zh, name_en, lead = bond
    return dataclasses.replace(group, name_zh=name_zh, name_en=name_en, lead=lead)


def _but(ids: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(one for one in ids if one != key)


def _ordered(before: tuple[str, ...], now: list[str]) -> tuple[str, ...]:
    """Give the ids of now, those that were there before in their old order."""
    return tuple([key for key in before if key in now] + [k for k in now if k not in before])
