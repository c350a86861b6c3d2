import html
import json
import unicodedata

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import HOSTILE

from gridplan.outputs.words.safe import colour, inert, js_json, plain

texts = st.one_of(
    st.text(),
    st.sampled_from(HOSTILE),
    st.text(alphabet="{}%#$`\\<>&'\"/=; a中\u202e\u2028\n", max_size=40),
)
quick = settings(deadline=None, derandomize=True, max_examples=120)


def jinja(text):
    return jinja2.Environment(autoescape=False).from_string(text).render()  # as branca does


@quick
@given(texts)
def test_inert_text_reads_the_same_and_does_nothing(text):
    written = inert(text)
    assert html.unescape(written) == plain(text)
    assert not set("{}$`<>\"'\\%") & set(written)
    assert jinja(written) == written


@quick
@given(
    st.recursive(
        st.one_of(texts, st.integers(), st.floats(), st.none(), st.booleans()),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )
)
def test_script_json_survives_html_scripts_and_templates(value):
    written = js_json(value)
    json.loads(written)
    for opening in ("<", ">", "&", "`", "$", "{{", "{%", "{#", "'", "\u2028", "\u2029"):
        assert opening not in written
    assert jinja(written) == written


@quick
@given(texts)
def test_script_json_says_the_plain_text(text):
    assert json.loads(js_json(text)) == plain(text)


@quick
@given(texts)
def test_plain_text_is_one_visible_line(text):
    shown = plain(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in shown)
    assert shown == " ".join(shown.split())
    assert plain(shown) == shown
    shown.encode()


def test_chinese_names_pass_unchanged():
    name = "光明区人民医院（东院区）· A座 3号"
    assert plain(name) == name
    assert html.unescape(inert(name)) == name


def test_missing_text_is_a_dash_and_long_text_is_cut():
    assert plain(None) == plain(float("nan")) == "—"
    assert plain("长" * 500, limit=10) == "长" * 9 + "…"


def test_numbers_that_json_has_no_word_for_are_null():
    assert js_json([float("nan"), float("inf"), 1.5]) == "[null,null,1.5]"


@pytest.mark.parametrize("text", ["red", "#12345", "#1234567", "#12345g", "#fff;", "url(x)", ""])
def test_colours_are_hexadecimal_and_nothing_else(text):
    assert colour("#0072b2") == "#0072b2"
    with pytest.raises(ValueError, match="not a colour"):
        colour(text)
