"""Districts that serve one another: planned as one, told to each, every resident at home."""

import json
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.audit.verify import verify
from gridplan.batch.across.joined import joined_code, write_joined
from gridplan.batch.record import (
    DONE,
    REFUSED,
    home_folder,
    joined_folder,
    plan_folder,
    records_by_home,
)
from gridplan.batch.roll_up import roll_up
from gridplan.batch.store import read_store
from gridplan.batch.tasks import Task
from gridplan.batch.work import Order, plan_task
from gridplan.district.folder.read import read_district
from gridplan.planning.scenario.scenario import Scenario

SIDE, WEST, SOUTH, ROWS = 200, 490_000, 2_520_000, 2
LAYER = '[layers.{0}]\nfile = "{0}.csv"\ncrs = "EPSG:4547"\nlabel = "{1}"\nsource = "drawn"\n'


def write_strip(folder, code, columns, *, first, center, people=2500):
    """Write a district of two rows; a hospital in its first cell, a center in a column of it."""
    folder.mkdir(parents=True)
    toml = f'code = "{code}"\nname_zh = "{code}区"\nname_en = "{code}"\nvintage = "2020"\n'
    for layer in ("units", "hospitals", "centers"):
        toml += LAYER.format(layer, "modelled" if layer == "units" else "real")
        toml += "cell_metres = 200\n" if layer == "units" else ""
    (folder / "district.toml").write_text(toml, encoding="utf-8")
    west = WEST + SIDE * first
    lines = ["unit,x,y,population,community,subdistrict"]
    for column, row in product(range(columns), range(ROWS)):
        x, y = west + SIDE * (column + 0.5), SOUTH + SIDE * (row + 0.5)
        lines.append(f"u{column}{row},{x},{y},{people},东社区,新街道")
    (folder / "units.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "hospitals.csv").write_text(
        "hospital,name,level,kind,ownership,beds,eligible,x,y\n"
        f"h1,{code}人民医院,三级甲等,综合,区级,800,是,{west + 90},{SOUTH + 90}\n",
        encoding="utf-8",
    )
    (folder / "centers.csv").write_text(
        "center,name,class,capacity,x,y\n"
        f"e1,{code}社康中心,区域,,{west + SIDE * center + 110},{SOUTH + 110}\n",
        encoding="utf-8",
    )
    return folder


def planned(base, west_columns, text):
    """Plan a pair: six columns, the first so many of them in the west."""
    west = write_strip(base / "west", "440303", west_columns, first=0, center=0)
    east = write_strip(
        base / "east", "440304", 6 - west_columns, first=west_columns, center=5 - west_columns
    )
    file = base / "s.toml"
    file.write_text(text, encoding="utf-8")
    task = Task((west, east), file)
    record = plan_task(Order(task, base / "out", "print", "zh"))
    assert record.state == DONE, record.problems
    return base / "out", task, record


CENTERS = "grids = 0\ncenters = 2\ncenter_lower = 10000\ncenter_upper = 20000\nregional_max = 0\n"


