"""A district that is changed: the planner's own copy of it, its project, and what is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st

from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.districts import renew_district
from gridplan.text.language import in_language
from gridplan.ui.setup.district_choice import Reading, read_folder
from gridplan.ui.setup.scenario_form import fill_next
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.setup.workspace import copied, is_own
from gridplan.ui.window.kept_scenarios import project_folder, project_of
from gridplan.ui.window.session import ORIGINS

Files = Mapping[str, bytes]
"""Contents by the name of a file in the district's folder."""


def change_district(
    reading: Reading, scenario: Scenario | None, lang: str, make: Callable[[Path], Files]
) -> tuple[Problem, ...]:
    """
    Change files of a district; of one that is not the planner's own, in a copy made now.

    Parameters
    ----------
    reading
        The district.
    scenario
        What the fields say: they go on saying it over the copy.
    lang
        Of the copy's name.
    make
        Gives the files that change, of the folder they lie in.

    Returns
    -------
    problems
        Why nothing was changed; empty where it was. What the district could not be read with is
        never left on the disk.
    """
    folder = reading.folder
    done: list[Path] = []

    def change() -> None:
        files = make(folder)
        target = folder if is_own(folder) else copied(folder, _name(reading, lang))
        try:
            _write(target, files)
        except BaseException:
            if target != folder:
                shutil.rmtree(target, ignore_errors=True)
            raise
        done.append(target)
        _into_project(target, folder)

    problems = problems_of(folder.name, change)
    if done and done[0] != folder:
        st.session_state["district-next"] = f"own/{done[0].name}"
        st.session_state.setdefault(ORIGINS, {})[str(done[0])] = str(folder)
        if scenario is not None:
            fill_next(scenario)
    return problems


def _name(reading: Reading, lang: str) -> str:
    named = in_language(reading.district, "name", lang) if reading.district else ""
    return named or reading.folder.name


def _write(folder: Path, files: Files) -> None:
    """Write files and read the district; put back what was there where it cannot be read."""
    before = {
        name: (folder / name).read_bytes() if (folder / name).is_file() else None for name in files
    }
    _put(folder, files)
    problems = read_folder(folder).problems
    if problems:
        _put(folder, before)
        raise InputError(problems)


def _put(folder: Path, files: Mapping[str, bytes | None]) -> None:
    for name, content in files.items():
        if content is None:
            (folder / name).unlink(missing_ok=True)
        else:
            write_whole(folder / name, partial(Path.write_bytes, data=content))


def _into_project(folder: Path, origin: Path) -> None:
    """Take the district over into its project; a copy takes the origin's scenarios along."""
    project, before = project_folder(folder), project_folder(origin)
    if folder != origin and before.is_dir() and not project.exists():
        shutil.copytree(before, project, symlinks=True)
    there = project_of(folder)
    if there is not None:
        renew_district(there, folder)
