"""1+N: which centers are regional, and which regional center manages each of the others."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gridplan.errors import Problem
from gridplan.planning.certificate import Certificate


@dataclass(frozen=True, eq=False)
class Regional:
    """
    The 1+N choice.

    Parameters
    ----------
    regional_center
        Index ``center``: the regional center that manages it, its own id if it is one.
    certificate
        Of the choice.
    notes
        Streets without a center, centers managed from another street, as data.
    """

    regional_center: pd.Series
    certificate: Certificate
    notes: tuple[Problem, ...]
