"""Editing the centers on the map: added, moved, closed, enlarged; the scenario keeps it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import streamlit as st

from gridplan.outputs.drawing.shapes import places
from gridplan.outputs.style.palette import EXISTING, NEW
from gridplan.outputs.words.names import Names, figure, is_missing, word
from gridplan.planning.scenario.scenario import Scenario
from gridplan.text.language import in_language
from gridplan.ui.desk.map import Editing, draw_map, entry
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.views.today import today_canvas_of

if TYPE_CHECKING:
    from gridplan.ui.window.here import Here

_TOOLS = ("look", "add", "move", "close")
_PICKED = "desk-picked"


def sites_mode(here: Here) -> None:
    """Draw the map with the tools that change centers, and beside it what is to change."""
    if here.district is None or here.scenario is None:
        return
    lang, scenario = here.lang, here.scenario
    kind = "plan" if here.result is not None else "today"
    canvas = (
        here.result.canvas(lang)
        if here.result is not None
        else today_canvas_of(here.district, scenario, lang)
    )
    left, right = st.columns([3.1, 1], gap="small")
    with left:
        draw_map(
            canvas,
            lang,
            kind=kind,
            place=str(here.district.code),
            editing=Editing(tools=_TOOLS, sites=_sites(here, scenario)),
            act=lambda: _act(here, scenario, kind),
        )
    with right:
        _changes(here, scenario)


def _sites(here: Here, scenario: Scenario) -> list[dict[str, Any]]:
    """Give the centers there are, those the plan adds, and those the planner put somewhere."""
    district, lang = here.district, here.lang
    if district is None:
        return []
    plan = here.result.plan if here.result is not None else None
    frame = plan.layout.centers if plan is not None else district.centers
    names = Names.of(plan, lang).centers if plan is not None else {}
    opened, enlarged = dict(scenario.open_at), dict(scenario.enlarge)
    found = []
    for at, (key, row) in zip(places(frame), frame.iterrows(), strict=True):
        if key in opened:
            continue
        new = row.get("status") == "new"
        closed = key in scenario.close
        state = "closed" if closed else "changed" if key in enlarged else "kept"
        lines = [word("status", "new" if new else "existing", lang)]
        if not is_missing(row.get("population")):
            lines.append(figure(row["population"], "persons", lang))
        if closed:
            lines.append(say("desk.state-closed", lang))
        if key in enlarged:
            lines.append(say("desk.state-enlarged", lang, count=f"{enlarged[key]:,}"))
        regional = row.get("class") == "regional"
        found.append(
            {
                "id": str(key),
                "at": at,
                "name": names.get(key) or in_language(row, "name", lang) or str(key),
                "lines": lines,
                "kind": "diamond" if regional else "circle",
                "fill": NEW if new else EXISTING,
                "size": 22 if regional else 14,
                "state": state,
                "movable": False,
            }
        )
    middles = district.units.loc[[u for u in opened.values() if u in district.units.index]]
    points = dict(zip(middles.index, places(middles.set_geometry(middles.centroid)), strict=True))
    for name, unit in opened.items():
        if unit in points:
            found.append(
                {
                    "id": name,
                    "at": points[unit],
                    "name": name,
                    "lines": [say("desk.state-opened", lang)],
                    "kind": "circle",
                    "fill": NEW,
                    "size": 18,
                    "state": "changed",
                    "movable": True,
                }
            )
    return found


def _act(here: Here, scenario: Scenario, kind: str) -> None:
    """Put what was done on the map into the scenario."""
    state = st.session_state.get(entry(kind))
    done = state.get("act") if state else None
    district = here.district
    if not isinstance(done, dict) or district is None:
        return
    unit, name = done.get("unit"), done.get("id")
    units = district.units.index
    inside = isinstance(unit, int) and 0 <= unit < len(units)
    opened = dict(scenario.open_at)
    match done.get("act"):
        case "add" if inside:
            number = next(n for n in range(1, len(opened) + 2) if f"N{n}" not in opened)
            _keep(scenario, open_at=(*scenario.open_at, (f"N{number}", str(units[unit]))))
        case "move" if inside and name in opened:
            opened[str(name)] = str(units[unit])
            _keep(scenario, open_at=tuple(opened.items()))
        case "close" if name in opened:
            opened.pop(str(name))
            _keep(scenario, open_at=tuple(opened.items()))
        case "close" if name in district.centers.index:
            closed = [key for key in scenario.close if key != name]
            if name not in scenario.close:
                closed.append(str(name))
            _keep(scenario, close=tuple(closed))
        case "pick":
            st.session_state[_PICKED] = name


def _keep(scenario: Scenario, **changes: Any) -> None:  # noqa: ANN401  # values of any key
    fill_form(dataclasses.replace(scenario, **changes))


def _changes(here: Here, scenario: Scenario) -> None:
    """List what is to change, each with a button that takes it back; enlarge what was clicked."""
    lang = here.lang
    _picked(here, scenario)
    st.markdown(f"**{say('desk.changes', lang)}**")
    names = _names(here)
    lines: list[tuple[str, str, dict[str, Any]]] = []
    for name, unit in scenario.open_at:
        rest = tuple(pair for pair in scenario.open_at if pair[0] != name)
        told = say("desk.change-opened", lang, name=name, unit=unit)
        lines.append((f"open-{name}", told, {"open_at": rest}))
    for key in scenario.close:
        left = tuple(other for other in scenario.close if other != key)
        told = say("desk.change-closed", lang, name=names.get(key, key))
        lines.append((f"close-{key}", told, {"close": left}))
    for key, count in scenario.enlarge:
        less = tuple(pair for pair in scenario.enlarge if pair[0] != key)
        told = say("desk.change-enlarged", lang, name=names.get(key, key), count=f"{count:,}")
        lines.append((f"enlarge-{key}", told, {"enlarge": less}))
    if not lines:
        st.caption(say("desk.no-changes", lang))
    for key, told, back in lines:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(literal(told))
            st.button(
                say("desk.take-back", lang),
                key=f"back-{key}",
                on_click=_keep,
                args=(scenario,),
                kwargs=back,
            )


def _picked(here: Here, scenario: Scenario) -> None:
    """Show the center that was clicked, with a field for the residents it is enlarged to."""
    lang, district = here.lang, here.district
    name = st.session_state.get(_PICKED)
    if district is None or name not in _names(here):
        st.caption(say("desk.pick", lang))
        return
    with st.container(border=True):
        st.markdown(f"**{literal(_names(here)[name])}**")
        if here.result is not None and name in here.result.plan.layout.centers.index:
            row = here.result.plan.layout.centers.loc[name]
            for column, unit in (("population", "persons"), ("mean_metres", "metres")):
                told = figure(row[column], unit, lang)
                st.text(f"{word('column', column, lang)}: {told}")
        if name not in district.centers.index:
            return
        known = dict(scenario.enlarge)
        count = st.number_input(
            say("desk.enlarge", lang),
            min_value=0,
            max_value=1_000_000,
            step=1_000,
            value=int(known.get(name, 0)),
            key=f"desk-enlarge-{name}",
            help=say("keys.enlarge.help", lang),
        )
        if int(count) != int(known.get(name, 0)):
            rest = {key: value for key, value in known.items() if key != name}
            rest |= {name: int(count)} if count else {}
            _keep(scenario, enlarge=tuple(sorted(rest.items())))
            st.rerun()


def _names(here: Here) -> dict[str, str]:
    if here.result is not None:
        found = Names.of(here.result.plan, here.lang).centers
        return {str(key): name for key, name in found.items()}
    if here.district is None:
        return {}
    rows = here.district.centers.to_dict(orient="index")
    return {str(k): in_language(row, "name", here.lang) or str(k) for k, row in rows.items()}
