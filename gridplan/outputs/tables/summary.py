"""The plan in words: what a terminal, the app and the first sheet say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gridplan.outputs.tables.choices import alternatives_text
from gridplan.outputs.tables.sentences import certificate_text, finding_text
from gridplan.outputs.tables.tables import (
    findings_table,
    grids_table,
    key_figures,
    sources_table,
    subdistricts_table,
)
from gridplan.outputs.tables.variants import headline, variants_text
from gridplan.outputs.words.caveats_told import causes, lacking, lacking_texts, rests_on
from gridplan.outputs.words.names import figure, is_missing, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.outputs.words.text_table import text_table
from gridplan.outputs.words.told_notes import told_notes
from gridplan.outputs.words.trust import rows_below
from gridplan.outputs.words.verdicts import reach_text, rules_line
from gridplan.policy.rule import LEVELS
from gridplan.policy.verdict import rule_states, state_of
from gridplan.text import say
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

COLUMNS_SHOWN = 4
GRID_HEADS = ("grid", "residents", "share", "units", "area", "contiguous", "mean", "centers")


def summary(plan: Plan, files: Sequence[Path] = (), *, lang: str) -> str:
    """
    Say what the plan is, for a terminal.

    Parameters
    ----------
    plan
        A finished plan.
    files
        Files to list at the end.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    text
        Lines; Chinese characters are counted double where columns are aligned.
    """
    parts = [
        headline(Telling(plan, lang)),
        _head(Telling(plan, lang)),
        _grids(Telling(plan, lang)),
        _streets(Telling(plan, lang)),
        _certificates(Telling(plan, lang)),
        alternatives_text(Telling(plan, lang)),
        _findings(Telling(plan, lang)),
        variants_text(Telling(plan, lang)),
        [say("summary.note-line", lang, note=told) for told in told_notes(plan.notes, lang)],
        [say("summary.written", lang), *(f"  {path}" for path in files)] if files else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def label_banner(telling: Telling) -> str:
    """
    Say which layers are real, derived and modelled, in one line.

    Returns
    -------
    text
        ``modelled data: residents, streets; real data: hospitals (3 of 4 rows estimated or
        planned)``; modelled first.
    """
    sources = sources_table(telling.plan)
    parts = []
    for label in ("modelled", "derived", "real"):
        rows = sources[sources["label"] == label].to_dict(orient="records")
        layers = [_layer_told(row, telling.lang) for row in rows]
        if layers:
            parts.append(telling.say(f"maps.data-{label}", layers=layers))
    return joined(parts, telling.lang, "semicolon")


def _layer_told(row: Mapping[str, Any], lang: str) -> str:
    name = word("layer", row["layer"], lang)
    some = rows_below(row, lang)
    return say("maps.data-some", lang, layer=name, some=some) if some else name


def _head(telling: Telling) -> list[str]:
    plan = telling.plan
    names = telling.names
    scenario = plain(in_language(plan.scenario, "name", telling.lang))
    title = telling.say("summary.title", district=plain(names.district), scenario=scenario)
    pairs = [[name, text] for name, text in key_figures(telling)]
    if len(plan.layout.centers):
        band = telling.say(
            "summary.between",
            lower=f"{plan.scenario.center_lower:,}",
            upper=figure(plan.scenario.center_upper, "persons", telling.lang),
        )
        loads = plan.layout.centers["population"]
        inside = loads.between(plan.scenario.center_lower, plan.scenario.center_upper).sum()
        counts = {"inside": int(inside), "centers": len(loads)}
        told = telling.fitting("summary.band-told", band=band, **counts)
        pairs.append([telling.say("summary.band"), told])
    return [title, label_banner(telling), *text_table(pairs)]


def _grids(telling: Telling) -> list[str]:
    lang = telling.lang
    if not len(telling.plan.layout.grids):
        return []
    rows = [[telling.fitting(f"summary.head-{key}") for key in GRID_HEADS]]
    for row in grids_table(telling.plan).to_dict(orient="records"):
        rows.append(
            [
                plain(in_language(row, "name", lang)),
                figure(row["population"], "count", lang),
                f"{100 * row['deviation']:+.1f}%" if row.get("deviation") is not None else "—",
                f"{row['units']:,}",
                figure(row["area_km2"], "", lang),
                word("yes-no", row["contiguous"], lang),
                figure(row["mean_minutes_to_lead"], "", lang),
                str(row.get("centers", "—")),
            ]
        )
    return text_table(rows, header=True)


def _streets(telling: Telling) -> list[str]:
    plan = telling.plan
    streets = subdistricts_table(plan)
    if not len(streets) or not len(plan.layout.centers):
        return []
    names = telling.names
    counts = plan.layout.centers.groupby(["subdistrict", "status"]).size()
    rows = [
        [
            telling.fitting(f"summary.head-{key}")
            for key in ("street", "residents", "centers", "existing", "new", "regional", "grids")
        ]
    ]
    for street, row in streets.iterrows():
        rows.append(
            [
                plain(names.subdistricts.get(street, street)),
                figure(row["population"], "count", telling.lang),
                str(row["centers"]),
                str(counts.get((street, "existing"), 0)),
                str(counts.get((street, "new"), 0)),
                str(row["regional_centers"]),
                plain(row.get("grids")),
            ]
        )
    return text_table(rows, header=True)


def _certificates(telling: Telling) -> list[str]:
    pairs = [
        [
            telling.fitting(f"summary.certificate-{part}"),
            certificate_text(proof, telling.lang),
        ]
        for part, proof in telling.plan.certificates.items()
    ]
    return [telling.say("summary.certificates"), *text_table(pairs)] if pairs else []


def _findings(telling: Telling) -> list[str]:
    lang = telling.lang
    rows = findings_table(telling.plan).to_dict(orient="records")
    if not rows:
        return []
    # Rules that bind, the strictest first; what is for information stands in the tables.
    binding = [(level, row) for level in LEVELS[:-1] for row in rows if row["level"] == level]
    failed = [
        line
        for level, row in binding
        if state_of(row) == "failed"
        for line in (
            f"  ✗ [{word('rule-level', level, lang)}] {plain(finding_text(row, lang))}",
            *_caveats(row, lang),
        )
    ]
    return [
        rules_line(telling),
        *failed,
        *_borderline([row for _, row in binding], lang),
        *_expired(rows, telling.plan.scenario.as_of, lang),
        *_open(rows, lang),
    ]


def _caveats(row: dict[str, Any], lang: str) -> list[str]:
    return [
        say("rules.caveat-line", lang, caveat=plain(text, limit=600))
        for text in filter(None, (*causes(row, lang), rests_on(row, lang)))
    ]


def _borderline(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Say which rules change side within their range of doubt, one line a rule."""
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if state_of(row) == "borderline":
            by_rule.setdefault(str(row["rule"]), []).append(row)
    lines = []
    for some in by_rule.values():
        level = word("rule-level", some[0]["level"], lang)
        if len(some) == 1:
            told = {"finding": plain(finding_text(some[0], lang))}
            told["reach"] = reach_text(some[0], lang)
            lines.append(say("rules.borderline-one", lang, level=level, **told))
            continue
        title = plain(in_language(some[0], "title", lang) or some[0]["rule"])
        lines.append(say("rules.borderline-line", lang, level=level, title=title, count=len(some)))
    return lines