@pytest.mark.parametrize("west_columns", [pytest.param(2, marks=pytest.mark.thorough), 4])
def test_centers_serve_across_the_border_as_well_as_can_be(tmp_path, west_columns):
    out, _, record = planned(tmp_path, west_columns, CENTERS)
    units, centers = read_store(out, "units"), read_store(out, "centers")
    xy = np.column_stack([units.to_crs(4547).centroid.x, units.to_crs(4547).centroid.y])
    at = np.column_stack([centers.to_crs(4547).geometry.x, centers.to_crs(4547).geometry.y])
    metres = np.hypot(*(xy[:, None] - at).transpose(2, 0, 1))
    walked = float(units["metres_to_center"].mean())
    every = (np.array(way) for way in product((0, 1), repeat=len(units)))
    best = min(metres[np.arange(len(units)), way].mean() for way in every if 4 <= way.sum() <= 8)
    assert walked == pytest.approx(best, abs=1)

    homes = {one.code: one.figures for one in records_by_home([record])}
    assert {code: one["residents"] for code, one in homes.items()} == {
        "440303": 5000 * west_columns,
        "440304": 5000 * (6 - west_columns),
    }
    small, large = sorted(homes.values(), key=lambda one: one["residents"])
    # Six columns, a center at either end: each serves the three next to it.
    assert (large["served_elsewhere"], large["from_elsewhere"]) == (5000, 0)
    assert (small["served_elsewhere"], small["from_elsewhere"]) == (0, 5000)
    own = units[units["adcode"] == ("440303" if west_columns == 4 else "440304")]
    other = "east" if west_columns == 4 else "west"
    assert own.groupby("center")["population"].sum().to_dict() == {"e1": 15000, f"{other}:e1": 5000}
    # The center tells all whom it serves, in the district where it stands.
    assert centers["population"].tolist() == [15000, 15000]
    assert centers["center"].tolist() == ["e1", "e1"]
    assert set(centers["community"]) == {"东社区"}


GRIDS = (
    "profiles = ['auto', 'guangming-1n-2023']\ngrids = 2\ngrid_tolerance = 0.1\n"
    "centers = 2\ncenter_lower = 10000\ncenter_upper = 20000\n"
)


def test_a_hospital_leads_residents_across_the_border(tmp_path):
    out, task, record = planned(tmp_path, 4, GRIDS)
    units = read_store(out, "units")
    joint = json.loads((plan_folder(out, task) / "plan.json").read_text(encoding="utf-8"))
    # Enumeration: six of twelve cells to the western lead, both parts in one piece.
    cells = [(column, row) for column in range(6) for row in range(ROWS)]
    best = min(
        sum(_steps(cell, (0, 0)) for cell in part)
        + sum(_steps(cell, (4, 0)) for cell in cells if cell not in part)
        for part in combinations(cells, 6)
        if (0, 0) in part
        and (4, 0) not in part
        and _whole(set(part))
        and _whole(set(cells) - set(part))
    )
    minutes = SIDE / (Scenario().drive_kmh * 1000 / 60)
    assert units["minutes_to_lead"].sum() == pytest.approx(best * minutes, rel=1e-6)

    homes = {one.code: one.figures for one in records_by_home([record])}
    assert homes["440303"]["led_elsewhere"] == 5000
    assert homes["440304"]["led_elsewhere"] == 0
    assert [one["grids"] for one in homes.values()] == [1, 1]
    grids = read_store(out, "grids").set_index("adcode")
    assert grids["population"].to_dict() == {"440303": 15000, "440304": 15000}
    assert set(units.loc[units["adcode"] == "440303", "lead"]) == {"h1", "east:h1"}
    assert joint["district"]["code"] == "440300"
    # The joint plan is a plan like any other: it can be checked against its own district folder.
    joined = joined_folder(out, task)
    assert verify(plan_folder(out, task), district=joined).differences == ()

    # Each district has a workbook of its own: its residents, and the lead next door by its name.
    file = home_folder(out, "west", task) / "plan.xlsx"
    book = pd.read_excel(file, sheet_name=None, engine="calamine")
    assert book["基本单元"]["常住人口"].sum() == 20000
    assert book["社康中心"]["名称"].tolist() == ["440303社康中心"]
    assert set(book["网格"]["牵头医院"]) == {"440303人民医院", "440304人民医院"}
    summary = book["概要"].iloc[:, 1].astype(str)
    assert summary.str.contains("由其他区县医院牵头的居民5,000人").any()
    assert (home_folder(out, "east", task) / "map.html").is_file()

    levels = roll_up([record]).levels
    city = levels.loc[("s", "city", "440300")]
    assert (city["districts"], city["planned"], city["grids"]) == (2, 2, 2)
    assert (city["residents"], city["centers"]) == (30000, 2)
    assert city["residents_assigned"] == sum(one["residents_assigned"] for one in homes.values())
    rules = {one.code: {rule["rule"]: rule["state"] for rule in one.rules}
             for one in records_by_home([record])}  # fmt: skip
    assert rules["440303"]["coverage"] == "passed"
    findings = read_store(out, "findings")
    for kind, count in (("district", 1), ("center", 1), ("grid", 1)):
        told = findings[findings["subject_kind"] == kind].groupby(["adcode", "rule"]).size()
        assert (told == count).all(), kind
    assert set(findings.loc[findings["subject_kind"] == "center", "subject"]) == {"e1"}


