"""Whatever a rule can measure the audit counts by itself, asked of the same subjects."""

import pytest

from gridplan.audit.derived.figures import FIGURES
from gridplan.planning.measures import MEASURES


def test_the_audit_counts_every_measure():
    assert set(FIGURES) == set(MEASURES)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_a_figure_rests_on_the_same_columns(name):
    figure, measure = FIGURES[name], MEASURES[name]
    assert set(figure.subjects) == set(measure.subjects)
    assert figure.needs == measure.needs
    assert figure.reads == measure.reads
    assert figure.named == measure.named
    assert (figure.tells is None) == (measure.tells is None and measure.quotes is None)
