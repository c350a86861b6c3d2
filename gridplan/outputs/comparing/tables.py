"""Tables of a comparison, as numbers and as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.outputs.tables.sentences import certificate_text
from gridplan.outputs.tables.variants import rule_titles
from gridplan.outputs.words.names import Names, figure, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.planning.comparing.figures import FIGURES, Figure
from gridplan.text import say
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.planning.comparing.comparison import Compared, Difference
    from gridplan.planning.comparing.turned import RulesTurned
    from gridplan.planning.plan import Plan

MARKS = {1: "better", -1: "worse"}
MOST_PAIRS = 3
"""Pairs of grids or centers told of a community; the others are summed up in the workbook."""


def plan_titles(compared: Compared, lang: str) -> list[str]:
    """Name the plans by their scenarios, by their label where given, numbered where they repeat."""
    own = [in_language(plan.scenario, "name", lang) for plan in compared.plans]
    given = [plain(label, limit=60) for label in compared.labels or own]
    often = Counter(given)
    return [
        name if often[name] == 1 else say("comparing.numbered", lang, name=name, number=at)
        for at, name in enumerate(given, start=1)
    ]


def figure_label(code: str, lang: str) -> str:
    """Say what a figure is called."""
    return say(f"comparing.figure-{code}", lang)


def figures_known(compared: Compared) -> dict[str, Figure]:
    """Give the figures that some plan has."""
    return {code: told for code, told in FIGURES.items() if not compared.figures[code].isna().all()}


def who_changes(compared: Compared, lang: str) -> dict[str, list[str]]:
    """Say how many residents change grid, and center, in each plan but the first."""
    return {
        say(f"comparing.{key.replace('_', '-')}", lang): [
            figure(getattr(one, key), "persons", lang) for one in compared.differences
        ]
        for key in ("grid_residents", "center_residents")
    }


def figures_table(compared: Compared, lang: str) -> pd.DataFrame:
    """
    Put the figures of the plans side by side as text.

    Parameters
    ----------
    compared
        The plans.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        One row a figure that some plan has, one column a plan; a mark where it is better or worse
        than in the first. The proofs follow, then who changes.
    """
    titles = plan_titles(compared, lang)
    rows: dict[str, list[str]] = {}
    for code, told in figures_known(compared).items():
        values = compared.figures[code]
        cells = []
        for value, verdict in zip(values, compared.better[code], strict=True):
            mark = f" {say(f'comparing.{MARKS[verdict]}', lang)}" if verdict else ""
            cells.append(figure(value, told.unit, lang) + mark)
        rows[figure_label(code, lang)] = cells
    for part in _parts(compared):
        proofs = [plan.certificates.get(part) for plan in compared.plans]
        rows[say(f"comparing.certificate-{part}", lang)] = [
            "\u2014" if proof is None else certificate_text(proof, lang, timed=False)
            for proof in proofs
        ]
    for name, counts in who_changes(compared, lang).items():
        rows[name] = ["\u2014", *counts]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=titles)
    return table.rename_axis(say("comparing.figure", lang))


def _parts(compared: Compared) -> list[str]:
    return list(dict.fromkeys(part for plan in compared.plans for part in plan.certificates))


def front_names(compared: Compared, lang: str) -> list[str]:
    """Name the plans on the Pareto front."""
    titles = plan_titles(compared, lang)
    return [title for title, on in zip(titles, compared.front, strict=True) if on]


def communities_rows(
    compared: Compared, at: int, lang: str, *, most: int | None = None
) -> pd.DataFrame:
    """
    List the communities of one difference in words.

    Parameters
    ----------
    compared
        The plans.
    at
        Position among ``compared.differences``.
    lang
        ``zh`` or ``en``.
    most
        Pairs told of each; None for all.

    Returns
    -------
    table
        ``subdistrict``, ``community``, ``population``, ``grid_residents``, ``center_residents``,
        ``grids_from_to``, ``centers_from_to``.
    """
    difference = compared.differences[at]
    table = difference.communities
    first, other = (Names.of(plan, lang) for plan in (compared.plans[0], compared.plans[at + 1]))
    told = table.drop(columns=["grids", "centers"]).rename(columns={"residents": "population"})
    told["subdistrict"] = [first.subdistricts.get(key, key) for key in table["subdistrict"]]
    for what in ("grids", "centers"):
        before, after = getattr(first, what), getattr(other, what)
        told[f"{what}_from_to"] = [
            joined([_pair(pair, before, after, lang) for pair in pairs[:most]], lang, "semicolon")
            for pairs in table[what]
        ]
    return told


def _pair(
    pair: tuple[object, object, float],
    before: dict[object, str],
    after: dict[object, str],
    lang: str,
) -> str:
    none = say("comparing.none", lang)
    ends = [
        none if is_missing(key) else plain(names.get(key, key))
        for key, names in ((pair[0], before), (pair[1], after))
    ]
    people = figure(pair[2], "persons", lang)
    return say("comparing.pair", lang, before=ends[0], after=ends[1], residents=people)


def centers_rows(compared: Compared, at: int, lang: str) -> pd.DataFrame:
    """List the centers that one of two plans alone has, in words."""
    table = compared.differences[at].centers
    plans = (compared.plans[0], compared.plans[at + 1])
    first, other = (Names.of(plan, lang) for plan in plans)
    rows = []
    for center, row in table.iterrows():
        there = other if row["change"] in ("opened", "kept-open") else first
        rows.append(
            {
                "change": say(f"comparing.change-{row['change']}", lang),
                "name": plain(there.centers.get(center, center)),
                "subdistrict": there.subdistricts.get(row["subdistrict"], row["subdistrict"]),
                "population": float(row["population"]),
            }
        )
    return pd.DataFrame(rows, columns=["change", "name", "subdistrict", "population"])


def findings_rows(compared: Compared, at: int, lang: str) -> pd.DataFrame:
    """List the findings that turned, in words."""
    first, other = (Names.of(plan, lang) for plan in (compared.plans[0], compared.plans[at + 1]))
    return turned_rows(compared.differences[at].findings, first, other, lang)


def turned_rows(turned: pd.DataFrame, first: Names, other: Names, lang: str) -> pd.DataFrame:
    """
    Say findings that turned in words.

    Parameters
    ----------
    turned
        Of :func:`gridplan.planning.comparing.turned.turned_findings`.
    first, other
        Names before and after.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        ``turn``, ``level``, ``title``, ``subject``, states and figures before and after.
    """
    rows = []
    for row in turned.to_dict(orient="records"):
        names = other if row["state_before"] is None else first
        ends = {
            f"state_{when}": word("state", row[f"state_{when}"], lang)
            if row[f"state_{when}"]
            else "\u2014"
            for when in ("before", "after")
        }
        values = {
            f"value_{when}": figure(row[f"value_{when}"], str(row["unit"] or ""), lang)
            for when in ("before", "after")
        }
        rows.append(
            {
                "turn": say(f"comparing.turn-{row['turn']}", lang),
                "level": row["level"],
                "title": in_language(row, "title", lang) or row["rule"],
                "subject": plain(names.subject(str(row["subject_kind"]), row["subject"])),
                **ends,
                **values,
            }
        )
    columns = ["turn", "level", "title", "subject", "state_before", "state_after"]
    return pd.DataFrame(rows, columns=[*columns, "value_before", "value_after"])


def units_rows(difference: Difference) -> pd.DataFrame:
    """List the units that changed, by their codes."""
    told = pd.DataFrame(difference.units.drop(columns=["geometry", "lead_before", "lead_after"]))
    return told.astype({"grid_changed": object, "center_changed": object}).reset_index()


def difference_lines(compared: Compared, at: int, lang: str) -> list[str]:
    """Tell one difference in sentences: who changes, what opens and closes, which rules turn."""
    one = compared.differences[at]
    counts = one.centers["change"].value_counts()
    everyone = float(compared.plans[0].district.units["population"].sum())
    lines = [
        say(
            "comparing.summary",
            lang,
            residents=figure(everyone, "persons", lang),
            grid=figure(one.grid_residents, "persons", lang),
            center=figure(one.center_residents, "persons", lang),
            **{name: int(counts.get(name, 0)) for name in ("opened", "dropped", "closed")},
        )
    ]
    plans = (compared.plans[0], compared.plans[at + 1])
    return [*lines, *turned_lines(one.rules, plans, lang)]


def turned_lines(rules: RulesTurned, plans: Sequence[Plan], lang: str) -> list[str]:
    """Say which rules turned to failing and which no longer fail, by titles that ``plans`` know."""
    lines = []
    known: dict[str, str | None] = dict.fromkeys((*rules.gained, *rules.mended, *rules.silent))
    for plan in plans:
        told = rule_titles(Telling(plan, lang), known)
        known.update(
            (rule, title)
            for rule, title in zip(known, told, strict=True)
            if title != say("variants.quoted", lang, title=plain(rule))
        )
    for turn in ("gained", "mended", "silent"):
        titles = [known[rule] or rule for rule in getattr(rules, turn)]
        if titles:
            lines.append(say(f"comparing.rules-{turn}", lang, titles=titles))
    return lines or [say("comparing.rules-same", lang)]
