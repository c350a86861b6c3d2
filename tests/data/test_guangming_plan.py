"""The default plan of the bundled district: one a bureau would sign."""

from pathlib import Path

import pandas as pd
import pytest

from gridplan.district.folder.read import read_district
from gridplan.planning.grids.fit import ANY
from gridplan.planning.grids.wishes import plan_wished_grids
from gridplan.planning.scenario.derived import scenario_of

FOLDER = Path(__file__).parents[2] / "data" / "guangming"


@pytest.fixture(scope="module")
def district():
    return read_district(FOLDER)


def test_its_default_cuts_no_street_and_keeps_the_tolerance(district):
    scenario = scenario_of(district)
    grids = plan_wished_grids(district, scenario, fit=ANY).grids
    units = district.units
    assert all(len(set(part)) == 1 for _, part in grids.grid.groupby(units["subdistrict"]))
    people = units["population"].groupby(grids.grid).sum()
    assert sorted(people) == [505_089, 590_200]
    assert (people / people.mean() - 1).abs().max() == pytest.approx(0.0777, abs=5e-4)
    assert grids.certificate.status == "optimal"
    first = pd.Series(grids.grid).groupby(units["subdistrict"]).first()
    assert set(first.index[first == grids.grid[district.hospitals.loc["h1", "unit"]]]) == {
        "公明街道",
        "马田街道",
    }
