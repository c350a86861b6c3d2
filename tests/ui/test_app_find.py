"""Addresses on the page and in lists: by name, by click, signed center first; nothing is kept."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from test_app_pages import planned  # noqa: F401  # a fixture
from turning import go

from gridplan.district.folder.read import read_district
from gridplan.errors import InputError
from gridplan.lookup.directory import directory
from gridplan.lookup.places import Places, normal, places_in, regions_of
from gridplan.lookup.referral import refer_content
from gridplan.planning.plan import plan
from gridplan.planning.scenario.derived import scenario_of
from gridplan.text import say
from gridplan.ui.setup.address_table import keep_table, read_table, table_path

NAMES = ("凤凰花园三期12栋", "凤凰花园三期13栋", "光明小区", "翠湖园")


@pytest.fixture
def table():
    return Places(
        NAMES, tuple(map(normal, NAMES)), (1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0), "wgs84"
    )


@pytest.mark.parametrize(
    "text",
    ["凤凰花园（三期）12幢", "广东省深圳市光明区凤凰花园三期１２栋", " 凤凰花园 三期-12座"],
)
def test_a_name_is_found_however_it_is_written(text):
    regions = regions_of("广东省深圳市光明区")
    keys = tuple(normal(name, regions) for name in NAMES)
    assert Places(NAMES, keys, (1.0,) * 4, (2.0,) * 4, "wgs84", regions).found(text) == 0


def test_nothing_is_guessed(table):
    assert table.found("凤凰花园三期") is None
    assert [table.names[at] for at in table.near("凤凰花园三期")][:2] == list(NAMES[:2])
    assert table.found("") is None
    assert table.near("完全无关zzz") == ()
    # Two places of one name are offered, neither is taken.
    twice = Places(("甲", "甲"), ("甲", "甲"), (1.0, 2.0), (1.0, 1.0), "wgs84")
    assert twice.found("甲") is None
    assert twice.near("甲") == (0, 1)


@given(st.text(max_size=12))
def test_names_are_compared_by_what_they_are_written_as(text):
    assert normal(normal(text)) == normal(text)


def test_a_table_without_names_is_refused():
    with pytest.raises(InputError) as refused:
        places_in("经度,纬度\n1,2\n".encode(), "a.csv", crs="wgs84")
    assert [problem.code for problem in refused.value.problems] == ["places-no-name"]


def test_only_names_and_places_of_a_table_are_kept(tmp_path):
    text = "小区,经度,纬度,户主\n翠湖园,113.9,22.7,张三\n无坐标,,,李四\n"
    assert keep_table(tmp_path / "d", text.encode("gb18030"), "t.csv", crs="gcj02") == 1
    kept = table_path(tmp_path / "d").read_text("utf-8-sig")
    assert "张三" not in kept
    assert kept.splitlines()[0] == "name,lon,lat"
    found = read_table(tmp_path / "d", "深圳市光明区")
    assert found.names == ("翠湖园",)
    # Five hundred metres is what the two systems differ by there.
    assert 0.001 < abs(found.lon[0] - 113.9) < 0.01


@pytest.fixture(scope="module")
def made(tiny_writer, tmp_path_factory):
    district = read_district(tiny_writer(tmp_path_factory.mktemp("find") / "tiny"))
    return plan(district, scenario_of(district))


def test_the_signed_center_comes_first_then_the_nearest(made):
    known, tiny_district = directory(made, lang="zh"), made.district
    degrees = Transformer.from_crs(tiny_district.crs, 4326, always_xy=True)
    lon, lat = degrees.transform(*tiny_district.centroids.T)
    far = known.center_names[-1]
    rows = [f"甲,{lon[0]},{lat[0]},{far}", f"乙,{lon[0]},{lat[0]},", f"丙,0,0,{known.centers[0]}"]
    text = "\n".join(["姓名,经度,纬度,签约社康", *rows, "丁,0,0,没有这一家"]) + "\n"
    answers = refer_content(known, text.encode(), "list.csv", crs="wgs84", lang="zh", places=None)
    table = [*csv.reader(io.StringIO(answers.content.decode("utf-8-sig")))]
    at = table[0].index(say("locate.column-referred", "zh"))
    metres = [np.hypot(*(place - tiny_district.centroids[0])) for place in known.places]
    nearest = known.center_names[int(np.argmin(metres))]
    assert [row[at] for row in table[1:]] == [far, nearest, known.center_names[0], ""]
    assert table[1][at + 1] == say("locate.referred-signed", "zh")
    assert answers.counts["found"] == 2
    assert answers.counts["outside"] == 2


def test_a_list_of_names_is_answered_by_the_table(made):
    known, tiny_district = directory(made, lang="zh"), made.district
    degrees = Transformer.from_crs(tiny_district.crs, 4326, always_xy=True)
    lon, lat = (part[0] for part in degrees.transform(*tiny_district.centroids.T))
    places = Places(("翠湖园",), ("翠湖园",), (lon,), (lat,), "wgs84")
    text = "姓名,住址\n甲,翠湖 园\n乙,翠湖\n"
    found = refer_content(known, text.encode(), "l.csv", crs="gcj02", lang="zh", places=places)
    table = [*csv.reader(io.StringIO(found.content.decode("utf-8-sig")))]
    assert found.counts["found"] == found.counts["unnamed"] == 1
    assert found.counts["unreadable"] == 0
    assert table[2][-1] == "翠湖园"
    with pytest.raises(InputError):
        refer_content(known, text.encode(), "l.csv", crs="gcj02", lang="zh", places=None)


def test_a_name_and_a_click_fill_the_coordinates(planned, data):  # noqa: F811
    keep_table(data / "tiny", "小区,经度,纬度\n翠湖园,113.9,22.7\n".encode(), "t.csv", crs="wgs84")
    at = go(planned("zh"), "lookup")
    at.text_input(key="lookup-text").set_value("翠湖 园").run()
    assert not at.exception
    assert at.session_state["lookup-lon"] == 113.9
    at.text_input(key="lookup-text").set_value("翠湖").run()
    at.button(key="lookup-near-0").click().run()
    assert at.session_state["lookup-text"] == "翠湖园"
