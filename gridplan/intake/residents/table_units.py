"""A table of names with residents -> joined to streets or the outline by code or name, spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from gridplan.errors import InputError, Problem
from gridplan.intake.columns.joining import NOWHERE, Joined, check_answers, join_names
from gridplan.intake.places.ground import Ground
from gridplan.intake.places.located import Drawn
from gridplan.intake.record.decisions import Decisions, Question, toml_key
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.counts import counts, ids_of, tell_read, without_repeats
from gridplan.intake.residents.units import SPREAD, Spreading, Units, spread_told, units_of

Floats = NDArray[np.float64]


def from_table(
    drawn: Drawn,
    ground: Ground | None,
    how: Spreading,
    decisions: Decisions,
    ledger: Ledger,
) -> Units | None:
    """
    Join a table without places to streets or the outline and spread its residents.

    Returns
    -------
    units
        None while a name must be asked about.

    Raises
    ------
    InputError
        ``intake-no-place`` if there is nothing to join to, ``intake-no-population``.
    """
    if ground is None:
        raise InputError([Problem("intake-no-place", {"file": drawn.source.name})])
    people, older = counts(drawn, ledger, density_of=None)
    tell_read(drawn, people, ledger)
    people, keep = without_repeats(drawn, people, ledger)
    drawn = replace(drawn, source=drawn.source.take(keep))
    best, names = _best_join(_keys(drawn), ground, decisions, drawn, ledger)
    if names is None:
        return None
    position = {name: at for at, name in enumerate(ground.names)}
    at = np.array([position.get(name, -1) if name else -1 for name in names])
    kept = at >= 0
    people, older = _revised(drawn, people, names, kept, how, older=older)
    sums = np.zeros((len(ground.names), people.shape[1]))
    np.add.at(sums, at[kept], people[kept])
    ledger.add(
        "joined",
        "units",
        "intake-joined",
        rows=(len(people), int(kept.sum())),
        residents=(float(people[:, 0].sum()), float(sums[:, 0].sum())),
        file=drawn.source.name,
        areas=f"{len(ground.names):,}",
        column=best,
        sum=f"{sums[:, 0].sum():,.0f}",
    )
    found = spread_told(ground.shapes, sums, how, ledger, SPREAD, drawn.source.name)
    return units_of(
        found, ground.names, "subdistrict", "derived" if how.by else "modelled", older=older
    )


def _revised(
    drawn: Drawn, people: Floats, names: list[str], kept: NDArray[np.bool_], how: Spreading,
    *, older: bool,
) -> tuple[Floats, bool]:  # fmt: skip
    """Put in what streets corrected, for the rows that belong to one."""
    if how.revising is None:
        return people, older
    column = drawn.matches.get("community")
    communities = None if column is None else list(drawn.source.table.loc[kept, column.column])
    streets = [name for name, k in zip(names, kept, strict=True) if k]
    own, older = how.revising.revised(
        people[kept], ids=ids_of(drawn, kept), communities=communities, streets=streets, older=older
    )
    told = np.zeros((len(people), own.shape[1]))
    told[:, : people.shape[1]] = people
    told[kept] = own
    return told, older


def _keys(drawn: Drawn) -> list[tuple[str, list[str]]]:
    """Columns to join by: the one the planner named, else every column of names or codes."""
    named = drawn.matches.get("subdistrict")
    table = drawn.source.table
    if named is not None and named.why == "answer":
        columns = [named.column]
    else:
        counts = {
            drawn.matches[f].column for f in ("population", "population_65") if f in drawn.matches
        }
        columns = [str(column) for column in table.columns if str(column) not in counts]
    return [(column, [text or "" for text in table[column]]) for column in columns]


def _which_place(name: str, joined: Joined, drawn: Drawn) -> Question:
    near = joined.unclear.get(name) or [place for place, _ in joined.missing.get(name, [])]
    values = {
        "file": drawn.source.name,
        "name": name or "-",
        "near": near or ["-"],
        "key": toml_key(f"joins.population.{name}"),
    }
    return Question(f"joins.population.{name}", (), Problem("intake-which-place", values))


def _best_join(
    keys: list[tuple[str, list[str]]],
    ground: Ground,
    decisions: Decisions,
    drawn: Drawn,
    ledger: Ledger,
) -> tuple[str, list[str] | None]:
    """Join by the column that meets most places; every name left over is one question."""
    if not keys:
        headers = [str(column) for column in drawn.source.table.columns]
        told = {"file": drawn.source.name, "columns": headers[:8]}
        raise InputError([Problem("intake-no-key", told)])
    answers = decisions.values("joins.population")
    check_answers(answers, ground.names, prefix="joins.population")
    tried = [
        (c, v, join_names(v, ground.names, codes=ground.codes, answers=answers)) for c, v in keys
    ]
    column, values, joined = max(tried, key=lambda t: sum(name in t[2].found for name in t[1]))
    gone = {name for name, place in answers.items() if place == NOWHERE}
    open_names = [n for n in dict.fromkeys(values) if n not in joined.found and n not in gone]
    if len(open_names) == len(set(values)):
        met = {
            "file": drawn.source.name,
            "column": column,
            "names": open_names[:3],
            "places": ground.names[:3],
        }
        raise InputError([Problem("intake-nothing-joins", met)])
    spare = [name for name in answers if name not in set(values)]
    if spare:
        ledger.add("checked", "units", "intake-joins-spare", subjects=spare, file=drawn.source.name)
    for name in open_names:
        decisions.settle(_which_place(name, joined, drawn))
    if joined.unused:
        ledger.add(
            "checked",
            "units",
            "intake-areas-without-residents",
            subjects=joined.unused,
            file=drawn.source.name,
        )
    loose = [f"{n} → {joined.found[n]}" for n in joined.found if joined.how[n] == "core"]
    if loose:
        ledger.add(
            "joined", "units", "intake-joined-loosely", subjects=loose, file=drawn.source.name
        )
    if open_names:
        return column, None
    return column, [joined.found.get(name, "") for name in values]
