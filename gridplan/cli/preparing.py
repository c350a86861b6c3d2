"""The command that turns a planner's files into a district folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from gridplan.cli.options import debug_option, json_option, lang_option
from gridplan.cli.telling import told
from gridplan.text import say


def _pairs(texts: tuple[str, ...], option: str) -> dict[str, str]:
    """Read ``KEY=VALUE`` options; a text without ``=`` is refused by click's own error."""
    pairs: dict[str, str] = {}
    for text in texts:
        key, mark, value = text.partition("=")
        if not mark or not key.strip():
            msg = f"{text!r}: KEY=VALUE"
            raise click.BadParameter(msg, param_hint=option)
        pairs[key.strip()] = value.strip()
    return pairs


def _file(name: str, words: str) -> Callable[[Any], Any]:
    return click.option(name, type=click.Path(path_type=Path), help=words)


@click.command()
@debug_option
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--population",
    type=click.Path(path_type=Path),
    required=True,
    help="Residents: areas, cells, points, a table or a raster. FILE#SHEET names a sheet or layer.",
)
@_file("--boundary", "Outline of the district; its parts serve as streets if there are none.")
@_file("--subdistricts", "Streets or towns, areas.")
@_file("--hospitals", "Hospitals: a list with coordinates, or points of interest.")
@_file("--centers", "Existing community health centers.")
@_file("--candidates", "Places where centers may open.")
@_file("--stations", "Village stations.")
@_file("--roads", "Roads: lines, or an OpenStreetMap extract (PBF).")
@_file("--walk-matrix", "Minutes or metres on foot from each place to others: CSV or a sheet.")
@_file("--drive-matrix", "The same by car.")
@_file("--spread", "What residents of large areas are spread by: raster, buildings or land use.")
@click.option(
    "--cell", type=click.FloatRange(min=1), help="Side of a cell, metres.  [default: fits]"
)
@click.option(
    "--crs", "declared", multiple=True, help="LAYER=CRS, say hospitals=gcj02. Repeatable."
)
@click.option("--set", "answers", multiple=True, help="KEY=VALUE of prepare.toml. Repeatable.")
@click.option(
    "--collect",
    type=click.Path(path_type=Path),
    help="Folder for workbooks, one a street, to be sent out and filled in.",
)
@_file("--collected", "Folder of the workbooks that came back; they correct the residents.")
@click.option("--name", default="", help="Name of the district.")
@click.option("--code", default="", help="Administrative code of the district.")
@lang_option
@json_option
def prepare(
    out: Path,
    declared: tuple[str, ...],
    answers: tuple[str, ...],
    collect: Path | None,
    lang: str,
    *,
    as_json: bool,
    **given: object,
) -> None:
    """
    Turn files as they are into the district folder OUT, with a report of what was done.

    What could be read two ways is asked with its figures; the answers are kept in OUT/prepare.toml,
    so that next year's files run through the same ones.
    """
    with told(lang, as_json=as_json, task="prepare"):
        from gridplan.intake.prepare import prepare as make
        from gridplan.intake.record.inputs import Inputs
        from gridplan.outputs.files.form_book import write_forms
        from gridplan.outputs.report.intake import intake_data, intake_text, write_intake

        inputs = Inputs(crs=_pairs(declared, "--crs"), **given)  # type: ignore[arg-type]
        made = make(inputs, out, answers=_pairs(answers, "--set"))
        write_intake(made, lang=lang)
        sent = None if collect is None else write_forms(made.forms, collect, lang=lang)
        if as_json:
            click.echo(json.dumps(intake_data(made, lang=lang), ensure_ascii=False, indent=2))
        else:
            click.echo(intake_text(made, lang=lang))
            if sent is not None:
                click.echo(say("intake.forms-written", lang, count=len(sent), folder=str(collect)))
            click.echo(say("intake.next", lang, folder=str(out)))
