"""Cut a district into connected, balanced, led parts, with a certificate.

Arrays and graphs only: no hospital, no street, no language.
"""

from gridplan.optimise.partition.engine import partition
from gridplan.optimise.partition.links import suggest_links
from gridplan.optimise.partition.problem import Resource
from gridplan.optimise.partition.result import Conflict, Partition

__all__ = ["Conflict", "Partition", "Resource", "partition", "suggest_links"]
