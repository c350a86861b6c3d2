"""The page driven without a browser, over a folder with the tiny district."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
import streamlit as st
from browsing import CHROMIUM, OPTIONS, Visit, serving
from streamlit.testing.v1 import AppTest

from gridplan.ui.page import shared_results

SCENARIO = """\
name_zh = "小方案"
name_en = "Small scenario"
grids = 2
center_lower = 10000
center_upper = 20000
work_limit = 1
"""


@pytest.fixture(autouse=True)
def workspace(tmp_path):
    """Planners' own districts lie in a folder of the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDPLAN_WORKSPACE", str(tmp_path / "workspace"))
        yield tmp_path / "workspace"


@pytest.fixture
def data(tmp_path, tiny_folder):
    """Give a folder of bundled districts that holds the tiny one."""
    folder = tmp_path / "data" / "tiny"
    shutil.copytree(tiny_folder, folder)
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    yield folder.parent
    shared_results().close()
    st.cache_resource.clear()


@pytest.fixture
def page(data):
    """Give a function that opens the page as a new window would."""

    def opened(lang=None, *, user=None, **query):
        script = f"from gridplan.ui.page import Path, page\npage(Path({str(data)!r}))"
        at = AppTest.from_string(script, default_timeout=60)
        if lang:
            query["lang"] = lang
        for key, value in query.items():
            at.query_params[key] = value
        if user is not None:
            at.user = user
        return at.run()

    return opened


@pytest.fixture(scope="module")
def visiting():
    """
    Give a function that plays a scene in a browser window.

    The browser lives in a thread of its own: two of them in one thread would share an event loop,
    and other tests keep theirs open.
    """
    if not CHROMIUM:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    def opened():
        playwright = sync_playwright().start()
        return playwright, playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)

    def scene(play, lang, *args):
        visit = Visit(browser, lang)
        try:
            play(visit, *args)
        finally:
            visit.context.close()
        assert visit.outside == []
        assert visit.complaints == []

    def closed():
        browser.close()
        playwright.stop()

    with ThreadPoolExecutor(max_workers=1) as thread:
        playwright, browser = thread.submit(opened).result()
        yield lambda play, *args: thread.submit(scene, play, *args).result()
        thread.submit(closed).result()


@pytest.fixture(scope="module")
def app(tmp_path_factory, tiny_writer):
    """One server of the app over the small district, for every test of a file."""
    with serving(tmp_path_factory.mktemp("app"), tiny_writer, SCENARIO) as server:
        yield server
