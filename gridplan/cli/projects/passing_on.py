"""Commands that pass a project on: as one zip file, or all its plans as one GeoPackage."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import debug_option, lang_option
from gridplan.cli.projects.options import by_option, project_argument
from gridplan.cli.telling import told
from gridplan.text import say


@click.command()
@debug_option
@project_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--scenario",
    default="",
    help="Pack the plan of one scenario instead; into a folder, the file is named by district, "
    "scenario and day.",
)
@lang_option
def export(folder: Path, file: Path, scenario: str, lang: str) -> None:
    """Write PROJECT to FILE: NAME.zip, all of it to pass on; NAME.gpkg, its plans for QGIS."""
    with told(lang, as_json=False, task="project"):
        from gridplan.errors import InputError, Problem
        from gridplan.project.archive import write_plan_zip, write_zip
        from gridplan.project.export import write_geopackage
        from gridplan.project.project import Project

        project, ending = Project.open(folder), file.suffix.lower()
        if scenario and (ending == ".zip" or file.is_dir()):
            file = write_plan_zip(project, scenario, file)
        elif ending == ".zip":
            write_zip(project, file)
        elif ending == ".gpkg":
            write_geopackage(project, file)
        else:
            raise InputError([Problem("project-export-form", {"file": str(file)})])
        click.echo(say("project.exported", lang, file=str(file)))


@click.command("import")
@debug_option
@click.argument("file", type=click.Path(path_type=Path))
@project_argument
@by_option
@lang_option
def import_(file: Path, folder: Path, by: str, lang: str) -> None:
    """Unpack FILE, a zip of a project, into PROJECT, a folder that is not there yet."""
    with told(lang, as_json=False, task="project"):
        from gridplan.project.archive import open_zip

        project = open_zip(file, folder, by=by)
        values = {"folder": str(folder), "name": project.name, "count": len(project.scenarios())}
        click.echo(say("project.imported", lang, **values))
