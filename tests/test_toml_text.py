"""What is written as TOML is read back the same."""

import tomllib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gridplan.text.toml_text import toml_key, toml_line, toml_value

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
plain = words | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)
values = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)


@given(words, values)
def test_any_line_is_read_back(name, value):
    assert tomllib.loads(toml_line(name, value)) == {name: value}


def test_what_is_written_is_on_one_line_and_plain_to_read():
    assert toml_line("enlarge", {"c1": 30_000, "社 2": 5}) == 'enlarge = {c1 = 30000, "社 2" = 5}'
    assert toml_value(("c1", 'c"2')) == '["c1", "c\\"2"]'
    assert toml_value([np.int64(3), np.float64(0.5), True]) == "[3, 0.5, true]"
    assert toml_key("rule-1") == "rule-1"
    assert "\n" not in toml_value("two\nlines")
