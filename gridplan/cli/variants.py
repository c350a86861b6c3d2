"""The command that lays variants of a plan side by side."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import (
    adopt_option,
    debug_option,
    district_argument,
    json_option,
    lang_option,
    profile_option,
    scenario_option,
)
from gridplan.cli.telling import note, scenario_of, told
from gridplan.text import say


@click.command()
@debug_option
@district_argument
@scenario_option
@profile_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Page to write (HTML, offline), or a folder for it; with --adopt the folder of the plan "
    "adopted.  [default: out/DISTRICT-variants.html, out/DISTRICT]",
)
@adopt_option
@lang_option
@json_option
def variants(  # one parameter an option
    district: Path,
    scenario: Path | None,
    own_profiles: tuple[Path, ...],
    out: Path | None,
    adopt: str,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """
    Plan variants of DISTRICT side by side: one table, one sheet of maps.

    As the scenario; one grid; whole streets; whole communities; coverage first; the number of
    centers a document plans; the most compact. What fails, and which variant passes, comes first.
    """
    with told(lang, as_json=as_json):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.disk.own_files import check_file, check_untouched
        from gridplan.outputs.files.folder import check_folder, write_plan
        from gridplan.outputs.tables.summary import summary
        from gridplan.outputs.variants.sheet import (
            variants_json,
            variants_told,
            write_variants,
        )
        from gridplan.planning.scenario.derived import derived_scenario
        from gridplan.planning.variants.passing import with_variants
        from gridplan.planning.variants.side_by_side import chosen_of, side_by_side

        name = district.resolve().name
        if adopt:
            folder = out or Path("out") / name
            check_folder(folder)
        else:
            page = out or Path("out") / f"{name}-variants.html"
            page = page if page.suffix.lower() in (".html", ".htm") else page / "variants.html"
            check_file(page)
            check_untouched(page, (district,))
        asked = scenario_of(district, scenario, lang)
        note(say("cli.reading", lang, folder=str(district)))
        known = read_district(district)
        found = side_by_side(
            known,
            asked or derived_scenario(known),
            own_profiles=own_profiles,
            done=lambda letter: note(say("variants.ready", lang, letter=letter)),
        )
        click.echo(variants_json(found) if as_json else variants_told(found, lang))
        if adopt:
            made = with_variants(chosen_of(found, adopt), own_profiles=own_profiles)
            files = write_plan(made, folder, lang=lang)
            note(summary(made, files, lang=lang))
            return
        page.parent.mkdir(parents=True, exist_ok=True)
        for line in write_variants(found, page, lang=lang):
            note(line)
        note(say("variants.written", lang, file=str(page)))
