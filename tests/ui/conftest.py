"""The page driven without a browser, over a folder with the tiny district."""

import shutil

import pytest
import streamlit as st
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

    def opened(lang=None, **query):
        script = f"from gridplan.ui.page import Path, page\npage(Path({str(data)!r}))"
        at = AppTest.from_string(script, default_timeout=60)
        if lang:
            query["lang"] = lang
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return opened
