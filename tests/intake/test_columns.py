"""Numbers, kinds and names as people write them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.district.schema.figures import read_number, read_numbers
from gridplan.intake.columns.joining import core, join_names, normal
from gridplan.intake.columns.values import is_building, is_furniture, read_institution


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2万", 12_000),
        ("2,500人", 2_500),
        ("２５００", 2_500),
        ("１，２３４", 1_234),
        ("约3千", 3_000),
        ("0.5亿", 50_000_000),
        ("120张", 120),
        ("1e3", 1_000),
        ("-5", -5),
        ("12", 12),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == pytest.approx(number)


@pytest.mark.parametrize("text", ["", None, "-", "——", "无", "n/a"])
def test_a_blank_is_no_number(text):
    assert np.isnan(read_number(text))


@pytest.mark.parametrize("text", ["约", "12a", "1,23", "1.2.3", "二十", "9" * 60, "1e999"])
def test_what_is_no_number_is_said_to_be_none(text):
    assert read_number(text) is None


@given(st.integers(0, 10**9))
def test_written_numbers_come_back(number):
    for text in (str(number), f"{number:,}", f"{number:,}人", f"{number}.0"):
        assert read_number(text) == number


def test_what_was_mended_and_what_is_wrong_is_told_apart():
    numbers, mended, wrong = read_numbers(["5", "1.2万", "many", None])
    assert numbers[:2].tolist() == [5, 12_000]
    assert mended.tolist() == [False, True, False, False]
    assert wrong.tolist() == [False, False, True, False]


def test_points_of_interest_say_level_kind_and_what_is_an_annex():
    hospital = read_institution("医疗保健服务;综合医院;三级甲等医院", "区人民医院")
    assert (hospital.level, hospital.kind, hospital.primary) == ("tertiary-a", "general", False)
    center = read_institution("医疗保健服务;医疗保健服务场所;社区卫生服务中心", "玉塘社康中心")
    assert center.primary
    assert is_furniture("区人民医院-停车场")
    assert is_building("区人民医院门诊部")
    assert not is_furniture("东门社康中心")
    assert read_institution(None, "二级", None, "市中医院").kind == "tcm"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("光明街道办事处", "光明街道"),
        ("光明", "光明街道"),
        ("（甲）社区居委会", "甲社区"),
        ("觀湖街道", "观湖"),
        ("ＡＢ镇", "ab镇"),
        ("石柱县", "石柱土家族自治县"),
    ],
)
def test_endings_and_letters_do_not_matter(one, other):
    joined = join_names([one], [other, "别处街道"])
    assert joined.found == {one: other}


def test_codes_win_and_what_meets_nothing_is_listed_with_the_nearest():
    places = ["光明街道", "公明街道", "新湖街道"]
    codes = dict(zip(places, ["440311001", "440311002", "440311003"], strict=True))
    joined = join_names(["440311002.0", "光朋街道", "公明"], places, codes=codes)
    assert joined.found == {"440311002.0": "公明街道", "公明": "公明街道"}
    assert joined.missing["光朋街道"][0][0] == "光明街道"
    assert joined.unused == ["光明街道", "新湖街道"]


def test_a_name_that_means_two_places_is_not_guessed():
    joined = join_names(["新城"], ["新城街道", "新城镇"])
    assert not joined.found
    assert joined.unclear == {"新城": ["新城街道", "新城镇"]}
    told = join_names(["新城"], ["新城街道", "新城镇"], answers={"新城": "新城镇"})
    assert told.found == {"新城": "新城镇"}


@given(st.text(max_size=20))
def test_any_text_is_a_name(text):
    assert core(core(text)) is not None
    assert normal(normal(text)) == normal(text)
