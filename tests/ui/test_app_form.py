"""The fields of the page stand for the scenario's keys, both ways; errors name the fields."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InputError, Problem
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text import catalogue
from gridplan.ui.setup.offered import choices
from gridplan.ui.setup.scenario_form import CARRIED, FIELDS, form_values, meant, shown, widget
from gridplan.ui.shown.words import in_words


def test_every_key_of_a_scenario_has_a_field():
    assert {field.name for field in dataclasses.fields(Scenario)} == {*FIELDS, *CARRIED}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_field_has_a_label_and_help(lang):
    for key in FIELDS:
        assert catalogue(lang)[f"keys.{key}.label"]
        assert catalogue(lang)[f"keys.{key}.help"]


def test_the_default_scenario_comes_back_from_its_fields():
    scenario = Scenario()
    entries = {widget(key): shown(field, getattr(scenario, key)) for key, field in FIELDS.items()}
    entries |= {widget(key): getattr(scenario, key) for key in CARRIED}
    assert scenario_from(form_values(entries), source="-") == scenario


@given(st.floats(0, 1))
def test_a_share_shown_in_percent_comes_back(share):
    field = FIELDS["grid_tolerance"]
    assert math.isclose(meant(field, shown(field, share)), share, abs_tol=1e-8)


def test_ten_percent_is_exactly_a_tenth():
    field = FIELDS["grid_tolerance"]
    assert shown(field, 0.1) == 10
    assert meant(field, 10.0) == 0.1
    assert meant(field, 12.3) == 0.123


def test_the_fields_offer_what_the_district_has(tiny_district):
    assert choices("hospitals", tiny_district, "zh") == {"h1": "西区人民医院", "h2": "东区中医院"}
    assert choices("centers", tiny_district, "zh") == {"c1": "西社康中心", "c2": "东社康中心"}
    assert choices("centers", None, "zh") == {}
    assert "national-trial-2023" in choices("profiles", None, "en")


def problems_of(**values):
    with pytest.raises(InputError) as caught:
        Scenario(**values)
    return caught.value.problems


@pytest.mark.parametrize(
    ("lang", "lower", "upper"),
    [("zh", "“服务人口下限”", "“服务人口上限”"), ("en", "‘Residents, min’", "‘Residents, max’")],
)
def test_errors_name_the_fields_of_the_page(lang, lower, upper):
    (problem,) = problems_of(center_lower=40_000, center_upper=30_000)
    said = in_words(problem, lang)
    assert lower in said
    assert upper in said
    assert "center_" not in said


def test_a_short_key_is_named_where_it_is_a_key():
    (problem,) = problems_of(grids=2000)
    assert in_words(problem, "en").startswith("Scenario key ‘Grids’ = 2000")
    assert "“网格数” = 2000" in in_words(problem, "zh")


def test_keys_quoted_from_a_file_stay_as_the_file_has_them():
    problem = Problem(
        "scenario-unknown-key", {"file": "a.toml", "key": "center_lowr", "near": "center_lower"}
    )
    for lang in ("zh", "en"):
        assert "center_lower" in in_words(problem, lang)


def test_a_table_is_written_as_pairs_and_comes_back():
    field = FIELDS["enlarge"]
    pairs = (("c1", 30_000), ("社康 2", 25_000))
    assert meant(field, shown(field, pairs)) == pairs
    assert meant(field, "c1 = 30000；c2=5") == (("c1", 30_000), ("c2", 5))
    assert meant(field, "") == ()
    with pytest.raises(InputError, match="enlarge"):
        Scenario(enlarge=meant(field, "c1: many"))
