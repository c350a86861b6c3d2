"""The command line: each command is one call of the library, and says what went wrong in words."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gridplan.errors import GridplanError, InfeasibleError
from gridplan.text import LANGUAGES, say
from gridplan.version import VERSION

EXIT_ALTERED = 1
EXIT_BAD_INPUT = 2
EXIT_INFEASIBLE = 3

_lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="zh",
    show_default=True,
    help="Language of everything written and printed: Chinese or English.",
)
_json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print machine-readable JSON instead of a summary."
)
_district_argument = click.argument("district", type=click.Path(path_type=Path))

_EPILOG = """\b
Examples:
  gridplan check data/guangming              is the data sound? what was repaired?
  gridplan plan data/guangming               plan it; results in out/guangming
  gridplan plan data/guangming --lang en --scenario my.toml --out out/mine
\b
Exit codes: 0 done (a rule that fails is a finding, not an error);
            1 verify found altered files; 2 bad input; 3 no plan can meet the demands.
"""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="gridplan")
def main() -> None:
    """
    Plan a district's medical-group grids and community health centers, with proof.

    A district is a folder with district.toml and its layers (docs/district-folder.md); a scenario
    is a small TOML file with the planner's choices. The plan comes out as maps, tables and
    plan.json, each rule with its figure, clause and pass or fail.
    """


@main.command()
@_district_argument
@_lang_option
@_json_option
def check(district: Path, lang: str, *, as_json: bool) -> None:
    """Read DISTRICT, tell all problems at once, and list what was repaired."""
    with _told(lang, as_json=as_json):
        from gridplan.district.read import read_district
        from gridplan.outputs.inventory import inventory, inventory_text

        found = read_district(district)
        if as_json:
            click.echo(json.dumps(inventory(found, lang=lang), ensure_ascii=False, indent=2))
        else:
            click.echo(inventory_text(found, lang=lang))


@main.command()
@_district_argument
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    help="TOML file with the planner's choices.  [default: DISTRICT/scenario.toml, if there]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results; an earlier result there is replaced.  [default: out/DISTRICT]",
)
@click.option(
    "--alternatives",
    type=click.IntRange(0, 20),
    default=0,
    help="Offer so many ways to cut the grids that really differ, each with its price.",
)
@_lang_option
@_json_option
def plan(  # one parameter an option
    district: Path,
    scenario: Path | None,
    out: Path | None,
    alternatives: int,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Plan DISTRICT: grids, centers, 1+N, every rule checked; write the results."""
    with _told(lang, as_json=as_json):
        from gridplan.district.read import read_district
        from gridplan.outputs.folder import check_folder, write_plan
        from gridplan.outputs.plan_json import plan_json
        from gridplan.outputs.summary import summary
        from gridplan.planning.plan import plan as make_plan
        from gridplan.planning.scenario import default_scenario, read_scenario

        folder = out or Path("out") / district.resolve().name
        check_folder(folder)
        chosen = read_scenario(scenario) if scenario else default_scenario(district)
        _note(say("cli.reading", lang, folder=str(district)))
        made = make_plan(
            read_district(district), chosen, alternatives=alternatives, progress=_progress(lang)
        )
        _note(say("cli.writing", lang, folder=str(folder)))
        files = write_plan(made, folder, lang=lang)
        click.echo(plan_json(made) if as_json else summary(made, files, lang=lang))


@main.command("import-kong")
@click.argument("cells", type=click.Path(path_type=Path))
@click.option("--adjacency", type=click.Path(path_type=Path), help="Neighbours, to verify against.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--name-zh", default="", help="Name of the city, Chinese.")
@click.option("--name-en", default="", help="Name of the city, English.")
@click.option("--stand-ins", is_flag=True, help="Add MODELLED streets and hospitals, labelled so.")
@_lang_option
def import_kong(  # one parameter an option
    cells: Path,
    adjacency: Path | None,
    out: Path,
    name_zh: str,
    name_en: str,
    lang: str,
    *,
    stand_ins: bool,
) -> None:
    """Turn CELLS, a table of population cells and candidates, into a district folder."""
    with _told(lang, as_json=False):
        from gridplan.district.kong import import_kong as make_folder

        folder = make_folder(
            cells, adjacency, out=out, name_zh=name_zh, name_en=name_en, stand_ins=stand_ins
        )
        click.echo(say("cli.imported", lang, folder=str(folder)))


