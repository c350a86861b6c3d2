"""Obey every remedy that is printed, and count those that work."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.refused import Refused, drawn
from gridplan.errors import InfeasibleError, InputError, Problem, Remedy
from gridplan.planning.advice import plan_with_advice
from gridplan.planning.stages import plan_stages


@dataclass(frozen=True)
class Obeyed:
    """
    What came of one remedy.

    Parameters
    ----------
    cause, remedy
        Which, and against what.
    left
        Causes of refusal once it is obeyed; empty where there is a plan.
    works
        Whether there is a plan, or only causes are left that were named in the first answer.
    """

    cause: str
    remedy: Remedy
    left: tuple[str, ...]
    works: bool


@dataclass(frozen=True)
class Trial:
    """
    One refused scenario.

    Parameters
    ----------
    seed, kind
        Of :func:`benchmarks.refused.drawn`.
    causes
        Of the refusal.
    proven
        Whether it claims a proof.
    obeyed
        One a printed remedy.
    seconds
        From the question to the refusal, remedies included.
    """

    seed: int
    kind: str
    causes: tuple[Problem, ...]
    proven: bool
    obeyed: tuple[Obeyed, ...]
    seconds: float = field(compare=False)


def refusal(asked: Refused) -> InfeasibleError | None:
    """Plan; give the refusal, None where there is a plan."""
    try:
        plan_with_advice(asked.district, asked.scenario)
    except InfeasibleError as error:
        return error
    return None


def obey(asked: Refused, error: InfeasibleError) -> Iterator[Obeyed]:
    """Change the scenario as each remedy says, it alone, and plan again."""
    named = {cause.code for cause in error.problems}
    for cause in error.problems:
        for remedy in cause.remedies:
            try:
                changed = asked.scenario.changed(remedy)
                plan_stages(asked.district, changed, lambda _stage: None)
                left: tuple[str, ...] = ()
            except (InfeasibleError, InputError) as again:
                left = tuple(p.code for p in again.problems)
            works = set(left) <= named - {cause.code}
            yield Obeyed(cause.code, remedy, left, works)


def trials(count: int, *, seed: int) -> Iterator[Trial]:
    """Draw scenarios until so many were refused, and obey every remedy of each."""
    found = 0
    while found < count:
        asked = drawn(seed)
        began = time.perf_counter()
        error = refusal(asked)
        seconds = time.perf_counter() - began
        if error is not None:
            found += 1
            obeyed = tuple(obey(asked, error))
            yield Trial(seed, asked.kind, error.problems, error.proven, obeyed, seconds)
        seed += 1


def main() -> None:
    """Print one line a trial and what they come to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="refused scenarios to draw")
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--json", type=Path, help="write every trial here")
    options = parser.parse_args()
    done = []
    for trial in trials(options.count, seed=options.seed):
        done.append(trial)
        causes = ", ".join(f"{c.code} ({len(c.remedies)})" for c in trial.causes)
        print(f"{trial.seed:5d} {trial.kind:20s} {trial.seconds:6.1f} s  {causes}", flush=True)
        for one in trial.obeyed:
            if not one.works:
                print(
                    f"      FAILS {one.cause}: {one.remedy.changes} leaves {one.left}", flush=True
                )
    every = [one for trial in done for one in trial.obeyed]
    works = sum(one.works for one in every)
    bare = Counter(c.code for trial in done for c in trial.causes if not c.remedies)
    planned = sum(not one.left for one in every)
    print(f"{len(done)} refused scenarios, {sum(t.proven for t in done)} over a proof")
    print(f"{len(every)} remedies printed, {works} work ({planned} give a plan)")
    print(f"scenarios without any remedy: {sum(not t.obeyed for t in done)}")
    print(f"causes without one: {dict(bare)}")
    slowest = max((t.seconds for t in done), default=0.0)
    print(f"slowest refusal {slowest:.1f} s, mean {sum(t.seconds for t in done) / len(done):.1f} s")
    if options.json is not None:
        rows = [
            {
                "seed": t.seed,
                "kind": t.kind,
                "proven": t.proven,
                "causes": [cause.as_dict("en") for cause in t.causes],
                "obeyed": [
                    {"cause": o.cause, **o.remedy.as_dict(), "left": o.left, "works": o.works}
                    for o in t.obeyed
                ],
            }
            for t in done
        ]
        options.json.write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
