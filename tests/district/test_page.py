from pathlib import Path

import numpy as np
import pytest
from pandera.errors import SchemaErrors

from gridplan.district.pages.page import PAGE, document
from gridplan.district.schema.headers import match_headers, pandera_schema
from gridplan.district.schema.schema import LAYERS
from gridplan.district.schema.vocabulary import (
    ANSWERS,
    CLASSES,
    KINDS,
    LABELS,
    LEVELS,
    OWNERSHIPS,
    ROW_LABELS,
    decoder,
    fold,
    nearest,
)

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_the_definitions_say():
    current = (ROOT / PAGE).read_text(encoding="utf-8")
    assert current == document(), "run python -m gridplan.district.pages.page"


def test_the_page_names_every_column_header_and_word():
    page = document()
    for schema in LAYERS.values():
        for field in schema.fields:
            # Every figure and word may have a label: one row of the page speaks of them all.
            if field.of in {other.name for other in schema.fields}:
                continue
            for word in (field.name, *field.aliases, *(field.words or {})):
                assert f"`{word}`" in page


@pytest.mark.parametrize("words", [LEVELS, KINDS, OWNERSHIPS, CLASSES, LABELS, ROW_LABELS, ANSWERS])
def test_no_word_means_two_things(words):
    meanings: dict[str, set[str]] = {}
    for code, spoken in words.items():
        for word in (code, *spoken):
            meanings.setdefault(fold(word), set()).add(code)
    assert {word: codes for word, codes in meanings.items() if len(codes) > 1} == {}
    assert set(decoder(words).values()) == set(words)


@pytest.mark.parametrize("layer", LAYERS)
def test_every_header_is_found_and_means_one_column(layer):
    for field in LAYERS[layer].fields:
        for header in field.headers:
            found, ambiguous = match_headers(layer, [header])
            assert field.name in found or list(found) != [], header
            assert ambiguous == {}
    everything = [field.name for field in LAYERS[layer].fields]
    assert match_headers(layer, everything)[0] == {name: name for name in everything}


def test_the_name_of_a_column_wins_over_its_aliases():
    found, ambiguous = match_headers("units", ["人口", "population", "常住人口"])
    assert found["population"] == "population"
    assert ambiguous == {}


def test_headers_are_compared_without_width_case_or_brackets():
    found, _ = match_headers("units", ["街道（镇）", " Population ", "６５岁以上"])
    assert found == {
        "subdistrict": "街道（镇）",
        "population": " Population ",
        "population_65": "６５岁以上",
    }


def test_the_validating_schema_is_built_from_the_same_fields():
    schema = pandera_schema("units")
    assert list(schema.columns) == [field.name for field in LAYERS["units"].fields]
    import pandas as pd

    table = pd.DataFrame({"unit": ["a", "a"], "population": [-1.0, np.inf]})
    with pytest.raises(SchemaErrors) as caught:
        schema.select_columns(["unit", "population"]).validate(table, lazy=True)
    checks = set(caught.value.failure_cases["check"])
    assert checks == {"field_uniqueness", "lower", "finite"}


@pytest.mark.parametrize(
    ("word", "valid", "first"),
    [
        ("三级甲", ["三级甲等", "二级甲等", "综合"], "三级甲等"),
        ("grid", ["grids", "seed"], "grids"),
        ("完全不同", ["三级", "二级"], "三级"),
    ],
)
def test_the_nearest_words_are_suggested(word, valid, first):
    assert nearest(word, valid)[0] == first
