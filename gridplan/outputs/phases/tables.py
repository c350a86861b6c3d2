"""Phases as tables: what each reaches, and what each new center brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.tables.tables import coverage
from gridplan.outputs.words.names import Names

if TYPE_CHECKING:
    from gridplan.planning.phases.phasing import Phased
    from gridplan.planning.plan import Plan


def phases_table(phased: Phased) -> pd.DataFrame:
    """
    List today and the phases.

    Returns
    -------
    table
        Index ``year``, ``0`` for today's centers that are kept: ``centers``, ``new_centers``,
        ``population``; ``mean_population``, residents a center, the fewest and the most of one, and
        the band that was asked for; percent within the walk of the nearest and of the assigned
        center; ``mean_metres`` to the assigned one; ``regret_percent``, by which the objective is
        worse than the best of that phase alone; rules passed and failed. What only a plan has is
        None for today.
    """
    rows: dict[int, dict[str, Any]] = {0: _today(phased)}
    for made in phased.phases:
        plan, phase = made.plan, made.phase
        load = plan.layout.centers["population"]
        metres = plan.layout.units["metres_to_center"]
        people = plan.district.units["population"]
        regret = made.regret
        rows[phase.year] = {
            "centers": len(load),
            "new_centers": len(made.gains),
            "population": float(people.sum()),
            "mean_population": float(load.mean()),
            "least_population": float(load.min()),
            "most_population": float(load.max()),
            "band_lower_population": phase.lower,
            "band_upper_population": phase.upper,
            **_shares(plan),
            "mean_metres": float((people * metres).sum() / people.sum()),
            "regret_percent": None if regret is None else 100 * regret,
            "rules_passed": int((plan.findings["passed"] == True).sum()),  # noqa: E712  # None too
            "rules_failed": int((plan.findings["passed"] == False).sum()),  # noqa: E712
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("year")


def openings_table(phased: Phased, lang: str) -> pd.DataFrame:
    """
    List the new centers in the order of their phases.

    Returns
    -------
    table
        Index ``center``: ``year``, ``subdistrict``, ``community``, ``unit``, ``population`` it then
        serves, ``reached_population`` within the walk of it and of no center of the phase before;
        ``relieved``, the fullest center that residents leave for it, and ``taken_population``, how
        many; ``lon``, ``lat``.
    """
    names = Names.of(phased.today, lang)
    rows = {}
    for made in phased.phases:
        centers = made.plan.layout.centers
        degrees = centers.geometry.to_crs("EPSG:4326")
        for center, gain in made.gains.iterrows():
            row = centers.loc[center]
            relieved = gain["relieved"]
            rows[center] = {
                "year": made.phase.year,
                "subdistrict": names.subdistricts.get(row["subdistrict"], row["subdistrict"]),
                "community": row["community"],
                "unit": row["unit"],
                "population": row["population"],
                "reached_population": gain["reached"],
                "relieved": None if relieved is None else names.centers.get(relieved, relieved),
                "taken_population": gain["taken"],
                "lon": round(float(degrees[center].x), 6),
                "lat": round(float(degrees[center].y), 6),
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("center")


def _shares(plan: Plan) -> dict[str, float | None]:
    share = coverage(plan)
    return {"nearest_percent": share["center"], "assigned_percent": share["assigned"]}


def _today(phased: Phased) -> dict[str, Any]:
    """Count the centers that exist and are kept, whom nobody is assigned to yet."""
    kept = phased.district.centers.drop(index=list(phased.scenario.close))
    return {
        "centers": len(kept),
        "new_centers": 0,
        "population": phased.district.population,
        "nearest_percent": phased.today_percent,
    }
