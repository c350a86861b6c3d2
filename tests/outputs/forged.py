"""Forgeries of a whole plan: one thing changed, and every file written from the changed plan."""

import dataclasses

from shapely.affinity import translate

from gridplan.errors import Problem


def layout(**changes):
    """Change tables of the layout."""

    def forge(plan):
        changed = {name: change(getattr(plan.layout, name)) for name, change in changes.items()}
        return dataclasses.replace(plan, layout=dataclasses.replace(plan.layout, **changed))

    return forge


def cell(table, key, column, value):
    """Change one value of a table of the layout."""

    def change(frame):
        frame = frame.copy()
        frame[column] = frame[column].astype(object)
        frame.at[key, column] = value(frame.at[key, column]) if callable(value) else value
        return frame

    return layout(**{table: change})


def district(table, key, column, value):
    """Change one value of a layer of the district, in the layout too where it stands there."""

    def forge(plan):
        def change(frame):
            frame = frame.copy()
            if column not in frame:
                frame[column] = None
            frame[column] = frame[column].astype(object)
            frame.at[key, column] = value
            return frame

        given = dataclasses.replace(plan.district, **{table: change(getattr(plan.district, table))})
        forged = dataclasses.replace(plan, district=given)
        if table in ("hospitals", "centers"):
            forged = layout(**{table: change})(forged)
        return forged

    return forge


def told(**changes):
    """Change what the district says of itself."""

    def forge(plan):
        return dataclasses.replace(plan, district=dataclasses.replace(plan.district, **changes))

    return forge


def source(**changes):
    """Change what is said of the layer of units."""

    def forge(plan):
        first, *others = plan.district.layers
        layers = (dataclasses.replace(first, **changes), *others)
        return told(layers=layers)(plan)

    return forge


def proof(part, **changes):
    """Change a certificate."""

    def forge(plan):
        changed = dataclasses.replace(plan.certificates[part], **changes)
        return dataclasses.replace(plan, certificates={**plan.certificates, part: changed})

    return forge


def scenario(**changes):
    def forge(plan):
        return dataclasses.replace(plan, scenario=dataclasses.replace(plan.scenario, **changes))

    return forge


def finding(**changes):
    """Change the first finding that has a verdict."""

    def forge(plan):
        rows = plan.findings.to_dict(orient="records")
        row = next(row for row in rows if row["passed"] in (True, False))
        row.update({k: value(row[k]) if callable(value) else value for k, value in changes.items()})
        return _with_findings(plan, rows)

    return forge


def finding_gone(plan):
    rows = plan.findings.to_dict(orient="records")
    rows.remove(next(row for row in rows if row["passed"] is False))
    return _with_findings(plan, rows)


def finding_added(plan):
    rows = plan.findings.to_dict(orient="records")
    row = next(row for row in rows if row["passed"] is True)
    return _with_findings(plan, [*rows, {**row, "rule": "well-served"}])


def finding_twice(plan):
    rows = plan.findings.to_dict(orient="records")
    return _with_findings(plan, [*rows, rows[0]])


def _with_findings(plan, rows):
    table = type(plan.findings)(rows, columns=list(plan.findings.columns), dtype=object)
    return dataclasses.replace(plan, findings=table)


def moved_center(plan):
    def change(frame):
        shapes = [translate(frame.geometry.iloc[0], 150, 0), *frame.geometry.iloc[1:]]
        return frame.set_geometry(type(frame.geometry)(shapes, frame.index, crs=frame.crs))

    return layout(centers=change)(plan)


def moved_unit(plan):
    """Give a unit of the first grid to a center and a grid next door, in every table."""
    units = plan.layout.units.copy()
    here, there = units.index[0], units.index[units["grid"] != units["grid"].iloc[0]][0]
    for column in ("grid", "lead", "center", "regional_center"):
        units.at[here, column] = units.at[there, column]
    return layout(units=lambda _: units)(plan)


def swapped_grids(plan):
    """Call each grid by the other's name in the units alone."""
    units = plan.layout.units.copy()
    units["grid"] = units["grid"].map({"G1": "G2", "G2": "G1"})
    return layout(units=lambda _: units)(plan)


def member_added(plan):
    first, *others = plan.layout.groups
    groups = (dataclasses.replace(first, members=(*first.members, "h2")), *others)
    return layout(groups=lambda _: groups)(plan)


def note_added(plan):
    note = Problem("no-streets")
    return dataclasses.replace(plan, notes=(*plan.notes, note))


def notes_gone(plan):
    return dataclasses.replace(plan, notes=plan.notes[1:])


def repairs_gone(plan):
    return told(repairs=plan.district.repairs[1:])(plan)


