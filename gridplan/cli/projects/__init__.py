"""The commands that keep a planner's work: ``gridplan project ...``."""

from __future__ import annotations

import click

from gridplan.cli.options import debug_option
from gridplan.cli.projects.keeping import copy, delete, list_, new, rename, show
from gridplan.cli.projects.passing_on import export, import_
from gridplan.cli.projects.planning import run

_EPILOG = """\b
Examples:
  gridplan project new work data/guangming
  gridplan project copy work 基准 三个网格 --set grids=3
  gridplan project run work 三个网格
  gridplan project list work
  gridplan project export work work.zip
"""


@click.group(epilog=_EPILOG)
@debug_option
def project() -> None:
    """
    Keep scenarios, plans and edits of one district in a folder.

    Make one of a district (new), keep a scenario under another name with other decisions (copy),
    plan it (run), see what each changes and which plans are stale (list), and pass all of it on
    (export).
    """


for command in (new, list_, show, run, copy, rename, delete, export, import_):
    project.add_command(command)
