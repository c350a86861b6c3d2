"""Commands for the scenarios of a project: made, listed, copied, renamed, deleted."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gridplan.cli.options import debug_option, district_argument, json_option, lang_option
from gridplan.cli.projects.options import (
    by_option,
    name_argument,
    project_argument,
    set_option,
    settings_of,
)
from gridplan.cli.telling import note, told
from gridplan.errors import Problem
from gridplan.text import say


@click.command()
@debug_option
@project_argument
@district_argument
@click.option("--name", default="", help="Of the project.  [default: the district's]")
@by_option
@lang_option
def new(folder: Path, district: Path, name: str, by: str, lang: str) -> None:
    """Make PROJECT, a folder that is not there yet, of the folder DISTRICT."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project

        def tell(problem: Problem) -> None:
            note(problem.text(lang))

        made = Project.new(folder, district, name=name, lang=lang, by=by, tell=tell)
        values = {"folder": str(folder), "name": made.name, "scenario": made.scenarios()[0]}
        click.echo(say("project.made", lang, **values))


@click.command("list")
@debug_option
@project_argument
@lang_option
@json_option
def list_(folder: Path, lang: str, *, as_json: bool) -> None:
    """List the scenarios of PROJECT: parent, changes, plan and whether it is stale."""
    with told(lang, as_json=as_json, task="project"):
        from gridplan.project.project import Project
        from gridplan.project.telling import list_told, listed

        project = Project.open(folder)
        if as_json:
            click.echo(json.dumps(listed(project, lang), ensure_ascii=False, indent=2))
        else:
            click.echo(list_told(project, lang))


@click.command()
@debug_option
@project_argument
@name_argument
@lang_option
def show(folder: Path, name: str, lang: str) -> None:
    """Show one SCENARIO: notes, what it changes against its parent, its plan and its edits."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project
        from gridplan.project.telling import scenario_told

        click.echo(scenario_told(Project.open(folder), name, lang))


@click.command()
@debug_option
@project_argument
@name_argument
@click.argument("new", metavar="NEW", required=False, default="")
@set_option
@click.option("--notes", default=None, help="Anything to keep with it.")
@click.option("--tag", "tags", multiple=True, help="May be given several times.")
@by_option
@lang_option
def copy(  # one parameter an option
    folder: Path,
    name: str,
    new: str,
    settings: tuple[str, ...],
    notes: str | None,
    tags: tuple[str, ...],
    by: str,
    lang: str,
) -> None:
    """Keep SCENARIO as NEW too, with other decisions (--set); it shows what it changes."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project

        project = Project.open(folder, by=by)
        decided = settings_of(settings)
        kept = project.copy(name, new, decided=decided, notes=notes, tags=tags or None)
        click.echo(say("project.copied", lang, name=name, new=kept.name))


@click.command()
@debug_option
@project_argument
@name_argument
@click.argument("new", metavar="NEW")
@by_option
@lang_option
def rename(folder: Path, name: str, new: str, by: str, lang: str) -> None:
    """Call SCENARIO by the name NEW; its plan, its edits and its children follow."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project

        kept = Project.open(folder, by=by).rename(name, new)
        click.echo(say("project.renamed", lang, name=name, new=kept.name))


@click.command()
@debug_option
@project_argument
@name_argument
@click.option("--yes", is_flag=True, help="Do not ask.")
@by_option
@lang_option
def delete(folder: Path, name: str, by: str, lang: str, *, yes: bool) -> None:
    """Delete SCENARIO with its plan and its edits."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.project import Project

        project = Project.open(folder, by=by)
        kept = project.scenario(name)
        if not yes:
            click.confirm(say("project.ask-delete", lang, name=kept.name), abort=True)
        project.delete(kept.name)
        click.echo(say("project.deleted", lang, name=kept.name))