FORGERIES = {
    "residents": (district("units", "u00", "population", 2600.0), "residents"),
    "residents-65": (district("units", "u00", "population_65", 900.0), "residents"),
    "residents-served": (cell("centers", "c1", "population", lambda n: n + 100), "residents"),
    "residents-grid": (cell("grids", "G1", "population", lambda n: n - 100), "residents"),
    "residents-street": (cell("subdistricts", "西街道", "population", 1.0), "residents"),
    "community": (district("units", "u00", "community", "别的社区"), "belonging"),
    "name-hospital": (district("hospitals", "h1", "name", "省人民医院"), "name"),
    "name-hospital-en": (district("hospitals", "h1", "name_en", "Other Hospital"), "name"),
    "name-center": (district("centers", "c1", "name", "别的社康中心"), "name"),
    "name-district": (told(name_zh="大区", name_en="Great District"), "name"),
    "vintage": (told(vintage="2030"), "district"),
    "level": (district("hospitals", "h2", "level", "secondary"), "text"),
    "ownership": (district("hospitals", "h2", "ownership", "provincial"), "text"),
    "beds": (district("hospitals", "h1", "beds", 1800.0), "beds"),
    "beds-grid": (cell("grids", "G1", "beds", 1800.0), "beds"),
    "eligible": (district("hospitals", "h1", "eligible", False), "figure"),
    "label-layer": (source(label="real"), "label"),
    "label-row": (district("hospitals", "h1", "beds_label", "planned"), "label"),
    "source": (source(source="统计年鉴"), "source"),
    "source-vintage": (source(vintage="2031"), "source"),
    "source-file": (source(file="others.csv"), "entry-missing"),
    "repair-gone": (repairs_gone, "entry-missing"),
    "note-added": (note_added, "entry-added"),
    "notes-gone": (notes_gone, "entry-missing"),
    "minutes-center": (cell("units", "u00", "minutes_to_center", 0.5), "minutes"),
    "minutes-lead": (cell("units", "u11", "minutes_to_lead", 0.1), "minutes"),
    "minutes-grid": (cell("grids", "G1", "p90_minutes_to_lead", 0.1), "minutes"),
    "metres": (cell("units", "u00", "metres_to_center", 10.0), "distance"),
    "metres-center": (cell("centers", "c1", "mean_metres", 10.0), "distance"),
    "area": (cell("grids", "G1", "area_km2", 9.0), "area"),
    "compactness": (cell("grids", "G1", "polsby_popper", 0.99), "figure"),
    "boundary": (cell("grids", "G1", "boundary_km", 0.1), "figure"),
    "outline": (cell("grids", "G1", "perimeter_km", 0.1), "figure"),
    "elderly": (cell("grids", "G1", "percent_65", 30.0), "figure"),
    "streets-of-grid": (cell("grids", "G1", "subdistricts", "北街道"), "text"),
    "communities-cut": (cell("grids", "G1", "communities_cut", 7), "figure"),
    "contiguous": (cell("grids", "G1", "contiguous", False), "figure"),
    "objective-grids": (proof("grids", objective=1.0), "objective"),
    "objective-centers": (proof("centers", objective=1.0), "objective"),
    "objective-regional": (proof("regional", objective=1.0), "objective"),
    "gap": (proof("centers", gap=0.5), "proof"),
    "seed": (proof("centers", seed=7), "seed"),
    "unit-of-objective": (proof("grids", unit="centers"), "proof"),
    "scenario-seed": (scenario(seed=11), "seed"),
    "scenario-band": (scenario(center_upper=12_000), "demand"),
    "scenario-grids": (scenario(grids=3), "demand"),
    "scenario-walk": (scenario(walk_kmh=9.0), "minutes"),
    "scenario-drive": (scenario(drive_kmh=90.0), "minutes"),
    "scenario-closed": (scenario(close=("c1",)), "belonging"),
    "finding-flipped": (finding(passed=lambda p: not p), "finding"),
    "finding-value": (finding(value=99.0), "finding"),
    "finding-bound": (finding(lower=0.0, upper=1e9), "finding"),
    "finding-clause": (finding(clause="不作要求"), "finding"),
    "finding-source": (finding(source_zh="无"), "finding"),
    "finding-level": (finding(level="may"), "finding"),
    "finding-gone": (finding_gone, "finding-missing"),
    "finding-added": (finding_added, "finding-added"),
    "finding-twice": (finding_twice, "finding-added"),
    "center-moved": (moved_center, "geometry"),
    "center-unit": (cell("centers", "c1", "unit", "u00"), "geometry"),
    "center-class": (cell("centers", "c1", "class", "x"), "belonging"),
    "center-status": (cell("centers", "c1", "status", "new"), "belonging"),
    "center-band": (cell("centers", "c1", "capacity_upper", 90_000.0), "figure"),
    "unit-moved": (moved_unit, "residents"),
    "grids-swapped": (swapped_grids, "belonging"),
    "role": (cell("hospitals", "h2", "role", "none"), "group"),
    "lead": (cell("grids", "G1", "lead", "h9"), "belonging"),
    "member-added": (member_added, "entry-added"),
}
"""By name: the forgery, and a kind that must be among those named."""
