"""The five figures over the desk: grids, centers, the band, access, the rules that must be kept."""

from __future__ import annotations

from gridplan.outputs.tables.tables import coverage
from gridplan.outputs.words.names import figure
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.verdicts import rule_counts
from gridplan.policy.verdict import state_of
from gridplan.text import say


def desk_figures(telling: Telling) -> list[tuple[str, str]]:
    """
    Give the five figures a planner watches while working.

    Parameters
    ----------
    telling
        A finished plan and its language.

    Returns
    -------
    pairs
        What the figure is called, and its text.
    """
    plan, lang = telling.plan, telling.lang
    centers = plan.layout.centers
    inside = centers["population"].between(centers["capacity_lower"], centers["capacity_upper"])
    minutes = f"{plan.scenario.center_max_minutes:g}"
    counted = {
        "existing": int((centers["status"] == "existing").sum()),
        "new": int((centers["status"] == "new").sum()),
        "regional": int((centers["class"] == "regional").sum()),
    }
    rows = plan.findings.to_dict(orient="records")
    must = {
        f"{row['profile']}/{row['rule']}"
        for row in rows
        if row["level"] == "must" and state_of(row) == "failed"
    }
    near = coverage(plan)["center"]
    return [
        (say("app.desk-grids", lang), str(len(plan.layout.grids))),
        (telling.fitting("app.desk-centers"), telling.fitting("app.desk-centers-told", **counted)),
        (
            say("app.desk-band", lang),
            telling.fitting("app.desk-band-told", inside=int(inside.sum()), all=len(centers)),
        ),
        (say("app.desk-near", lang, minutes=minutes), figure(near, "percent", lang)),
        (
            say("app.desk-must", lang),
            say("app.desk-must-told", lang, failed=len(must), open=rule_counts(plan)["waiting"]),
        ),
    ]
