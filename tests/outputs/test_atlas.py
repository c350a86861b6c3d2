"""The atlas: round scales at which what is shown fits, and all that a map sheet must carry."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gridplan.outputs.atlas.contents import sheets
from gridplan.outputs.atlas.page import MAP, drawn, wrapped
from gridplan.outputs.atlas.scale import scale_of, view
from gridplan.outputs.atlas.write import about_lines, write_atlas
from gridplan.outputs.office.office import Office
from gridplan.outputs.office.worded import Worded
from gridplan.outputs.style import fonts
from gridplan.outputs.words.text_table import text_width

metres = st.floats(50, 300_000)


@given(metres, metres)
def test_what_is_shown_fits_at_a_round_scale_that_is_not_much_too_small(across, up):
    area = (0.0, 0.0, across, up)
    scale = scale_of(area, 302, 248)
    west, south, east, north = view(area, 302, 248, scale)
    assert west <= 0 <= across <= east
    assert south <= 0 <= up <= north
    assert float(f"{scale:.2g}") == scale  # two figures, then noughts
    needed = max(across / 302, up / 248) * 1000
    assert scale <= 1.45 * 1.06 * needed


@given(st.text("网格 abc1,234.5分钟，。", max_size=60), st.integers(20, 90))
def test_broken_lines_keep_every_sign_and_every_number_whole(text, width):
    lines = wrapped(text, width, 8.0)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    numbers = re.findall(r"[0-9.,]+", text)
    assert [n for line in lines for n in re.findall(r"[0-9.,]+", line)] == numbers


def test_lines_fit_their_width():
    lines = wrapped("光明区人民医院牵头，常住人口 601,304 人，" * 5, 60, 8.0)
    assert max(map(text_width, lines)) <= 60 / (8 * 25.4 / 72 * 0.52) + 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheets_show_what_the_plan_has(plan, bare_plan, lang):
    made = sheets(Worded(plan, lang))
    codes = [sheet.code for sheet in made]
    assert codes == [
        *("present", "residents", "reach-now", "reach-planned", "grids"),
        *("group", "group", "levels", "street", "street", "street", "new"),
    ]
    assert len({sheet.title for sheet in made}) == len(made)
    bare = {sheet.code for sheet in sheets(Worded(bare_plan, lang))}
    assert not bare & {"grids", "group", "street"}


def test_a_sheet_carries_all_that_a_map_must(plan):
    told = Worded(plan, "zh", Office(texts={"map.drawn": "某测绘院", "map.stamp": "送审稿"}))
    sheet = next(one for one in sheets(told) if one.code == "group")
    figure = drawn(sheet, 7, told, fonts.face(), about_lines(told))
    text = "\n".join(one.get_text() for axes in figure.axes for one in axes.texts)
    for needed in (sheet.title, "图　例", "比例尺", "公里", "坐标系", "制图日期", "模拟数据"):
        assert needed in text
    assert "\nN\n" in f"\n{text}\n"
    for needed in ("图　　号", "07", "审 图 号", "某测绘院", "送审稿"):
        assert needed in text
    scale = int(re.search(r"1:([\d,]+)", text)[1].replace(",", ""))
    west, east = figure.axes[1].get_xlim()
    assert np.isclose((east - west) * 1000 / scale, MAP[2])


def test_pictures_and_vector_pages_are_named_as_submissions_ask(plan, tmp_path):
    paths, _ = write_atlas(Worded(plan, "zh"), tmp_path, dpi=60, only=("grids", "new"))
    names = sorted(path.name for path in paths)
    code, name = plan.district.code, plan.district.name_zh
    assert names == [
        *(f"{code}{name}05医疗集团网格规划图.{form}" for form in ("jpg", "pdf")),
        *(f"{code}{name}12新增社康中心分布图.{form}" for form in ("jpg", "pdf")),
    ]
    with Image.open(tmp_path / names[0]) as picture:
        assert [round(side / 60 * 25.4) for side in picture.size] == [420, 297]
    page = (tmp_path / names[1]).read_bytes()
    assert page.startswith(b"%PDF")
    assert b"CreationDate" not in page
