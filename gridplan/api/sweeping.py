"""Many scenarios of one district."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from gridplan.api.districts import district_at
from gridplan.api.plans import scenario_at
from gridplan.api.steps import check_processes
from gridplan.district.district import District as DistrictValue
from gridplan.district.files.given_file import given_path
from gridplan.errors import InputError, Problem
from gridplan.outputs.style.fonts import face
from gridplan.outputs.sweeps.chart import draw_curves
from gridplan.outputs.sweeps.folder import write_sweep
from gridplan.outputs.sweeps.page import sweep_told
from gridplan.outputs.sweeps.store import known_results, write_result
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.sweeps.points import points_of
from gridplan.planning.sweeps.sweep import Result, Swept, run_sweep
from gridplan.text.shown import brief

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclasses.dataclass(frozen=True, eq=False)
class Sweep(Swept):
    """
    A sweep that was run: ``table()``, one row a scenario, with figures, bounds and the front.

    Examples
    --------
    >>> swept.table()[["centers", "walk", "bound", "front"]]
    >>> swept.plot()
    >>> gp.plan(district, swept.scenario("centers3"))
    """

    def plot(self, axes: Axes | None = None, *, lang: str = "zh") -> Axes:
        """
        Draw the cost curve: a filled point is proven best possible, the shade is what is open.

        Parameters
        ----------
        axes
            Where to; None makes a figure.
        lang
            ``zh`` or ``en``.
        """
        look = face()
        import matplotlib as mpl

        with mpl.rc_context({"font.family": list(look.families), "axes.unicode_minus": False}):
            if axes is None:
                import matplotlib.pyplot as plt

                _, axes = plt.subplots(figsize=(8.0, 4.6), layout="constrained")
            draw_curves(axes, self, lang, look)
        return axes

    def scenario(self, name: str) -> Scenario:
        """
        Give the scenario of a point, to plan it in full.

        Parameters
        ----------
        name
            As the index of :meth:`table` has it.

        Raises
        ------
        InputError
            If there is none of that name; says the nearest.
        """
        known = {point.name: point.scenario for point in self.points}
        if name not in known:
            near = nearest_word(str(name), list(known))
            raise InputError([Problem("sweep-point", {"value": brief(name), "near": near})])
        return known[name]

    def text(self, *, lang: str = "zh") -> str:
        """Tell the sweep in words, as the command line does."""
        return sweep_told(self, lang)

    def write(self, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
        """Write page, workbook, JSON and the scenario of every point to a folder."""
        return write_sweep(self, given_path(out, argument="out"), lang=lang)

    def _repr_html_(self) -> str:
        return str(self.table()._repr_html_())


def sweep(
    district: DistrictValue | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    out: str | Path | None = None,
    processes: int | None = None,
    progress: bool | Callable[[Result], object] = False,
    own_profiles: Sequence[str | Path] = (),
    **axes: Iterable[Any],
) -> Sweep:
    """
    Plan a district for every combination of values, on all cores.

    Parameters
    ----------
    district, scenario, own_profiles
        As for :func:`plan`; what is not varied stays as the scenario has it.
    out
        Folder that keeps each result as it is done: a sweep that was stopped goes on there, and
        nothing is planned twice.
    processes
        At a time; None for as many as there are processors.
    progress
        True shows a bar; a function is told each result.
    **axes
        Values by key of the scenario: ``grids=[1, 2]``, ``centers=range(44, 67)``;
        ``band=[(18_000, 30_000), (20_000, 30_000)]`` for the residents a center serves.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        For unknown keys, empty axes and wrong values, all at once. A scenario that cannot be
        planned is no error: its row says so, and whether that is proven.

    Examples
    --------
    >>> swept = gp.sweep(district, centers=[2, 3], progress=True)
    >>> swept.table()[["centers", "walk", "gap", "front"]]
    """
    check_processes(processes)
    read = district_at(district)
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    points = points_of(read, scenario_at(read, scenario), axes, own_profiles=own)
    folder = None if out is None else given_path(out, argument="out")
    known = {} if folder is None else known_results(folder, points)
    bar = tqdm(total=len(points), disable=progress is not True, unit="plan")

    def done(result: Result) -> None:
        if folder is not None and result.digest not in known:
            write_result(folder, result)
        bar.update()
        if callable(progress):
            progress(result)

    with bar:
        found = run_sweep(
            read,
            points,
            known=known,
            processes=processes and max(1, processes),
            own_profiles=own,
            done=done,
        )
    return Sweep(found.district, found.points, found.results)
