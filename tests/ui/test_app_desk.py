"""The map one works on: its layers and base maps, the center that was clicked, answers kept."""

import re
import sqlite3

import pytest
from test_app_page import plain
from test_app_pages import planned  # noqa: F401  # a fixture
from turning import go

from gridplan.outputs.canvas.canvas import Canvas
from gridplan.text import catalogue, say
from gridplan.ui.desk.card import PICKED, points_of
from gridplan.ui.desk.map import spoken_canvas
from gridplan.ui.page import shared_results
from gridplan.ui.setup import tiles
from gridplan.ui.setup.base_maps import BASE_MAPS, base_maps
from gridplan.ui.shown.spoken import spoken_as

GOOD = """\
[[base]]
name_zh = "天地图"
name_en = "Tianditu"
url = "https://t{s}.tianditu.gov.cn/vec_w/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
key = "abc"
subdomains = "01234567"
"""


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Give a function that sets the base maps of the server."""

    def written(text):
        path = tmp_path / "bases.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv(BASE_MAPS, str(path))
        return base_maps()

    return written


def test_no_base_map_without_an_option(monkeypatch):
    monkeypatch.delenv(BASE_MAPS, raising=False)
    assert base_maps() == ((), ())


def test_the_key_of_the_office_is_put_in(configured):
    [base], problems = configured(GOOD)
    assert not problems
    assert base.url.endswith("&tk=abc")
    assert base.name("en") == "Tianditu"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('url = "https://webrd01.is.autonavi.com/{z}/{x}/{y}"\nname_zh = "高德"', "base-shifted"),
        ('url = "http://tiles.local/{z}/{x}/{y}"\nname_zh = "甲"\ncrs = "gcj02"', "base-shifted"),
        ('url = "http://tiles.local/{z}/{x}"\nname_zh = "甲"', "base-no-tiles"),
        ('name_zh = "甲"', "base-one-source"),
        ('url = "http://tiles.local/{z}/{x}/{y}"', "missing-key"),
        ('file = "gone.mbtiles"\nname_zh = "甲"', "missing-input"),
        ('url = "http://a/{z}/{x}/{y}"\nname_zh = "甲"\nnmae = "乙"', "unknown-key"),
    ],
)
def test_a_base_map_that_cannot_be_used_is_told(configured, text, code):
    bases, problems = configured(f"[[base]]\n{text}\n")
    assert not bases
    assert [problem.code for problem in problems] == [code]
    assert all(problem.text(lang) for problem in problems for lang in ("zh", "en"))


def test_tiles_of_the_district_are_laid_out(tmp_path, monkeypatch):
    file = tmp_path / "city.mbtiles"
    with sqlite3.connect(file) as book:
        book.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
        book.execute("INSERT INTO metadata VALUES ('format', 'png')")
        book.execute(
            "CREATE TABLE tiles (zoom_level INT, tile_column INT, tile_row INT, tile_data BLOB)"
        )
        at = tiles.window([[22.70, 113.90], [22.71, 113.91]], 12)
        column, row = at[0] + 1, at[2] + 1
        inside = (12, column, 2**12 - 1 - row, b"here")
        book.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", [inside, (12, 0, 0, b"far")])
    book.close()
    monkeypatch.setattr(tiles, "_home", lambda: tmp_path / "served")
    monkeypatch.setattr(tiles, "_served", lambda: "tiles")
    layer = tiles.tiles_of(file, [[22.70, 113.90], [22.71, 113.91]])
    assert (layer["min"], layer["max"]) == (12, 12)
    [laid] = [path for path in (tmp_path / "served").rglob("*") if path.is_file()]
    assert laid.read_bytes() == b"here"
    assert (
        layer["url"]
        .format(z=12, x=column, y=row)
        .endswith(laid.relative_to(tmp_path / "served").as_posix())
    )
    assert tiles.tiles_of(tmp_path / "none.mbtiles", [[0, 0], [1, 1]]) is None


def test_a_center_that_is_clicked_tells_of_itself(planned):  # noqa: F811
    at = planned("en")
    result = shared_results().result(at.session_state["shown"])
    first = points_of(result.plan)[0]["id"]
    at.session_state[PICKED] = first
    at = at.run()
    assert not at.exception
    assert say("desk.card-area", "en") in plain(at)
    at = go(at, "sites")
    assert not at.exception
    assert say("desk.card-area", "en") in plain(at)
    at.button(key="card-close").click().run()
    assert say("app.sites-pick", "en") in plain(at)


def test_answers_are_there_on_another_day(planned, page, workspace):  # noqa: F811
    at = go(planned("en"), "policy")
    [answer] = [c for c in at.get("button_group") if c.key and c.key.endswith("criterion-02")]
    answer.set_value("yes")
    at.run()
    [kept] = [*workspace.glob("answers/*.toml")]
    assert "criterion-02" in kept.read_text("utf-8")
    again = page("en")
    assert again.session_state["answers"]["national-trial-2023/criterion-02"].answer == "yes"


def test_a_county_is_spoken_of_in_its_own_words():
    assert spoken_as("各街道的社康中心", "zh", "county") == "各乡镇的卫生院"
    assert spoken_as("区域社康中心（1+N）", "zh", "county") == "中心卫生院（1+N）"
    assert spoken_as("Streets and Centers", "en", "county") == "Towns and Health centers"
    for lang in ("zh", "en"):
        assert spoken_as(say("app.page-sites", lang), lang, "") == say("app.page-sites", lang)
        for key, template in catalogue(lang).items():
            if key.startswith(("app.", "desk.", "keys.", "bonds.")):
                told = spoken_as(template, lang, "county")
                assert re.findall(r"\{\w*\}", told) == re.findall(r"\{\w*\}", template), key
                if lang == "zh" and key != "app.county-words":
                    assert "社康" not in told, key


def test_the_map_of_a_county_speaks_of_a_county():
    rows = [["circle", "#000", "现有社康中心"]]
    layers = [
        {"name": "centers", "title": "社康中心", "legend": {"rows": rows, "note": "每街道"}},
        {"name": "grids", "title": "网格", "legend": {"rows": [["fill", "#0", "街道医院"]]}},
    ]
    canvas = Canvas("k", {"layers": layers})
    assert spoken_canvas(canvas, "zh", "") is canvas
    told = spoken_canvas(canvas, "zh", "county")
    first, second = told.content["layers"]
    assert (first["title"], first["legend"]["note"]) == ("卫生院", "每乡镇")
    assert first["legend"]["rows"][0][2] == "现有卫生院"
    assert second is layers[1]
    assert told.key != canvas.key