def _steps(cell, other):
    return abs(cell[0] - other[0]) + abs(cell[1] - other[1])


def _whole(part):
    reached, waiting = set(), [next(iter(part))]
    while waiting:
        cell = waiting.pop()
        if cell not in reached:
            reached.add(cell)
            waiting += [other for other in part if _steps(cell, other) == 1]
    return reached == part


def test_joining_changes_no_resident_and_no_row(tmp_path):
    members = {}
    for name, code, first in (("west", "440303", 0), ("east", "440304", 3)):
        folder = write_strip(tmp_path / name, code, 3, first=first, center=0)
        (folder / "groups.toml").write_text(
            'label = "real"\nsource = "agreed"\n[[groups]]\nname_zh = "集团"\nlead = "h1"\n'
            'members = ["e1"]\n[[wishes]]\ninstitution = "e1"\nlead = "h1"\nnote = "near: home"\n',
            encoding="utf-8",
        )
        text = (folder / "district.toml").read_text(encoding="utf-8")
        links = '[[links]]\nfrom = "u00"\nto = "u20"\n'
        (folder / "district.toml").write_text(f"snap_metres = 2\n{text}{links}", encoding="utf-8")
        members[name] = read_district(folder)
    joint = read_district(write_joined(members, tmp_path / "joint"))
    again = read_district(write_joined(members, tmp_path / "joint"))
    assert joint.sha256 == again.sha256
    assert joint.population == sum(one.population for one in members.values())
    assert joint.snap_metres == 2
    assert joint.links == (("west:u00", "west:u20"), ("east:u00", "east:u20"))
    assert [group.members for group in joint.agreements.groups] == [("west:e1",), ("east:e1",)]
    assert [wish.note for wish in joint.agreements.wishes] == ["near: home"] * 2
    for layer in ("units", "hospitals", "centers"):
        parts = [getattr(one, layer) for one in members.values()]
        whole = getattr(joint, layer)
        assert whole.geometry.geom_equals(
            pd.concat([part.geometry for part in parts]).set_axis(whole.index)
        ).all()
        assert whole["home"].tolist() == [home for home, one in members.items()
                                          for _ in getattr(one, layer).index]  # fmt: skip
    assert set(joint.units["subdistrict"]) == {"west:新街道", "east:新街道"}
    assert len(joint.pieces) == 1


def test_codes_of_districts_that_are_one():
    assert joined_code(["440303", "440304"]) == "440300"
    assert joined_code(["440222", "440281"]) == "440299"
    assert joined_code(["440303", "440222"]) == "440000"
    assert joined_code(["440222", "440523"]) == "440099"
    assert joined_code(["440303", "330106"]) == joined_code(["440303", "abroad"]) == "000000"


def test_what_is_wrong_with_either_is_told_of_both(tmp_path):
    west = write_strip(tmp_path / "west", "440303", 2, first=0, center=0)
    east = write_strip(tmp_path / "east", "440304", 2, first=2, center=0)
    for folder in (west, east):
        (folder / "units.csv").write_text("nonsense\n1\n", encoding="utf-8")
    record = plan_task(Order(Task((west, east)), Path(tmp_path / "out"), "print", "en"))
    assert record.state == REFUSED
    assert len(record.problems) >= 2
    assert [one.place for one in records_by_home([record])] == ["west", "east"]
    levels = roll_up([record]).levels
    assert levels.loc[("own", "district")]["districts"].to_dict() == {"west": 1, "east": 1}
