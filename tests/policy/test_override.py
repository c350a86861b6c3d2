"""A scenario's own bounds: read, put in, shown beside the official ones; wrong ones are named."""

import pytest

from gridplan.errors import InputError
from gridplan.policy.override import EXAMPLE, override, parse_override
from gridplan.policy.profile import read_profile

RULES = read_profile("guangming-1n-2023")


def rule_of(rules, name):
    return next(rule for rule in rules if rule.id == name)


def test_bounds_change_and_the_official_ones_stay():
    changed = override(
        RULES,
        [
            "guangming-1n-2023/centers-66: lower=60, upper=80",
            "guangming-1n-2023/regional-per-street: upper=none",
        ],
    )
    centers = rule_of(changed, "centers-66")
    assert (centers.lower, centers.upper, centers.official_lower) == (60.0, 80.0, 66)
    assert centers.official_upper is None
    street = rule_of(changed, "regional-per-street")
    assert (street.lower, street.upper, street.official_upper) == (1, None, 2)
    assert street.overridden
    assert [rule.id for rule in changed] == [rule.id for rule in RULES]
    same = [rule for rule in changed if not rule.overridden]
    assert len(same) == len(RULES) - 2


def test_the_example_of_the_message_can_be_read():
    assert parse_override(EXAMPLE) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "centers-66: lower=60",
        "guangming-1n-2023/centers-66",
        "guangming-1n-2023/centers-66: lower",
        "guangming-1n-2023/centers-66: low=60",
        "guangming-1n-2023/centers-66: lower=sixty",
        "guangming-1n-2023/centers-66: lower=1e999",
        "guangming-1n-2023/centers-66: lower=60, lower=61",
        "guangming-1n-2023/centers-66: lower=6-0",
    ],
)
def test_a_misspelt_override_is_told_with_an_example(text):
    with pytest.raises(InputError, match="write it as 'guangming-1n-2023/centers-66: lower=60"):
        override(RULES, [text])


def test_all_wrong_overrides_are_told_at_once():
    with pytest.raises(InputError) as error:
        override(
            RULES,
            [
                "guangming-1n-2023/centers-67: lower=60",
                "guangming-1n-2023/regional-per-street: lower=3",
            ],
        )
    told = str(error.value)
    assert "Did you mean guangming-1n-2023/centers-66?" in told
    assert "lower = 3 above upper = 2" in told
