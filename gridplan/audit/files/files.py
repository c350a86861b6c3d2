"""Make every file of a plan again from what was read, and compare it value by value."""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan.audit.differences.difference import Aside, Check, Difference, same, unreadable
from gridplan.audit.differences.nested import walk
from gridplan.audit.files.excel import workbook_looks
from gridplan.audit.files.geopackage import geopackage_compared
from gridplan.audit.files.strict_json import read_strict
from gridplan.audit.files.workbook import Cells, cell_name, read_workbook, sheet_titles
from gridplan.district.files.reason import reason_of
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.outputs.disk.own_files import WRITERS
from gridplan.outputs.drawing.offline import standalone_html
from gridplan.outputs.files.folder import writer_of
from gridplan.outputs.files.plan_json import plan_json
from gridplan.outputs.map.maps import plan_map
from gridplan.outputs.reading.content import read_content
from gridplan.outputs.reading.written import Written
from gridplan.outputs.words.telling import Telling
from gridplan.text import LANGUAGES, say


def compared(plan: Written, folder: Path) -> list[Check]:
    """
    Compare every file but the map with one made again from a plan read back.

    Parameters
    ----------
    plan
        As :func:`gridplan.outputs.reading.written.read_written` gives it.
    folder
        Where it was read.

    Returns
    -------
    checks
        One a file; what cannot be read keeps no other from being looked at.
    """
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place)
        lang = _language_known(folder)
        write_again(plan, fresh, lang=lang or LANGUAGES[0])
        steps: dict[str, Callable[[], Check]] = {
            "json": lambda: json_compared(plan, folder / "plan.json")
        }
        for name in (name for name in WRITERS if name.endswith(".geojson")):
            steps[f"geojson-{Path(name).stem}"] = partial(
                geojson_compared, folder / name, fresh / name
            )
        if lang:  # its styles have titles
            steps["geopackage"] = partial(
                geopackage_compared, folder / "plan.gpkg", fresh / "plan.gpkg"
            )
        steps["workbook"] = partial(workbook_compared, folder / "plan.xlsx", fresh / "plan.xlsx")
        return [_done(code, step) for code, step in steps.items()]


def _done(code: str, step: Callable[[], Check]) -> Check:
    try:
        return step()
    except GridplanError as error:
        return unreadable(code, error)


def write_again(plan: Written, folder: Path, *, lang: str) -> None:
    """Write the GeoJSON files, the GeoPackage and the workbook of a plan read back."""
    for name in WRITERS:
        if name.endswith((".geojson", ".gpkg", ".xlsx")):
            writer_of(name)(Telling(plan, lang), folder / name)


def map_compared(plan: Written, folder: Path) -> list[Check]:
    """
    Draw the map again from a plan read back, and compare it with ``map.html`` letter by letter.

    Parameters
    ----------
    plan, folder
        As for :func:`compared`.

    Returns
    -------
    checks
        One.

    Raises
    ------
    InputError
        If the map is missing or damaged, or nothing tells its language.
    """
    path = folder / "map.html"
    content = read_content(path)
    try:
        found = content.decode("utf-8")
    except ValueError as error:
        told = {"file": str(path), "reason": reason_of(error)}
        raise InputError([Problem("written-damaged", told)]) from error
    lang = _language_known(folder)
    if lang is None:
        raise InputError([Problem("written-damaged", {"file": str(path), "reason": "lang"})])
    drawn = plan_map(plan, lang)
    left, right = found, standalone_html(drawn)
    if left == right:
        return [Check("map", len(left), ())]
    pairs = enumerate(zip(left, right, strict=False))
    at = next((n for n, pair in pairs if pair[0] != pair[1]), min(len(left), len(right)))
    here, there = (text[max(0, at - 40) : at + 20] for text in (left, right))
    place = f"…{left[max(0, at - 20) : at]}"
    return [Check("map", len(left), (Difference(path.name, place, here, there, "others", "map"),))]