def _expired(rows: list[dict[str, Any]], as_of: str, lang: str) -> list[str]:
    """Name the rules that were in force only until before the day of the verdict."""
    titles = {
        str(row["rule"]): plain(in_language(row, "title", lang) or row["rule"])
        for row in rows
        if state_of(row) == "expired"
    }
    if not titles:
        return []
    some = list(titles.values())[:COLUMNS_SHOWN]
    more = len(titles) - len(some)
    key = "expired-line" if more <= 0 else "expired-more"
    return [say(f"rules.{key}", lang, count=len(titles), titles=some, as_of=as_of)]


def _open(rows: list[dict[str, Any]], lang: str) -> list[str]:
    """Say which rules are at odds, how many want a column, and how many the planner answers."""
    lines = [
        say("rules.conflict-line", lang, title=plain(in_language(row, "title", lang)))
        for row in rows
        if row.get("answered") == "conflict"
    ]
    lines += [
        say(
            "rules.cause-line",
            lang,
            title=plain(in_language(row, "title", lang)),
            caveat=plain(text),
        )
        for row in rows
        if state_of(row) != "failed"
        for text in causes(row, lang)
    ]
    wanted = [row for row in rows if row.get("answered") == "needs-column"]
    columns = dict.fromkeys(name for row in wanted for name in str(row["needs"]).split(", "))
    for text in lacking_texts(wanted, lang):
        lines.append(say("rules.rows-line", lang, caveat=plain(text, limit=600)))
    # A column with some empty cells is there: its rows are named above.
    gone = lacking(wanted)
    columns = {name: None for name in columns if name not in gone}
    waiting = {rule for rule, state in rule_states(rows).items() if state == "waiting"}
    wanted = [
        row
        for row in wanted
        if (row["profile"], row["rule"]) in waiting
        and any(name in columns for name in row["needs"].split(", "))
    ]
    if wanted:
        some = list(columns)[:COLUMNS_SHOWN]
        lines.append(
            say(
                "rules.columns-line",
                lang,
                count=len({row["rule"] for row in wanted}),
                columns=some,
                more=len(columns),
            )
        )
    asked = [row for row in rows if state_of(row) == "self-assessed"]
    if asked:
        given = sum(not is_missing(row["assessed"]) for row in asked)
        lines.append(say("rules.assessed-line", lang, given=given, count=len(asked)))
    return lines
