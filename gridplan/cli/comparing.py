"""The command that lays plans side by side."""

from __future__ import annotations

from pathlib import Path

import click

from gridplan.cli.options import debug_option, json_option, lang_option
from gridplan.cli.telling import note, told
from gridplan.text import say


@click.command()
@debug_option
@click.argument("plans", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for page, workbook, JSON and GeoJSON.  [default: out/A-B]",
)
@click.option(
    "--measures",
    default="",
    metavar="A,B,...",
    help="Figures the Pareto front is over, by the codes in compare.json: near,walk ...",
)
@lang_option
@json_option
def compare(
    plans: tuple[Path, ...], out: Path | None, measures: str, lang: str, *, as_json: bool
) -> None:
    """
    Lay the plans in folders PLANS side by side, each held against the first.

    Figures with better and worse, rules that turn, residents and communities that change grid or
    center, centers opened and closed, the plans no other beats; maps that move together.
    """
    with told(lang, as_json=as_json, task="compare"):
        from gridplan.outputs.comparing.folder import comparison_json, write_comparison
        from gridplan.outputs.comparing.page import comparison_told
        from gridplan.outputs.reading.labels import labels_of
        from gridplan.outputs.reading.written import read_written
        from gridplan.planning.comparing.comparison import compare_plans
        from gridplan.planning.comparing.front import USUAL

        for path in plans:
            note(say("cli.reading", lang, folder=str(path)))
        read = [read_written(path) for path in plans]
        chosen = tuple(part.strip() for part in measures.split(",") if part.strip())
        found = compare_plans(
            read, measures=chosen or USUAL, labels=labels_of(read, plans, lang=lang)
        )
        click.echo(comparison_json(found) if as_json else comparison_told(found, lang))
        folder = out or Path("out") / "-".join(path.resolve().name for path in plans)
        paths = write_comparison(found, folder, lang=lang)
        note("\n".join([say("comparing.written", lang), *(f"  {path}" for path in paths)]))


@click.command()
@debug_option
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.1,
    show_default=True,
    help="How far residents, pace and detour are off.",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="Page to write.  [default: OUT-sensitivity.html beside OUT]",
)
@lang_option
@json_option
def sensitivity(out: Path, share: float, file: Path | None, lang: str, *, as_json: bool) -> None:
    """
    Tell which rules turn for the plan in OUT if its facts are otherwise.

    Residents, walking pace and detour more and less, each new site lost. Grids, sites and who goes
    where stay as planned and are judged again; only a lost site's residents go elsewhere.
    """
    with told(lang, as_json=as_json, task="sensitivity"):
        from gridplan.outputs.disk.own_files import check_file
        from gridplan.outputs.reading.written import read_written
        from gridplan.outputs.sensitivity.page import (
            case_name,
            sensitivity_json,
            sensitivity_told,
            write_sensitivity,
        )
        from gridplan.outputs.words.telling import Telling
        from gridplan.planning.sensitivity.cases import sensitivity as try_cases

        page = file or out.resolve().with_name(f"{out.resolve().name}-sensitivity.html")
        check_file(page, reading=out)
        note(say("cli.reading", lang, folder=str(out)))
        telling = Telling(read_written(out), lang)
        found = try_cases(
            telling.plan, share=share, done=lambda case: note(case_name(case, telling))
        )
        click.echo(sensitivity_json(found) if as_json else sensitivity_told(found, lang))
        write_sensitivity(found, page, lang=lang)
        note(say("sensitivity.written", lang, file=str(page)))
