"""The folder of a phased plan: every phase a plan of its own, and what they are together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.errors import Problem
from gridplan.outputs.disk.replacement import in_silence
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.phases.page import phases_map
from gridplan.outputs.phases.tables import openings_table, phases_table
from gridplan.outputs.phases.workbook import write_phases_excel
from gridplan.outputs.tables.tables import rounded_table
from gridplan.version import PROGRAM, VERSION

if TYPE_CHECKING:
    from gridplan.planning.phases.phasing import Phased

FILES = ("phases.json", "phases.xlsx", "phases.html")


def phases_json(phased: Phased) -> str:
    """
    Write the phases as JSON.

    Returns
    -------
    text
        ``phases`` by year, ``openings`` by center, ``method``, ``scenario``, ``program``. The same
        phases give the same text.
    """
    table = rounded_table(phases_table(phased))
    openings = rounded_table(openings_table(phased, "zh"))
    content: dict[str, Any] = {
        "phases": [{"year": int(year), **row} for year, row in table.to_dict("index").items()],
        "openings": [{"center": at, **row} for at, row in openings.to_dict("index").items()],
        "method": phased.method,
        "scenario": phased.scenario.as_dict(),
        "provenance": {"program": PROGRAM, "version": VERSION},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def write_phases(
    phased: Phased, out: Path, *, lang: str, tell: Callable[[Problem], None] = in_silence
) -> tuple[Path, ...]:
    """
    Write every phase and the files about all of them.

    Parameters
    ----------
    phased
        The phases.
    out
        Folder; each phase gets one inside it, named by its year, as
        :func:`gridplan.outputs.files.folder.write_plan` writes it.
    lang
        Of maps and workbooks.
    tell
        As for ``write_plan``.

    Returns
    -------
    paths
        The folders of the phases, then the files.

    Raises
    ------
    InputError
        If a folder or file cannot be written, or holds what gridplan did not write.
    """
    folders = [out / str(made.phase.year) for made in phased.phases]
    for made, folder in zip(phased.phases, folders, strict=True):
        write_plan(made.plan, folder, lang=lang, tell=tell)
    write_whole(out / "phases.xlsx", lambda path: write_phases_excel(phased, path, lang=lang))
    write_whole(out / "phases.html", lambda path: phases_map(phased, lang).save(path))
    text = phases_json(phased)
    write_whole(out / "phases.json", lambda path: _write(path, text))
    return (*folders, *(out / name for name in FILES))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
