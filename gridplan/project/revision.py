"""A scenario revised after a meeting: demands answered with few changes, kept as its child."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.planning.editing.edit import Edit
from gridplan.planning.editing.edited import Edited, replay
from gridplan.planning.editing.recentering import Prices
from gridplan.planning.editing.revising import Revision, revise
from gridplan.planning.editing.rows import revision_rows
from gridplan.project.history import open_history
from gridplan.project.kept import journal, log
from gridplan.project.project import Project


@dataclass(frozen=True, eq=False)
class Revised:
    """
    A revision with its table.

    Parameters
    ----------
    name
        Of the scenario that holds it, a child of the one that was revised; empty while nothing is
        kept.
    revision
        What was done.
    rows
        The table of revisions: :data:`gridplan.planning.editing.rows.COLUMNS`.
    """

    name: str
    revision: Revision
    rows: pd.DataFrame


def revise_scenario(
    project: Project,
    name: str,
    demands: Sequence[Edit],
    *,
    new: str = "",
    prices: Prices | None = None,
) -> Revised:
    """
    Answer demands on a scenario with few changes, and keep the answer as a scenario of its own.

    Parameters
    ----------
    project, name
        Which; its plan must be current, or edits of it kept.
    demands
        What must be: a site that is gone is a ``close-center``, a community that stays with another
        street's center an ``assign-units`` or a ``move-community``.
    new
        Name of the child; empty for the first that is free.
    prices
        As for :func:`gridplan.planning.editing.revising.revise`.

    Returns
    -------
    Revised
        Its scenario holds the edits; run it for the plan.
    """
    history = open_history(project, name)
    found = answered(history.edited, demands, prices=prices)
    revision = found.revision
    kept = project.copy(name, new)
    with project.place.locked():
        edits = [edit.as_dict() for edit in (*history.edits, *revision.edits)]
        before = project.journal(kept.name).revision
        journal.begin(project.place, kept.name, history.base, edits, revision=before)
        values = {"scenario": name, "to": kept.name, "demands": len(demands)}
        log.note(project.place, "revised", by=project.by, **values)
    return dataclasses.replace(found, name=kept.name)


def answered(
    before: Edited, demands: Sequence[Edit], *, name: str = "", prices: Prices | None = None
) -> Revised:
    """
    Answer demands on a layout with few changes; nothing is kept.

    Parameters
    ----------
    before, demands, prices
        As for :func:`gridplan.planning.editing.revising.revise`.
    name
        Of the scenario it may become.
    """
    revision = revise(before, demands, prices)
    asked, _ = replay(before, demands)
    return Revised(name, revision, revision_rows(before, revision.edited, demanded=asked))
