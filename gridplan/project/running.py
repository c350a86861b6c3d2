"""Plan a scenario of a project, and keep the plan with what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gridplan.outputs.disk.replacement import Tell, in_silence
from gridplan.outputs.files.folder import check_folder, write_plan
from gridplan.planning.plan import Plan
from gridplan.planning.plan import Tell as Progress
from gridplan.planning.variants.passing import with_variants
from gridplan.planning.variants.proposing import plan_adopted
from gridplan.project import log
from gridplan.project.plans import write_mark
from gridplan.project.project import Project
from gridplan.project.scenarios import Kept


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
    Plan a scenario and write its plan into the project.

    Parameters
    ----------
    project, name
        Which.
    lang
        Of map, workbook and styles.
    progress, own_profiles
        As for :func:`gridplan.planning.plan.plan`.
    tell
        As for :func:`gridplan.outputs.files.folder.write_plan`.

    Returns
    -------
    plan, files

    Raises
    ------
    InputError, InfeasibleError
        As :func:`gridplan.planning.plan.plan`; ``project-read-only``.
    """
    kept = project.scenario(name)
    check_folder(project.plan_folder(kept.name), tell=tell)
    read = project.district_fingerprint
    made = plan_adopted(
        project.district(), kept.scenario, "", progress=progress, own_profiles=own_profiles
    )
    made = with_variants(made, own_profiles=own_profiles)
    return made, keep_plan(project, kept, made, district=read, lang=lang, tell=tell)


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
