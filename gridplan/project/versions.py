"""Frozen versions of a plan: 征求意见稿, 送审稿, 报批稿, 印发稿. Copied once, and never changed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.replacement import replacing
from gridplan.project.kept import journal, log
from gridplan.project.kept.names import free_name
from gridplan.project.kept.place import not_writable, revision_of
from gridplan.project.kept.plans import CURRENT, NONE
from gridplan.project.kept.scenarios import file_of, project_values
from gridplan.project.project import Project
from gridplan.text import say
from gridplan.text.shown import brief
from gridplan.text.toml_text import toml_line

FOLDER, ABOUT, SUMS = "versions", "version.toml", "version.sha256"
STAGES = ("consultation", "review", "approval", "issued")
"""征求意见稿, 送审稿, 报批稿, 印发稿, in their order."""


@dataclass(frozen=True)
class Version:
    """
    One frozen version.

    Parameters
    ----------
    name
        Of its folder under ``versions/``.
    stage
        One of :data:`STAGES`.
    scenario
        It was frozen of.
    at
        When, UTC.
    changed
        Files that are not as they were frozen any more; empty where all are.
    """

    name: str
    stage: str
    scenario: str
    at: str
    changed: tuple[str, ...] = ()


def freeze(project: Project, name: str, stage: str, *, lang: str = "zh") -> Version:
    """
    Freeze a scenario's plan, its decisions and its edits under a stage.

    Parameters
    ----------
    project, name
        Which scenario; its plan must be current.
    stage
        One of :data:`STAGES`.
    lang
        Of the name of the folder: stage, scenario, day.

    Raises
    ------
    InputError
        ``version-stage``, ``version-without-plan``, ``version-stale``, ``project-read-only``.
    """
    if stage not in STAGES:
        told = {"stage": brief(stage), "stages": list(STAGES)}
        raise InputError([Problem("version-stage", told)])
    kept, state = project.scenario(name), project.plan_state(name)
    if state.state != CURRENT:
        code = "version-without-plan" if state.state == NONE else "version-stale"
        raise InputError([Problem(code, {"name": kept.name}), *state.reasons])
    at = log.now()
    wanted = f"{say(f'project.stage-{stage}', lang)}-{kept.name}-{at[:10].replace('-', '')}"
    with project.place.locked():
        folder = free_name(wanted, [one.name for one in versions(project)])
        target = project.place.path(f"{FOLDER}/{folder}")
        try:
            with replacing(target) as fresh:
                shutil.copytree(project.plan_folder(kept.name), fresh / "plan")
                for file in (file_of(kept.name), journal.file_of(kept.name)):
                    source = project.place.path(file)
                    if source.exists():
                        shutil.copy(source, fresh / f"scenario{source.suffix}")
                values = {"stage": stage, "scenario": kept.name, "at": at,
                          "district": project.district_fingerprint}  # fmt: skip
                text = "".join(f"{toml_line(key, value)}\n" for key, value in values.items())
                (fresh / ABOUT).write_text(text, encoding="utf-8")
                (fresh / SUMS).write_text(_sums(fresh), encoding="utf-8")
                for path in fresh.rglob("*"):
                    if path.is_file():
                        path.chmod(0o444)
        except OSError as error:
            raise not_writable(target, error) from error
        log.note(project.place, "frozen", by=project.by, scenario=kept.name, to=folder)
    return Version(folder, stage, kept.name, at)


def _sums(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [
        f"{revision_of(path.read_bytes())}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    ]
    return "".join(lines)


def versions(project: Project) -> tuple[Version, ...]:
    """List the frozen versions, the oldest first, with what of them was changed since."""
    folder = project.place.path(FOLDER)
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not (path / ABOUT).is_file() or path.name.startswith("."):
            continue
        about = project_values((path / ABOUT).read_bytes())
        told = (path / SUMS).read_text(encoding="utf-8") if (path / SUMS).is_file() else ""
        now, then = set(_sums(path).splitlines()), set(told.splitlines())
        changed = sorted({line[66:] for line in now ^ then})
        stage, scenario, at = (str(about.get(key, "")) for key in ("stage", "scenario", "at"))
        found.append(Version(path.name, stage, scenario, at, tuple(changed)))
    return tuple(sorted(found, key=lambda one: (one.at, one.name)))
