"""Options that several commands share, each declared once, and the exit codes."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.text import LANGUAGES

EXIT_ALTERED = 1
EXIT_BAD_INPUT = 2
EXIT_INFEASIBLE = 3
EXIT_FAULT = 4
EXIT_CANCELLED = 130

_DEBUG = "gridplan.debug"


def _remember(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_DEBUG] = True


def debugging() -> bool:
    """Say whether ``--debug`` was given to the command that runs."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_DEBUG))


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remember,
    help="After an error, print where in the program it happened.",
)

lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="zh",
    show_default=True,
    help="Language of everything written and printed: Chinese or English.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of a summary."
)
scenario_option = click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    help="TOML file with the planner's choices.  [default: DISTRICT/scenario.toml, if there]",
)
profile_option = click.option(
    "--profile-file",
    "own_profiles",
    type=click.Path(path_type=Path),
    multiple=True,
    help="TOML file with rules of your own, anywhere; may be given several times. A scenario may "
    "only name files inside DISTRICT.",
)
district_argument = click.argument("district", type=click.Path(path_type=Path))
out_argument = click.argument("out", type=click.Path(path_type=Path))
