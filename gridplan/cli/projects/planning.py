"""The command that plans a scenario of a project."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import debug_option, json_option, lang_option, profile_option
from gridplan.cli.projects.options import by_option, name_argument, project_argument
from gridplan.cli.telling import note, progress, told
from gridplan.errors import Problem


@click.command()
@debug_option
@project_argument
@name_argument
@profile_option
@by_option
@lang_option
@json_option
def run(  # one parameter an option
    folder: Path,
    name: str,
    own_profiles: tuple[Path, ...],
    by: str,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Plan SCENARIO of PROJECT; the plan is written to plans/SCENARIO in the project."""
    with told(lang, as_json=as_json):
        from gridplan.outputs.files.plan_json import plan_json
        from gridplan.outputs.tables.summary import summary
        from gridplan.project.project import Project
        from gridplan.project.running import run as run_scenario

        def tell(problem: Problem) -> None:
            note(problem.text(lang))

        made, files = run_scenario(
            Project.open(folder, by=by),
            name,
            lang=lang,
            progress=progress(lang),
            own_profiles=own_profiles,
            tell=tell,
        )
        click.echo(plan_json(made) if as_json else summary(made, files, lang=lang))
