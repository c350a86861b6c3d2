"""How commands speak: errors in words with their exit code, notes and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gridplan.cli.options import (
    EXIT_BAD_INPUT,
    EXIT_CANCELLED,
    EXIT_FAULT,
    EXIT_INFEASIBLE,
    debugging,
)
from gridplan.errors import GridplanError, InfeasibleError, Problem
from gridplan.text import say
from gridplan.text.shown import visible
from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.planning.scenario.scenario import Scenario


@contextmanager
def told(lang: str, *, as_json: bool, task: str = "plan") -> Iterator[None]:
    """
    Say an error in words (or JSON) and leave with its exit code; never with a traceback.

    Bad input leaves with 2, clashing demands with 3. What the system refuses (a full disk, a
    folder without permission, too little memory) is told as such, with 2. Anything else is a fault
    of gridplan, is called one, and leaves with 4. Only ``--debug`` prints where it happened.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    as_json
        Print it to stdout as JSON too.
    task
        What was to be done, a key of the catalogue after ``bad-input-``: what was not done is said.
    """
    try:
        yield
    except GridplanError as error:
        infeasible = isinstance(error, InfeasibleError)
        key = error.title if isinstance(error, InfeasibleError) else f"cli.bad-input-{task}"
        problems = [problem.as_dict(lang) for problem in error.problems]
        if isinstance(error, InfeasibleError):
            for entry, problem in zip(problems, error.problems, strict=True):
                entry["proven"] = problem.proven
        proven = {"proven": error.proven} if isinstance(error, InfeasibleError) else {}
        _say(say(key, lang), problems, as_json=as_json, **proven)
        _leave(error, EXIT_INFEASIBLE if infeasible else EXIT_BAD_INPUT, lang)
    except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
        raise  # click's own, and a reader such as head that has seen enough
    except (KeyboardInterrupt, click.Abort):
        click.echo(say("cli.cancelled", lang), err=True)
        sys.exit(EXIT_CANCELLED)
    except (OSError, MemoryError) as error:
        _say(say("cli.unreadable", lang), [_refused(error, lang)], as_json=as_json)
        _leave(error, EXIT_BAD_INPUT, lang)
    except Exception as error:
        _say(
            _fault(error, lang),
            [{"code": "fault", "text": say("cli.fault-details", lang)}],
            as_json=as_json,
        )
        _leave(error, EXIT_FAULT, lang)


def _say(title: str, problems: list[dict[str, Any]], *, as_json: bool, **more: bool) -> None:
    if as_json:
        told = {"error": title, **more, "problems": problems}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    click.echo("\n".join([title, *(f"  - {entry['text']}" for entry in problems)]), err=True)


def _leave(error: BaseException, code: int, lang: str) -> None:
    if debugging():
        click.echo(say("cli.details", lang), err=True)
        click.echo("".join(traceback.format_exception(error)).rstrip(), err=True)
    sys.exit(code)


def _refused(error: OSError | MemoryError, lang: str) -> dict[str, Any]:
    """Say what the system did not allow."""
    from gridplan.district.files.reason import reason_of

    if isinstance(error, MemoryError):
        return {"code": "memory", "text": say("cli.memory", lang)}
    reason = reason_of(error).text(lang)
    if error.filename is None:
        told = say("cli.unreadable-nameless", lang, reason=reason)
    else:
        file = visible(str(error.filename))
        told = say("cli.unreadable-line", lang, file=file, reason=reason)
    return {"code": "unreadable", "text": told}


def _fault(error: Exception, lang: str) -> str:
    """Say honestly that gridplan failed, and in which of its own files."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _HOME in Path(frame.filename).parents]
    place = f"{Path(own[-1].filename).relative_to(_HOME)}:{own[-1].lineno}" if own else "-"
    return say("cli.fault", lang, kind=type(error).__name__, place=place, version=VERSION)


_HOME = Path(__file__).resolve().parents[1]


def note(text: str) -> None:
    """Say something beside the result: on stderr, so that stdout stays the result alone."""
    click.echo(text, err=True)


def scenario_of(district: Path, scenario: Path | None, lang: str) -> Scenario | None:
    """
    Read the scenario of a command: its file, else the one of the district; notes on stderr.

    None where there is neither: what fits the district is derived once it is read.
    """
    from gridplan.planning.scenario.file import default_scenario, has_scenario, read_scenario

    def tell(problem: Problem) -> None:
        note(problem.text(lang))

    if scenario:
        return read_scenario(scenario, tell=tell)
    return default_scenario(district, tell=tell) if has_scenario(district) else None


def progress(lang: str) -> Callable[..., None]:
    """Tell stages and gaps on stderr: a running line on a terminal, sparse lines elsewhere."""
    live = sys.stderr.isatty()
    told: dict[str, Any] = {"stage": "", "at": 0.0}

    def tell(stage: str, progress: Any) -> None:  # noqa: ANN401  # an engine's Progress
        now = time.monotonic()
        new = stage != told["stage"]
        if not new and now - told["at"] < (0.2 if live else 5.0):
            return
        gap = ""
        if progress.gap is not None:
            gap = say("cli.gap", lang, gap=f"{100 * progress.gap:.2f}")
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
            note(line)
        told.update(stage=stage, at=now)

    return tell
