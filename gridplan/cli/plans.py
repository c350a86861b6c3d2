"""Commands that plan: the whole district, or grids that a person drew."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import (
    Choosing,
    Drawing,
    choosing_option,
    debug_option,
    district_argument,
    drawing_option,
    json_option,
    lang_option,
    profile_option,
    scenario_option,
)
from gridplan.cli.telling import note, progress, scenario_of, told
from gridplan.errors import Problem
from gridplan.text import say


@click.command()
@debug_option
@district_argument
@scenario_option
@profile_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results; an earlier result there is replaced.  [default: out/DISTRICT]",
)
@choosing_option
@drawing_option
@lang_option
@json_option
def plan(  # one parameter an option
    district: Path,
    scenario: Path | None,
    own_profiles: tuple[Path, ...],
    out: Path | None,
    choosing: Choosing,
    drawing: Drawing,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Plan DISTRICT: grids, centers, 1+N, every rule checked; write the results."""
    with told(lang, as_json=as_json):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.files.folder import check_folder, free_folder, write_plan
        from gridplan.outputs.files.plan_json import plan_json
        from gridplan.outputs.reading.drawing import read_drawing
        from gridplan.outputs.tables.summary import summary
        from gridplan.planning.scenario.derived import derived_scenario
        from gridplan.planning.variants.passing import with_variants
        from gridplan.planning.variants.proposing import plan_adopted

        def tell(problem: Problem) -> None:
            note(problem.text(lang))

        folder = out or Path("out") / district.resolve().name
        check_folder(folder, tell=tell)
        chosen = scenario_of(district, scenario, lang)
        note(say("cli.reading", lang, folder=str(district)))
        known = read_district(district)
        file, crs = drawing
        alternatives, adopt = choosing
        made = plan_adopted(
            known,
            chosen or derived_scenario(known),
            adopt,
            alternatives=alternatives,
            progress=progress(lang),
            own_profiles=own_profiles,
            drawn=None if file is None else read_drawing(file, known, crs=crs),
        )
        made = with_variants(made, own_profiles=own_profiles)
        free = free_folder(folder)
        if free != folder:
            note(say("cli.elsewhere", lang, folder=str(folder), free=str(free)))
        note(say("cli.writing", lang, folder=str(free)))
        files = write_plan(made, free, lang=lang, tell=tell)
        click.echo(plan_json(made) if as_json else summary(made, files, lang=lang))


@click.command()
@debug_option
@district_argument
@click.argument("drawn", type=click.Path(path_type=Path))
@scenario_option
@click.option(
    "--keep",
    multiple=True,
    help="A unit, or a grid by its name in the drawing, that must stay as drawn; may be given "
    "several times. What each costs is told.",
)
@click.option("--drawn-crs", default="", metavar="CRS", help="As for plan --drawn.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="CSV of the mended grids.  [default: DRAWN-mended.csv beside it]",
)
@lang_option
def repair(  # one parameter an option
    district: Path,
    drawn: Path,
    scenario: Path | None,
    keep: tuple[str, ...],
    drawn_crs: str,
    out: Path | None,
    lang: str,
) -> None:
    """
    Mend grids that a person drew in DISTRICT: contiguous, balanced, led, few residents moved.

    DRAWN is a table with columns unit and grid (单元, 网格; lead, if it says), polygons, or the
    folder of a plan, as for plan --drawn, which takes a drawing as it is. A grid is named by its
    lead hospital's id, or by any name if one hospital that may lead stands in it. Every move is
    told with its reason. Few residents are moved; that none could do with fewer is not proven.
    """
    with told(lang, as_json=False, task="repair"):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.disk.own_files import check_file, check_untouched
        from gridplan.outputs.reading.drawing import read_drawing
        from gridplan.outputs.reading.drawn import mended_text, write_mended
        from gridplan.planning.grids.mending import by_lead, kept_units, mend_grids
        from gridplan.planning.scenario.derived import derived_scenario

        file = out or drawn.with_name(f"{drawn.stem}-mended.csv")
        check_file(file)
        check_untouched(file, (drawn, district))
        chosen = scenario_of(district, scenario, lang)
        known = read_district(district)
        given = read_drawing(drawn, known, crs=drawn_crs)
        for problem in given.notes:
            note(problem.text(lang))
        decided = chosen or derived_scenario(known)
        mended = mend_grids(known, decided, by_lead(given), keep=kept_units(given, keep))
        write_mended(known, mended, file, lang=lang)
        click.echo(mended_text(known, mended, lang=lang))
        click.echo(say("drawn.written", lang, file=str(file)))
