"""Edits of a scenario as a project keeps them: each with its undo and redo, none ever lost.

A line holds the layout that was edited (the base, with edits that hold on it), or one edit, or a
step: ``undo``, ``redo``. What holds now follows from reading the lines in order; what was undone,
and edits on an earlier base, stay in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridplan.project.kept.place import Place, json_line, json_lines, revision_of

FOLDER, ENDING = "edits", ".jsonl"

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Journal:
    """
    The edits of one scenario.

    Parameters
    ----------
    base
        The layout they begin with, as plain values; empty where nothing was edited yet.
    done
        Edits that hold, the oldest first, as plain values.
    undone
        Edits that can be redone, the next one last.
    revision
        Of the file that was read.
    """

    base: Values = field(default_factory=dict)
    done: tuple[Values, ...] = ()
    undone: tuple[Values, ...] = ()
    revision: str = ""

    @property
    def fingerprint(self) -> str:
        """Of the edits that hold; empty where none do."""
        told = json.dumps(list(self.done), ensure_ascii=False, sort_keys=True)
        return revision_of(told.encode()) if self.done else ""


def file_of(name: str) -> str:
    """Give the name of the file of a scenario's edits in the project."""
    return f"{FOLDER}/{name}{ENDING}"


def read_journal(place: Place, name: str) -> Journal:
    """Read the edits of a scenario; none where it has none."""
    content, revision = place.read(file_of(name))
    base: Values = {}
    done: list[Values] = []
    undone: list[Values] = []
    for line in json_lines(content):
        if "base" in line:
            base, done, undone = line["base"], list(line.get("edits", [])), []
        elif "edit" in line:
            done, undone = [*done, line["edit"]], []
        elif line.get("step") == "undo" and done:
            undone.append(done.pop())
        elif line.get("step") == "redo" and undone:
            done.append(undone.pop())
    return Journal(base, tuple(done), tuple(undone), revision)


def begin(place: Place, name: str, base: Values, edits: Sequence[Values], *, revision: str) -> str:
    """
    Go on from a base and edits that hold, in one line; what stood before stays in the file.

    Returns
    -------
    revision
        The new one.
    """
    line = json_line({"base": dict(base), "edits": [dict(one) for one in edits]})
    return place.append(file_of(name), line, revision=revision)


def add(place: Place, name: str, line: Values, *, revision: str) -> str:
    """Add one line (``edit``, or ``step``: ``undo`` or ``redo``); give the new revision."""
    return place.append(file_of(name), json_line(dict(line)), revision=revision)
