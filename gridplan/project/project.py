"""A project: one district, the scenarios thought of, their plans and edits, kept in a folder."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gridplan.district.district import District
from gridplan.district.files.given_file import given_path, is_folder
from gridplan.district.folder.read import read_district
from gridplan.errors import InputError, Problem
from gridplan.outputs.disk.replacement import replacing
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import Tell, scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.kept import journal as edits
from gridplan.project.kept import log
from gridplan.project.kept.journal import Journal
from gridplan.project.kept.names import free_name, plain_name, same_name
from gridplan.project.kept.place import Place, not_writable
from gridplan.project.kept.plans import (
    DISTRICT,
    PlanState,
    district_fingerprint,
    mark_of,
    plan_folder,
    plan_state,
)
from gridplan.project.kept.scenarios import (
    Change,
    Kept,
    changes,
    file_of,
    kept_toml,
    known_name,
    named,
    project_values,
    read_kept,
    scenario_names,
    write_kept,
)
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.text.toml_text import toml_line
from gridplan.version import VERSION

FILE, FORMAT = "project.toml", 1


@dataclass(frozen=True)
class Project:
    """
    A folder in which a planner's work on one district is kept.

    Parameters
    ----------
    place
        The folder.
    by
        Who works, as they call themselves, for the log; may be empty.
    """

    place: Place
    by: str = ""

    @classmethod
    def open(cls, folder: str | Path, *, by: str = "") -> Project:
        """
        Open a project, wherever it lies now; a folder without permission to write opens too.

        Raises
        ------
        InputError
            ``project-none``, or ``project-newer`` where a later version wrote it.
        """
        path = given_path(folder, argument="folder")
        place = Place(path.absolute())
        values = project_values(place.read(FILE)[0]) if is_folder(path) else {}
        if "format" not in values or not is_folder(place.path(DISTRICT)):
            raise InputError([Problem("project-none", {"folder": str(path)})])
        if values["format"] != FORMAT:
            told = {"folder": str(path), "format": str(values["format"])}
            raise InputError([Problem("project-newer", told)])
        return cls(place, by)

    @classmethod
    def new(
        cls,
        folder: str | Path,
        district: str | Path,
        *,
        name: str = "",
        lang: str = "zh",
        by: str = "",
        tell: Tell | None = None,
    ) -> Project:
        """
        Make a project of a district folder, which is copied into it.

        Parameters
        ----------
        folder
            Of the project; nothing may lie there yet.
        district
            Its folder; its ``scenario.toml``, or what fits its size, becomes the first scenario.
        name
            Of the project; the district's where empty.
        lang
            Of what the first scenario is called, and of the district's name.
        by, tell
            As for :meth:`open` and :func:`gridplan.planning.scenario.file.read_scenario`.

        Raises
        ------
        InputError
            ``project-exists``, or what is wrong with the district.
        """
        path = given_path(folder, argument="folder").absolute()
        source = given_path(district, argument="district")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise InputError([Problem("project-exists", {"folder": str(path)})])
        known = read_district(source)
        title = name or in_language(known, "name", lang)
        base = say("project.base", lang)
        first = Kept(base, scenario_of(known, tell=tell))
        first = named(first, base, english=say("project.base", "en"))
        try:
            with replacing(path) as fresh:
                shutil.copytree(source, fresh / DISTRICT, ignore=hidden_names)
                start = cls(Place(fresh), by)
                start._write_about(title)
                write_kept(start.place, first)
                log.note(start.place, "created", by=by, name=title)
        except OSError as error:
            raise not_writable(path, error) from error
        return cls.open(path, by=by)

    def _write_about(self, name: str) -> None:
        values = {"format": FORMAT, "name": name, "made": log.now(), "program": VERSION}
        text = "".join(f"{toml_line(key, value)}\n" for key, value in values.items())
        self.place.write(FILE, text.encode(), revision=None)

    @property
    def folder(self) -> Path:
        """Where it lies now."""
        return self.place.folder

    @property
    def name(self) -> str:
        """Of the project."""
        return str(project_values(self.place.read(FILE)[0]).get("name", self.folder.name))

    @property
    def district_folder(self) -> Path:
        """The folder of its district, read as any other."""
        return self.place.path(DISTRICT)

    def district(self) -> District:
        """Read the district."""
        return read_district(self.district_folder)

    @property
    def district_fingerprint(self) -> str:
        """One fingerprint of the district's files."""
        return district_fingerprint(self.district_folder)

    def scenarios(self) -> list[str]:
        """Names of the scenarios, sorted."""
        return scenario_names(self.place)

    def scenario(self, name: str, *, tell: Tell | None = None) -> Kept:
        """Read one scenario; see :func:`gridplan.project.kept.scenarios.read_kept`."""
        return read_kept(self.place, name, tell=tell)

    def save(self, kept: Kept) -> Kept:
        """
        Save a scenario that was read, or a new one.

        Returns
        -------
        kept
            With its new revision: go on with this one.

        Raises
        ------
        ChangedMeanwhileError
            If another window saved it since it was read; nothing is written then.
        InputError
            ``project-taken``, ``project-name``, ``project-read-only``.
        """
        with self.place.locked():
            if not kept.revision:  # what a scenario of this name left behind is another's
                self._forget(plain_name(kept.name))
            saved = write_kept(self.place, kept)
            log.note(self.place, "saved", by=self.by, scenario=saved.name)
        return saved

    def _forget(self, name: str) -> None:
        if same_name(name, self.scenarios()) is None:
            self.place.move([(one, "") for one in _parts(name)], {})

    def add(
        self,
        name: str,
        scenario: Scenario,
        *,
        parent: str = "",
        notes: str = "",
        tags: Sequence[str] = (),
    ) -> Kept:
        """Keep a new scenario; ``parent`` names the one it began as."""
        return self.save(Kept(name, scenario, parent, notes, tuple(tags)))

    def copy(
        self,
        name: str,
        new: str = "",
        *,
        decided: Mapping[str, Any] = MappingProxyType({}),
        notes: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> Kept:
        """
        Keep a scenario under another name too; its plan is to be made.

        Its edits go along where nothing is decided otherwise: else they speak of another plan.

        Parameters
        ----------
        name, new
            Its name, and the new one; empty for the first that is free.
        decided
            Decisions that the new one takes otherwise.
        notes, tags
            Of the new one; None for the old one's.

        Returns
        -------
        kept
            The new one; it shows its changes against the old.
        """
        old = self.scenario(name)
        new = plain_name(new) if new else free_name(old.name, self.scenarios())
        values = {**old.scenario.as_dict(), **decided}
        copied = dataclasses.replace(
            old,
            scenario=scenario_from(values, source=file_of(new)),
            parent=old.name,
            notes=old.notes if notes is None else notes,
            tags=old.tags if tags is None else tuple(tags),
            revision="",
        )
        copied = named(copied, new)
        with self.place.locked():
            self._forget(new)
            saved = write_kept(self.place, copied)
            kept = edits.read_journal(self.place, old.name)
            if kept.base and not decided:
                edits.begin(self.place, new, kept.base, kept.done, revision="")
            log.note(self.place, "copied", by=self.by, scenario=old.name, to=new)
        return saved

    def rename(self, name: str, new: str) -> Kept:
        """Give a scenario another name; its plan, its edits and its children follow."""
        new = plain_name(new)
        with self.place.locked():
            old = self.scenario(name)
            taken = same_name(new, [one for one in self.scenarios() if one != old.name])
            if taken is not None:
                raise InputError([Problem("project-taken", {"name": taken})])
            if new == old.name:
                return old
            renamed = named(old, new)
            writes = {file_of(new): kept_toml(renamed), **self._reparented(old.name, new)}
            self.place.move(list(zip(_parts(old.name), _parts(new), strict=True)), writes)
            log.note(self.place, "renamed", by=self.by, scenario=old.name, to=new)
        return self.scenario(new)

    def delete(self, name: str) -> None:
        """Delete a scenario with its plan and edits; its children go on from its parent."""
        with self.place.locked():
            old = self.scenario(name)
            writes = self._reparented(old.name, old.parent)
            self.place.move([(one, "") for one in _parts(old.name)], writes)
            log.note(self.place, "deleted", by=self.by, scenario=old.name)

    def _reparented(self, name: str, parent: str) -> dict[str, str]:
        """Give the files of the scenarios that began as one, with another parent."""
        every = [self.scenario(other) for other in self.scenarios() if other != name]
        return {
            file_of(kept.name): kept_toml(dataclasses.replace(kept, parent=parent))
            for kept in every
            if kept.parent == name
        }

    def difference(self, name: str) -> tuple[Change, ...]:
        """List what a scenario changes against its parent; against the general defaults if none."""
        kept = self.scenario(name)
        if kept.parent and same_name(kept.parent, self.scenarios()):
            return changes(self.scenario(kept.parent).scenario, kept.scenario)
        return changes(Scenario(), kept.scenario)

    def plan_folder(self, name: str) -> Path:
        """Give the folder of a scenario's plan, whether there is one or not."""
        return self.place.path(plan_folder(known_name(self.place, name)))

    def plan_state(self, name: str) -> PlanState:
        """Say whether a scenario's plan is current, stale or not there."""
        kept = self.scenario(name)
        return plan_state(self.place, kept, edits=self.journal(kept.name).fingerprint)

    def journal(self, name: str) -> Journal:
        """Read the edits of a scenario."""
        return edits.read_journal(self.place, known_name(self.place, name))

    def log(self) -> list[dict[str, Any]]:
        """List what was done: ``at``, ``what``, and what it was done to; the oldest first."""
        return log.entries(self.place)

    def note(self, what: str, **values: str | float | Mapping[str, Any]) -> None:
        """Add an entry to the log; no personal data."""
        with self.place.locked():
            log.note(self.place, what, by=self.by, **values)


def _parts(name: str) -> list[str]:
    """Give what a scenario consists of, by name in the project; its file is last."""
    return [plan_folder(name), mark_of(name), edits.file_of(name), file_of(name)]


def hidden_names(_folder: str, names: list[str]) -> list[str]:
    """Name what is left out where a district's folder is copied."""
    return [name for name in names if name.startswith(".")]
