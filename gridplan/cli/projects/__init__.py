"""The commands that keep a planner's work: ``gridplan project ...``."""

from __future__ import annotations

import click

from gridplan.cli.options import debug_option
from gridplan.cli.projects.agreeing import freeze, opinion, versions
from gridplan.cli.projects.editing import edit, redo, rest, revise, undo
from gridplan.cli.projects.keeping import copy, delete, list_, new, rename, show
from gridplan.cli.projects.passing_on import export, import_
from gridplan.cli.projects.planning import run

_EPILOG = """\b
Examples:
  gridplan project new work data/guangming
  gridplan project copy work 基准 三个网格 --set grids=3
  gridplan project run work 三个网格
  gridplan project list work
  gridplan project edit work 三个网格 "move-community community=凤凰社区 grid=G2"
  gridplan project revise work 三个网格 "close-center center=N012" --as 会后
  gridplan project opinion add work "凤凰社区应随光明街道" --from 光明街道办
  gridplan project freeze work 会后 --as consultation
  gridplan project export work work.zip
"""


@click.group(epilog=_EPILOG)
@debug_option
def project() -> None:
    """
    Keep scenarios, plans and edits of one district in a folder.

    Make one of a district (new), keep a scenario under another name with other decisions (copy),
    plan it (run), see what each changes and which plans are stale (list), change it by hand (edit,
    undo, redo, rest), answer what a meeting demands with few changes (revise, opinion), freeze
    versions (freeze), and pass all of it on (export).
    """


for command in (
    new, list_, show, run, copy, rename, delete, edit, undo, redo, rest, revise, opinion,
    freeze, versions, export, import_,
):  # fmt: skip
    project.add_command(command)
