"""What was done to each layer on its way in, with rows and residents before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridplan.errors import SHOWN, Problem


@dataclass(frozen=True)
class Step:
    """
    One thing that was done to one layer.

    Parameters
    ----------
    layer
        A layer of the district folder: ``units``, ``hospitals``.
    told
        What was done, as code and numbers.
    rows
        Rows before and after; None where rows do not matter.
    residents
        Persons before and after; None for layers without residents.
    subjects
        Every row or name concerned, as the file counts or calls them.
    kind
        ``read``, ``joined``, ``repaired``, ``dropped``, ``assumed`` or ``checked``.
    shapes
        Where it was done, one a subject where their numbers agree, metres; None without a place.
    """

    layer: str
    told: Problem
    rows: tuple[int, int] | None = None
    residents: tuple[float, float] | None = None
    subjects: tuple[str, ...] = ()
    kind: str = "read"
    shapes: NDArray[np.object_] | None = None

    @property
    def lost(self) -> float:
        """Residents that were there before the step and are not after it; negative for a gain."""
        return self.residents[0] - self.residents[1] if self.residents else 0.0


@dataclass
class Ledger:
    """The steps of one intake, in the order in which they were taken."""

    steps: list[Step] = field(default_factory=list)

    def add(
        self,
        kind: str,
        layer: str,
        code: str,
        *,
        rows: tuple[int, int] | None = None,
        residents: tuple[float, float] | None = None,
        subjects: Iterable[object] = (),
        shapes: NDArray[np.object_] | None = None,
        **values: Any,  # noqa: ANN401  # a sentence takes any value
    ) -> None:
        """Write a line; ``count`` and ``shown`` of the sentence come from the subjects."""
        named = tuple(str(subject) for subject in subjects)
        if named:
            shown = list(named[:SHOWN]) + (["…"] if len(named) > SHOWN else [])
            values = {"count": f"{len(named):,}", "shown": shown, **values}
        if residents is not None:
            values = {"residents": f"{abs(residents[0] - residents[1]):,.0f}", **values}
        told = Problem(code, {"layer": layer, **values})
        self.steps.append(Step(layer, told, rows, residents, named, kind, shapes))

    def population(self) -> tuple[float, float]:
        """Residents the file of residents held, and those that arrived in the district folder."""
        counted = [
            step for step in self.steps if step.layer == "units" and step.residents is not None
        ]
        if not counted:
            return 0.0, 0.0
        first, last = counted[0].residents, counted[-1].residents
        return (first or (0.0, 0.0))[0], (last or (0.0, 0.0))[1]
