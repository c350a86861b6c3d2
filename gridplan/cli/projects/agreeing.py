"""Commands for what is said of a plan and what becomes of it: opinions, and frozen versions."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import debug_option, lang_option
from gridplan.cli.projects.options import by_option, name_argument, project_argument
from gridplan.cli.telling import told
from gridplan.text import say

ANSWERS = ("adopted", "partly", "declined")
STAGES = ("consultation", "review", "approval", "issued")


@click.group()
@debug_option
def opinion() -> None:
    """Log opinions (意见) and what becomes of each: 采纳, 部分采纳, 不采纳, with the reason."""


@opinion.command("add")
@debug_option
@project_argument
@click.argument("text")
@click.option("--from", "source", default="", help="The office or meeting it comes from.")
@click.option("--scenario", default="", help="The scenario it speaks of.")
@by_option
@lang_option
def add(folder: Path, text: str, source: str, scenario: str, by: str, lang: str) -> None:
    """Log TEXT, one opinion."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.opinions import add_opinion
        from gridplan.project.project import Project

        made = add_opinion(Project.open(folder, by=by), text, source=source, scenario=scenario)
        click.echo(say("project.opinion-added", lang, number=made.number))


@opinion.command("answer")
@debug_option
@project_argument
@click.argument("number", type=int)
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("--reason", default="", help="Why.")
@click.option("--scenario", "revised", default="", help="The scenario that answers it.")
@click.option("--edit", "edits", type=int, multiple=True, help="Number of an edit there.")
@by_option
@lang_option
def answer(  # one parameter an option
    folder: Path,
    number: int,
    answer: str,
    reason: str,
    revised: str,
    edits: tuple[int, ...],
    by: str,
    lang: str,
) -> None:
    """Say what becomes of opinion NUMBER."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.opinions import answer_opinion
        from gridplan.project.project import Project

        project = Project.open(folder, by=by)
        made = answer_opinion(project, number, answer, reason=reason, revised=revised, edits=edits)
        word = say(f"project.answer-{made.answer}", lang)
        click.echo(say("project.opinion-answered", lang, number=number, answer=word))


@opinion.command("list")
@debug_option
@project_argument
@click.option("--table", type=click.Path(path_type=Path), help="Write them to this .xlsx or .csv.")
@lang_option
def list_(folder: Path, table: Path | None, lang: str) -> None:
    """List the opinions: who, what, answer, reason, and the scenario and edits that answer it."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.opinions_told import opinions_table, opinions_told
        from gridplan.project.project import Project
        from gridplan.project.table_file import write_table

        project = Project.open(folder)
        click.echo(opinions_told(project, lang))
        if table is not None:
            write_table(
                opinions_table(project, lang), table, title=say("meeting.opinions-title", lang)
            )
            click.echo(say("project.exported", lang, file=str(table)))


@click.command()
@debug_option
@project_argument
@name_argument
@click.option(
    "--as",
    "stage",
    type=click.Choice(STAGES),
    required=True,
    help="consultation 征求意见稿, review 送审稿, approval 报批稿, issued 印发稿.",
)
@by_option
@lang_option
def freeze(folder: Path, name: str, stage: str, by: str, lang: str) -> None:
    """Freeze the plan of SCENARIO as a version that is never changed again."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project
        from gridplan.project.versions import freeze as freeze_version

        made = freeze_version(Project.open(folder, by=by), name, stage, lang=lang)
        click.echo(say("project.frozen", lang, name=made.name))


@click.command()
@debug_option
@project_argument
@lang_option
def versions(folder: Path, lang: str) -> None:
    """List the frozen versions of PROJECT, and whether any was changed since."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project
        from gridplan.project.telling import versions_told

        click.echo(versions_told(Project.open(folder), lang))
