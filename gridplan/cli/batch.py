"""The command that plans many districts."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gridplan.cli.options import debug_option, json_option, lang_option
from gridplan.cli.telling import note, told
from gridplan.text import say


@click.command()
@debug_option
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--scenarios",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A scenario file by which every district is planned; may be given several times.  "
    "[default: each district's own]",
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder of all results."
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Dask scheduler to run on, as tcp://host:8786.  [default: processes on this machine]",
)
@click.option(
    "--processes",
    type=click.IntRange(0, 1024),
    default=0,
    help="On this machine, at a time; 0 for as many as it has processors.",
)
@click.option(
    "--memory",
    default="",
    metavar="SIZE",
    help="Most memory of one process on this machine, as 4GB.",
)
@lang_option
@json_option
def batch(  # one parameter an option
    source: Path,
    scenarios: tuple[Path, ...],
    out: Path,
    scheduler: str,
    processes: int,
    memory: str,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """
    Plan every district of SOURCE, and sum up what cities and provinces come to.

    SOURCE is a folder of district folders, or a text file with the path of one in each line. A
    batch that was stopped goes on where it was: finished tasks never run again. One district that
    cannot be planned is told and costs no other.
    """
    with told(lang, as_json=as_json):
        from gridplan.batch.record import Record
        from gridplan.batch.roll_up import states_of
        from gridplan.batch.run import Where, run_batch
        from gridplan.batch.summary.files import write_roll_up
        from gridplan.batch.tasks import tasks_of
        from gridplan.outputs.words.names import word

        def done(record: Record, finished: int, count: int) -> None:
            values = {"task": record.task, "became": word("batch", record.state, lang)}
            seconds = f"{record.seconds:.1f}"
            line = say("batch.line", lang, at=finished, count=count, seconds=seconds, **values)
            note(line)
            for problem in record.problems:
                note(f"    {problem[lang]}")

        tasks = tasks_of(source, scenarios)
        where = Where(scheduler, processes, memory)
        made = run_batch(tasks, out, where=where, lang=lang, done=done)
        files = write_roll_up(made, out, lang=lang)
        states = states_of(made.records)
        if as_json:
            told_files = [str(path) for path in files]
            counted = {"tasks": len(tasks), "ran": len(made.ran), "states": states}
            click.echo(json.dumps({**counted, "files": told_files}, ensure_ascii=False, indent=2))
            return
        known = [
            f"{word('batch', state, lang)} {count}" for state, count in states.items() if count
        ]
        click.echo(say("batch.counted", lang, count=len(tasks), states=known))
        click.echo(say("batch.ran", lang, count=len(made.ran)))
        for path in files:
            click.echo(f"  {path}")
