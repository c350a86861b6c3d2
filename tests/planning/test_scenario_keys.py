"""Every key of a scenario is declared whole: its values, words, field and place in the docs."""

import dataclasses
from pathlib import Path

import pytest

from gridplan.errors import InputError
from gridplan.outputs.pages.scenario_page import BEGIN, END, clause_of
from gridplan.planning.scenario.file import scenario_from
from gridplan.planning.scenario.kinds import Choice, Number, Table, Text, Texts, Whole
from gridplan.planning.scenario.scenario import FORMER, GROUPS, KEYS, Scenario
from gridplan.text import LANGUAGES, catalogue
from gridplan.ui.setup.scenario_form import CARRIED, FIELDS, meant, shown

ROOT = Path(__file__).parents[2]
every_key = pytest.mark.parametrize("name", KEYS)
NEITHER = object()


def codes(**values):
    with pytest.raises(InputError) as caught:
        Scenario(**values)
    return [problem.code for problem in caught.value.problems]


def fitting(name, number):
    """Values with a number at the end of its range, and none that clash with it."""
    key = KEYS[name]
    values = {name: (("primary", number),) if isinstance(key, Table) else number}
    for low, high in ((n, k.not_above) for n, k in KEYS.items() if getattr(k, "not_above", "")):
        if name == low:
            values[high] = KEYS[high].within[1]
        elif name == high:
            values[low] = KEYS[low].within[0]
    return values


def test_nothing_but_declared_keys_makes_a_scenario():
    assert [field.name for field in dataclasses.fields(Scenario)] == list(KEYS)
    assert Scenario().as_dict() == {n: key.plain(key.default) for n, key in KEYS.items()}


@every_key
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_key_has_its_words(name, lang):
    said, key = catalogue(lang), KEYS[name]
    assert said[f"keys.{name}.label"]
    assert said[f"keys.{name}.help"][-1] in "。.）)"
    assert said[f"app.group-{key.group}"]
    words = set(key.words) if isinstance(key, Choice) else set()
    words |= {"none"} if key.default is None else set()
    given = {entry for entry in said if entry.startswith(f"keys.{name}.")}
    assert given == {f"keys.{name}.{word}" for word in words | {"label", "help"}}
    if key.unit:
        assert said[f"outputs.unit-{key.unit}"]


def test_no_words_stand_for_a_key_that_is_gone():
    assert {e.split(".")[1] for e in catalogue("zh") if e.startswith("keys.")} == set(KEYS)


@every_key
def test_every_key_has_a_field_or_says_why_not(name):
    key = KEYS[name]
    assert (name in FIELDS) != (name in CARRIED)
    assert bool(key.no_field) == (name in CARRIED)
    assert key.group in GROUPS
    if name in FIELDS:
        assert getattr(Scenario(**{name: meant(key, shown(key, key.default))}), name) == key.default
        assert not isinstance(key, Texts) or key.offered


@every_key
def test_every_key_stands_in_the_readme_and_on_its_page(name):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in readme.split(BEGIN)[1].split(END)[0]
    page = (ROOT / "docs/scenario.md").read_text(encoding="utf-8")
    for lang in LANGUAGES:
        assert f"| `{name}`<br>{catalogue(lang)[f'keys.{name}.label']} |" in page


@every_key
def test_the_clause_of_a_key_is_one_of_a_profile(name):
    key = KEYS[name]
    rule = clause_of(key)
    assert (rule is None) == (not key.clause)


@pytest.mark.parametrize("name", [n for n, k in KEYS.items() if isinstance(k, (Number, Table))])
def test_a_number_may_be_at_the_ends_of_its_range_and_not_beyond(name):
    key = KEYS[name]
    low, high = key.within
    whole = isinstance(key, Whole) or (isinstance(key, Table) and key.whole)
    step = 1 if whole else 1e-3 * (high - low)
    for end, beyond in ((low, low - step), (high, high + step)):
        assert Scenario(**fitting(name, end))
        assert "scenario-range" in codes(**fitting(name, beyond))


@every_key
def test_a_value_of_no_type_is_refused_with_an_example(name):
    for value in (NEITHER, True, b"x", float("nan"), "\ud800", {1: 2}):
        assert codes(**{name: value})[0] == "scenario-type"


@every_key
def test_what_is_missing_is_the_default_and_none_only_where_it_means_so(name):
    if KEYS[name].default is None:
        assert getattr(Scenario(**{name: None}), name) is None
    else:
        assert codes(**{name: None}) == ["scenario-type"]


@pytest.mark.parametrize("name", [n for n, k in KEYS.items() if isinstance(k, Choice)])
def test_a_choice_takes_each_of_its_words_and_no_other(name):
    assert {getattr(Scenario(**{name: word}), name) for word in KEYS[name].words} == set(
        KEYS[name].words
    )
    assert codes(**{name: "other"}) == ["scenario-choice"]


@pytest.mark.parametrize("name", [n for n, k in KEYS.items() if type(k) is Text and k.day])
def test_a_day_is_one_of_the_calendar(name):
    assert codes(**{name: "2026-02-30"}) == ["scenario-type"]


def test_names_of_a_table_may_be_limited():
    assert codes(road_speeds={"footpath": 5.0}) == ["scenario-choice"]


@pytest.mark.parametrize(("former", "name"), FORMER.items())
def test_a_key_is_read_under_its_former_name_with_a_note(former, name):
    value = KEYS[name].within[1]
    notes = []
    read = scenario_from({former: value}, source="s.toml", tell=notes.append)
    assert read == scenario_from({name: value}, source="s.toml") == Scenario(**{name: value})
    assert [note.code for note in notes] == ["scenario-key-renamed"]
    for lang in LANGUAGES:
        assert former in notes[0].text(lang)
        assert name in notes[0].text(lang)
    with pytest.raises(InputError) as caught:
        scenario_from({former: value, name: value}, source="s.toml")
    assert [problem.code for problem in caught.value.problems] == ["scenario-key-twice"]
    with pytest.raises(InputError, match=f"did you mean '{name}'"):
        Scenario(**{former: value})
