"""A revision in words: what it costs, the rules that turn, and the table of revisions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.words.names import given_names, word
from gridplan.outputs.words.text_table import text_table
from gridplan.project.table_file import write_table
from gridplan.text import say
from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    from gridplan.project.revision import Revised

HEADS = ("kind", "place", "before", "after", "residents", "walk", "drive", "why")
MOST_TOLD = 30


def revision_table(revised: Revised, lang: str) -> pd.DataFrame:
    """
    Give the table of revisions (修订对照表) in words.

    Returns
    -------
    table
        One row a change; columns named in ``lang``: what, where, before, after, residents, mean
        metres and minutes more, and whether it was demanded or follows. Units in which nobody
        lives are left out.
    """
    names = _names(revised, lang)
    rows = []
    for row in revised.rows.to_dict(orient="records"):
        if row["kind"] in ("grid", "center") and not row["residents"]:
            continue
        why = "demanded" if row["demanded"] else "follows"
        rows.append(
            [
                say(f"project.change-{row['kind']}", lang),
                names.get(str(row["place"]), str(row["place"])),
                _value(row, "before", names, lang),
                _value(row, "after", names, lang),
                f"{row['residents']:,.0f}",
                "—" if row["walk_metres"] is None else f"{row['walk_metres']:+,.0f}",
                "—" if row["drive_minutes"] is None else f"{row['drive_minutes']:+,.1f}",
                say(f"project.why-{why}", lang),
            ]
        )
    heads = [say(f"project.revision-{key}", lang) for key in HEADS]
    return pd.DataFrame(rows, columns=heads, dtype=object)


def _names(revised: Revised, lang: str) -> dict[str, str]:
    """Name centers of both layouts and hospitals, with their ids behind."""
    found: dict[str, str] = {}
    before, after = revised.revision.before, revised.revision.edited
    for edited in (before, after):
        for key, name in edited.centers["name"].items():
            if isinstance(name, str) and name:
                found[str(key)] = name + bracketed(str(key), lang)
    hospitals = given_names(after.ground.district.hospitals, "hospital", lang)
    return {**{str(key): name for key, name in hospitals.items()}, **found}


def _value(row: Mapping[str, Any], key: str, names: Mapping[str, str], lang: str) -> str:
    value = row[key]
    if value is None:
        return "—"
    if row["kind"] == "regional":
        return say(f"project.class-{value}", lang)
    if row["kind"] == "room":
        return f"{value:,.0f}"
    return names.get(str(value), str(value))


def revised_told(revised: Revised, lang: str) -> str:
    """Tell a revision: its price, what could not be done, the rules that turn, the first rows."""
    revision = revised.revision
    lines = [say("project.revised", lang, name=revised.name, edits=len(revision.edits))]
    lines += [price_told(revised, lang)]
    lines += [problem.text(lang) for _, problem in revision.conflicts]
    lines += [note.text(lang) for note in revision.notes]
    lines += turned_told(revised, lang)
    table = revision_table(revised, lang)
    shown = [list(table.columns), *table.head(MOST_TOLD).to_numpy().tolist()]
    lines += ["", *text_table(shown, header=True)] if len(table) else []
    if len(table) > MOST_TOLD:
        lines.append(say("project.revision-more", lang, count=len(table) - MOST_TOLD))
    return "\n".join(lines)


def price_told(revised: Revised, lang: str) -> str:
    """Say what a revision costs: who changes grid or center, and the way more."""
    revision = revised.revision
    return say(
        "project.revision-price",
        lang,
        units=f"{revision.edited.moved_units:,}",
        residents=f"{revision.edited.moved_residents:,.0f}",
        walk=f"{revision.walk_metres / 1000:+,.1f}",
        drive=f"{revision.drive_minutes / 60:+,.1f}",
    )


def turned_told(revised: Revised, lang: str) -> list[str]:
    """Tell the findings that pass or fail otherwise than before."""
    after = revised.revision.edited
    titles = {rule.id: in_language(rule, "title", lang) for rule in after.judged.rules}
    names = _names(revised, lang)
    lines = []
    for one in revised.revision.turned:
        if one.before == one.after:
            continue
        own = one.subject_kind in ("district", "city")
        subject = "" if own else bracketed(names.get(one.subject, one.subject), lang)
        states = {
            key: word("state", state, lang) if state else say("project.state-gone", lang)
            for key, state in (("before", one.before), ("after", one.after))
        }
        lines.append(say("project.turned", lang, rule=titles[one.rule] + subject, **states))
    return lines or [say("project.turned-none", lang)]


def write_revisions(revised: Revised, file: Path, *, lang: str) -> None:
    """
    Write the table of revisions as CSV or workbook, by the ending of the file.

    Raises
    ------
    InputError
        ``revision-table-form`` for another ending.
    """
    write_table(revision_table(revised, lang), file, title=say("project.revision-title", lang))
