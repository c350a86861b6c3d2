"""Siting: which sites to open and who goes where, near-optimal and with a certificate."""

from gridplan.optimise.siting.median import capacitated_p_median
from gridplan.optimise.siting.regional import regional
from gridplan.optimise.siting.regional import regional
from gridplan.optimise.siting.result import Conflict, Siting

__all__ = ["Conflict", "Siting", "capacitated_p_median", "regional"]
