"""What an audit looked at, what it found, and what it cannot answer for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gridplan.audit.derived.rules.rules import NONE_OWN, left_out_of
from gridplan.audit.differences.difference import Aside, Check, Difference
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.version import VERSION

SHOWN = 40
"""Differences a terminal is told one by one before they are only counted."""


@dataclass(frozen=True)
class Trust:
    """
    Figures that no audit can count again, and so rest on trust.

    Parameters
    ----------
    code
        Key of the catalogue, section ``verify``, after ``trust-``.
    parts
        Parts of the plan concerned: ``grids``, ``centers``, ``regional``.
    names
        Files concerned.
    """

    code: str
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def text(self, lang: str) -> str:
        """Say it in ``zh`` or ``en``."""
        comma = say("language.comma", lang)
        parts = comma.join(say(f"summary.certificate-{part}", lang) for part in self.parts)
        return say(f"verify.trust-{self.code}", lang, parts=parts, names=comma.join(self.names))


@dataclass(frozen=True)
class Verification:
    """
    What an audit looked at and what it found.

    Parameters
    ----------
    folder
        That was read.
    checks
        What was compared, in order, each with the number of values and its differences.
    trusted
        Figures that were taken on trust.
    version
        Of gridplan that wrote the folder where it is another than this one: then nothing was
        checked. Else empty.
    """

    folder: Path
    checks: tuple[Check, ...]
    trusted: tuple[Trust, ...] = ()
    version: str = ""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Everything that does not agree, each once; empty for a sound folder."""
        found = [entry for check in self.checks for entry in check.differences]
        # What is counted again and worked out anew to the same end is told by the first alone.
        return tuple({(e.file, e.place, str(e.found)): e for e in reversed(found)}.values())[::-1]

    @property
    def asides(self) -> tuple[Aside, ...]:
        """What lies in the folder or its files and is no part of the result."""
        return tuple(dict.fromkeys(entry for check in self.checks for entry in check.asides))

    @property
    def checked(self) -> bool:
        """Whether the folder could be checked at all."""
        return not self.version

    @property
    def sound(self) -> bool:
        """Whether it was checked and everything agrees."""
        return self.checked and not self.differences

    @property
    def kinds(self) -> dict[str, int]:
        """How many differences there are of each kind, most first."""
        return dict(Counter(entry.kind for entry in self.differences).most_common())

    def text(self, lang: str) -> str:
        """Say what was checked, what differs and what rests on trust, in ``zh`` or ``en``."""
        lines = [say("verify.title", lang, folder=plain(self.folder))]
        if not self.checked:
            told = {"version": plain(self.version, limit=40), "own": VERSION}
            return "\n".join([*lines, say("verify.not-checked", lang, **told)])
        for check in self.checks:
            mark = "✗" if check.differences else "✓" if check.count else "·"
            key = f"verify.check-{check.code}"
            lines.append(f"  {mark} {say(key, lang, count=f'{check.count:,}')}")
        for title, entries in (("trusted", self.trusted), ("asides", self.asides)):
            if entries:
                lines.append(say(f"verify.{title}", lang))
                lines += [f"  · {entry.text(lang)}" for entry in entries]
        return "\n".join([*lines, *self._verdict(lang)])

    def _verdict(self, lang: str) -> list[str]:
        found = self.differences
        if not found:
            return [say("verify.sound", lang)]
        comma = say("language.comma", lang)
        kinds = comma.join(
            say("verify.kind-count", lang, kind=say(f"verify.kind-{kind}", lang), count=f"{many:,}")
            for kind, many in self.kinds.items()
        )
        lines = [say("verify.unsound", lang, count=f"{len(found):,}", kinds=kinds)]
        if any(entry.file and entry.kind == "fingerprint" for entry in found):
            lines.append(say("verify.inputs-changed", lang))
        lines += [f"  - {entry.text(lang)}" for entry in _telling(found)[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(say("verify.more", lang, count=f"{len(found) - SHOWN:,}"))
        return lines


def _telling(found: tuple[Difference, ...]) -> list[Difference]:
    """Put one difference of each kind first, those from the inputs before what follows of them."""
    ordered = sorted(found, key=lambda entry: entry.how != "inputs")
    first = list({entry.kind: entry for entry in reversed(ordered)}.values())[::-1]
    return [*first, *(entry for entry in found if entry not in first)]


def rests_on(
    plan: Written, district: Path | None, own_profiles: Mapping[str, Path] = NONE_OWN
) -> tuple[Trust, ...]:
    """
    List the figures of a plan that an audit takes on trust.

    Parameters
    ----------
    plan
        Read back.
    district
        Folder of the district the plan is held against, or None.
    own_profiles
        Where the planner's own profiles lie that are not in it, by their name.

    Returns
    -------
    trusted
    """
    found = []
    bounded = tuple(part for part, proof in plan.certificates.items() if proof.bound is not None)
    if bounded:
        found.append(Trust("bounds", bounded))
    if plan.certificates:
        found.append(Trust("run", tuple(plan.certificates)))
    if plan.variants:
        found.append(Trust("variants"))
    wishes = plan.layout.wishes
    if len(wishes) and (wishes["relation"] == "wish").any():
        found.append(Trust("wishes"))
    if "drawn_name" in plan.layout.grids:
        found.append(Trust("drawn"))
    if district is None:
        return (*found, Trust("inputs"))
    left_out = left_out_of(plan, district, own_profiles)
    if left_out:
        found.append(Trust("rules", names=tuple(sorted(left_out))))
    return tuple(found)
