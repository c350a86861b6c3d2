"""The command that plans the phases of a scenario."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import (
    Drawing,
    debug_option,
    district_argument,
    drawing_option,
    json_option,
    lang_option,
    scenario_option,
)
from gridplan.cli.telling import note, told
from gridplan.errors import Problem
from gridplan.text import say


@click.command()
@debug_option
@district_argument
@scenario_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the phases, one inside it for each.  [default: out/DISTRICT-phases]",
)
@drawing_option
@lang_option
@json_option
def phase(  # one parameter an option
    district: Path,
    scenario: Path | None,
    out: Path | None,
    drawing: Drawing,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """
    Plan the phases of a scenario in DISTRICT: which centers open when, each phase kept by the next.

    The scenario lists them as [[phases]] with year and centers. Grids are the same in all phases.
    """
    with told(lang, as_json=as_json):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.files.folder import check_folder
        from gridplan.outputs.phases.folder import phases_json, write_phases
        from gridplan.outputs.phases.page import phase_lines
        from gridplan.outputs.reading.drawing import read_drawing
        from gridplan.outputs.words.names import Names
        from gridplan.planning.phases.phase import phases_of
        from gridplan.planning.phases.phasing import plan_phases
        from gridplan.planning.scenario.file import default_scenario, read_scenario

        def tell(problem: Problem) -> None:
            note(problem.text(lang))

        folder = out or Path("out") / f"{district.resolve().name}-phases"
        chosen = read_scenario(scenario) if scenario else default_scenario(district)
        note(say("cli.reading", lang, folder=str(district)))
        known = read_district(district)
        for one in phases_of(known, chosen):
            check_folder(folder / str(one.year), tell=tell)
        file, crs = drawing
        heard: set[str] = set()

        def hear(part: str, _run: object) -> None:
            if part not in heard:
                heard.add(part)
                note(say(f"phases.stage-{part}", lang))

        made = plan_phases(
            known,
            chosen,
            progress=hear,
            drawn=None if file is None else read_drawing(file, known, crs=crs),
        )
        note(say("cli.writing", lang, folder=str(folder)))
        paths = write_phases(made, folder, lang=lang, tell=tell)
        if as_json:
            click.echo(phases_json(made))
            return
        steps = [say(f"phases.method-{step}", lang) for step in made.method.split(", ")]
        lines = [say("phases.title", lang, district=Names.of(made.today, lang).district)]
        lines += [f"  {line}" for line in phase_lines(made, lang)]
        lines += [say("phases.method", lang, steps=steps), "", say("phases.written", lang)]
        click.echo("\n".join([*lines, *(f"  {path}" for path in paths)]))