@contextmanager
def _told(lang: str, *, as_json: bool) -> Iterator[None]:
    """Say a gridplan error in words (or JSON) and leave with its exit code."""
    try:
        yield
    except GridplanError as error:
        infeasible = isinstance(error, InfeasibleError)
        title = say("cli.infeasible" if infeasible else "cli.bad-input", lang)
        if as_json:
            problems = [
                {"code": problem.code, "text": problem.text(lang)} for problem in error.problems
            ]
            told: dict[str, Any] = {"error": title, "problems": problems}
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        lines = [title, *(f"  - {problem.text(lang)}" for problem in error.problems)]
        click.echo("\n".join(lines), err=True)
        sys.exit(EXIT_INFEASIBLE if infeasible else EXIT_BAD_INPUT)


def _note(text: str) -> None:
    click.echo(text, err=True)


def _progress(lang: str) -> Callable[..., None]:
    """Tell stages and gaps on stderr: a running line on a terminal, sparse lines elsewhere."""
    live = sys.stderr.isatty()
    told: dict[str, Any] = {"stage": "", "at": 0.0}

    def tell(stage: str, progress: Any) -> None:  # noqa: ANN401  # an engine's Progress
        now = time.monotonic()
        new = stage != told["stage"]
        if not new and now - told["at"] < (0.2 if live else 5.0):
            return
        gap = ""
        if progress.incumbent is not None and progress.bound is not None and progress.incumbent:
            share = max(0.0, (progress.incumbent - progress.bound) / abs(progress.incumbent))
            gap = say("cli.gap", lang, gap=f"{100 * share:.2f}")
        line = say(
            "cli.progress",
            lang,
            stage=say(f"cli.stage-{stage}", lang),
            percent=f"{100 * progress.fraction:.0f}",
            gap=gap,
        )
        if live:
            click.echo(
                ("\n" if new and told["stage"] else "") + "\r\033[K" + line, err=True, nl=False
            )
        else:
            _note(line)
        told.update(stage=stage, at=now)

    return tell


_out_argument = click.argument("out", type=click.Path(path_type=Path))


@main.command()
@_out_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(("docx", "xlsx", "html")),
    help="Word, Excel, or a page that prints to PDF.  [default: as --file ends, else docx]",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="File to write.  [default: OUT-report-LANG beside OUT]",
)
@_lang_option
def report(out: Path, form: str | None, file: Path | None, lang: str) -> None:
    """Write the report on the plan in OUT that a bureau can hand in."""
    with _told(lang, as_json=False):
        from gridplan.outputs.report import write_report

        written, notes = write_report(out, form=form, file=file, lang=lang)
        for note in notes:
            _note(note)
        click.echo(str(written))


@main.command()
@_out_argument
@click.option("--lon", type=float, help="Longitude of one address, degrees.")
@click.option("--lat", type=float, help="Latitude of one address, degrees.")
@click.option(
    "--csv",
    "source",
    type=click.Path(path_type=Path),
    help="File of addresses with longitude and latitude (经度, 纬度).",
)
@click.option(
    "--out",
    "target",
    type=click.Path(path_type=Path),
    help="File to write for --csv.  [default: CSV-located.csv beside it]",
)
@click.option(
    "--crs",
    type=click.Choice(("wgs84", "gcj02", "bd09")),
    default="wgs84",
    show_default=True,
    help="wgs84: GPS, CGCS2000; gcj02: Amap, Tencent; bd09: Baidu.",
)
@_lang_option
@_json_option
def locate(  # one parameter an option
    out: Path,
    lon: float | None,
    lat: float | None,
    source: Path | None,
    target: Path | None,
    crs: str,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Tell for an address its unit, street, center, regional center, grid and lead hospital."""
    with _told(lang, as_json=as_json):
        from gridplan.outputs import locate as addresses
        from gridplan.outputs.written import read_written

        addresses.check_question(lon, lat, source)
        known = addresses.directory(read_written(out), lang=lang)
        if source is None:
            click.echo(addresses.answer(known, lon, lat, crs=crs, lang=lang, as_json=as_json))
            return
        file = target or source.with_name(f"{source.stem}-located.csv")
        counts = addresses.locate_file(known, source, file, crs=crs, lang=lang)
        told = counts | {"count": sum(counts.values()), "file": str(file)}
        click.echo(
            json.dumps(told, ensure_ascii=False) if as_json else say("locate.done", lang, **told)
        )


@main.command()
@_out_argument
@click.option(
    "--district",
    type=click.Path(path_type=Path),
    help="District folder it was planned from: its fingerprints and tables are compared too.",
)
@_lang_option
def verify(out: Path, district: Path | None, lang: str) -> None:
    """Audit the files in OUT: count everything again; leave with code 1 if anything differs."""
    with _told(lang, as_json=False):
        from gridplan.outputs.verify import verify as audit

        found = audit(out, district=district)
        click.echo(found.text(lang))
        sys.exit(0 if found.sound else EXIT_ALTERED)


if __name__ == "__main__":
    main()
