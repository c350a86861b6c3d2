"""A small plan made by hand, with names that try to break out of every file they are written to."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan.district.district import District, LayerSource
from gridplan.errors import Problem
from gridplan.planning.layout.certificate import Certificate
from gridplan.planning.layout.layout import Group, Layout
from gridplan.planning.premises.money import Money
from gridplan.planning.reasons.reasons import Reasons
from gridplan.planning.scenario.scenario import Scenario
from gridplan.planning.services.services import Services

CRS = "EPSG:4547"
CELL = 100.0
EAST, NORTH = 490_000.0, 2_517_000.0  # in Guangming

# Each sets window.hacked, or fails to compile, or runs on the machine that writes, if it gets out.
HOSTILE = (
    "{{ cycler.__init__.__globals__.os.getpid() }}",
    "{% for x in [1] %}{{ x }}{% endfor %}",
    "50{% off",
    "{# comment",
    "{{{% raw %}}}",
    "${window.hacked = 1}",
    "`; window.hacked = 1; `",
    "</script><script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "<svg/onload=window.hacked=1>",
    "\"'); window.hacked = 1; //",
    "\\'; window.hacked = 1; //",
    '=HYPERLINK("http://example.invalid","x")',
    "\u202eretsaM\u202c \u2066x\u2069 中心\u0000\u2028\u2029",
    "&#123;&#123; 7*7 &#125;&#125; &lt;b&gt; javascript:alert(1) --> <!-- ]]>",
)


def make_plan(
    *,
    columns=12,
    rows=8,
    with_grids=True,
    with_streets=True,
    with_hospitals=True,
    polygons=False,
    text=None,
    seed=1,
    failed=True,
):
    """Two grids, west and east; three streets; six centers, two of them new."""
    say = text or (lambda plain: plain)
    column, row = (part.ravel() for part in np.meshgrid(np.arange(columns), np.arange(rows)))
    west, south = EAST + column * CELL, NORTH + row * CELL
    shapes = shapely.box(west, south, west + CELL, south + CELL)
    if polygons:  # one corner cut: no lattice any more
        shapes[0] = shapely.difference(
            shapes[0], shapely.box(west[0], south[0], west[0] + 30, south[0] + 30)
        )
    people = np.random.default_rng(seed).integers(0, 90, columns * rows) * 20.0
    people[0] = 0
    unit = pd.Index([f"c{r:03}-{c:03}" for c, r in zip(column, row, strict=True)], name="unit")
    streets = [say(name) for name in ("甲街道", "乙街道", "丙街道")]
    street = np.array(streets, dtype=object)[np.minimum(column * 3 // columns, 2)]
    if not with_streets:
        street = np.full(len(unit), None, dtype=object)
    units = gpd.GeoDataFrame(
        {
            "population": people,
            "population_65": np.nan,
            "community": [say("甲社区") if c % 2 else say("乙社区") for c in column],
            "subdistrict": street,
        },
        geometry=shapes,
        index=unit,
        crs=CRS,
    )
    west_half = column < columns / 2
    grid = np.where(west_half, "G1", "G2").astype(object)
    lead = np.where(west_half, "h1", "h2").astype(object)
    if not with_grids:
        grid[:] = None
        lead[:] = None
    sites = np.array([(x, y) for x in (0.17, 0.5, 0.83) for y in (0.25, 0.75)])
    at = sites * [columns * CELL, rows * CELL] + [EAST + 1, NORTH + 1]
    centers = _centers(at, units, grid, say=say)
    spots = np.column_stack([west + CELL / 2, south + CELL / 2])
    apart = np.hypot(*(spots[:, None] - at[None]).transpose(2, 0, 1))
    nearest = apart.argmin(axis=1)
    # Each grid keeps to its own centers.
    own = centers["grid"].to_numpy()[None] == grid[:, None]
    if with_grids:
        nearest = np.where(own, apart, np.inf).argmin(axis=1)
    centers["population"] = np.bincount(nearest, people, len(centers))
    centers["mean_metres"] = [
        apart[nearest == k, k].mean() if (nearest == k).any() else 0.0 for k in range(len(at))
    ]
    center = centers.index.to_numpy()[nearest]
    layout_units = pd.DataFrame(
        {
            "grid": grid,
            "lead": lead,
            "center": center,
            "regional_center": centers["regional_center"].to_numpy()[nearest],
            "subdistrict": street,
            "metres_to_center": apart[np.arange(len(unit)), nearest],
            "minutes_to_center": apart[np.arange(len(unit)), nearest] / 57.7,
            "minutes_to_lead": np.linspace(1.234567, 9.87654321, len(unit))
            if with_grids
            else np.nan,
        },
        index=unit,
    )
    hospitals = (
        _hospitals(units, say=say) if with_hospitals else _hospitals(units, say=say).iloc[:0]
    )
    existing = centers[centers["status"] == "existing"]
    district = District(
        code="440311",
        name_zh=say("测试区"),
        name_en=say("Test District"),
        vintage="2020",
        folder=None,
        units=units,
        subdistricts=_streets(units, with_streets),
        hospitals=hospitals,
        centers=existing[["name", "geometry"]].assign(
            name_en=None, capacity=np.nan, unit="c000-000", **{"class": None}
        ),
        candidates=gpd.GeoDataFrame(
            {"capacity": [], "community": [], "unit": []},
            geometry=gpd.GeoSeries([], crs=CRS),
            index=pd.Index([], name="candidate"),
            crs=CRS,
        ),
        layers=tuple(
            LayerSource(layer, f"{layer}.csv", CRS, say(f"来源：{layer}"), label, "0" * 64, "2020")
            for layer, label in (
                ("units", "modelled"),
                ("subdistricts", "derived"),
                ("hospitals", "real"),
                ("centers", "modelled"),
            )
        ),
        repairs=(
            Problem("out-not-a-folder", {"folder": say("x"), "rows": (1, 2), "n": np.int64(3)}),
        ),
        sha256="1" * 64,
    )
    layout = Layout(
        district=district,
        units=layout_units,
        grids=_grids(units, layout_units) if with_grids else _no_grids(),
        centers=centers,
        subdistricts=_layout_streets(units, centers, layout_units)
        if with_streets
        else _no_streets(),
        hospitals=hospitals.assign(
            grid=["G1", "G2", "G2"] if with_hospitals and with_grids else None,
            role=["lead", "lead", "collaborator"] if with_hospitals and with_grids else "none",
        ),
        groups=(
            Group("G1", "h1", (), (), ("e1", "e2", "e3")),
            Group("G2", "h2", (), ("h3",), ("e4", "n1", "n2")),
        )
        if with_grids
        else (),
    )
    proof = Certificate(
        "feasible",
        1234567.8912,
        1227160.4839,
        0.006,
        3.21987,
        1,
        "column generation",
        "person-metres",
        "work",
    )
    return SimpleNamespace(
        district=district,
        scenario=Scenario(
            name_zh=say("默认方案"), name_en=say("Default"), center_lower=1, center_upper=10**6
        ),
        layout=layout,
        findings=_findings(say, failed=failed),
        certificates={"grids": proof, "centers": proof, "regional": proof}
        if with_grids
        else {"centers": proof},
        notes=(Problem("out-not-a-folder", {"folder": say("note")}),),
        alternatives=(),
        variants=(),
        policy_files=(),
        reasons=Reasons(),
        money=Money(),
        services=Services(),
    )


def _centers(at, units, grid, *, say):
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at.T), crs=CRS)
    inside = gpd.sjoin(points, units.reset_index(), predicate="within")["unit"]
    where = units.index.get_indexer(inside)
    return gpd.GeoDataFrame(
        {
            "name": [
                say("一号社康"),
                say("二号社康"),
                say("三号社康"),
                say("四号社康"),
                None,
                None,
            ],
            "status": ["existing"] * 4 + ["new"] * 2,
            "class": ["regional", "community", "regional", "regional", "community", "community"],
            "regional_center": ["e1", "e1", "e3", "e4", "e4", "e4"],
            "grid": grid[where],
            "subdistrict": units["subdistrict"].to_numpy()[where],
            "community": [say("甲社区")] * 6,
            "population": 0.0,
            "capacity_lower": 20000.0,
            "capacity_upper": 30000.0,
            "mean_metres": 0.0,
        },
        geometry=points.geometry.to_numpy(),
        index=pd.Index(["e1", "e2", "e3", "e4", "n1", "n2"], name="center"),
        crs=CRS,
    )


def _hospitals(units, *, say):
    west, south, east, north = units.total_bounds
    x, y = (
        west + (east - west) * np.array([0.2, 0.8, 0.7]),
        south + (north - south) * np.array([0.4, 0.6, 0.3]),
    )
    return gpd.GeoDataFrame(
        {
            "name": [say("人民医院"), say("中医院"), say("大学医院")],
            "name_en": [say("People's Hospital"), None, say("University Hospital")],
            "level": ["tertiary-a", "tertiary", "secondary-b"],
            "kind": ["general", "tcm", "general"],
            "ownership": ["district", "municipal", "university"],
            "beds": [800.0, np.nan, 300.0],
            "eligible": [True, True, False],
            "unit": "c000-000",
        },
        geometry=gpd.points_from_xy(x + 7, y + 7),
        index=pd.Index(["h1", "h2", "h3"], name="hospital"),
        crs=CRS,
    )


def _streets(units, with_streets):
    if not with_streets:
        return _no_streets()
    return (
        units[["subdistrict", "geometry"]]
        .dissolve("subdistrict", sort=False)
        .assign(population=np.nan, label="derived")
    )


def _layout_streets(units, centers, served):
    streets = units[["subdistrict", "population", "geometry"]].dissolve(
        "subdistrict", aggfunc="sum"
    )
    found = centers.groupby("subdistrict")
    return streets.assign(
        centers=found.size().reindex(streets.index, fill_value=0),
        regional_centers=found["class"]
        .apply(lambda c: (c == "regional").sum())
        .reindex(streets.index, fill_value=0),
        grids=[
            sorted({g for g in served.loc[units["subdistrict"] == s, "grid"] if g})
            for s in streets.index
        ],
    )


def _no_streets():
    return gpd.GeoDataFrame(
        {"population": []},
        geometry=gpd.GeoSeries([], crs=CRS),
        index=pd.Index([], name="subdistrict"),
        crs=CRS,
    )


GRID_COLUMNS = [
    "lead",
    "population",
    "units",
    "area_km2",
    "contiguous",
    "pieces",
    "deviation",
    "mean_minutes_to_lead",
    "p90_minutes_to_lead",
    "max_minutes_to_lead",
    "polsby_popper",
    "beds",
]


def _no_grids():
    empty = pd.DataFrame(columns=GRID_COLUMNS, index=pd.Index([], name="grid"))
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=CRS), crs=CRS)


def _grids(units, served):
    shapes = (
        units[["population", "geometry"]]
        .assign(grid=served["grid"])
        .dissolve("grid", aggfunc="sum")
    )
    count = served.groupby("grid").size()
    return shapes.assign(
        lead=["h1", "h2"],
        units=count,
        area_km2=shapes.area / 1e6,
        contiguous=True,
        pieces=1,
        deviation=[0.0123456789, -0.0123456789],
        mean_minutes_to_lead=[5.123456, 6.0],
        p90_minutes_to_lead=[7.0, np.nan],
        max_minutes_to_lead=9.9,
        polsby_popper=0.7,
        beds=[800.0, np.nan],
    )


def _findings(say, *, failed):
    rows = [
        ("coverage", "must", "district", "440311", 100.0, 100.0, 100.0, "percent", True),
        ("one-lead", "must", "grid", "G1", 1, 1, None, "count", True),
        ("near", "should", "district", "440311", 85.04, 90.0, None, "percent", not failed),
        ("band", "target", "center", "n1", 12345.0, 20000.0, 30000.0, "persons", not failed),
        ("street", "should", "subdistrict", say("甲街道"), None, 1, 2, "count", None),
    ]
    columns = ["rule", "level", "subject_kind", "subject"]
    columns += ["value", "lower", "upper", "unit", "passed"]
    table = pd.DataFrame(rows, columns=columns, dtype=object)
    return table.assign(
        title_zh=[say(f"规则{n}") for n in range(len(table))],
        title_en=[say(f"Rule {n}") for n in range(len(table))],
        clause=say("条款"),
        clause_en=say("Clause"),
        verbatim=True,
        reading_zh="",
        reading_en="",
        source_zh=say("文件"),
        source_en=say("Document"),
        section="二、(一)1",
    )
