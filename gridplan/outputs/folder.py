"""The folder a plan is written to: all of it or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.errors import InputError, Problem
from gridplan.outputs.excel import write_excel
from gridplan.outputs.geojson import write_geojson
from gridplan.outputs.geopackage import write_geopackage
from gridplan.outputs.maps import plan_map
from gridplan.outputs.plan_json import PROGRAM, write_plan_json

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

FILES = (
    "plan.json",
    "grids.geojson",
    "centers.geojson",
    "subdistricts.geojson",
    "plan.gpkg",
    "plan.xlsx",
    "map.html",
)
# What other programs leave beside our files when they only look at them.
_TRACES = {"plan.gpkg-shm", "plan.gpkg-wal", ".ds_store", "thumbs.db", "desktop.ini"}


def write_plan(plan: Plan, out: str | Path, *, lang: str = "zh") -> tuple[Path, ...]:
    """
    Write every output of a plan into one folder, all or nothing.

    Parameters
    ----------
    plan
        A finished plan.
    out
        The folder; made with its parents where missing, replaced where it holds an earlier result
        of gridplan and nothing else.
    lang
        ``zh`` or ``en``: language of the map, the workbook and the styles.

    Returns
    -------
    paths
        The files, in the order of :data:`FILES`.

    Raises
    ------
    InputError
        If ``out`` is a file, holds anything that is not an earlier result, or cannot be written.
        Whatever happens, what was there before stays as it was.
    """
    target = Path(out).resolve()
    check_folder(target)
    try:
        with _beside(target) as fresh:
            write_plan_json(plan, fresh / "plan.json")
            write_geojson(plan, fresh)
            write_geopackage(plan, fresh / "plan.gpkg", lang=lang)
            write_excel(plan, fresh / "plan.xlsx", lang=lang)
            plan_map(plan, lang).save(fresh / "map.html")
            _swap(fresh, target)
    except OSError as error:
        values = {"folder": str(target), "reason": error.strerror or str(error)}
        raise InputError([Problem("out-not-writable", values)]) from error
    return tuple(target / name for name in FILES)


def check_folder(out: str | Path) -> None:
    """
    Make sure that a result may be written to a folder, before the work begins.

    Parameters
    ----------
    out
        As in :func:`write_plan`.

    Raises
    ------
    InputError
        If ``out`` is a file, or holds anything that is not an earlier result of gridplan.
    """
    problem = _refusal(Path(out).resolve())
    if problem is not None:
        raise InputError([problem])


def _refusal(target: Path) -> Problem | None:
    """Say why ``target`` must not be replaced; None if it may be."""
    if not target.exists():
        return None
    if not target.is_dir():
        return Problem("out-not-a-folder", {"folder": str(target)})
    entries = sorted(entry.name for entry in target.iterdir())
    if not entries:
        return None
    foreign = [name for name in entries if name not in FILES and name.lower() not in _TRACES]
    if foreign:
        shown = foreign[:5] + (["…"] if len(foreign) > 5 else [])
        return Problem("out-holds-other-files", {"folder": str(target), "files": shown})
    if not _is_ours(target / "plan.json"):
        return Problem("out-not-ours", {"folder": str(target)})
    return None


def _is_ours(path: Path) -> bool:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if not isinstance(values, dict) or not isinstance(values.get("provenance"), dict):
        return False
    return values["provenance"].get("program") == PROGRAM


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Give a new folder beside ``target``, on its file system; take away what is left of it."""
    made = _make_parents(target.parent)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        # mkdtemp keeps others out; a result is as readable as any folder the planner makes.
        fresh.chmod(0o755)
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        for parent in made:
            if not any(parent.iterdir()):
                parent.rmdir()


def _make_parents(parent: Path) -> list[Path]:
    """Make missing folders; give those made, innermost first."""
    missing = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    parent.mkdir(parents=True, exist_ok=True)
    return missing


def _swap(fresh: Path, target: Path) -> None:
    """Put ``fresh`` where ``target`` is. The earlier result goes back if that fails."""
    if not target.exists():
        fresh.rename(target)
        return
    earlier = fresh.with_name(f"{fresh.name}-earlier")
    target.rename(earlier)
    try:
        fresh.rename(target)
    except BaseException:
        earlier.rename(target)
        raise
    shutil.rmtree(earlier, ignore_errors=True)
