"""A district before anything is planned: figures, and the map's layers kept for the server."""

from __future__ import annotations

import dataclasses
from functools import lru_cache

from gridplan.district.district import District
from gridplan.outputs.canvas.canvas import Canvas
from gridplan.outputs.canvas.today import Today, today_canvas, today_of
from gridplan.outputs.words.names import figure
from gridplan.planning.scenario.scenario import Scenario
from gridplan.ui.shown.spoken import say


def today_found(district: District, scenario: Scenario) -> Today:
    """Measure the walks once for a district and what of a scenario they depend on."""
    return _found(district, _walk_alone(scenario))


def today_canvas_of(district: District, scenario: Scenario, lang: str) -> Canvas:
    """Give the layers of the map, made once."""
    return _canvas(district, _walk_alone(scenario), lang)


@lru_cache(maxsize=4)
def _found(district: District, scenario: Scenario) -> Today:
    return today_of(district, scenario)


@lru_cache(maxsize=4)
def _canvas(district: District, scenario: Scenario, lang: str) -> Canvas:
    return today_canvas(district, scenario, _found(district, scenario), lang)


def _walk_alone(scenario: Scenario) -> Scenario:
    """Give the default scenario with what walks to today's centers depend on."""
    names = ("walk_by", "walk_kmh", "walk_detour", "drive_by", "close", "center_max_minutes")
    return dataclasses.replace(Scenario(), **{name: getattr(scenario, name) for name in names})


def today_figures(district: District, scenario: Scenario, lang: str) -> list[tuple[str, str]]:
    """
    Give what a planner looks for first in a district.

    Parameters
    ----------
    district, scenario
        What is looked at.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    pairs
        What the figure is called, and its text.
    """
    found = today_found(district, scenario)
    minutes = f"{scenario.center_max_minutes:g}"
    total = float(district.population)
    share = None if found.beyond is None or not total else 100 * found.beyond / total
    beyond = say("app.today-beyond-none", lang)
    if found.beyond is not None:
        told = {
            "residents": figure(found.beyond, "persons", lang),
            "share": figure(share, "percent", lang),
        }
        beyond = say("app.today-beyond-told", lang, **told)
    eligible = int(district.hospitals["eligible"].astype(bool).sum())
    known = {"all": f"{len(district.hospitals):,}", "eligible": f"{eligible:,}"}
    return [
        (say("app.figure-residents", lang), figure(total, "persons", lang)),
        (say("app.figure-units", lang), figure(len(district.units), "count", lang)),
        (say("app.today-hospitals", lang), say("app.today-hospitals-told", lang, **known)),
        (say("app.figure-existing", lang), str(len(district.centers))),
        (say("app.today-beyond", lang, minutes=minutes), beyond),
    ]
