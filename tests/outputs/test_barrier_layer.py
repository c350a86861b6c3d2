"""Barriers on the map: whole lines where nothing crosses, dashed where it has a price."""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from stand_in import make_plan

from gridplan.outputs.drawing.offline import standalone_html
from gridplan.outputs.map.barriers import barrier_layer
from gridplan.outputs.map.maps import plan_map
from gridplan.outputs.words.telling import Telling
from gridplan.text import say


def with_barriers(prices):
    plan = make_plan()
    west, south, east, north = plan.district.units.total_bounds
    lines = [
        shapely.LineString([(west, y), (east, y)])
        for y in np.linspace(south, north, len(prices) + 2)[1:-1]
    ]
    barriers = gpd.GeoDataFrame(
        {"kind": "river", "price": prices}, geometry=lines, crs=plan.district.crs
    ).rename_axis("barrier")
    plan.district = dataclasses.replace(plan.district, barriers=barriers)
    return plan


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("prices", "kinds"),
    [([np.nan], ["closed"]), ([5.0], ["priced"]), ([5.0, np.nan, 7.0], ["closed", "priced"])],
)
def test_what_is_drawn_is_in_the_legend(prices, kinds, lang):
    telling = Telling(with_barriers(prices), lang)
    _, part = barrier_layer(telling)
    assert [told for *_, told in part.rows] == [say(f"maps.barrier-{k}", lang) for k in kinds]
    page = standalone_html(plan_map(telling.plan, lang))
    assert say("maps.layer-barriers", lang) in page


def test_a_district_without_barriers_has_no_such_layer():
    assert barrier_layer(Telling(make_plan(), "zh")) is None
