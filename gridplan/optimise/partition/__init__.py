"""Cut a district into connected, balanced, led parts, with a certificate.

Arrays and graphs only: no hospital, no street, no language.

- :func:`partition` cuts; :class:`Partition` is the answer, :class:`Conflict` why there is none.
- :func:`alternatives` gives several good partitions that differ, each with its price.
- :func:`repair` mends what a person drew and says what it moved and why.
- :func:`suggest_links` proposes the shortest links between pieces of a district.
- :mod:`~gridplan.optimise.partition.answer.measures` are plain functions of a partition.
"""

from gridplan.optimise.partition.alternatives import Alternative, alternatives
from gridplan.optimise.partition.answer import measures
from gridplan.optimise.partition.answer.result import Conflict, Partition
from gridplan.optimise.partition.engine import partition
from gridplan.optimise.partition.graph.links import suggest_links
from gridplan.optimise.partition.question.problem import Resource
from gridplan.optimise.partition.question.sites import Sites
from gridplan.optimise.partition.repair import Move, Repair, repair

__all__ = [
    "Alternative",
    "Conflict",
    "Move",
    "Partition",
    "Repair",
    "Resource",
    "Sites",
    "alternatives",
    "measures",
    "partition",
    "repair",
    "suggest_links",
]
