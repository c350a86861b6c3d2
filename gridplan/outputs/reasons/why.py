"""Why a center stands where it does, and why not elsewhere: told in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.errors import InputError, Problem
from gridplan.outputs.reasons.reasons import (
    candidates_told,
    closings_told,
    reason_tables,
    standbys_told,
)
from gridplan.outputs.words.names import Names, figure, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.planning.scenario.kinds import nearest_word
from gridplan.text import LANGUAGES, say
from gridplan.text.language import joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

Row = dict[str, Any]
REJECTED = "rejected"


def why(telling: Telling, place: str = "") -> str:
    """
    Tell the reasons of one center or of one site not taken, or of all new centers in short.

    Parameters
    ----------
    telling
        A finished plan, and the language.
    place
        Id or name of a center, or id of a site; empty for all new centers.

    Returns
    -------
    text
        A paragraph of lines: whom the center serves, what closing it costs, its standby sites; of
        a site the exchange that it would need.

    Raises
    ------
    InputError
        ``why-unknown``, with the nearest name; ``why-none`` where the plan has no centers.
    """
    plan = telling.plan
    if not len(plan.reasons.centers):
        raise InputError([Problem("why-none")])
    if not place:
        return _overview(telling)
    key = _meant(plan, str(place))
    lines = _site(telling, key) if key in plan.reasons.candidates.index else None
    return "\n".join(lines or _center(telling, key))


def why_records(plan: Plan, place: str = "") -> dict[str, Any]:
    """
    Give the same as plain values, ready for JSON.

    Parameters
    ----------
    plan
        A finished plan.
    place
        As for :func:`why`.

    Returns
    -------
    values
        ``centers``, ``standbys`` and ``candidates``, the rows that speak of the place, or all.

    Raises
    ------
    InputError
        As :func:`why`.
    """
    if not len(plan.reasons.centers):
        raise InputError([Problem("why-none")])
    key = _meant(plan, place) if place else ""
    rows = {name: table.to_dict(orient="records") for name, table in reason_tables(plan).items()}
    if not key:
        return rows
    own = "candidate" if key in plan.reasons.candidates.index else "center"
    return {name: [row for row in part if row.get(own) == key] for name, part in rows.items()}


def _meant(plan: Plan, place: str) -> str:
    """Give the id of what a person names."""
    ids = [*map(str, plan.reasons.centers.index), *map(str, plan.reasons.candidates.index)]
    if place in ids:
        return place
    called: dict[str, str] = {}
    for lang in LANGUAGES:
        for key, name in Names.of(plan, lang).centers.items():
            called.setdefault(str(name), str(key))
    if place in called:
        return called[place]
    parts = [name for name in called if place and place in name]
    if len({called[name] for name in parts}) == 1:
        return called[parts[0]]
    near = nearest_word(place, [*called, *ids])
    raise InputError([Problem("why-unknown", {"place": plain(place, limit=60), "near": near})])


def _rows(table: Any, column: str, key: str) -> list[Row]:  # noqa: ANN401  # a table
    return [] if not len(table) else table[table[column] == key].to_dict(orient="records")


def _center(telling: Telling, key: str) -> list[str]:
    lang = telling.lang
    row = _rows(closings_told(telling), "center", key)[0]
    center, names = telling.plan.layout.centers.loc[key], telling.names
    place = [
        None if is_missing(value) else plain(str(value))
        for value in (
            names.subdistricts.get(center["subdistrict"], center["subdistrict"]),
            center.get("community"),
        )
    ]
    lines = [
        telling.say(
            "why.center",
            name=plain(row["name"]),
            id=key,
            status=word("status", row["status"], lang),
            kind=telling.fitting(f"outputs.class-{center['class']}"),
            place=joined([part for part in place if part], lang),
        ),
        telling.say(
            "why.serves",
            residents=figure(row["population"], "persons", lang),
            communities=row["served_communities"],
            metres=figure(center.get("mean_metres"), "metres", lang),
            beyond=figure(row["beyond_walk_residents"], "persons", lang),
            minutes=f"{telling.plan.scenario.center_max_minutes:g}",
        ),
        *_premises(dict(center), telling),
        *_closing(telling, row),
    ]
    if row["status"] != "new":
        return lines
    return [*lines, *_standbys(telling, key, row)]


def _closing(telling: Telling, row: Row) -> list[str]:
    lang = telling.lang
    minutes = f"{telling.plan.scenario.center_max_minutes:g}"
    near = figure(row["only_near_residents"], "persons", lang)
    if is_missing(row["closing_person_km"]):
        lines = [telling.say("why.closing-alone", near=near, minutes=minutes)]
    else:
        lines = [
            telling.say(
                "why.closing",
                more=figure(row["closing_person_km"], "person-km", lang),
                near=near,
                minutes=minutes,
                over=figure(row["closing_over_residents"], "persons", lang),
            )
        ]
    if not is_missing(row["closing_to"]):
        moved = figure(row["closing_to_residents"], "persons", lang)
        lines.append(telling.say("why.to", name=plain(row["closing_to"]), residents=moved))
    if row["closing_breaks"]:
        lines.append(telling.say("why.breaks", rules=row["closing_breaks"]))
    return lines


def _standbys(telling: Telling, key: str, row: Row) -> list[str]:
    rows = _rows(standbys_told(telling), "center", key)
    if not rows:
        lines = [telling.say("why.standby-none")]
    else:
        lines = [telling.say("why.standbys", count=row["standbys"])]
        lines += [telling.say("why.standby", rank=one["rank"], text=standby_text(one, telling))
                  for one in rows]  # fmt: skip
    if row["critical"]:
        lines.append(telling.say("why.critical"))
    return lines


def standby_text(row: Row, telling: Telling) -> str:
    """Say of one standby site where it is and what is lost if it is used."""
    lang = telling.lang
    place = [str(row[key]) for key in ("subdistrict", "community") if not is_missing(row[key])]
    told = telling.say(
        "why.standby-text",
        id=row["candidate"],
        place=plain(joined(place, lang)),
        metres=figure(row["apart_metres"], "metres", lang),
        price=price_text(row["person_km"], row["beyond_residents"], row.get("more_cost"), lang),
    )
    return told + (telling.say("why.but", rules=row["breaks"]) if row["breaks"] else "")


def price_text(person_km: float, beyond: float, cost: float | None, lang: str) -> str:
    """Say what an exchange costs or gains: walks, residents near a center, money where known."""
    walks = "more" if person_km > 0 else "less" if person_km < 0 else "same"
    near = "fewer" if beyond > 0 else "further" if beyond < 0 else "as-many"
    told = [
        say(f"why.{walks}", lang, value=figure(abs(person_km), "person-km", lang)),
        say(f"why.{near}", lang, value=figure(abs(beyond), "persons", lang)),
    ]
    if cost is not None and not is_missing(cost):
        dearer = "dearer" if cost > 0 else "cheaper" if cost < 0 else "as-dear"
        told.append(say(f"why.{dearer}", lang, value=figure(abs(cost), "wan-yuan", lang)))
    return joined(told, lang, "semicolon")


def _site(telling: Telling, key: str) -> list[str]:
    lang = telling.lang
    row = _rows(candidates_told(telling), "candidate", key)[0]
    place = [str(row[name]) for name in ("subdistrict", "community") if not is_missing(row[name])]
    lines = [
        telling.say("why.site", id=key, place=plain(joined(place, lang))),
        *_premises(row, telling),
    ]
    if row.get("availability") == REJECTED:
        return lines
    lines.append(
        telling.say(
            "why.site-also",
            residents=figure(row["newly_near_residents"], "persons", lang),
            minutes=f"{telling.plan.scenario.center_max_minutes:g}",
        )
    )
    if is_missing(row["swap"]):
        return [*lines, telling.say("why.no-swap")]
    price = price_text(
        row["swap_person_km"], row["swap_beyond_residents"], row.get("swap_more_cost"), lang
    )
    lines.append(telling.say("why.swap", name=plain(row["swap"]), price=price))
    if row["swap_breaks"]:
        lines.append(telling.say("why.swap-breaks", rules=row["swap_breaks"]))
    return lines


def _premises(row: Row, telling: Telling) -> list[str]:
    """Say what the layer of candidates tells of the premises; nothing where it tells nothing."""
    lang = telling.lang
    told = []
    for name in ("site", "availability", "availability_reason", "origin", "ready", "floor_area",
                 "cost_open"):  # fmt: skip
        value = row.get(name)
        if is_missing(value):
            continue
        if name == "availability":
            text = word("availability", value, lang)
        elif name == "ready":
            text = f"{value:.0f}"
        elif isinstance(value, str):
            text = plain(value, limit=120)
        else:
            text = f"{value:,.10g}"
        told.append(telling.say("why.premises-part", name=word("column", name, lang), value=text))
    return [telling.say("why.premises", parts=told)] if told else []


def _overview(telling: Telling) -> str:
    """Tell each new center with its first standby site, those that cannot be replaced first."""
    lang = telling.lang
    closings, ranked = closings_told(telling), standbys_told(telling)
    new = closings[closings["status"] == "new"].to_dict(orient="records")
    if not new:
        return telling.say("why.none-new")
    lines = []
    for row in sorted(new, key=lambda row: not row["critical"]):
        first = next(iter(_rows(ranked, "center", row["center"])), None)
        told = telling.say("why.standby-none") if first is None else standby_text(first, telling)
        lines.append(telling.say("why.line", name=plain(row["name"]), id=row["center"], told=told))
        if row["critical"]:
            lines.append(f"  {say('why.critical', lang)}")
    return "\n".join([telling.say("why.overview", count=len(new)), *lines])
