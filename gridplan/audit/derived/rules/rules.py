"""The rules that a scenario asks for, read again from the profiles themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from gridplan.audit.derived.demands.rules import required
from gridplan.audit.derived.figures import FIGURES
from gridplan.district.files.given_file import path_inside
from gridplan.district.files.reason import UnreadableError
from gridplan.errors import InputError, Problem
from gridplan.outputs.reading.written import Written
from gridplan.policy.override import override
from gridplan.policy.place import placed
from gridplan.policy.profile import read_profile, read_profile_file
from gridplan.policy.readings import adopt_readings, parse_reading
from gridplan.policy.rule import Rule

NONE_OWN: Mapping[str, Path] = MappingProxyType({})
"""No profile but those inside the district folder."""


def own_by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """
    Give the profiles that a planner names in person by the name of their files.

    Raises
    ------
    InputError
        ``profile-name-twice`` if two have the same name.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if path.name in found:
            values = {"file": path.name, "first": str(found[path.name]), "second": str(path)}
            raise InputError([Problem("profile-name-twice", values)])
        found[path.name] = path
    return found


def rules_again(
    plan: Written, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> tuple[tuple[Rule, ...], frozenset[str]]:
    """
    Read the rules again; those of the planner's own only where their files are at hand.

    Parameters
    ----------
    plan
        For its scenario and the code of its district.
    folder
        Of the district, or None.
    own_profiles
        Where profiles lie that are not in it, by their name.

    Returns
    -------
    rules, left_out
        The rules, and the profiles whose files are not at hand.

    Raises
    ------
    InputError
        If a file of rules cannot be read.
    """
    scenario, left_out = plan.scenario, left_out_of(plan, folder, own_profiles)
    profiles = placed(scenario.profiles, plan.district.code)
    files = () if left_out else tuple(scenario.profile_files)
    overrides, readings = tuple(scenario.overrides), tuple(scenario.readings)
    if left_out:
        # An override of a rule that is left out would name no rule.
        own = tuple(f"{profile}/" for profile in left_out)
        overrides = tuple(text for text in overrides if not text.strip().startswith(own))
        known = {rule.id for name in profiles for rule in read_profile(name)}
        choices = [(text, parse_reading(text)) for text in readings]
        readings = tuple(text for text, choice in choices if choice and choice[1] in known)
    rules = [rule for name in profiles for rule in read_profile(name)]
    subjects = {name: figure.subjects for name, figure in FIGURES.items()}
    for name in files:
        path = own_profiles.get(name) or _inside(folder, name)
        rules += read_profile_file(path, subjects_of=subjects)
    rules += required(scenario)
    adopted = adopt_readings(override(rules, overrides), readings)
    here = [rule for rule in adopted if rule.district_code in ("", plan.district.code)]
    return adopt_readings(here), left_out


def _inside(folder: Path | None, name: str) -> Path:
    try:
        return path_inside(folder or Path(), name)
    except UnreadableError as error:
        values = {"file": name, "reason": error.reason}
        raise InputError([Problem("profile-file-outside", values)]) from error


def left_out_of(
    plan: Written, folder: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> frozenset[str]:
    """
    Name the planner's own profiles whose files are not at hand; no rule is read for it.

    Parameters
    ----------
    plan, folder, own_profiles
        As of :func:`rules_again`. Where one file is not at hand, all are left out.
    """
    names = plan.scenario.profile_files
    if folder is not None and all(name in own_profiles or _at_hand(folder, name) for name in names):
        return frozenset()
    return frozenset(Path(name).stem for name in names)


def _at_hand(folder: Path, name: str) -> bool:
    try:
        return path_inside(folder, name).is_file()
    except (UnreadableError, OSError):
        return False
