"""Which documents speak to which place."""

import pytest

from gridplan.planning.checks.checks import scenario_rules
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.place import area_of, placed, profiles_of_place
from gridplan.policy.profile import profile_names, read_profile

EVERYWHERE = ("national-trial-2023", "living-circle")


@pytest.mark.parametrize(
    ("code", "local"),
    [
        ("440311", ("shenzhen-group-2023", "guangming-1n-2023")),  # 深圳市光明区
        ("440303", ("shenzhen-group-2023",)),  # 深圳市罗湖区
        ("440106", ()),  # 广州市天河区
        ("370303", ("zhangdian-2019",)),  # 淄博市张店区
        ("410202", ()),  # 开封市龙亭区
        ("410200", ()),  # 开封市
        ("kaifeng", ()),
        ("", ()),
    ],
)
def test_a_district_is_judged_by_what_speaks_to_it(code, local):
    assert profiles_of_place(code) == (EVERYWHERE[0], *local, EVERYWHERE[1])


def test_a_county_is_not_judged_by_the_trial_of_cities():
    assert profiles_of_place("440222") == ("guangdong-county-2022", "living-circle")
    assert profiles_of_place("410225") == ("living-circle",)  # 兰考县
    assert [area_of(code) for code in ("440281", "440221", "440220", "999999")] == [
        *("county", "county", "city", "city")
    ]


def test_auto_stands_for_them_and_names_beside_it_are_kept_once():
    assert placed(("auto", "zhangdian-2019", "living-circle"), "410202") == (
        *EVERYWHERE,
        "zhangdian-2019",
    )
    assert placed(("living-circle",), "440311") == ("living-circle",)
    assert placed((), "440311") == ()


def test_the_rules_of_a_scenario_follow_the_code():
    def profiles(code):
        rules = scenario_rules(Scenario(), None, code=code)
        return list(dict.fromkeys(rule.profile for rule in rules))

    assert profiles("410202") == [*EVERYWHERE, "gridplan"]
    assert "guangming-1n-2023" in profiles("440311")


def test_only_orders_are_policy():
    kinds = {name: read_profile(name)[0].source.kind for name in profile_names()}
    assert kinds["guangming-1n-2023"] == "article"
    assert kinds["living-circle"] == "compiled"
    assert {kinds[name] for name in profile_names() if name not in kinds} <= {"policy"}
    assert kinds["national-trial-2023"] == kinds["shenzhen-group-2023"] == "policy"
