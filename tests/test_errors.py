"""Problems as data: what is proven, what would help, and both as sentences."""

import dataclasses
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.errors import InfeasibleError, Problem, Reason, Remedy, problem_from
from gridplan.outputs.files.plan_json import plain_value
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text import catalogue

PROOF = Problem("kept-exceed-number", {"kept": 3, "centers": 2}, proven=True)
LOST = Problem("kept-exceed-number", {"kept": 3, "centers": 2})


def test_the_heading_claims_a_proof_only_over_one():
    assert not InfeasibleError([LOST]).proven
    assert str(InfeasibleError([LOST])).startswith("No plan was found; that none exists is not")
    assert InfeasibleError([LOST, PROOF]).proven
    assert "no plan can meet them all" in str(InfeasibleError([PROOF]))


def test_nothing_is_proven_unless_it_is_said():
    assert Problem("no-residents", {"layer": "units"}).proven is False


def test_problems_and_remedies_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Remedy("centers", 3).value = 4
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROOF.proven = False


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("centers", 12_000),
        ("grid_tolerance", 0.125),
        ("close", ("c1", '名"2')),
        ("grid_grain", "unit"),
    ],
)
def test_what_is_printed_is_a_line_of_the_scenario_file(lang, key, value):
    text = Remedy(key, value).text(lang)
    begin, end = text.index(f"{key} = "), -1
    read = tomllib.loads(text[begin:end])[key]
    assert (tuple(read) if isinstance(read, list) else read) == value
    assert not isinstance(value, int) or f"{value:,}" in text


def test_several_keys_at_once_are_said_together():
    remedy = Remedy("centers", 3, (("center_upper", 40_000),))
    assert remedy.changes == {"centers": 3, "center_upper": 40_000}
    assert "(centers = 3) together with raise" in remedy.text("en")
    assert remedy.as_dict() == {"key": "centers", "value": 3, "also": {"center_upper": 40_000}}


def test_a_problem_says_its_remedies_and_gives_them_as_data():
    problem = dataclasses.replace(PROOF, remedies=(Remedy("centers", 3), Remedy("close", ("c1",))))
    assert (
        '(centers = 3); or close 1 existing center(s) or merge them into others (close = ["c1"]).'
        in problem.text("en")
    )
    assert "；或" in problem.text("zh")
    assert [entry["key"] for entry in problem.as_dict("zh")["remedies"]] == ["centers", "close"]
    assert "helps" not in PROOF.text("en")


def test_every_remedy_has_a_key_of_the_scenario():
    keys = {field.name for field in dataclasses.fields(Scenario)}
    words = {"what-helps", "or", "together"}
    named = {key.removeprefix("remedies.") for key in catalogue("en") if "remedies." in key}
    assert named - words <= keys


@pytest.mark.parametrize("lang", ["zh", "en"])
@given(minutes=st.sampled_from([15, 15.0, 7.5]), grain=st.sampled_from(["unit", "community"]))
def test_what_a_file_gave_back_reads_the_same(lang, minutes, grain):
    """Reasons among the values stay reasons, and 15.0, which a file calls 15, reads as 15."""
    told = [
        Problem("grain-split", {"grain": Reason(f"grain-{grain}"), "count": 2, "further": 1}),
        Problem(
            "grids-not-found",
            {"grids": 2, "grain": Reason(f"grain-{grain}"), "tolerance_percent": minutes}
            | {"lower": 10, "upper": 20, "ended_by": Reason("outputs.ended-by-time")},
        ),
    ]
    for problem in told:
        again = problem_from(json.loads(json.dumps(plain_value(problem.as_data(), ""))))
        assert again.text(lang) == problem.text(lang)
        assert "Reason(" not in again.text(lang)
    assert ".0 " not in told[1].text("en")
