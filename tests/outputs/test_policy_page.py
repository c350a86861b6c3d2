"""docs/policy.md is what the profiles say, and tells of every rule how it is answered."""

from pathlib import Path

from gridplan.outputs.pages.policy_page import PAGE, answered, document
from gridplan.planning.measures import MEASURES
from gridplan.policy.profile import profile_names, read_profile

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_profiles_say():
    current = (ROOT / PAGE).read_text(encoding="utf-8")
    assert current == document(), "run python -m gridplan.outputs.pages.policy_page"


def test_every_clause_and_column_stands_on_the_page():
    page = document()
    for name in profile_names():
        for rule in read_profile(name):
            assert rule.clause in page
            assert f"`{rule.id}`" in page
            for need in MEASURES[rule.measure].needs if rule.measure else ():
                assert f"`{need}`" in page


def test_a_rule_says_how_it_is_answered():
    rules = {rule.id: rule for name in profile_names() for rule in read_profile(name)}
    assert answered(rules["coverage"], "en") == "computed: `share_in_one_grid`, of each district"
    assert answered(rules["center-host"], "en").startswith("needs `centers.host`")
    assert answered(rules["criterion-02"], "zh") == "自评（`assessment.toml`）"
