"""What an engine is asked to reach, as data; whether it did is worked out, not typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

Row = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """
    A goal for the instances whose name matches ``pattern``.

    Parameters
    ----------
    pattern
        Regular expression for whole names.
    seconds
        Clock of one instance; the engine is given a little less.
    gap
        Largest relative gap.
    mean_over, worst_over
        Mean and largest relative excess over the best value known.
    proven
        Number of instances to be proven optimal.
    """

    pattern: str
    seconds: float
    gap: float | None = None
    mean_over: float | None = None
    worst_over: float | None = None
    proven: int = 0

    def names(self, name: str) -> bool:
        """Whether an instance is meant."""
        return re.fullmatch(self.pattern, name) is not None


def clock(goals: tuple[Goal, ...], name: str, limit: float) -> float:
    """Seconds the engine gets: the longest goal within the limit, less 3 % for the door."""
    own = [goal.seconds for goal in goals if goal.names(name) and goal.seconds <= limit]
    return 0.97 * max(own) if own else limit


@dataclass(frozen=True)
class Verdict:
    """A goal, what was reached, and whether that is enough (None where nothing was run)."""

    goal: str
    reached: str
    met: bool | None


def judge(goal: Goal, rows: list[Row]) -> Verdict:
    """Hold the rows against a goal; every answer must be sound and within its tolerance."""
    own = [row for row in rows if goal.names(row["instance"])]
    wanted = [f"{goal.pattern.replace('|', ' or ')}: sound within {goal.seconds:g} s"]
    found = [row for row in own if row["gap"] is not None and row["within"]]
    slowest = max((row["seconds"] for row in own), default=0.0)
    reached = [f"{len(found)} of {len(own)} sound, slowest {slowest:.1f} s"]
    met = len(found) == len(own) and slowest <= goal.seconds
    if goal.gap is not None:
        worst = max((row["gap"] for row in found), default=np.inf)
        wanted.append(f"gap {goal.gap:.2%}")
        reached.append(f"worst gap {worst:.3%}")
        met &= worst <= goal.gap
    if goal.mean_over is not None and goal.worst_over is not None:
        over = [row["over_known"] for row in found if row["over_known"] is not None]
        wanted.append(f"over best known mean {goal.mean_over:.2%}, worst {goal.worst_over:.2%}")
        mean, worst = (float(np.mean(over)), max(over)) if over else (np.inf, np.inf)
        reached.append(f"mean {mean:.3%}, worst {worst:.3%}")
        met &= mean <= goal.mean_over and worst <= goal.worst_over
    if goal.proven:
        count = sum(row["status"] == "optimal" for row in found)
        wanted.append(f"{goal.proven} proven")
        reached.append(f"{count} proven")
        met &= count >= goal.proven
    if not own:
        return Verdict(", ".join(wanted), "-", None)
    return Verdict(", ".join(wanted), ", ".join(reached), bool(met))


def verdicts(goals: tuple[Goal, ...], rows: list[Row]) -> list[Verdict]:
    """Judge every goal."""
    return [judge(goal, rows) for goal in goals]


def verdict_line(verdict: Verdict) -> str:
    """Write one row of the table of goals."""
    word = {True: "met", False: "**missed**", None: "not run"}[verdict.met]
    return f"| {verdict.goal} | {verdict.reached} | {word} |"
