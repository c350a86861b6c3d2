"""Profiles keep their schema, quote their documents, and pass or fail at their bounds."""

import re
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.planning.measures import MEASURES
from gridplan.policy.rule import profile_names, read_profile, rules_from

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seeds"
DOCUMENTS = {"national-trial-2023": "002", "guangming-1n-2023": "001"}
SOURCE = dict.fromkeys(("title_zh", "title_en", "issuer_zh", "issuer_en", "date"), "x")
RULE = {
    "id": "r",
    "level": "must",
    "measure": "centers",
    "subject": "district",
    "unit": "count",
    "title_zh": "x",
    "title_en": "x",
    "clause": "x",
    "clause_en": "x",
    "section": "x",
}


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_sound(name):
    rules = read_profile(name)
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.measure in MEASURES for rule in rules)
    assert all(rule.lower is not None or rule.upper is not None for rule in rules)


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_every_verbatim_clause_stands_in_its_document(name):
    files = list(SEEDS.glob(f"{DOCUMENTS[name]}_*.txt"))
    if not files:
        pytest.skip("the policy documents (../shared/seeds) are not there")
    text = re.sub(r"\s+", "", files[0].read_text(encoding="utf-8"))
    quoted = [rule for rule in read_profile(name) if rule.verbatim]
    assert quoted
    missing = [rule.id for rule in quoted if re.sub(r"\s+", "", rule.clause) not in text]
    assert not missing


@pytest.mark.parametrize(
    ("lower", "upper", "value", "passed"),
    [
        (1, 2, 0, False),
        (1, 2, 1, True),
        (1, 2, 2, True),
        (1, 2, 3, False),
        (1, None, 9, True),
        (None, 5, 6, False),
        (1, 2, None, None),
    ],
)
def test_bounds_are_allowed_values(lower, upper, value, passed):
    bounds = {k: v for k, v in (("lower", lower), ("upper", upper)) if v is not None}
    (rule,) = rules_from({"source": SOURCE, "rules": [RULE | bounds]}, profile="p")
    assert rule.passes(value) is passed


def test_an_unknown_profile_is_named_with_the_nearest():
    with pytest.raises(InputError, match="Did you mean 'living-circle'"):
        read_profile("living-circles")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"lowr": 1}, "rule r: unknown key 'lowr'"),
        ({"lower": "one"}, "rule r: the value one of key 'lower'"),
        ({"level": "shall"}, "rule r: 'shall' is not valid for key 'level'"),
        ({"unit": None}, "key 'unit'"),
    ],
)
def test_a_rule_that_breaks_the_schema_is_named(change, match):
    with pytest.raises(InputError, match=match):
        rules_from({"source": SOURCE, "rules": [RULE | change]}, profile="p")


def test_what_is_missing_is_named():
    rule = {key: value for key, value in RULE.items() if key != "clause"}
    with pytest.raises(InputError, match="key 'clause' is missing"):
        rules_from({"source": SOURCE, "rules": [rule]}, profile="p")
