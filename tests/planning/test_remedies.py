"""Every remedy that is named works: refused scenarios over districts drawn at random."""

import dataclasses

import pytest

from benchmarks.refused import KINDS, drawn
from benchmarks.remedies import obey
from gridplan.errors import InfeasibleError
from gridplan.planning.advice import plan_with_advice

SEEDS = (2, 3, 5, 6, 7, 8, 10, 12, 13, 18, 23, 24, 30, 31, 36, 37, 39, 41, 42, 43, 48, 49)
SEEDS += (54, 55, 57)


def asked(seed):
    question = drawn(seed)
    quick = dataclasses.replace(question.scenario, work_limit=0.5)
    return dataclasses.replace(question, scenario=quick)


@pytest.mark.parametrize("seed", SEEDS)
def test_obeying_a_remedy_gives_a_plan_or_leaves_what_was_named(seed):
    question = asked(seed)
    with pytest.raises(InfeasibleError) as caught:
        plan_with_advice(question.district, question.scenario)
    error = caught.value
    tried = list(obey(question, error))
    assert tried, "no remedy at all"
    assert [one for one in tried if not one.works] == []
    for lang in ("zh", "en"):
        assert all(remedy.text(lang) in error.text(lang) for remedy in (o.remedy for o in tried))


def test_the_seeds_cover_most_kinds_of_trouble():
    kinds = {drawn(seed).kind for seed in SEEDS}
    assert len(SEEDS) == 25
    assert len(kinds) >= len(KINDS) // 2
