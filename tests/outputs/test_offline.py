import hashlib
import re

import folium
import pytest

from gridplan.outputs.drawing.offline import (
    ExternalLinkError,
    asset_folder,
    localize,
    standalone_html,
)
from gridplan.outputs.map.maps import comparison_map, plan_map

LOADING = re.compile(
    r"""<(?:script|img|iframe|link|source|embed|object)\b[^>]*(?:src|href|data)\s*=|@import|"""
    r"""url\((?!["']?(?:data:|\#))""",
    re.IGNORECASE,
)


def test_vendored_files_are_the_published_ones():
    listed = {}
    for row in (asset_folder() / "manifest.sha256").read_text().splitlines():
        digest, name = row.split("  ")
        listed[name] = digest
    found = {
        path.relative_to(asset_folder()).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("leaflet", "leaflet-draw", "leaflet-sync")
        for path in sorted((asset_folder() / folder).rglob("*"))
        if path.is_file()
    }
    assert found == listed
    for folder in ("leaflet", "leaflet-draw", "leaflet-sync"):
        assert f"{folder}/LICENSE" in listed


def without_libraries(page):
    """The page less the scripts and styles that come with the package, read for links."""
    for path in asset_folder().rglob("*.js"):
        code = re.sub(r"//# sourceMappingURL=.*", "", path.read_text(encoding="utf-8"))
        page = page.replace(code.replace("</script", "<\\/script"), "")
    return page


def test_page_loads_nothing(plan, bare_plan):
    for drawn in (
        plan_map(plan, "zh"),
        plan_map(bare_plan, "en"),
        comparison_map(plan, bare_plan, "zh"),
    ):
        page = standalone_html(drawn)
        assert not LOADING.search(without_libraries(page))
        assert "gridplan-asset:" not in page
        own = re.sub(r"/\*.*?\*/", "", without_libraries(page), flags=re.DOTALL)
        assert "https://" not in own
        assert "http://" not in own
        assert "Content-Security-Policy" in page
        assert "default-src 'none'" in page


@pytest.mark.parametrize(
    "guest",
    [
        lambda: folium.TileLayer("OpenStreetMap"),
        folium.plugins.MarkerCluster,
        folium.plugins.Fullscreen,
        lambda: folium.LinearColormap(["red", "blue"]),
    ],
)
def test_what_would_load_something_is_refused(guest):
    drawn = folium.Map(tiles=None)
    drawn.add_child(guest())
    with pytest.raises(ExternalLinkError):
        standalone_html(drawn)


def test_a_link_in_the_page_itself_is_refused():
    drawn = folium.Map(tiles=None)
    drawn.get_root().html.add_child(folium.Element('<img src="https://example.invalid/x.png">'))
    with pytest.raises(ExternalLinkError, match="left in the page"):
        standalone_html(drawn)


def test_localized_links_point_to_files_that_exist_and_leave_folium_alone(plan):
    before = list(folium.Map.default_js)
    drawn = localize(plan_map(plan, "zh"), "/assets/")
    links = [url for _, url in [*drawn.default_js, *drawn.default_css]]
    assert "/assets/leaflet/leaflet.js" in links
    assert links.index("/assets/leaflet/leaflet.js") < links.index("/assets/gridplan/gridplan.js")
    for url in links:
        assert (asset_folder() / url.removeprefix("/assets/")).is_file()
    assert folium.Map.default_js == before
    assert type(drawn).default_js == before
    assert folium.Map(tiles=None).default_js == before


def test_drawing_tools_come_along():
    drawn = folium.Map(tiles=None)
    folium.plugins.Draw().add_to(drawn)
    assert "L.drawVersion" in standalone_html(drawn)


def test_a_notebook_shows_the_whole_page_in_a_frame(plan, tmp_path):
    drawn = plan_map(plan, "zh")
    shown = drawn._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in shown
    drawn.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8").count("<title>") == 1


def test_page_says_its_language_and_title(plan):
    zh, en = (standalone_html(plan_map(plan, lang)) for lang in ("zh", "en"))
    assert '<html lang="zh-CN">' in zh
    assert "<title>测试区 医疗集团网格与社康中心规划</title>" in zh
    assert '<html lang="en">' in en


@pytest.mark.browser
def test_browser_asks_for_nothing(plan, bare_plan, visit, tmp_path):
    for number, drawn in enumerate(
        (plan_map(plan, "zh"), plan_map(bare_plan, "en"), comparison_map(plan, bare_plan, "zh"))
    ):
        path = tmp_path / f"{number}.html"
        drawn.save(path)
        visited = visit(path)
        assert visited.outside == []
        assert visited.complaints == []


@pytest.mark.browser
def test_the_frame_of_a_notebook_draws_the_map(plan, browser, tmp_path):
    path = tmp_path / "notebook.html"
    path.write_text(f"<html><body>{plan_map(plan, 'zh')._repr_html_()}</body></html>", "utf-8")
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    inside = page.frame_locator("iframe")
    inside.locator(".gp-legend").wait_for()
    assert inside.locator(".gp-symbol").count() >= 9
    assert [url for url in asked[1:] if not url.startswith(("data:", "about:"))] == []
    page.close()


@pytest.mark.browser
def test_policy_stops_what_would_still_get_out(plan, visit, tmp_path):
    plan_map(plan, "zh").save(tmp_path / "map.html")
    visited = visit(tmp_path / "map.html")
    visited.page.evaluate("fetch('http://127.0.0.1:9/x').catch(() => {})")
    visited.page.wait_for_timeout(100)
    assert any("Content Security Policy" in said for said in visited.complaints)
