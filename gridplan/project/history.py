"""
The edits of one scenario at work: done, undone, redone, each kept in the project at once.

::

    history = open_history(project, "基准")        # needs a plan, or edits kept before
    history = history.do(move_units(["u1"], "G2"))  # saved; .edited has figures and findings
    history = history.undo(); history = history.redo()
    history.branch                                  # scenario that kept what a new edit replaced
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gridplan.errors import InputError, Problem
from gridplan.outputs.reading.written import read_written
from gridplan.planning.editing.edit import Edit, edit_from
from gridplan.planning.editing.edited import (
    DOES,
    Edited,
    apply_or_refuse,
    at,
    begin,
    begin_from,
)
from gridplan.planning.editing.laid.state import State
from gridplan.planning.editing.rest import scenario_of_rest
from gridplan.project.kept import journal, log
from gridplan.project.kept.plans import CURRENT
from gridplan.project.kept.scenarios import Kept, decisions_of
from gridplan.project.project import Project

_SO_ALREADY = {"edit-units-there", "edit-units-assigned"}


@dataclass(frozen=True, eq=False)
class History:
    """
    Where the edits of a scenario stand. Each step gives a new one.

    Parameters
    ----------
    project, name
        Which scenario.
    edited
        The layout now, with what the last step turned.
    edits
        Those that hold, the oldest first.
    undone
        Those that can be redone, the next one last.
    states
        Before the first edit, and after each that holds.
    revision
        Of the file they are kept in; empty before the first edit.
    conflicts
        What could not be done again when they were read: number of the edit (from 0; -1 for what
        lacks before the first), and why. All else was.
    branch
        Name of the scenario that keeps what was undone before the last edit; empty for none.
    made_from
        Fingerprints of the decisions and the district that the first state was planned from.
    """

    project: Project
    name: str
    edited: Edited
    edits: tuple[Edit, ...] = ()
    undone: tuple[Edit, ...] = ()
    states: tuple[State, ...] = ()
    revision: str = ""
    conflicts: tuple[tuple[int, Problem], ...] = ()
    branch: str = ""
    made_from: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> dict[str, Any]:
        """What was edited, to be kept: a state, and fingerprints of what it was planned from."""
        plain = self.states[0].as_dict(self.edited.ground.district)
        return {**plain, **self.made_from}

    def do(self, edit: Edit) -> History:
        """
        Do an edit and keep it.

        What was undone before becomes a scenario of its own: nothing is lost.

        Raises
        ------
        InputError
            Where nothing of it can be done, with the reasons; nothing is kept then.
        ChangedMeanwhileError
            If another window edited this scenario since.
        """
        after = apply_or_refuse(self.edited, edit)
        project, place = self.project, self.project.place
        with place.locked():
            place.require(journal.file_of(self.name), self.revision)
        branch = self._branched() if self.undone else ""
        with place.locked():
            revision = self.revision
            if not revision:
                revision = journal.begin(place, self.name, self.base, [], revision="")
            line = {"edit": edit.as_dict(), "at": log.now(), **_by(project)}
            revision = journal.add(place, self.name, line, revision=revision)
        return dataclasses.replace(
            self,
            edited=after,
            edits=(*self.edits, edit),
            undone=(),
            states=(*self.states, after.state),
            revision=revision,
            branch=branch,
        )

    def undo(self) -> History:
        """Take the last edit back; ``edit-nothing-done`` where there is none."""
        if not self.edits:
            raise InputError([Problem("edit-nothing-done")])
        revision = self._step("undo")
        return dataclasses.replace(
            self,
            edited=at(self.edited, self.states[-2]),
            edits=self.edits[:-1],
            undone=(*self.undone, self.edits[-1]),
            states=self.states[:-1],
            revision=revision,
            branch="",
        )

    def redo(self) -> History:
        """Do again what was undone last; ``edit-nothing-undone`` where there is none."""
        if not self.undone:
            raise InputError([Problem("edit-nothing-undone")])
        edit = self.undone[-1]
        step = DOES[edit.do](self.edited.ground, self.edited.state, edit.values)
        revision = self._step("redo")
        return dataclasses.replace(
            self,
            edited=at(self.edited, step.state),
            edits=(*self.edits, edit),
            undone=self.undone[:-1],
            states=(*self.states, step.state),
            revision=revision,
            branch="",
        )

    def _step(self, step: str) -> str:
        with self.project.place.locked():
            line = {"step": step, "at": log.now(), **_by(self.project)}
            return journal.add(self.project.place, self.name, line, revision=self.revision)

    def _branched(self) -> str:
        """Keep what was undone as a scenario of its own."""
        project = self.project
        edits = [edit.as_dict() for edit in (*self.edits, *reversed(self.undone))]
        kept = project.copy(self.name)
        base = self.base
        with project.place.locked():
            revision = project.journal(kept.name).revision
            journal.begin(project.place, kept.name, base, edits, revision=revision)
            log.note(project.place, "branched", by=project.by, scenario=self.name, to=kept.name)
        return kept.name

    def rest(self, new: str = "") -> Kept:
        """
        Keep a new scenario in which the rest is planned anew and what is held stays.

        Parameters
        ----------
        new
            Its name; empty for the first that is free.

        Returns
        -------
        kept
            Its changes against this scenario are what is held; run it to plan it.
        """
        decided = scenario_of_rest(self.edited).as_dict()
        own = self.project.scenario(self.name).scenario.as_dict()
        titles = ("name_zh", "name_en", "profiles")
        changes = {key: value for key, value in decided.items()
                   if value != own[key] and key not in titles}  # fmt: skip
        return self.project.copy(self.name, new, decided=changes)


def _by(project: Project) -> dict[str, str]:
    return {"by": project.by} if project.by else {}


def open_history(project: Project, name: str) -> History:
    """
    Take up the edits of a scenario: from what was kept, else from its plan.

    Parameters
    ----------
    project, name
        Which.

    Returns
    -------
    history
        On the district as it is now; what of the edits it does not allow is told.

    Raises
    ------
    InputError
        ``edit-without-plan`` where there is neither; ``edit-stale-plan`` where the plan is not of
        today's data and decisions.
    """
    kept = project.scenario(name)
    found = project.journal(kept.name)
    district = project.district()
    if not found.base:
        state = project.plan_state(kept.name)
        if state.state != CURRENT:
            code = "edit-stale-plan" if state.reasons else "edit-without-plan"
            raise InputError([Problem(code, {"name": kept.name}), *state.reasons])
        plan = read_written(project.plan_folder(kept.name))
        layout = dataclasses.replace(plan.layout, district=district)
        start = begin(layout, kept.scenario)
        made_from = sources(project, kept)
        return History(project, kept.name, start, states=(start.state,), made_from=made_from)
    start = begin_from(found.base, district, kept.scenario)
    edits = tuple(edit_from(values) for values in found.done)
    states, conflicts = [start.state], [(-1, problem) for problem in start.conflicts]
    made_from = {key: str(found.base.get(key, "")) for key in sources(project, kept)}
    if made_from != sources(project, kept):
        conflicts.insert(0, (-1, Problem("edit-stale-base", {"name": kept.name})))
    else:  # on what they were made on, what was so already was told when they were made
        conflicts = [one for one in conflicts if one[1].code not in _SO_ALREADY]
    for number, edit in enumerate(edits):
        step = DOES[edit.do](start.ground, states[-1], edit.values)
        conflicts += [(number, problem) for problem in step.conflicts]
        states.append(step.state)
    return History(
        project,
        kept.name,
        at(start, states[-1]),
        edits=edits,
        undone=tuple(edit_from(values) for values in found.undone),
        states=tuple(states),
        revision=found.revision,
        conflicts=tuple(conflicts),
        made_from=made_from,
    )


def sources(project: Project, kept: Kept) -> dict[str, str]:
    """Give the fingerprints of what a scenario would be planned from now."""
    return {"decisions": decisions_of(kept.scenario), "district": project.district_fingerprint}
