"""Scenarios that a planner keeps by name: in a project of the district, in the workspace."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gridplan.errors import InputError
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.districts import renew_district
from gridplan.project.kept.names import free_name, plain_name
from gridplan.project.kept.scenarios import Kept, named
from gridplan.project.project import Project
from gridplan.ui.hosting.audit import note
from gridplan.ui.setup.workspace import workspace

CHOSEN = "scenario-chosen"
"""The session's entry that names the scenario the fields were filled from."""


def project_folder(district: Path) -> Path:
    """Give the folder of the project of a district, whether it is there or not."""
    return workspace() / "projects" / district.absolute().name


def project_of(district: Path) -> Project | None:
    """Open the project of a district; None before anything was kept in it."""
    folder = project_folder(district)
    return Project.open(folder) if (folder / "project.toml").is_file() else None


def project_made(district: Path, *, lang: str) -> Project:
    """
    Open the project of a district, made now where there is none yet.

    Raises
    ------
    InputError
        As :meth:`gridplan.project.project.Project.new`.
    """
    project = project_of(district)
    return project or Project.new(project_folder(district), district, lang=lang)


def names_of(district: Path) -> list[str]:
    """Name the scenarios kept for a district."""
    project = project_of(district)
    return project.scenarios() if project else []


def keep(district: Path, name: str, scenario: Scenario, *, lang: str) -> Kept:
    """
    Keep a scenario by name; one of that name that was read here before is replaced.

    Parameters
    ----------
    district
        Its folder; the first scenario that is kept makes a project of it.
    name
        As the planner typed it.
    scenario
        What is kept; it is called by the name from now on.
    lang
        Of what a new project is called.

    Raises
    ------
    InputError
        As :meth:`gridplan.project.project.Project.save`.
    """
    project = _project(district, lang)
    known = chosen()
    parent, revision = "", ""
    if known is not None:
        parent, revision = known.parent, known.revision if known.name == name else ""
        parent = parent if known.name == name else known.name
    return _saved(project, Kept(name, scenario, parent=parent, revision=revision))


def keep_new(district: Path, name: str, scenario: Scenario, *, lang: str) -> Kept:
    """
    Keep a scenario under a name of its own: the one wished for, or the first that is free.

    Raises
    ------
    InputError
        As :meth:`gridplan.project.project.Project.save`.
    """
    project = _project(district, lang)
    free = free_name(plain_name(name), project.scenarios())
    return _saved(project, Kept(free, scenario, parent=chosen_name()))


def _project(district: Path, lang: str) -> Project:
    """Give the project of a district with the district as it is now."""
    project = project_made(district, lang=lang)
    renew_district(project, district)
    return project


def _saved(project: Project, wanted: Kept) -> Kept:
    """Save a scenario; it is the one the fields are filled from."""
    kept = project.save(named(wanted, wanted.name))
    st.session_state[CHOSEN] = kept
    note("keep")
    return kept


def read(district: Path, name: str) -> Kept:
    """
    Read a scenario that was kept, and remember that the fields are filled from it.

    Raises
    ------
    InputError
        If it is gone.
    """
    project = project_of(district)
    if project is None:
        raise InputError([])
    kept = project.scenario(name)
    st.session_state[CHOSEN] = kept
    return kept


def copy(district: Path, name: str) -> Kept:
    """Keep a scenario under another name too, the first that is free."""
    project = project_of(district)
    if project is None:
        raise InputError([])
    return project.copy(name)


def delete(district: Path, name: str) -> None:
    """Delete a scenario with its plan."""
    project = project_of(district)
    if project is not None:
        project.delete(name)
        note("delete")
    if chosen_name() == name:
        st.session_state.pop(CHOSEN, None)


def rename(district: Path, name: str, new: str) -> None:
    """Give a scenario another name."""
    project = project_of(district)
    if project is not None:
        st.session_state[CHOSEN] = project.rename(name, new)


def chosen() -> Kept | None:
    """Give the scenario that the fields were filled from."""
    known = st.session_state.get(CHOSEN)
    return known if isinstance(known, Kept) else None


def chosen_name() -> str:
    """Name the scenario that the fields were filled from; empty for none."""
    known = chosen()
    return "" if known is None else known.name


def is_saved(scenario: Scenario | None) -> bool:
    """Whether the fields say what the scenario they were filled from says."""
    known = chosen()
    return known is not None and known.scenario == scenario
