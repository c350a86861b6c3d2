"""User text shown as it is written, whatever Markdown, HTML or Streamlit would make of it."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.outputs.words.safe import plain
from gridplan.ui.shown.literal import literal

JOINER = "\u2060"


@given(st.text(max_size=200))
def test_reads_as_the_plain_text_and_holds_no_sign_of_markup(text):
    shown = literal(text)
    assert html.unescape(shown).replace(JOINER, "") == plain(text, limit=2000)
    bare = re.sub(r"&#\d+;", "", shown)
    assert not [c for c in bare if c.isascii() and not c.isalnum() and c != " "]


@pytest.mark.parametrize("text", ["https://a.invalid", "www.a.invalid", "a@b.invalid", "WWW.x"])
def test_no_link_is_made_of_bare_addresses(text):
    assert JOINER in literal(text)


def test_long_text_is_cut():
    assert len(html.unescape(literal("字" * 5000))) == 2000
