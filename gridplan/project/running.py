"""Plan a scenario of a project, and keep the plan with what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from gridplan.outputs.disk.replacement import Tell, in_silence
from gridplan.outputs.files.folder import check_folder, write_plan
from gridplan.planning.editing.edit import edit_from
from gridplan.planning.editing.edited import Edited, begin, conflict_of, replay
from gridplan.planning.editing.whole import plan_of
from gridplan.planning.plan import Plan
from gridplan.planning.plan import Tell as Progress
from gridplan.planning.variants.passing import with_variants
from gridplan.planning.variants.proposing import plan_adopted
from gridplan.project.history import open_history, sources
from gridplan.project.kept import journal, log
from gridplan.project.kept.journal import Journal
from gridplan.project.kept.plans import write_mark
from gridplan.project.kept.scenarios import Kept
from gridplan.project.project import Project


def run(
    project: Project,
    name: str,
    *,
    lang: str = "zh",
    progress: Progress | None = None,
    own_profiles: Sequence[Path] = (),
    tell: Tell = in_silence,
) -> tuple[Plan, tuple[Path, ...]]:
    """
    Plan a scenario, with its edits, and write its plan into the project.

    Parameters
    ----------
    project, name
        Which.
    lang
        Of map, workbook and styles.
    progress, own_profiles
        As for :func:`gridplan.planning.plan.plan`.
    tell
        Called with what is worth knowing: files of an earlier plan that somebody changed, edits
        that could not be done again.

    Returns
    -------
    plan, files

    Raises
    ------
    InputError, InfeasibleError
        As :func:`gridplan.planning.plan.plan`; ``project-read-only``.

    Notes
    -----
    Edits are laid over the plan they were made on, where data and decisions are still those; else
    the scenario is planned anew and every edit done again on that, as far as it can be.
    """
    kept = project.scenario(name)
    check_folder(project.plan_folder(kept.name), tell=tell)
    made_from, found = sources(project, kept), project.journal(kept.name)
    fresh = any(found.base.get(key) != value for key, value in made_from.items())
    if found.done and not fresh:
        history = open_history(project, kept.name)
        made = plan_of(history.edited)
    else:
        planned = plan_adopted(
            project.district(), kept.scenario, "", progress=progress, own_profiles=own_profiles
        )
        made = with_variants(planned, own_profiles=own_profiles)
        if found.done:
            made = plan_of(_again(project, kept, planned, found, made_from, tell))
    told = found.fingerprint
    district = made_from["district"]
    files = keep_plan(project, kept, made, district=district, edits=told, lang=lang, tell=tell)
    return made, files


def _again(
    project: Project,
    kept: Kept,
    planned: Plan,
    found: Journal,
    made_from: Mapping[str, str],
    tell: Tell,
) -> Edited:
    """Do the edits of a scenario again on a new plan of it, and go on from that."""
    start = begin(planned.layout, planned.scenario)
    edited, conflicts = replay(start, [edit_from(values) for values in found.done])
    for number, problem in conflicts:
        tell(conflict_of(number, problem))
    base = {**start.state.as_dict(start.ground.district), **made_from}
    with project.place.locked():
        journal.begin(project.place, kept.name, base, found.done, revision=found.revision)
    return edited


def keep_plan(
    project: Project,
    kept: Kept,
    plan: Plan,
    *,
    district: str,
    edits: str = "",
    lang: str = "zh",
    tell: Tell = in_silence,
) -> tuple[Path, ...]:
    """
    Write a plan into a scenario's folder, with a note of what it was made from.

    Parameters
    ----------
    project, kept
        The scenario as it was planned.
    plan
        To be written.
    district
        Fingerprint of the district's files when they were read.
    edits
        Fingerprint of the edits it holds.
    lang, tell
        As for :func:`gridplan.outputs.files.folder.write_plan`.

    Returns
    -------
    files
    """
    with project.place.locked():
        files = write_plan(plan, project.plan_folder(kept.name), lang=lang, tell=tell)
        write_mark(project.place, kept, district=district, edits=edits, made=log.now())
        log.note(project.place, "planned", by=project.by, scenario=kept.name)
    return files
