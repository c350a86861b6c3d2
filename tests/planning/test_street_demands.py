"""A street's demand as edits: so many centers stand in it then, or its residents keep theirs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.planning.editing.edit import close_center
from gridplan.planning.editing.edited import apply, replay
from gridplan.planning.editing.recentering import Prices
from gridplan.planning.editing.revising import revise
from gridplan.planning.editing.streets import street_centers, street_keeps


def streets_of(edited):
    return sorted(set(edited.units["subdistrict"]))


def standing(edited, street):
    return int((edited.centers["subdistrict"] == street).sum())


@settings(max_examples=6, deadline=None)
@given(data=st.data(), count=st.integers(1, 5))
def test_a_street_has_as_many_as_it_demands(start, data, count):
    street = data.draw(st.sampled_from(streets_of(start)))
    found, problems = street_centers(start, street, count)
    after, conflicts = replay(start, found)
    assert not conflicts
    assert (standing(after, street) == count) == (not problems)
    others = [one for one in streets_of(start) if one != street]
    assert all(standing(after, one) == standing(start, one) for one in others)
    assert len(found) <= abs(count - standing(start, street))


def test_too_few_places_are_told(start):
    street = streets_of(start)[0]
    found, (problem,) = street_centers(start, street, 1000)
    assert problem.code == "revise-street-places"
    assert problem.values["found"] == standing(replay(start, found)[0], street)


def test_residents_of_a_street_keep_their_centers_whatever_closes(start):
    street = streets_of(start)[0]
    inside = (start.units["subdistrict"] == street).to_numpy()
    own = set(start.units["center"][inside].astype(str))
    gone = next(str(one) for one in start.centers.index if str(one) not in own)
    quick = Prices(work_limit=0.1, time_limit=5.0)
    found = revise(start, [close_center(gone), *street_keeps(start, street)], quick)
    assert gone not in found.edited.centers.index
    before, after = (one.units["center"][inside].astype(str) for one in (start, found.edited))
    assert (before == after).all()


def test_each_further_center_shortens_the_way_of_the_street(start):
    street = streets_of(start)[0]
    edited, ways = start, []
    for more in range(1, 3):
        edits, problems = street_centers(edited, street, standing(start, street) + more)
        if problems:
            break
        for edit in edits:
            edited = apply(edited, edit)
        inside = edited.units["subdistrict"] == street
        ways.append(float(edited.units["metres_to_center"][inside].sum()))
    assert ways == sorted(ways, reverse=True)
