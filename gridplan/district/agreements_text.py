"""``groups.toml`` written, as :mod:`gridplan.district.agreements` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridplan.district.agreements import Agreements, Alliance, NamedGroup, Wish
from gridplan.text.toml_text import toml_line


def agreements_toml(agreements: Agreements) -> str:
    """
    Write agreements as the text of ``groups.toml``.

    Parameters
    ----------
    agreements
        With its label and source; institutions by id.

    Returns
    -------
    text
        Read back, it says the same.
    """
    lines = [toml_line("label", agreements.label), toml_line("source", agreements.source)]
    for group in agreements.groups:
        lines += _table("groups", _bond(group) | _lists(group))
    for alliance in agreements.alliances:
        lines += _table("alliances", _bond(alliance))
    for wish in agreements.wishes:
        lines += _table("wishes", _wish(wish))
    return "\n".join(lines) + "\n"


def _bond(bond: NamedGroup | Alliance) -> dict[str, Any]:
    names = {"name_zh": bond.name_zh, "name_en": bond.name_en}
    return names | {"lead": bond.lead, "members": list(bond.members)}


def _lists(group: NamedGroup) -> dict[str, Any]:
    return {"supported": list(group.supported), "collaborators": list(group.collaborators)}


def _wish(wish: Wish) -> dict[str, Any]:
    return {"institution": wish.institution, "lead": wish.lead, "note": wish.note}


def _table(name: str, values: Mapping[str, Any]) -> list[str]:
    given = {key: value for key, value in values.items() if value}
    return ["", f"[[{name}]]", *(toml_line(key, value) for key, value in given.items())]
