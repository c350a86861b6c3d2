"""Siting: which sites to open and who goes where, near-optimal and with a certificate."""

from gridplan.optimise.siting.center import p_center
from gridplan.optimise.siting.cover import max_cover, set_cover
from gridplan.optimise.siting.covering import covering_median, merged_reach, uncovered
from gridplan.optimise.siting.fairness import Spread, envy_cost, spread_of
from gridplan.optimise.siting.joint import TwoLevel, site_jointly
from gridplan.optimise.siting.median import capacitated_p_median, p_median
from gridplan.optimise.siting.program import (
    CoverAnswer,
    CoverProgram,
    cover_program,
    served_cover,
    settled_sites,
)
from gridplan.optimise.siting.regional import regional
from gridplan.optimise.siting.result import Conflict, Siting
from gridplan.optimise.siting.service import Service

__all__ = [
    "Conflict",
    "CoverAnswer",
    "CoverProgram",
    "Service",
    "Siting",
    "Spread",
    "TwoLevel",
    "capacitated_p_median",
    "cover_program",
    "covering_median",
    "envy_cost",
    "max_cover",
    "merged_reach",
    "p_center",
    "p_median",
    "regional",
    "served_cover",
    "set_cover",
    "settled_sites",
    "site_jointly",
    "spread_of",
    "uncovered",
]
