"""Make every file of a plan again from what was read, and compare it value by value."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.district.reason import reason_of
from gridplan.errors import InputError, Problem
from gridplan.outputs.difference import Check, Difference, same
from gridplan.outputs.excel import write_excel
from gridplan.outputs.geojson import write_geojson
from gridplan.outputs.maps import plan_map
from gridplan.outputs.nested import walk
from gridplan.outputs.offline import standalone_html
from gridplan.outputs.plan_json import plan_dict
from gridplan.outputs.workbook import Cells, cell_name, read_workbook, sheet_titles
from gridplan.outputs.written import read_content, read_values
from gridplan.text import LANGUAGES, say
from gridplan.version import VERSION

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def compared(plan: Plan, folder: Path) -> list[Check]:
    """
    Compare ``plan.json``, the GeoJSON files and the workbook with a plan read back.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.written.read_written` gives it.
    folder
        Where it was read.

    Returns
    -------
    checks
        One a file.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    checks = [_json_compared(plan, folder / "plan.json")]
    with tempfile.TemporaryDirectory() as fresh:
        again = write_geojson(plan, Path(fresh))
        checks += [_geojson_compared(folder / path.name, path) for path in again]
        lang = _language(folder / "plan.xlsx")
        write_excel(plan, Path(fresh) / "plan.xlsx", lang=lang)
        checks.append(_workbook_compared(folder / "plan.xlsx", Path(fresh) / "plan.xlsx"))
    return checks


def map_compared(plan: Plan, folder: Path) -> list[Check]:
    """
    Draw the map again from a plan read back, and compare it with ``map.html`` letter by letter.

    Parameters
    ----------
    plan, folder
        As for :func:`compared`.

    Returns
    -------
    checks
        One; without a count where another version of gridplan drew the map.

    Raises
    ------
    InputError
        If the map or the workbook, which tells its language, is missing or damaged.
    """
    path = folder / "map.html"
    content = read_content(path)
    try:
        found = content.decode("utf-8")
    except ValueError as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error
    if read_values(folder / "plan.json")["provenance"].get("version") != VERSION:
        return [Check("map", 0, ())]
    drawn = plan_map(plan, _language(folder / "plan.xlsx"))
    left, right = (_IDENTIFIER.sub("", text) for text in (found, standalone_html(drawn)))
    if left == right:
        return [Check("map", len(left), ())]
    pairs = enumerate(zip(left, right, strict=False))
    at = next((n for n, pair in pairs if pair[0] != pair[1]), min(len(left), len(right)))
    here, there = (text[max(0, at - 40) : at + 20] for text in (left, right))
    place = f"…{left[max(0, at - 20) : at]}"
    return [Check("map", len(left), (Difference(path.name, place, here, there, "others"),))]


# Each drawing names its parts by chance; nothing else in the page is so.
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")


def _json_compared(plan: Plan, path: Path) -> Check:
    found = read_values(path)
    expected = json.loads(json.dumps(plan_dict(plan)))
    # Another version of gridplan may read a folder; its own number is not part of the plan.
    expected["provenance"]["version"] = found["provenance"].get("version")
    if isinstance(found.get("district"), dict):
        written = found["district"].get("crs")
        if _same_projection(written, expected["district"]["crs"]):
            expected["district"]["crs"] = written
    told: list[Difference] = []
    count = walk(found, expected, "", told, file=path.name)
    return Check("json", count, tuple(told))


def _same_projection(left: Any, right: Any) -> bool:  # noqa: ANN401  # JSON
    """Whether two texts name one projection: a GeoPackage may word one without a code anew."""
    if left == right or not isinstance(left, str):
        return bool(left == right)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(CRS(left).to_proj4() == CRS(right).to_proj4())
        except CRSError:
            return False


def _read_geojson(path: Path) -> dict[str, Any]:
    content = read_content(path)
    try:
        values = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error
    if not isinstance(values, dict) or not isinstance(values.get("features"), list):
        raise InputError([Problem("written-damaged", {"file": str(path), "reason": "features"})])
    return values


def _geojson_compared(path: Path, again: Path) -> Check:
    found, expected = _read_geojson(path), _read_geojson(again)
    told: list[Difference] = []
    pairs = (found.pop("features"), expected.pop("features"))
    count = walk(found, expected, "", told, file=path.name)
    shapes = []
    for features in pairs:
        shapes.append([_shape(entry) for entry in features])
        for feature in features:
            if isinstance(feature, dict):
                feature.pop("geometry", None)
    named = [{_id(entry, at): entry for at, entry in enumerate(part)} for part in pairs]
    count += walk(named[0], named[1], "features", told, file=path.name)
    for at, (left, right) in enumerate(zip(*shapes, strict=False)):
        count += 0 if right is None else int(shapely.get_num_coordinates(right))
        if not _same_shape(left, right):
            place = f"features.{_id(pairs[0][at], at)}.geometry"
            told.append(
                Difference(path.name, place, _where(left, right), _where(right, left), "others")
            )
    return Check(f"geojson-{path.stem}", count, tuple(told))


def _id(feature: Any, position: int) -> str:  # noqa: ANN401  # JSON
    return str(feature.get("id", position)) if isinstance(feature, dict) else str(position)


def _shape(feature: Any) -> shapely.Geometry | None:  # noqa: ANN401  # JSON
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not geometry:
        return None
    shape = shapely.geometry.shape(geometry)
    return shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape


def _same_shape(left: shapely.Geometry | None, right: shapely.Geometry | None) -> bool:
    if left is None or right is None:
        return left is right
    # Rings may begin anywhere; not one coordinate may differ.
    return bool(shapely.equals_exact(shapely.normalize(left), shapely.normalize(right), 0.0))


def _where(one: shapely.Geometry | None, other: shapely.Geometry | None) -> str | None:
    """Name the first coordinate of one shape that the other does not have."""
    if one is None:
        return None
    known = set() if other is None else set(map(tuple, shapely.get_coordinates(other).tolist()))
    own = [pair for pair in shapely.get_coordinates(one).tolist() if tuple(pair) not in known]
    if own:
        return f"({own[0][0]}, {own[0][1]})"
    return str(np.round(one.area, 9))


def _language(path: Path) -> str:
    """Tell in which language a workbook was written, by its first sheet's title."""
    titles = sheet_titles(path)
    named = [lang for lang in LANGUAGES if say("outputs.sheet-summary", lang) in titles]
    if not named:
        told = {"file": str(path), "reason": ", ".join(titles)}
        raise InputError([Problem("written-damaged", told)])
    return named[0]


def _workbook_compared(path: Path, again: Path) -> Check:
    found, expected = read_workbook(path), read_workbook(again)
    told: list[Difference] = []
    count = 0
    for title in [*found, *(title for title in expected if title not in found)]:
        if title not in found or title not in expected:
            here, there = (title if title in part else None for part in (found, expected))
            told.append(Difference(path.name, title, here, there, "others"))
            continue
        count += _sheet_compared(found[title], expected[title], title, path.name, told)
    return Check("workbook", count, tuple(told))


def _sheet_compared(
    found: Cells, expected: Cells, title: str, file: str, told: list[Difference]
) -> int:
    places = found.keys() | expected.keys()
    if found != expected:
        for place in sorted(places):
            left, right = found.get(place), expected.get(place)
            if not same(left, right):
                told.append(Difference(file, _named(place, expected, title), left, right, "others"))
    return len(places)


def _named(place: tuple[int, int], cells: Mapping[tuple[int, int], Any], title: str) -> str:
    """Name a cell by its sheet, its place, the first cell of its row and the head of its column."""
    row, column = place
    labels = [cells.get((row, 0)), cells.get((0, column)) if column else None]
    said = ", ".join(str(label) for label in labels if label is not None)
    return f"{title}!{cell_name(row, column)} ({said})"
