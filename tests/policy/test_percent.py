"""0.85 for a rule in percent: 0.85 % or 85 %? Asked, unless the sign stands there."""

import tomllib

import pytest

from gridplan.errors import InputError
from gridplan.policy.override import override, parse_override
from gridplan.policy.profile import read_profile, rules_from

RULE = next(rule for rule in read_profile("national-trial-2023") if rule.unit == "percent")
COUNT = next(rule for rule in read_profile("national-trial-2023") if rule.unit == "count")


@pytest.mark.parametrize("bound", ["lower=0.85", "lower=none, upper=1", "lower=none, upper=0.5"])
def test_a_share_for_a_rule_in_percent_is_asked_about(bound):
    with pytest.raises(InputError) as caught:
        override([RULE], [f"{RULE.key}: {bound}"])
    (problem,) = caught.value.problems
    assert problem.code == "override-percent"
    for lang in ("zh", "en"):
        told = problem.text(lang)
        assert f"{problem.values['key']}={problem.values['small']}%" in told
        assert f"{problem.values['key']}={problem.values['large']}%" in told


@pytest.mark.parametrize(
    ("bound", "value"),
    [("lower=85", 85), ("lower=85%", 85), ("lower = 0.85 %", 0.85), ("lower=85％", 85)],
)
def test_what_is_clear_is_taken(bound, value):
    (rule,) = override([RULE], [f"{RULE.key}: {bound}, upper=none"])
    assert (rule.lower, rule.upper) == (value, None)


def test_both_written_answers_lead_on():
    for small, large in (("0.85", "85"), ("1", "100")):
        for value in (small, large):
            (rule,) = override([RULE], [f"{RULE.key}: lower={value}%, upper=none"])
            assert rule.lower == float(value)


def test_a_percent_sign_on_another_rule_is_refused():
    with pytest.raises(InputError, match="not in percent"):
        override([COUNT], [f"{COUNT.key}: lower=5%"])
    assert parse_override(f"{COUNT.key}: lower=%") is None


PROFILE = """
[source]
title_zh = "甲"
title_en = "A"
issuer_zh = "乙"
issuer_en = "B"
date = "2024"

[[rules]]
id = "share"
level = "must"
subject = "district"
unit = "percent"
lower = {}
title_zh = "占比"
title_en = "share"
clause = "占比"
clause_en = "share"
section = "一"
"""


def rules(lower):
    return rules_from(tomllib.loads(PROFILE.format(lower)), profile="own")


def test_a_profile_of_ones_own_is_asked_too():
    with pytest.raises(InputError, match=r"0\.85 % or 85 %"):
        rules("0.85")
    assert rules('"0.85%"')[0].lower == 0.85
    assert rules('"85 %"')[0].official_lower == 85
    assert rules("85")[0].lower == 85
    with pytest.raises(InputError, match="wrong type"):
        rules('"85"')
