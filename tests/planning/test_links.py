"""What the district leaves apart is joined where it is nearest, and reported."""

import numpy as np
from scipy.sparse import csgraph

from gridplan.planning.grids.grids import grid_question
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.ways.links import missing_links

GAP = np.nan


def test_a_district_in_one_piece_needs_no_link(lattice):
    links, notes = missing_links(lattice(3, 2))
    assert links.nnz == 0
    assert notes == ()


def test_an_island_is_linked_at_its_nearest_unit(lattice):
    district = lattice(5, 2, people=[[1, 1, GAP, 1, 1], [1, 1, GAP, GAP, 5]])
    links, notes = missing_links(district)
    (note,) = notes
    assert note.code == "island-linked"
    assert {note.values["from_unit"], note.values["to_unit"]} == {"c1r1", "c3r1"}
    assert note.values["residents"] == "7"
    assert note.values["metres"] == "100"  # edge to edge
    whole = csgraph.connected_components(district.adjacency + links)[0]
    assert whole == 1


def test_cells_that_touch_at_a_corner_are_apart(lattice):
    district = lattice(2, 2, people=[[1, GAP], [GAP, 1]])
    assert len(missing_links(district)[1]) == 1


def test_several_islands_all_hang_together_in_the_end(lattice):
    row = [1, GAP, 1, GAP, 1, GAP, 1]
    district = lattice(7, 1, people=[row])
    links, notes = missing_links(district)
    assert len(notes) == 3
    assert csgraph.connected_components(district.adjacency + links)[0] == 1
    assert {note.values["metres"] for note in notes} == {"100"}


def test_an_island_is_named_and_its_district_still_asked_about(lattice):
    people = np.full((4, 7), 100.0)
    people[:, 5] = GAP
    district = lattice(7, 4, people=people, leads=[(0, 0), (4, 0)])
    (told,) = district.apart
    assert (told.code, told.values["count"], told.values["metres"]) == ("units-far", 4, "100.0")
    asked = grid_question(district, Scenario(grids=2))
    assert [note.code for note in asked.notes] == ["island-linked"]
