"""How commands speak: errors in words with their exit code, notes and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from gridplan.cli.options import EXIT_BAD_INPUT, EXIT_INFEASIBLE
from gridplan.errors import GridplanError, InfeasibleError
from gridplan.text import say


@contextmanager
def told(lang: str, *, as_json: bool, task: str = "plan") -> Iterator[None]:
    """
    Say a gridplan error in words (or JSON) and leave with its exit code.

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
        title = say(key, lang)
        if as_json:
            told: dict[str, Any] = {"error": title}
            problems = [problem.as_dict(lang) for problem in error.problems]
            if isinstance(error, InfeasibleError):
                told["proven"] = error.proven
                for entry, problem in zip(problems, error.problems, strict=True):
                    entry["proven"] = problem.proven
            told["problems"] = problems
            click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        lines = [title, *(f"  - {problem.text(lang)}" for problem in error.problems)]
        click.echo("\n".join(lines), err=True)
        sys.exit(EXIT_INFEASIBLE if infeasible else EXIT_BAD_INPUT)


def note(text: str) -> None:
    """Say something beside the result: on stderr, so that stdout stays the result alone."""
    click.echo(text, err=True)


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
            note(line)
        told.update(stage=stage, at=now)

    return tell
