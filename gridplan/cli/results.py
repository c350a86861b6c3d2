"""Commands about what came out: report on it, look addresses up in it, audit it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gridplan.cli.options import (
    EXIT_ALTERED,
    EXIT_UNCHECKED,
    debug_option,
    json_option,
    lang_option,
    out_argument,
    profile_option,
)
from gridplan.cli.telling import note, told
from gridplan.outputs.report.books import BOOKS
from gridplan.outputs.report.formats import FORMATS
from gridplan.text import say

ALL = "all"
"""The form that is a zip of all others."""


@click.command()
@debug_option
@out_argument
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, ALL)),
    help="Word, Excel, a page that prints to PDF, an atlas of map sheets, a spatial database, a "
    "public edition, or all of it in one zip.  "
    "[default: as --file ends, else docx]",
)
@click.option(
    "--file",
    type=click.Path(path_type=Path),
    help="File or folder to write.  [default: OUT-report-LANG beside OUT]",
)
@click.option(
    "--book",
    type=click.Choice(tuple(BOOKS)),
    default="report",
    show_default=True,
    help="report: all in one; else the plan's text, its explanation, its tables, the request for "
    "approval, the note on the draft, the table of opinions.",
)
@click.option("--site", help="One page on one center, by its name or number.")
@click.option("--street", help="What changes for one street; 'all' for a sheet of each.")
@click.option(
    "--office",
    type=click.Path(path_type=Path),
    help="TOML file with what only the bureau knows: names, phrases, template, columns.  "
    "[default: report.toml beside OUT, if there]",
)
@lang_option
def report(  # one parameter an option
    out: Path,
    form: str | None,
    file: Path | None,
    book: str,
    site: str | None,
    street: str | None,
    office: Path | None,
    lang: str,
) -> None:
    """Write the report on the plan in OUT that a bureau can hand in."""
    with told(lang, as_json=False, task="report"):
        if form == ALL:
            from gridplan.audit.handed import write_all

            written, notes = write_all(out, file=file, lang=lang, office=office)
            for line in notes:
                note(line)
            click.echo(str(written))
            return
        from gridplan.outputs.report.report import write_report

        subject = ""
        if site is not None:
            book, subject = "site", site
        elif street is not None:
            book, subject = "streets", "" if street == "all" else street
        written, notes = write_report(
            out, form=form, file=file, lang=lang, book=book, subject=subject, office=office
        )
        for line in notes:
            note(line)
        click.echo(str(written))


@click.command()
@debug_option
@out_argument
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
@lang_option
@json_option
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
    with told(lang, as_json=as_json, task="locate"):
        from gridplan.lookup import locate as addresses
        from gridplan.lookup.directory import directory
        from gridplan.outputs.disk.own_files import check_file, check_untouched
        from gridplan.outputs.reading.written import read_written

        addresses.check_question(lon, lat, source)
        if target is not None:
            check_file(target, reading=out)
            if source is not None:
                check_untouched(target, (source,))
        known = directory(read_written(out), lang=lang)
        if source is None:
            click.echo(addresses.answer(known, lon, lat, crs=crs, lang=lang, as_json=as_json))
            return
        file = target or source.with_name(f"{source.stem}-located.csv")
        counts, notes = addresses.locate_file(known, source, file, crs=crs, lang=lang)
        for problem in notes:
            note(problem.text(lang))
        done = counts | {"count": sum(counts.values()), "file": str(file)}
        click.echo(
            json.dumps(done, ensure_ascii=False) if as_json else say("locate.done", lang, **done)
        )


@click.command()
@debug_option
@out_argument
@click.option(
    "--district",
    type=click.Path(path_type=Path),
    help="District folder it was planned from: the plan is worked out anew from its files.",
)
@profile_option
@lang_option
def verify(out: Path, district: Path | None, own_profiles: tuple[Path, ...], lang: str) -> None:
    """
    Audit the files in OUT, a folder or a zip of everything: count all again and compare.

    A folder of phases is audited phase by phase, and each against the next. Leaves with code 1 if
    anything differs, with 5 if another version of gridplan wrote them.
    """
    with told(lang, as_json=False, task="verify"):
        from gridplan.audit.handed import is_handed_in, verify_all
        from gridplan.audit.phases import holds_phases, verify_phases
        from gridplan.audit.verify import verify as audit

        if is_handed_in(out):
            found = verify_all(out)
        elif holds_phases(out):
            found = verify_phases(out, district=district, own_profiles=own_profiles)
        else:
            found = (audit(out, district=district, own_profiles=own_profiles),)
        click.echo("\n\n".join(one.text(lang) for one in found))
        if not all(one.checked for one in found):
            sys.exit(EXIT_UNCHECKED)
        sys.exit(0 if all(one.sound for one in found) else EXIT_ALTERED)


@click.command()
@debug_option
@out_argument
@click.option("--center", default="", help="Id or name of a center.  [default: all new ones]")
@click.option("--site", default="", help="Id of a site that was not taken (sheet of plan.xlsx).")
@lang_option
@json_option
def why(out: Path, center: str, site: str, lang: str, *, as_json: bool) -> None:
    """
    Tell why the centers of the plan in OUT stand where they do, and why not elsewhere.

    Of a center: whom it serves, what closing it costs, which sites could stand in and at what
    loss. Of a site that was not taken: the exchange it would need, and its price.
    """
    with told(lang, as_json=as_json, task="why"):
        from gridplan.outputs.reading.written import read_written
        from gridplan.outputs.reasons.why import why as reasons
        from gridplan.outputs.reasons.why import why_records
        from gridplan.outputs.words.telling import Telling

        plan = read_written(out)
        if as_json:
            click.echo(json.dumps(why_records(plan, center or site), ensure_ascii=False))
            return
        click.echo(reasons(Telling(plan, lang), center or site))


@click.command()
@debug_option
@out_argument
@click.argument("flows", type=click.Path(path_type=Path))
@lang_option
@json_option
def localisation(out: Path, flows: Path, lang: str, *, as_json: bool) -> None:
    """
    Count how many visits stay in the grid where people live, by the table FLOWS.

    FLOWS is a CSV with unit, hospital and visits (单元, 医院, 人次); a hospital outside the
    district is written 区外 or left empty. The grids are those of the plan in OUT.
    """
    with told(lang, as_json=as_json, task="localisation"):
        from gridplan.outputs.reading.flows import read_flows
        from gridplan.outputs.reading.written import read_written
        from gridplan.outputs.reasons.localisation import localisation_lines, localisation_rows
        from gridplan.outputs.words.telling import Telling

        telling = Telling(read_written(out), lang)
        table = read_flows(flows, telling.plan.layout)
        if as_json:
            click.echo(json.dumps(localisation_rows(telling, table), ensure_ascii=False))
            return
        click.echo("\n".join(localisation_lines(telling, table)))
