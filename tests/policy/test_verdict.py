"""States of findings, and the one count of distinct rules that every door tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.policy.profile import profile_names, read_profile, rules_from
from gridplan.policy.sensitivity import QUANTITIES, Sensitivity, reach_of_residents
from gridplan.policy.verdict import STATES, count_rules, rule_states, verdict

SOURCE = dict.fromkeys(("title_zh", "title_en", "issuer_zh", "issuer_en", "date"), "x")
RULE = {
    "id": "r",
    "level": "must",
    "measure": "centers",
    "subject": "district",
    "unit": "count",
    **dict.fromkeys(("title_zh", "title_en", "clause", "clause_en", "section"), "x"),
}
DAY = "2026-01-01"
figures = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)


def rule(source=None, **change):
    table = {"source": SOURCE | (source or {}), "rules": [RULE | change]}
    return rules_from(table, profile="p")[0]


@given(value=figures)
def test_a_rule_without_bounds_neither_passes_nor_fails(value):
    found = verdict(rule(), value, None, as_of=DAY)
    assert (found.state, found.passed, found.within) == ("figure", None, None)


@given(value=figures, least=figures, most=figures, lower=figures, width=figures)
def test_borderline_is_where_some_figure_of_the_reach_is_within_and_another_is_not(
    value, least, most, lower, width
):
    reach = (min(value, least, most), max(value, least, most))
    upper = round(lower + width, 6)
    found = verdict(rule(lower=lower, upper=upper), value, reach, as_of=DAY)
    steps = [reach[0] + (reach[1] - reach[0]) * k / 400 for k in range(401)]
    steps += [end for end in (lower, upper) if reach[0] <= end <= reach[1]]
    sides = {lower <= round(step, 6) <= upper for step in (*steps, *reach, value)}
    if len(sides) == 2:
        assert (found.state, found.passed) == ("borderline", None)
    else:
        assert found.passed is sides.pop()
    assert found.within is (lower <= value <= upper)


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        ("", "", "passed"),
        ("2026-01-01", "2026-01-01", "passed"),
        ("", "2025-12-31", "expired"),
        ("2026-01-02", "", "pending"),
    ],
)
def test_a_rule_is_judged_only_while_it_is_in_force(first, last, state):
    days = {"in_force_from": first, "in_force_to": last}
    days = {key: day for key, day in days.items() if day}
    for found in (rule(lower=1, **days), rule(source=days, lower=1)):
        judged = verdict(found, 2.0, None, as_of=DAY)
        assert judged.state == state
        assert judged.passed is (True if state == "passed" else None)
        assert judged.within is True


def test_the_days_of_a_rule_come_before_those_of_its_document():
    own = rule(source={"in_force_to": "2030-12-31"}, in_force_to="2025-12-31", lower=1)
    assert own.of_document["in_force_to"] == "2025-12-31"
    assert own.in_force(DAY) == "expired"


@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(STATES))))
def test_every_distinct_rule_is_counted_once(rows):
    findings = [{"profile": "p", "rule": name, "state": state} for name, state in rows]
    conflict = {"profile": "p", "rule": "conflict:a+b", "state": "conflict"}
    counts = count_rules([*findings, conflict])
    assert list(counts) == list(STATES)
    assert sum(counts.values()) == len({name for name, _ in rows})


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("passed", "passed"), "passed"),
        (("passed", "borderline"), "borderline"),
        (("passed", "waiting", "borderline"), "borderline"),
        (("borderline", "failed", "waiting"), "failed"),
        (("passed", "waiting"), "waiting"),
        (("figure", "waiting"), "figure"),
        (("expired", "expired"), "expired"),
    ],
)
def test_a_rule_of_several_subjects_comes_to_its_worst(states, told):
    rows = [{"profile": "p", "rule": "r", "state": state} for state in states]
    assert set(rule_states(rows).values()) == {told}
    assert set(rule_states(rows[::-1]).values()) == {told}


def test_findings_of_an_earlier_version_are_counted_by_what_they_tell():
    bound = {"lower": 1, "upper": None}
    rows = [
        {"rule": "a", "passed": True, "value": 1, "answered": "computed", **bound},
        {"rule": "b", "passed": False, "value": 0, "answered": "computed", **bound},
        {"rule": "c", "passed": None, "value": None, "answered": "needs-column", **bound},
        {"rule": "d", "passed": True, "value": 5, "answered": "computed"},
        {"rule": "e", "passed": None, "value": None, "answered": "self-assessed"},
    ]
    assert count_rules(rows) == dict.fromkeys(STATES, 0) | dict.fromkeys(
        ("passed", "failed", "waiting", "figure", "self-assessed"), 1
    )


@given(
    percent=st.floats(0, 100),
    near=st.floats(0.95, 1.05),
    far=st.floats(0.95, 1.05),
)
def test_a_share_cannot_leave_its_reach_whoever_is_miscounted(percent, near, far):
    doubt = Sensitivity("residents", 0.95, 1.05)
    least, most = reach_of_residents(percent, "percent", doubt)
    part, rest = percent * near, (100 - percent) * far
    assert least - 1e-9 <= 100 * part / (part + rest) <= most + 1e-9


@pytest.mark.parametrize(
    ("unit", "reach"), [("persons", (95.0, 105.0)), ("per-10000", (100 / 1.05, 100 / 0.95))]
)
def test_persons_grow_and_rates_fall_with_the_residents(unit, reach):
    doubt = Sensitivity("residents", 0.95, 1.05)
    assert reach_of_residents(100.0, unit, doubt) == pytest.approx(reach)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"sensitivity": {"wind": [1, 2]}}, "sensitivity"),
        ({"sensitivity": {"residents": [1.05, 0.95]}}, "sensitivity"),
        ({"sensitivity": {"residents": 0.05}}, "sensitivity"),
        ({"in_force_to": "2025-13-01"}, "in_force_to"),
        ({"in_force_from": "2025"}, "in_force_from"),
        ({"adopted": "yes"}, "adopted"),
    ],
)
def test_a_range_or_day_that_is_misspelt_is_named(change, key):
    with pytest.raises(ValueError, match=f"key '{key}'"):
        rule(**change)


BUNDLED = [found for name in profile_names() for found in read_profile(name)]


def test_encouraging_describing_and_provincial_words_set_no_bound():
    """鼓励 and 可以 are no must, a description sets no standard, a province's share no county's."""
    soft = ("鼓励", "可以", "支持", "自愿", "少的仅")
    province = ("大部分县", "80%的总医院", "70%以上的基层")
    for found in BUNDLED:
        if found.number is None and any(words in found.clause for words in (*soft, *province)):
            assert (found.lower, found.upper) == (None, None), found.id
            assert found.level == "information", found.id


def test_every_phrase_has_one_reading_the_profiles_mark():
    phrases = {found.phrase for found in BUNDLED if found.phrase}
    assert phrases == {"regional-100k", "residents-a-center"}
    for phrase in phrases:
        marked = [found for found in BUNDLED if found.phrase == phrase and found.adopted]
        assert len(marked) == 1


def test_ranges_of_doubt_are_of_quantities_there_are():
    ranges = {entry.quantity for found in BUNDLED for entry in found.sensitivity}
    assert ranges == set(QUANTITIES)
