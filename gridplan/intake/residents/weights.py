"""What residents are spread by, beside ground: a raster, buildings with floors, land use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan.district.schema.figures import read_numbers
from gridplan.errors import InputError, Problem
from gridplan.intake.files.rasters import Raster, raster_sums

if TYPE_CHECKING:
    from gridplan.intake.places.located import Drawn
    from gridplan.intake.record.ledger import Ledger
    from gridplan.intake.residents.units import Weigh

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

FLOORS = ("floor", "floors", "层数", "楼层", "地上层数", "层", "levels", "building:levels")
HOMES = (
    "居住",
    "住宅",
    "宿舍",
    "公寓",
    "城中村",
    "村",
    "resid",
    "dwelling",
    "apartment",
    "r1",
    "r2",
    "r3",
    "07",
)
CLASSES = (
    "landuse",
    "用地",
    "用地性质",
    "用地类型",
    "地类",
    "类型",
    "type",
    "class",
    "dlmc",
    "fclass",
    "building",
)


def weights_from(
    raster: Raster | None, drawn: Drawn | None, shapes: Shapes, crs: CRS, ledger: Ledger
) -> tuple[Weigh, str]:
    """
    Make the weights of cells from a raster or from areas.

    Parameters
    ----------
    raster, drawn
        The one of the two that was given.
    shapes
        Areas of ``drawn``, metres; empty for a raster.
    crs
        Metric, of the cells.
    ledger
        Told where only homes are counted.

    Returns
    -------
    weigh
        (n,) cells to (n,) weights.
    by
        Name of the file.

    Raises
    ------
    InputError
        ``intake-spread-areas`` if the layer holds no areas.
    """
    if raster is not None:
        found = raster

        def by_raster(squares: Shapes) -> Floats:
            return raster_sums(found, squares, crs, reading="count")

        return by_raster, raster.name
    if drawn is None or drawn.shapes is None:
        raise InputError(
            [Problem("intake-spread-areas", {"file": drawn.source.name if drawn else "-"})]
        )
    floor_area = shapely.area(shapes) * _floors(drawn)
    homes = _homes(drawn)
    if homes.any():
        shapes, floor_area = shapes[homes], floor_area[homes]
        ledger.add(
            "read",
            "units",
            "intake-homes-only",
            rows=(len(homes), int(homes.sum())),
            file=drawn.source.name,
        )
    if floor_area.sum() <= 0:
        raise InputError([Problem("intake-spread-areas", {"file": drawn.source.name})])
    density = floor_area / np.maximum(shapely.area(shapes), 1e-9)
    tree = shapely.STRtree(shapes)

    def by_areas(squares: Shapes) -> Floats:
        square, area = tree.query(squares, predicate="intersects")
        shared = shapely.area(shapely.intersection(squares[square], shapes[area]))
        sums = np.bincount(square, weights=shared * density[area], minlength=len(squares))
        return np.asarray(sums, dtype=float)

    return by_areas, drawn.source.name


def _column(drawn: Drawn, names: tuple[str, ...]) -> list[str | None] | None:
    lower = {str(column).lower(): column for column in drawn.source.table.columns}
    found = next((lower[name] for name in names if name in lower), None)
    return None if found is None else list(drawn.source.table[found])


def _floors(drawn: Drawn) -> Floats:
    texts = _column(drawn, FLOORS)
    if texts is None:
        return np.ones(len(drawn.source.table))
    numbers, _, _ = read_numbers(texts)
    return np.where(np.isfinite(numbers) & (numbers > 0), numbers, 1.0)


def _homes(drawn: Drawn) -> NDArray[np.bool_]:
    texts = _column(drawn, CLASSES)
    if texts is None:
        return np.zeros(len(drawn.source.table), dtype=bool)
    return np.array(
        [any(word in (text or "").lower() for word in HOMES) for text in texts], dtype=np.bool_
    )
