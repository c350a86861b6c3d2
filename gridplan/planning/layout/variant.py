"""A variant of a plan: what was decided otherwise, and what came of it when it was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gridplan.errors import Problem, problem_from
from gridplan.text.card import Card, Rows

LETTERS: Mapping[str, str] = {
    "scenario": "A",
    "one-grid": "B",
    "streets": "C",
    "communities": "D",
    "coverage": "E",
    "target": "F",
    "compact": "G",
    "fewer-grids": "H",
    "other-lead": "I",
    "upgraded": "J",
    "turned": "K",
    "recognised": "L",
    "together": "M",
}
"""Letter of each kind of variant: the same in every plan, so that one is adopted by it."""

ALL, GRIDS, NONE = "all", "grids", "none"
"""What was judged of a variant: every rule; those on grids and groups; nothing, since it cannot be
planned."""


@dataclass(frozen=True)
class Supposition:
    """
    A fact of a hospital that is supposed to change.

    Parameters
    ----------
    hospital
        Its id.
    column
        Of the hospitals' table.
    value
        What it would be.
    """

    hospital: str
    column: str
    value: str


@dataclass(frozen=True, eq=False, repr=False)
class Variant(Card):
    """
    One variant, as far as it was tried.

    Parameters
    ----------
    code
        One of :data:`LETTERS`.
    changes
        Keys of the scenario and what they would be.
    supposes
        Facts that someone would have to bring about first; no scenario can.
    judged
        :data:`ALL`, :data:`GRIDS` or :data:`NONE`.
    must, should
        Rules of these levels that fail, each ``profile/rule``, of those judged.
    mended
        Rules that fail in the plan itself and do not here.
    unanswered
        Rules of these levels with a verdict in the plan itself and none here.
    figures
        ``grids``, ``imbalance_percent`` (the largest), ``boundary_km``, ``subdistricts_cut``,
        ``communities_cut``, ``minutes`` (residents' mean drive to their lead), ``travel_percent``
        (all residents' drives, against the plan's), ``moved`` (residents with another lead than in
        the plan); of one that is judged wholly also ``centers`` and ``near_percent`` (residents
        within the walk of a center).
    reasons
        Why it cannot be planned.
    """

    code: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    supposes: tuple[Supposition, ...] = ()
    judged: str = NONE
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        # Rounded once: what is read back from a file is what was written.
        figures = {
            # A figure that a plan does not have is written as null and read as None.
            key: float("nan") if value is None else round(float(value), 3)
            for key, value in self.figures.items()
        }
        object.__setattr__(self, "figures", figures)

    @property
    def letter(self) -> str:
        """The letter it is adopted by."""
        return LETTERS[self.code]

    @property
    def rank(self) -> tuple[int, int, int, float]:
        """Order by what still fails, then by what must be brought about, then by who is moved."""
        moved = float(self.figures.get("moved", 0.0))
        return len(self.must), len(self.should), len(self.supposes), moved

    def as_dict(self) -> dict[str, Any]:
        """Give it as plain values; :func:`variant_from` takes them back."""
        return {
            "letter": self.letter,
            "code": self.code,
            "changes": {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in self.changes.items()
            },
            "supposes": [vars(one) for one in self.supposes],
            "judged": self.judged,
            "must": list(self.must),
            "should": list(self.should),
            "mended": list(self.mended),
            "unanswered": list(self.unanswered),
            "figures": dict(self.figures),
            "reasons": [one.as_data() for one in self.reasons],
        }

    def _card(self) -> tuple[str, Rows]:
        return f"Variant {self.letter}: {self.code}", [
            ("changes", ", ".join(f"{k} = {v}" for k, v in self.changes.items()) or "-"),
            ("judged", self.judged),
            ("must-rules that fail", len(self.must)),
            ("should-rules that fail", len(self.should)),
            ("residents moved", f"{self.figures.get('moved', 0):,.0f}"),
        ]


def variant_from(values: Mapping[str, Any]) -> Variant:
    """
    Make a variant from its plain values.

    Parameters
    ----------
    values
        Of :meth:`Variant.as_dict`.
    """
    return Variant(
        code=str(values["code"]),
        changes={
            key: tuple(value) if isinstance(value, list) else value
            for key, value in values["changes"].items()
        },
        supposes=tuple(Supposition(**one) for one in values["supposes"]),
        judged=str(values["judged"]),
        figures=dict(values["figures"]),
        reasons=tuple(map(problem_from, values["reasons"])),
        **{key: tuple(values[key]) for key in ("must", "should", "mended", "unanswered")},
    )


def best_of(variants: Sequence[Variant], *, grids: int | None = None) -> Variant | None:
    """
    Choose the variant that leaves least to fail.

    Parameters
    ----------
    variants
        Tried for one plan.
    grids
        Only those with so many grids; None for any.

    Returns
    -------
    variant
        Judged wholly, and mending something; None where there is none.
    """
    some = [
        one
        for one in variants
        if one.judged not in (GRIDS, NONE)
        and one.mended
        and (grids is None or round(one.figures.get("grids", -1)) == grids)
    ]
    return min(some, key=lambda one: one.rank, default=None)
