"""The figures that rules are held against, counted anew."""

from gridplan.audit.derived.figures import centers, cuts, demands, grids, hospitals, residents
from gridplan.audit.derived.figures.facts import FIGURES, Facts, Figure, Values, Walk

ROOMS = (centers, cuts, demands, grids, hospitals, residents)
"""The files that put their figures into :data:`FIGURES`."""

__all__ = ["FIGURES", "ROOMS", "Facts", "Figure", "Values", "Walk"]
