"""Commands that change a planned scenario by hand: edit, undo, redo, rest, revise."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gridplan.cli.options import debug_option, lang_option
from gridplan.cli.projects.options import by_option, name_argument, project_argument
from gridplan.cli.telling import told
from gridplan.errors import InputError, Problem
from gridplan.text import say

if TYPE_CHECKING:
    from gridplan.planning.editing.edit import Edit
    from gridplan.project.history import History

_YES = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
_EDITS = """Edits: "move-units units=u1,u2 grid=G2", "move-community community=NAME grid=G2",
"move-street subdistrict=NAME grid=G2", "hold-units units=u1,u2 held=yes", "hold-grid grid=G1
held=yes", "open-center center=X1 unit=u7 name=NAME", "close-center center=c3", "move-center
center=c3 unit=u9", "rename-center center=c3 name=NAME", "enlarge-center center=c3 residents=30000",
"set-lead grid=G1 lead=h2", "assign-units units=u1,u2 center=c3", "set-regional center=c3
regional=yes", "manage center=c4 by=c3"."""


def edit_of(line: str) -> Edit:
    """
    Read an edit from a line: its kind, then what it says as KEY=VALUE.

    Raises
    ------
    InputError
        ``edit-form``, ``setting-form``.
    """
    from gridplan.planning.editing.edit import FIELDS, edit_from

    try:
        do, *pairs = shlex.split(line)
    except ValueError:
        do, pairs = "", []
    values: dict[str, object] = {"do": do}
    for pair in pairs:
        key, mark, value = pair.partition("=")
        if not mark:
            raise InputError([Problem("setting-form", {"value": pair})])
        values[key] = _value(key, value)
    if "name" in FIELDS.get(do, ()):
        values.setdefault("name", "")
    return edit_from(values)


def _value(key: str, value: str) -> object:
    if key == "units":
        return [one.strip() for one in value.replace("，", ",").split(",") if one.strip()]
    if key in ("held", "regional"):
        return _YES.get(value.strip().lower(), value)
    if key == "residents":
        return int(value) if value.isascii() and value.isdigit() else value
    return value


def _told(history: History, lang: str) -> str:
    """Say what the last step changed."""
    edited = history.edited
    count = sum(one.before != one.after for one in edited.turned)
    values = {
        "edits": len(history.edits),
        "units": f"{edited.moved_units:,}",
        "residents": f"{edited.moved_residents:,.0f}",
        "turned": count,
    }
    lines = [problem.text(lang) for _, problem in history.conflicts]
    lines += [problem.text(lang) for problem in edited.conflicts]
    lines.append(say("project.edited", lang, **values))
    if history.branch:
        lines.append(say("project.branched", lang, name=history.branch))
    return "\n".join(lines)


@click.command(epilog=_EDITS)
@debug_option
@project_argument
@name_argument
@click.argument("edits", nargs=-1, required=True)
@by_option
@lang_option
def edit(folder: Path, name: str, edits: tuple[str, ...], by: str, lang: str) -> None:
    """Change SCENARIO by hand, edit by edit; each is kept, judged at once, and can be undone."""
    with told(lang, as_json=False, task="project"):
        wanted = [edit_of(line) for line in edits]
        history = _history(folder, name, by)
        for one in wanted:
            history = history.do(one)
            click.echo(_told(history, lang))


def _history(folder: Path, name: str, by: str) -> History:
    from gridplan.project.history import open_history
    from gridplan.project.project import Project

    return open_history(Project.open(folder, by=by), name)


@click.command()
@debug_option
@project_argument
@name_argument
@by_option
@lang_option
def undo(folder: Path, name: str, by: str, lang: str) -> None:
    """Take back the last edit of SCENARIO."""
    with told(lang, as_json=False, task="project"):
        click.echo(_told(_history(folder, name, by).undo(), lang))


@click.command()
@debug_option
@project_argument
@name_argument
@by_option
@lang_option
def redo(folder: Path, name: str, by: str, lang: str) -> None:
    """Do again what was undone last in SCENARIO."""
    with told(lang, as_json=False, task="project"):
        click.echo(_told(_history(folder, name, by).redo(), lang))


@click.command()
@debug_option
@project_argument
@name_argument
@click.argument("new", metavar="NEW", required=False, default="")
@by_option
@lang_option
def rest(folder: Path, name: str, new: str, by: str, lang: str) -> None:
    """Keep a scenario NEW: what is locked in SCENARIO stays, the rest is planned anew."""
    with told(lang, as_json=False, task="project"):
        kept = _history(folder, name, by).rest(new)
        click.echo(say("project.rest", lang, name=kept.name, folder=str(folder)))


@click.command(epilog=_EDITS)
@debug_option
@project_argument
@name_argument
@click.argument("demands", nargs=-1, required=True)
@click.option("--as", "new", default="", help="Name of the scenario that holds the revision.")
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    help="Write the table of revisions (修订对照表), CSV or xlsx.",
)
@by_option
@lang_option
def revise(  # one parameter an option
    folder: Path,
    name: str,
    demands: tuple[str, ...],
    new: str,
    table: Path | None,
    by: str,
    lang: str,
) -> None:
    """
    Answer DEMANDS on SCENARIO with few changes: each an edit that must be.

    A site that is gone is "close-center center=N012"; a community that stays with another street is
    "move-community community=NAME grid=G2". The answer is a scenario of its own, a child of
    SCENARIO; its price, the rules that turn and every change are told.
    """
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project
        from gridplan.project.revision import revise_scenario
        from gridplan.project.revision_told import revised_told, write_revisions

        wanted = [edit_of(line) for line in demands]
        if table is not None and table.suffix.lower() not in (".csv", ".xlsx"):
            raise InputError([Problem("revision-table-form", {"file": str(table)})])
        revised = revise_scenario(Project.open(folder, by=by), name, wanted, new=new)
        click.echo(revised_told(revised, lang))
        if table is not None:
            write_revisions(revised, table, lang=lang)
            click.echo(say("project.exported", lang, file=str(table)))
