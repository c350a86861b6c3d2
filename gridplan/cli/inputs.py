"""Commands about what goes in: check a district, import one, print the self-assessment form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gridplan.cli.options import (
    debug_option,
    district_argument,
    json_option,
    lang_option,
    scenario_option,
)
from gridplan.cli.telling import note, scenario_of, told
from gridplan.errors import InputError
from gridplan.text import say


@click.command()
@debug_option
@district_argument
@lang_option
@click.option(
    "--rows",
    type=click.Path(path_type=Path),
    help="CSV to write with every row that is wrong or was repaired; sentences name the first.",
)
@json_option
def check(district: Path, lang: str, rows: Path | None, *, as_json: bool) -> None:
    """Read DISTRICT, tell all problems at once, and list what was repaired."""
    with told(lang, as_json=as_json, task="check"):
        from gridplan.district.folder.read import read_district
        from gridplan.outputs.disk.own_files import check_untouched
        from gridplan.outputs.files.inventory import inventory, inventory_text
        from gridplan.outputs.files.rows_file import entries_of, write_rows

        if rows is not None:
            check_untouched(rows, (district,))
        try:
            found = read_district(district)
        except InputError as error:
            if rows is not None:
                wrong = tuple(("wrong", problem) for problem in error.problems)
                write_rows(wrong, rows, lang=lang)
                note(say("inventory.rows-written", lang, file=str(rows)))
            raise
        if rows is not None:
            write_rows(entries_of(found), rows, lang=lang)
        if as_json:
            click.echo(json.dumps(inventory(found, lang=lang), ensure_ascii=False, indent=2))
        else:
            click.echo(inventory_text(found, lang=lang, rows=rows))


@click.command("import-kong")
@debug_option
@click.argument("cells", type=click.Path(path_type=Path))
@click.option("--adjacency", type=click.Path(path_type=Path), help="Neighbours, to verify against.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--name-zh", default="", help="Name of the city, Chinese.")
@click.option("--name-en", default="", help="Name of the city, English.")
@click.option(
    "--longitude",
    type=click.FloatRange(-180, 180),
    help="Of the middle of the city, degrees; places it on the globe.  [default: Kaifeng's]",
)
@click.option("--stand-ins", is_flag=True, help="Add MODELLED streets and hospitals, labelled so.")
@lang_option
def import_kong(  # one parameter an option
    cells: Path,
    adjacency: Path | None,
    out: Path,
    name_zh: str,
    name_en: str,
    longitude: float | None,
    lang: str,
    *,
    stand_ins: bool,
) -> None:
    """Turn CELLS, a table of population cells and candidates, into a district folder."""
    with told(lang, as_json=False, task="import"):
        from gridplan.district.kong.kong import import_kong as make_folder

        given: dict[str, Any] = {"name_zh": name_zh, "name_en": name_en, "stand_ins": stand_ins}
        if longitude is not None:
            given["longitude"] = longitude
        folder = make_folder(cells, adjacency, out=out, **given)
        click.echo(say("cli.imported", lang, folder=str(folder)))


@click.command()
@debug_option
@lang_option
def scenario(lang: str) -> None:
    """
    Print a blank scenario: every key with its meaning, range and default, all as comments.

    Save it as scenario.toml in the district folder, or anywhere for --scenario, and change lines.
    """
    with told(lang, as_json=False, task="scenario"):
        from gridplan.outputs.pages.scenario_page import blank_scenario

        click.echo(blank_scenario(lang), nl=False)


@click.command()
@debug_option
@district_argument
@scenario_option
@lang_option
def assessment(district: Path, scenario: Path | None, lang: str) -> None:
    """
    Print a blank self-assessment form for DISTRICT: the clauses that no map can answer.

    Save it as assessment.toml in the district folder and fill it in; the answers appear among the
    findings.
    """
    with told(lang, as_json=False, task="assessment"):
        from gridplan.district.folder.read import read_district
        from gridplan.planning.checks.checks import scenario_rules
        from gridplan.planning.scenario.derived import derived_scenario
        from gridplan.policy.assessment import blank_assessment

        chosen = scenario_of(district, scenario, lang)
        known = read_district(district)
        rules = scenario_rules(chosen or derived_scenario(known), district, code=known.code)
        click.echo(blank_assessment(rules, lang=lang))