def json_compared(plan: Written, path: Path) -> Check:
    """Compare ``plan.json`` with what a plan read back tells."""
    found, told = read_strict(path)
    expected = json.loads(plan_json(plan))
    if isinstance(found.get("district"), dict):
        written = found["district"].get("crs")
        if _same_projection(written, expected["district"]["crs"]):
            expected["district"]["crs"] = written
    count = walk(found, expected, "", told, file=path.name)
    text = json.dumps(expected, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    return Check("json", count, tuple(told), _rewritten(path, text.encode(), told))


def _rewritten(path: Path, expected: bytes, told: list[Difference]) -> tuple[Aside, ...]:
    """Say so where a file holds what it should, but not letter by letter."""
    same_bytes = told or path.read_bytes() == expected
    return () if same_bytes else (Aside(path.name, "rewritten"),)


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


def geojson_compared(path: Path, again: Path) -> Check:
    """Compare a GeoJSON file with one made again."""
    found, told = read_strict(path)
    expected, _ = read_strict(again)
    if not isinstance(found.get("features"), list):
        raise InputError([Problem("written-damaged", {"file": str(path), "reason": "features"})])
    pairs = (found.pop("features"), expected.pop("features"))
    count = walk(found, expected, "", told, file=path.name)
    named = [{_id(entry, at): entry for at, entry in enumerate(part)} for part in pairs]
    names = [_id(entry, at) for at, entry in enumerate(pairs[0])]
    for name in named[0]:
        if names.count(name) > 1:
            many = names.count(name)
            told.append(Difference(path.name, f"features.{name}", many, 1, "others", "duplicate"))
    for name in [*named[0], *(name for name in named[1] if name not in named[0])]:
        count += _feature_compared(name, named[0].get(name), named[1].get(name), path.name, told)
    if not told and names != list(named[1]):
        order = [", ".join(part) for part in (names, named[1])]
        told.append(Difference(path.name, "features", order[0], order[1], "others", "order"))
    asides = _rewritten(path, again.read_bytes(), told)
    return Check(f"geojson-{path.stem}", count, tuple(told), asides)


def _feature_compared(
    name: str,
    found: Any,  # noqa: ANN401  # JSON
    expected: Any,  # noqa: ANN401  # JSON
    file: str,
    told: list[Difference],
) -> int:
    place = f"features.{name}"
    if not isinstance(found, dict) or not isinstance(expected, dict):
        sort = "entry-missing" if found is None else "entry-added"
        one, other = (None if part is None else name for part in (found, expected))
        told.append(Difference(file, place, one, other, "others", sort))
        return 1
    shapes = [_shape(entry) for entry in (found, expected)]
    here, there = (
        {key: value for key, value in entry.items() if key != "geometry"}
        for entry in (found, expected)
    )
    count = walk(here, there, place, told, file=file)
    if shapes[0] is not None and shapes[0].has_z:
        told.append(Difference(file, f"{place}.geometry", "Z", None, "others", "height"))
    elif not _same_shape(*shapes):
        ours, theirs = _where(*shapes), _where(*reversed(shapes))
        told.append(Difference(file, f"{place}.geometry", ours, theirs, "others"))
    return count + (0 if shapes[1] is None else int(shapely.get_num_coordinates(shapes[1])))


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


def language_of(folder: Path) -> str:
    """Tell in which language a plan was written, by the title of its workbook's first sheet."""
    path = folder / "plan.xlsx"
    titles = sheet_titles(path)
    named = [lang for lang in LANGUAGES if say("outputs.sheet-summary", lang) in titles]
    if not named:
        told = {"file": str(path), "reason": ", ".join(titles)}
        raise InputError([Problem("written-damaged", told)])
    return named[0]


def _language_known(folder: Path) -> str | None:
    """Tell the language of a plan by its workbook, else by its map."""
    try:
        return language_of(folder)
    except InputError:
        pass
    try:
        head = read_content(folder / "map.html")[:400].decode("utf-8", errors="replace")
    except InputError:
        return None
    return next((lang for lang in LANGUAGES if f'lang="{say("language.tag", lang)}"' in head), None)


def workbook_compared(path: Path, again: Path) -> Check:
    """Compare a workbook with one made again: its cells, then what else it shows."""
    found, expected = read_workbook(path), read_workbook(again)
    told: list[Difference] = []
    count = 0
    for title in [*found, *(title for title in expected if title not in found)]:
        if title not in found or title not in expected:
            here, there = (title if title in part else None for part in (found, expected))
            told.append(Difference(path.name, title, here, there, "others"))
            continue
        count += _sheet_compared(found[title], expected[title], title, path.name, told)
    looks, asides = workbook_looks(path, again)
    return Check("workbook", count, (*told, *looks), tuple(asides))


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
