"""Siting: which sites to open and who goes where, near-optimal and with a certificate."""

from gridplan.optimise.siting.answer.result import Conflict, Siting
from gridplan.optimise.siting.local.priced import Prices, further_sites, shifted
from gridplan.optimise.siting.models.cover import max_cover, set_cover
from gridplan.optimise.siting.models.cover_program import (
    CoverAnswer,
    CoverProgram,
    cover_program,
    served_cover,
    settled_sites,
)
from gridplan.optimise.siting.models.covering_median import covering_median, merged_reach, uncovered
from gridplan.optimise.siting.models.fairness import Spread, equity_cost, spread_of
from gridplan.optimise.siting.models.joint import TwoLevel, site_jointly
from gridplan.optimise.siting.models.p_center import p_center
from gridplan.optimise.siting.models.p_median import capacitated_p_median, p_median
from gridplan.optimise.siting.models.regional import regional
from gridplan.optimise.siting.program.feasibility import Service

__all__ = [
    "Conflict",
    "CoverAnswer",
    "CoverProgram",
    "Prices",
    "Service",
    "Siting",
    "Spread",
    "TwoLevel",
    "capacitated_p_median",
    "cover_program",
    "covering_median",
    "equity_cost",
    "further_sites",
    "max_cover",
    "merged_reach",
    "p_center",
    "p_median",
    "regional",
    "served_cover",
    "set_cover",
    "settled_sites",
    "shifted",
    "site_jointly",
    "spread_of",
    "uncovered",
]
