"""Groups by geography, and by agreement where there is one."""

import pandas as pd
import pytest

from gridplan.district.agreements import Agreements, Alliance, NamedGroup
from gridplan.planning.layout.groups import form_groups, hospital_roles

LEADS = pd.Series({"G1": "h1", "G2": "h2"}, name="lead").rename_axis("grid")


@pytest.fixture
def town(lattice):
    """Four hospitals: leads at either end, a municipal one west, a university one east."""
    district = lattice(4, 1, leads=((0, 0), (3, 0), (1, 0), (2, 0)), centers=((0, 0), (3, 0)))
    owners = ["district", "district", "municipal", "university"]
    hospitals = district.hospitals.assign(ownership=owners)
    grid = pd.Series(["G1", "G1", "G2", "G2"], index=district.units.index)
    centers = district.centers.assign(grid=["G1", "G2"])
    return hospitals, grid, centers


def groups_of(town, agreements):
    hospitals, grid, centers = town
    roles = hospital_roles(hospitals, grid, LEADS, agreements)
    return roles, form_groups(LEADS, roles, centers, agreements)


def test_geography_alone(town):
    roles, groups = groups_of(town, Agreements())
    assert list(roles["role"]) == ["lead", "lead", "proposed", "collaborator"]
    west, east = groups
    assert (west.members, west.collaborators, west.centers) == (("h3",), (), ("e1",))
    assert (east.members, east.collaborators, east.centers) == ((), ("h4",), ("e2",))
    assert west.branches == west.supported == west.alliances == ()
    assert west.name_zh == ""


def test_settled_member_belongs_to_its_group_wherever_it_stands(town):
    agreements = Agreements(groups=(NamedGroup("东", "East", "h2", ("h3", "e1"), ("e2",)),))
    roles, (west, east) = groups_of(town, agreements)
    assert west.members == ()
    assert east.members == ("h3",)
    assert east.branches == ("h3", "e1")
    assert east.supported == ("e2",)
    assert (east.name_zh, east.name_en) == ("东", "East")
    assert roles.loc["h3", "grid"] == "G1"
    # Centers serve the residents of their grid, whatever group they belong to.
    assert (west.centers, east.centers) == (("e1",), ("e2",))


def test_settled_membership_comes_before_ownership(town):
    agreements = Agreements(groups=(NamedGroup("西", "West", "h1", ("h4",)),))
    roles, (west, east) = groups_of(town, agreements)
    assert roles.loc["h4", "role"] == "member"
    assert west.members == ("h4", "h3")
    assert east.collaborators == ()


def test_alliance_stands_outside_the_groups(town):
    bond = Alliance("盟", "Bond", "h3", ("e1",))
    roles, (west, east) = groups_of(town, Agreements(alliances=(bond,)))
    assert roles.loc["h3", "role"] == "alliance"
    assert west.members == ()
    assert west.alliances == (bond,)
    assert east.alliances == ()


def test_member_of_a_group_without_a_grid_stays_where_it_stands(town):
    agreements = Agreements(groups=(NamedGroup("无", "None", "h4", ("h3",)),))
    _, (west, _) = groups_of(town, agreements)
    assert west.members == ("h3",)


def test_no_grids_no_roles(town):
    hospitals, _, centers = town
    none = pd.Series(dtype=object).rename_axis("grid")
    roles = hospital_roles(hospitals, None, none, Agreements())
    assert set(roles["role"]) == {"none"}
    assert form_groups(none, roles, centers, Agreements()) == ()
