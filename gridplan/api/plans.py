"""Plans: made, shown, written."""

from __future__ import annotations

import base64
import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import pandas as pd

from gridplan.api.districts import district_at
from gridplan.api.progress import Bar
from gridplan.district.district import District as DistrictValue
from gridplan.district.files.given_file import given_path
from gridplan.errors import InputError, Problem
from gridplan.outputs.figures.panel import panel_png
from gridplan.outputs.figures.plot import plot_plan
from gridplan.outputs.files.folder import write_plan
from gridplan.outputs.map.maps import PlanMap, plan_map
from gridplan.outputs.reading.drawing import read_drawing as read_drawn_file
from gridplan.outputs.reading.flows import read_flows
from gridplan.outputs.reasons.why import why as tell_why
from gridplan.outputs.tables.frames import centers_frame, grids_frame, groups_frame, units_frame
from gridplan.outputs.tables.summary import summary
from gridplan.outputs.words.telling import Telling
from gridplan.planning.comparing.figures import figures_of
from gridplan.planning.grids.drawing import Drawn
from gridplan.planning.plan import Plan as PlannedValue
from gridplan.planning.plan import Tell
from gridplan.planning.scenario.derived import scenario_of
from gridplan.planning.scenario.file import read_scenario as read_scenario_file
from gridplan.planning.scenario.scenario import Scenario, unknown_keys
from gridplan.planning.services.localisation import localisation
from gridplan.planning.variants.passing import with_variants
from gridplan.planning.variants.proposing import plan_adopted as make_plan
from gridplan.text.card import Rows
from gridplan.text.shown import brief

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DrawnGrids: TypeAlias = pd.Series | Mapping[str, object] | Drawn | str | Path
"""A drawing in any form."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Plan(PlannedValue):
    """
    A plan: tables, findings and proofs; shows and writes itself.

    Its tables are made new at each call, so that they may be changed at will. Their columns stand
    in docs/library.md with unit and meaning.

    Attributes
    ----------
    findings
        Every rule held against every subject, as a DataFrame.
    certificates
        What proves each part.
    district, scenario, layout, notes, variants
        As :class:`gridplan.planning.plan.Plan`.

    Examples
    --------
    >>> plan.grids[["lead_name", "population"]]
    >>> plan.centers.query("status == 'new'")
    >>> plan.findings.query("state == 'failed'")
    """

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """Give the grids: index ``grid``, one row each, polygons in the district's CRS."""
        return grids_frame(self)

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Give the units: index ``unit``, residents, grid, center, lead, walks; polygons."""
        return units_frame(self)

    @property
    def centers(self) -> gpd.GeoDataFrame:
        """Give the centers, existing and new: index ``center``; points in the district's CRS."""
        return centers_frame(self)

    @property
    def groups(self) -> gpd.GeoDataFrame:
        """Give the groups' members: one row for each hospital and center of each group; points."""
        return groups_frame(self)

    def map(self, *, lang: str = "zh") -> PlanMap:
        """Draw the plan; shows itself in a notebook and works without internet."""
        return plan_map(self, lang=lang)

    def plot(self, axes: Axes | None = None, *, lang: str = "zh") -> Axes:
        """
        Draw the plan with matplotlib: grids, streets, centers, leads, legend, scale.

        Parameters
        ----------
        axes
            Where to; None makes a figure.
        lang
            ``zh`` or ``en``.

        Returns
        -------
        axes
            In the metres of the district's CRS, so that more can be drawn on it.
        """
        return plot_plan(Telling(self, lang), axes)

    def summary(self, *, lang: str = "zh") -> str:
        """Tell the plan in words and small tables."""
        return summary(self, lang=lang)

    def write(self, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
        """Write every output to a folder, all or nothing."""
        return write_plan(self, Path(out), lang=lang)

    def why(self, place: str = "", *, lang: str = "zh") -> str:
        """
        Tell why a center stands where it does, or why a site was not taken.

        Parameters
        ----------
        place
            Id or name of a center, or id of a site; empty for all new centers in short. The
            tables behind it are ``reasons.centers``, ``reasons.standbys``, ``reasons.candidates``.
        lang
            ``zh`` or ``en``.

        Raises
        ------
        InputError
            If the plan has no such center or site; the message names the nearest.
        """
        return tell_why(Telling(self, lang), place)

    def localisation(self, flows: pd.DataFrame | str | Path) -> pd.DataFrame:
        """
        Count how many visits of the residents of each grid are to hospitals of the grid.

        Parameters
        ----------
        flows
            ``unit``, ``hospital`` (ids, None outside the district) and ``visits``, or the CSV file
            that holds them.

        Returns
        -------
        index
            As :func:`gridplan.planning.services.localisation.localisation` gives it.

        Raises
        ------
        InputError
            If the file cannot be read or names what the plan does not have.
        """
        table = flows if isinstance(flows, pd.DataFrame) else read_flows(Path(flows), self.layout)
        return localisation(self.layout, table)

    def figures(self) -> dict[str, float]:
        """Measure the plan: :data:`gridplan.planning.comparing.figures.FIGURES` by code."""
        return figures_of(self)

    def _five(self) -> Rows:
        told = self.figures()
        grids = f"{told['grids']:,.0f}"
        if told["grids"] > 0:
            grids += f", residents at most {told['imbalance']:.1f} % from the mean"
        return [
            ("residents", f"{told['residents']:,.0f}"),
            ("grids", grids),
            ("centers", f"{told['centers']:,.0f}, {told['centers-new']:,.0f} of them new"),
            ("near a center", f"{told['near']:.1f} % of residents"),
            ("rules that fail", f"{told['must']:.0f} must, {told['should']:.0f} should"),
        ]

    def _repr_html_(self) -> str:
        title, _ = self._card()
        picture = base64.b64encode(panel_png(self)).decode("ascii")
        return self._html(title, self._five(), picture=picture)


def shown(made: PlannedValue) -> Plan:
    """Give a plan with what the library adds to it."""
    if isinstance(made, Plan):
        return made
    fields = {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}
    return Plan(**fields)


def plan(
    district: DistrictValue | str | Path,
    scenario: Scenario | str | Path | None = None,
    *,
    alternatives: int = 0,
    progress: Tell | bool | None = None,
    own_profiles: Sequence[str | Path] = (),
    drawn: DrawnGrids | None = None,
    adopt: str | int = "",
    **keys: Any,  # noqa: ANN401  # any key of a scenario
) -> Plan:
    """
    Plan a district; see :func:`gridplan.planning.plan.plan`.

    Parameters
    ----------
    district
        As :func:`read_district` gives it, or the folder to read.
    scenario
        Every decision, or the TOML file that holds them. None takes ``scenario.toml`` of the
        district's folder, and what fits its size where there is none.
    alternatives
        Up to how many ways to cut the grids to offer, the plan's own included.
    progress
        True shows a bar; or a function that is told stage and progress, and by returning True
        ends the stage with its best so far.
    own_profiles
        TOML files with rules of your own, anywhere; a scenario names only those in the folder.
    drawn
        Grids you drew, which stay as they are: a Series or dict from unit to grid, a file or folder
        as :func:`read_drawing` takes it, or what that gives.
    adopt
        Letter or name of a variant (:func:`variants`) to plan instead, or the number of an
        alternative.
    **keys
        Keys of the scenario to change: ``grids=2``, ``centers=44`` ...

    Returns
    -------
    Plan
        For must- and should-rules that fail, ``variants`` holds what was tried.

    Raises
    ------
    InputError, InfeasibleError
        If the folder, the drawing or the scenario cannot be read, the scenario does not fit the
        district, or its demands clash.

    Examples
    --------
    >>> two = gp.plan(district, grids=2)
    >>> mine = gp.plan(district, gp.Scenario(grids=2, centers=3))
    """
    if isinstance(alternatives, bool) or not isinstance(alternatives, int) or alternatives < 0:
        values = {"argument": "alternatives", "value": brief(alternatives)}
        raise InputError([Problem("argument-count", values)])
    read = district_at(district)
    own = [given_path(path, argument="own_profiles") for path in own_profiles]
    decided = scenario_at(read, scenario, keys)
    with Bar(progress) as tell:
        made = make_plan(
            read,
            decided,
            choice=str(adopt),
            alternatives=alternatives,
            progress=tell,
            own_profiles=own,
            drawn=None if drawn is None else drawn_at(drawn, read),
        )
        made = with_variants(made, own_profiles=own)
    return shown(made)


def read_drawing(path: str | Path, district: DistrictValue, *, crs: str = "") -> Drawn:
    """
    Read grids you drew; see :func:`gridplan.outputs.reading.drawing.read_drawing`.

    Parameters
    ----------
    path
        A table from unit to grid, polygons, or the folder of another plan.
    district
        Whose units they are.
    crs
        Of polygons whose file does not say.

    Returns
    -------
    drawn
        For ``plan(..., drawn=...)``.

    Examples
    --------
    >>> drawn = gp.read_drawing("out/mine", district)
    """
    return read_drawn_file(given_path(path, argument="drawn"), district, crs=crs)


def drawn_at(drawn: DrawnGrids, district: DistrictValue) -> Drawn:
    """Take a drawing in any form."""
    if isinstance(drawn, Drawn):
        return drawn
    if isinstance(drawn, (str, Path)):
        return read_drawing(drawn, district)
    return Drawn(drawn)


def scenario_at(
    district: DistrictValue,
    scenario: Scenario | str | Path | None,
    keys: Mapping[str, Any] | None = None,
) -> Scenario:
    """Take a scenario, read its file, or take the one that fits; then change ``keys`` in it."""
    if isinstance(scenario, Scenario):
        base = scenario
    elif scenario is not None:
        base = read_scenario(scenario)
    else:
        base = scenario_of(district, tell=_warn)
    if not keys:
        return base
    problems = unknown_keys(keys, source="gridplan.plan")
    if problems:
        raise InputError(problems)
    return dataclasses.replace(base, **keys)


def read_scenario(path: str | Path) -> Scenario:
    """
    Read a scenario from a TOML file; notes on former names of keys come as warnings.

    Parameters
    ----------
    path
        The file; ``gridplan scenario`` prints one with every key.

    Raises
    ------
    InputError
        If it is missing, no TOML, or holds a wrong key or value; all at once.

    Examples
    --------
    >>> scenario = gp.read_scenario("my.toml")
    """
    return read_scenario_file(path, tell=_warn)


def _warn(problem: Problem) -> None:
    warnings.warn(problem.text("en"), FutureWarning, stacklevel=8)
