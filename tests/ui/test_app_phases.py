"""Phases typed into the fields of their page are those of the scenario."""

import pytest
from turning import go


def fields(at, name):
    found = [field for field in at.number_input if field.key.endswith(f"-{name}")]
    return [field for field in found if field.key.startswith("phase-")]


def phases(at):
    """Read them back from what the fields of the scenario say."""
    return [tuple(field.value for field in fields(at, name)) for name in ("year", "centers")]


@pytest.fixture
def at(page):
    return go(page("zh"), "phases")


def test_phases_are_added_typed_and_taken_away(at):
    at.button(key="phase-add").click().run()
    at.button(key="phase-add").click().run()
    first = fields(at, "year")[0].value
    assert [field.value for field in fields(at, "year")] == [first, first + 3]
    assert [field.value for field in fields(at, "centers")] == [3, 4]
    fields(at, "centers")[1].set_value(5)
    at.run()
    fields(at, "center_lower")[0].set_value(9_000)
    at.run()
    assert not at.exception
    assert phases(at)[1] == (3, 5)
    # Another page and back: the fields stand for what is kept.
    at = go(go(at, "today"), "phases")
    assert phases(at)[1] == (3, 5)
    assert fields(at, "center_lower")[0].value == 9_000
    at.button(key="phase-remove-0").click().run()
    assert phases(at) == [(first + 3,), (5,)]


def test_a_year_that_comes_first_is_put_first(at):
    at.button(key="phase-add").click().run()
    at.button(key="phase-add").click().run()
    first, second = (field.value for field in fields(at, "year"))
    fields(at, "year")[1].set_value(first - 1)
    at.run()
    assert phases(at) == [(first - 1, first), (4, 3)]
    assert second == first + 3


def test_a_phase_must_have_a_year(at):
    at.button(key="phase-add").click().run()
    year = fields(at, "year")[0].value
    fields(at, "year")[0].set_value(None)
    at.run()
    assert not at.exception
    assert phases(at)[0] == (year,)
