"""Scenarios that a project keeps: decisions, and what is told of them beside the decisions."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass
from typing import Any

from gridplan.district.files.reason import UnreadableError
from gridplan.district.files.toml_content import parse_toml
from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.derived import DERIVED
from gridplan.planning.scenario.file import ABOUT, Tell, parse_scenario, scenario_toml
from gridplan.planning.scenario.scenario import KEYS, Scenario
from gridplan.project.kept.names import plain_name, same_name
from gridplan.project.kept.place import Place, revision_of
from gridplan.text.toml_text import toml_line

FOLDER, ENDING = "scenarios", ".toml"
NAMES = ("name_zh", "name_en")


@dataclass(frozen=True)
class Kept:
    """
    One scenario as a project keeps it.

    Parameters
    ----------
    name
        Of the scenario, its file and its plan's folder.
    scenario
        Every decision.
    parent
        Name of the scenario it began as; empty for none. What differs from it is shown as the
        changes; it stays whole when the parent changes or goes.
    notes, tags
        Anything the planner wants to keep with it.
    revision
        Of the file that was read; empty for one that is not saved yet.
    """

    name: str
    scenario: Scenario
    parent: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    revision: str = ""

    def changed(self, **decisions: Any) -> Kept:  # noqa: ANN401  # as of Scenario
        """Give it with other decisions; ``project.save`` keeps them."""
        return dataclasses.replace(self, scenario=dataclasses.replace(self.scenario, **decisions))


@dataclass(frozen=True)
class Change:
    """
    One decision that differs from the parent's.

    Parameters
    ----------
    key
        Of the scenario.
    before, after
        Values.
    """

    key: str
    before: Any
    after: Any


def file_of(name: str) -> str:
    """Give the name of a scenario's file in the project."""
    return f"{FOLDER}/{name}{ENDING}"


def scenario_names(place: Place) -> list[str]:
    """List the scenarios of a project by name, sorted."""
    folder = place.path(FOLDER)
    if not folder.is_dir():
        return []
    files = [path for path in folder.iterdir() if path.suffix == ENDING and path.is_file()]
    return sorted(path.stem for path in files if not path.name.startswith("."))


def known_name(place: Place, name: str) -> str:
    """
    Give the name of a scenario as it is kept.

    Raises
    ------
    InputError
        ``project-no-scenario``, with those there are.
    """
    names = scenario_names(place)
    found = name if name in names else same_name(plain_name(name), names)
    if found is None:
        values = {"name": name, "names": names[:20] or ["-"]}
        raise InputError([Problem("project-no-scenario", values)])
    return found


def read_kept(place: Place, name: str, *, tell: Tell | None = None) -> Kept:
    """
    Read a scenario.

    Raises
    ------
    InputError
        ``project-no-scenario``; or as :func:`gridplan.planning.scenario.file.read_scenario`.
    """
    name = known_name(place, name)
    content, revision = place.read(file_of(name))
    scenario = parse_scenario(content, name=file_of(name), tell=tell)
    about = _about(content)
    tags = about.get("tags", [])
    return Kept(
        name=name,
        scenario=scenario,
        parent=str(about.get("parent", "")),
        notes=str(about.get("notes", "")),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        revision=revision,
    )


def _about(content: bytes) -> dict[str, Any]:
    try:
        about = parse_toml(content)[0].get(ABOUT, {})
    except UnreadableError:  # pragma: no cover  # parse_scenario has told it already
        return {}
    return about if isinstance(about, dict) else {}


def kept_toml(kept: Kept) -> str:
    """Write a scenario as TOML that any command reads, what is told of it in a table at the end."""
    told: list[tuple[str, Any]] = [
        ("parent", kept.parent),
        ("notes", kept.notes),
        ("tags", list(kept.tags)),
    ]
    lines = [toml_line(key, value) for key, value in told if value]
    table = "\n".join(["", f"[{ABOUT}]", *lines, ""]) if lines else ""
    return scenario_toml(kept.scenario) + table


def named(kept: Kept, name: str, *, english: str = "") -> Kept:
    """Give a scenario a name, in its titles too: every map, table and report carries it."""
    scenario = dataclasses.replace(kept.scenario, name_zh=name, name_en=english or name)
    return dataclasses.replace(kept, name=name, scenario=scenario)


def _titled(kept: Kept, name: str) -> Kept:
    """Name the titles of a scenario that has none of its own."""
    general = {KEYS["name_zh"].default, DERIVED["name_zh"]}
    own = kept.scenario.name_zh not in general
    return dataclasses.replace(kept, name=name) if own else named(kept, name)


def write_kept(place: Place, kept: Kept) -> Kept:
    """
    Save a scenario; the folder is locked by the caller.

    Raises
    ------
    ChangedMeanwhileError
        If it was changed since it was read, or there is one of its name already.
    InputError
        ``project-taken`` where a new one has the name of another, ``project-name``.
    """
    name = plain_name(kept.name)
    if not kept.revision:
        taken = same_name(name, scenario_names(place))
        if taken is not None:
            raise InputError([Problem("project-taken", {"name": taken})])
    kept = _titled(kept, name)
    content = kept_toml(kept).encode()
    place.write(file_of(name), content, revision=kept.revision)
    return dataclasses.replace(kept, revision=revision_of(content))


def decisions_of(scenario: Scenario) -> str:
    """Give the fingerprint of the decisions alone: what a scenario is called decides nothing."""
    plain = dataclasses.replace(scenario, **{key: KEYS[key].default for key in NAMES})
    return revision_of(scenario_toml(plain).encode())


def changes(before: Scenario, after: Scenario) -> tuple[Change, ...]:
    """List the decisions in which two scenarios differ, in the order of the keys."""
    one, other = before.as_dict(), after.as_dict()
    keys = [key for key in KEYS if key not in NAMES]
    return tuple(Change(key, one[key], other[key]) for key in keys if one[key] != other[key])


def project_values(content: bytes) -> dict[str, Any]:
    """Read ``project.toml``; empty where it is none."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
