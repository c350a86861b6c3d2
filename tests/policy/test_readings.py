"""Readings of one phrase: the planner adopts one, and the finding tells what the others come to."""

import pytest

from gridplan.errors import InputError
from gridplan.planning.checks.checks import scenario_rules
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import read_profile
from gridplan.policy.readings import adopt_readings

RULES = [*read_profile("guangming-1n-2023"), *read_profile("living-circle")]


def adopted(rules):
    return {rule.phrase: rule.id for rule in rules if rule.phrase and rule.adopted}


def test_the_profiles_mark_the_reading_that_stands_without_a_choice():
    assert adopted(adopt_readings(RULES)) == {
        "regional-100k": "street-population",
        "residents-a-center": "residents-per-center",
    }


def test_without_the_marked_one_the_first_stands():
    rules = adopt_readings(read_profile("living-circle"))
    assert adopted(rules) == {"residents-a-center": "norm-center-national"}


def test_a_choice_replaces_the_marked_reading():
    rules = adopt_readings(RULES, ["regional-100k: managed-100k"])
    assert adopted(rules)["regional-100k"] == "managed-100k"
    assert [rule.id for rule in rules] == [rule.id for rule in RULES]


@pytest.mark.parametrize(
    ("readings", "match"),
    [
        (["regional-10k: street-100k"], "Did you mean 'regional-100k'"),
        (["regional-100k: streets-100k"], "Did you mean 'street-100k'"),
        (["regional-100k: street-100k", "regional-100k: managed-100k"], "two readings"),
    ],
)
def test_a_choice_that_names_nothing_is_told_with_the_nearest(readings, match):
    with pytest.raises(InputError, match=match):
        scenario_rules(Scenario(readings=tuple(readings)), None, code="440311")


def test_a_choice_is_written_as_a_table_or_as_lines():
    table = {"readings": {"regional-100k": "street-100k"}}
    lines = {"readings": ["regional-100k: street-100k"]}
    assert scenario_from(table, source="x") == scenario_from(lines, source="x")
    with pytest.raises(InputError, match="phrase: rule"):
        scenario_from({"readings": ["regional-100k"]}, source="x")


def test_the_day_of_the_verdict_is_a_day():
    assert Scenario().as_of == "2026-01-01"
    for wrong in ("2026", "2026-02-30", "today"):
        with pytest.raises(InputError, match="as_of"):
            Scenario(as_of=wrong)
