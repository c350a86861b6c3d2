"""Rules that cannot both be met are found from their bounds, and only where they cannot."""

import dataclasses

import pytest
from drawn import SCENARIO, layout_of, with_columns, with_people

from gridplan.planning.checks.checks import check
from gridplan.planning.checks.conflicts import conflicts
from gridplan.policy.override import override
from gridplan.policy.profile import profile_names, read_profile

RULES = {rule.id: rule for name in profile_names() for rule in read_profile(name)}
GUANGMING = 1_095_289


def rules(*names, **changes):
    """Some rules, with other bounds where given as ``name=(lower, upper)``."""
    chosen = [RULES[name] for name in names]
    return [
        dataclasses.replace(rule, lower=changes[key][0], upper=changes[key][1])
        if (key := rule.id.replace("-", "_")) in changes
        else rule
        for rule in chosen
    ]


def drawn(lattice, people=8000):
    district = lattice(4, 2, people=1000.0, leads=((0, 0), (3, 0)), centers=((0, 0), (3, 0)))
    return layout_of(with_people(district, [people / 8] * 8))


def test_66_centers_and_the_band_are_told_with_both_figures(lattice):
    layout = drawn(lattice, GUANGMING)
    (found,) = conflicts(layout, rules("centers-by-band", "centers-66"))
    assert found.value == pytest.approx(GUANGMING / 66)
    assert (found.lower, found.upper, found.unit) == (20000, 30000, "persons")
    told = found.reading.text("en")
    for figure in ("66", "1,095,289", "16,595", "20,000–30,000", "37–54"):
        assert figure in told
        assert figure in found.reading.text("zh")


@pytest.mark.parametrize(
    ("people", "count", "band", "at_odds"),
    [
        # 10 centers or more, 100 to 200 residents each: 1,000 residents just do.
        (999, (10, None), (100, 200), True),
        (1000, (10, None), (100, 200), False),
        (1001, (10, None), (100, 200), False),
        # 10 centers at most: 2,000 just do.
        (2000, (None, 10), (100, 200), False),
        (2001, (None, 10), (100, 200), True),
        (10**9, (10, None), (100, 200), False),
        (5, (None, 10), (None, 200), False),
        (5000, (10, 10), (None, 499), True),
        (5000, (10, 10), (None, 500), False),
    ],
)
def test_a_number_and_a_band_are_at_odds_beyond_the_bound(lattice, people, count, band, at_odds):
    chosen = rules("centers-66", "centers-by-band", centers_66=count, centers_by_band=band)
    assert bool(conflicts(drawn(lattice, people), chosen)) is at_odds


def test_the_same_clause_is_told_once(lattice):
    chosen = rules("residents-per-center", "centers-66", "centers-by-band")
    (found,) = conflicts(drawn(lattice, GUANGMING), chosen)
    assert [rule.id for rule in found.rules] == ["centers-66", "centers-by-band"]


@pytest.mark.parametrize(
    ("people", "streets"), [(199_999, ["east", "west"]), (200_000, []), (200_001, [])]
)
def test_a_street_too_small_for_its_regional_center_is_named(lattice, people, streets):
    layout = drawn(lattice, people)
    found = conflicts(layout, rules("regional-per-street", "street-population"))
    assert [conflict.subject for conflict in found] == streets
    assert all(conflict.subject_kind == "subdistrict" for conflict in found)
    assert all(conflict.lower == 100_000 for conflict in found)


def test_two_regional_centers_a_street_need_twice_the_residents(lattice):
    twice = {"regional_per_street": (2, 2)}
    per_center = rules("regional-per-street", "street-population", **twice)
    assert len(conflicts(drawn(lattice, 399_999), per_center)) == 2
    assert not conflicts(drawn(lattice, 400_000), per_center)
    per_street = rules("regional-per-street", "street-100k", **twice)
    assert not conflicts(drawn(lattice, 200_000), per_street)


def test_more_grids_than_hospitals_to_lead_them(lattice):
    chosen = rules("grids-per-city", "tertiary-lead", "tertiary-in-grid")
    layout = drawn(lattice)
    assert not conflicts(layout, chosen)
    one = with_columns(layout.district, "hospitals", ownership=["district", "university"])
    (found,) = conflicts(layout_of(one), chosen)
    assert (found.value, found.lower) == (1.0, 2.0)
    assert [rule.id for rule in found.rules] == ["grids-per-city", "tertiary-in-grid"]


@pytest.mark.parametrize(("bound", "at_odds"), [(66, False), (67, False), (65, True)])
def test_two_bounds_of_one_figure(lattice, bound, at_odds):
    first = RULES["centers-66"]
    second = dataclasses.replace(first, id="fewer", clause="x", lower=None, upper=bound)
    found = conflicts(drawn(lattice, 66 * 25_000), [first, second])
    assert bool(found) is at_odds
    if at_odds:
        assert "≥ 66" in found[0].reading.text("en")
        assert "≤ 65" in found[0].reading.text("en")


def test_two_readings_of_one_phrase_do_not_clash(lattice):
    chosen = rules("norm-center-national", "norm-center-shenzhen-2025")
    assert not conflicts(drawn(lattice), chosen)


def test_an_overridden_bound_settles_a_conflict(lattice):
    layout = drawn(lattice, GUANGMING)
    chosen = override(read_profile("guangming-1n-2023"), ["guangming-1n-2023/centers-66: lower=54"])
    assert not any("centers-66" in c.rules[0].id for c in conflicts(layout, chosen))


def test_a_conflict_is_a_finding_of_its_own(lattice):
    findings = check(drawn(lattice, GUANGMING), rules("centers-by-band", "centers-66"), SCENARIO)
    (row,) = findings[findings["answered"] == "conflict"].to_dict("records")
    assert row["rule"] == "conflict:centers-66+centers-by-band"
    assert row["passed"] is None
    assert row["level"] == "information"
    assert RULES["centers-66"].clause in row["clause"]
    assert RULES["centers-by-band"].clause in row["clause"]
    assert "16,595" in row["reading_zh"]
    # The two rules are answered all the same.
    assert len(findings) == 3
