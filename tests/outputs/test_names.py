import pytest
from stand_in import make_plan

from gridplan.outputs.names import Names, figure, word


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1234.0, "persons", "1,234 人", "1,234 residents"),
        (12.345, "minutes", "12.3 分钟", "12.3 minutes"),
        (99.97, "percent", "99.97%", "99.97 %"),
        (100.0, "percent", "100.0%", "100.0 %"),
        (89.55, "percent", "89.5%", "89.5 %"),
        (3, "count", "3", "3"),
        (None, "persons", "—", "—"),
        (float("nan"), "percent", "—", "—"),
        (1.5, "parsecs", "1.50 parsecs", "1.50 parsecs"),
    ],
)
def test_figures_have_their_unit(value, unit, zh, en):
    assert figure(value, unit, "zh") == zh
    assert figure(value, unit, "en") == en


def test_words_fall_back_to_the_code():
    assert word("status", "existing", "zh") == "现有"
    assert word("status", "unheard-of", "zh") == "unheard-of"
    assert word("status", None, "en") == ""


def test_everything_has_a_name_in_both_languages(plan):
    zh, en = Names.of(plan, "zh"), Names.of(plan, "en")
    assert zh.hospitals == {"h1": "人民医院", "h2": "中医院", "h3": "大学医院"}
    assert en.hospitals == {"h1": "People's Hospital", "h2": "中医院", "h3": "University Hospital"}
    assert zh.grids["G1"] == "网格1（牵头：人民医院）"
    assert zh.subject("district", "440311") == "测试区"
    assert zh.subject("center", "n2") == "甲社区新增社康中心2"
    assert zh.subject("center", "unheard-of") == "unheard-of"


def test_new_centers_are_numbered_within_their_community():
    plan = make_plan()
    plan.layout.centers.loc["n1", "community"] = None
    names = Names.of(plan, "zh").centers
    street = plan.layout.centers.loc["n1", "subdistrict"]
    assert names["n1"] == f"{street}新增社康中心1"
    assert names["n2"] == "甲社区新增社康中心1"
    assert len(set(names.values())) == len(names)
    plan.layout.centers.loc["n1", "subdistrict"] = None
    assert Names.of(plan, "en").centers["n1"] == "New center 1"
