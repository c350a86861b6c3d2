"""The sections of ``plan.json`` that no table holds, as they must be."""

from __future__ import annotations

from typing import Any

from gridplan.audit.derived.figures import Facts
from gridplan.audit.derived.figures.facts import OWN_WALK
from gridplan.audit.derived.figures.residents import (
    places_within_walk,
    share_near_center,
    share_near_point,
    share_within_walk,
)
from gridplan.audit.derived.worth.access import access_of
from gridplan.audit.derived.worth.cuts import cuts_of
from gridplan.audit.derived.worth.money import money_again
from gridplan.outputs.files.plan_json import plain_value, told_sections
from gridplan.outputs.reading.written import Written
from gridplan.outputs.reasons.reasons import reason_tables
from gridplan.outputs.reasons.services import service_tables
from gridplan.outputs.tables.matrix import matrices_told
from gridplan.policy.verdict import count_rules

SECTIONS = (
    *("district", "travel", "groups", "wishes", "stations", "access", "coverage"),
    *("outside_centers", "cuts", "alternatives", "notes", "rules", "reasons"),
    *("money", "services"),
)
"""Their names."""


def sections_of(again: Written, facts: Facts) -> dict[str, Any]:
    """
    Work the sections out.

    Parameters
    ----------
    again
        The plan put together anew.
    facts
        What its figures were counted from.

    Returns
    -------
    values
        By :data:`SECTIONS`, and ``repairs``, those of the provenance.
    """
    shares = {
        key: share(facts, (), OWN_WALK)
        for key, share in (
            ("center", share_near_center),
            ("point", share_near_point),
            ("assigned", share_within_walk),
        )
    }
    near = again.scenario.center_max_minutes * facts.travel.walked_a_minute
    both = (shares["center"], shares["point"], places_within_walk(facts, (), OWN_WALK))
    access = access_of(facts.code, again.layout.units, facts.people, near, both)
    grid = facts.grid if len(again.layout.grids) else None
    return {
        **told_sections(again),
        "travel": {
            "walk": facts.travel.walk_by,
            "drive": facts.travel.drive_by,
            **matrices_told(again),
        },
        "access": [{key: plain_value(value, key) for key, value in row.items()} for row in access],
        "coverage": {
            key: plain_value(values[facts.code], "percent") for key, values in shares.items()
        },
        "cuts": plain_value(cuts_of(again.district, grid), ""),
        "rules": count_rules(again.findings.to_dict(orient="records")),
        "services": {
            name: table.to_dict(orient="records") for name, table in service_tables(again).items()
        },
        "money": plain_value(money_again(facts), ""),
        "reasons": {
            name: table.to_dict(orient="records") for name, table in reason_tables(again).items()
        },
    }
