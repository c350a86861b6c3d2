"""Variants in words and tables: the line that heads every output, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.words.names import figure, is_missing, signed, word
from gridplan.outputs.words.safe import plain
from gridplan.outputs.words.telling import Telling
from gridplan.planning.layout.variant import NONE, Variant, best_of
from gridplan.policy.verdict import state_of
from gridplan.text import say
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan

FIGURES = (
    "grids",
    "imbalance_percent",
    "boundary_km",
    "subdistricts_cut",
    "communities_cut",
    "minutes",
    "travel_percent",
    "moved",
    "centers",
    "near_percent",
)
"""Figures of a variant in the order of its table."""

COLUMNS = (
    "letter",
    "variant",
    "judged",
    "must_failing",
    "should_failing",
    "mended",
    "unanswered",
    *FIGURES,
    "reasons",
)
"""Columns of :func:`variants_table`."""

_ONE_DECIMAL = ("imbalance_percent", "boundary_km", "minutes", "travel_percent", "near_percent")


def headline(telling: Telling) -> list[str]:
    """
    Say what fails and what would pass, before anything else is said of a plan.

    Parameters
    ----------
    telling
        With the variants that were tried, if any were.

    Returns
    -------
    lines
        One; a second where the best variant has other grids than were asked for. Empty for a plan
        that no rule judges.
    """
    return headline_of(telling, telling.plan.variants)


def headline_of(telling: Telling, variants: Sequence[Variant]) -> list[str]:
    """
    Say the same with variants that the plan does not carry.

    Parameters
    ----------
    telling
        As for :func:`headline`.
    variants
        That were tried for it.
    """
    plan, lang = telling.plan, telling.lang
    if not len(plan.findings) or "state" not in plan.findings:
        return []
    must, should = (_failing(plan, level) for level in ("must", "should"))
    if not must and not should:
        return [_sentence([telling.say("variants.headline-none")], lang)]
    first = [telling.say("variants.headline", **_counted(must, should, lang))]
    if not variants:
        return [_sentence(first, lang)]
    best = best_of(variants)
    if best is None:
        first.append(telling.say("variants.nothing-mends", count=len(variants)))
        return [_sentence(first, lang)]
    first += [_best(telling, best), *_unanswered(telling, best)]
    lines, asked = [_sentence(first, lang)], len(plan.layout.grids)
    if round(best.figures.get("grids", asked)) != asked:
        lines.append(_sentence([_with_grids(telling, variants, asked)], lang))
    return lines


def _best(telling: Telling, best: Variant) -> str:
    told = {"letter": best.letter, "name": variant_name(telling, best)}
    if not best.must and not best.should:
        return telling.say("variants.best-none", **told)
    left = _left(best, telling.lang)
    return telling.say("variants.best-some", left=left, **told)


def _with_grids(telling: Telling, variants: Sequence[Variant], asked: int) -> str:
    best = best_of(variants, grids=asked)
    if best is None:
        return telling.say("variants.with-grids-nothing", grids=asked)
    told = {"grids": asked, "letter": best.letter, "name": variant_name(telling, best)}
    if not best.must and not best.should:
        return telling.say("variants.with-grids-none", **told)
    left = _left(best, telling.lang)
    return telling.say("variants.with-grids", left=left, **told)


def _left(best: Variant, lang: str) -> str:
    """Say what a variant leaves to fail, and nothing of a level that leaves nothing."""
    counts = _counted(best.must, best.should, lang)
    some = [counts[level] for level in ("must", "should") if getattr(best, level)]
    return say("variants.left-and", lang).join(some)


def _sentence(parts: Sequence[str], lang: str) -> str:
    text = say("variants.and", lang).join(parts)
    return say("variants.sentence", lang, text=f"{text[:1].upper()}{text[1:]}")


def _failing(plan: Plan, level: str) -> tuple[str, ...]:
    rows = plan.findings.to_dict(orient="records")
    failed = [row for row in rows if row["level"] == level and state_of(row) == "failed"]
    return tuple(dict.fromkeys(f"{row['profile']}/{row['rule']}" for row in failed))


def _counted(must: Sequence[str], should: Sequence[str], lang: str) -> dict[str, str]:
    """Say how many rules of each level fail."""
    words = ("none", "one")
    return {
        level: say(
            f"variants.{level}-{words[len(some)] if len(some) < 2 else 'many'}",
            lang,
            **({"count": len(some)} if len(some) > 1 else {}),
        )
        for level, some in (("must", must), ("should", should))
    }


def _unanswered(telling: Telling, variant: Variant) -> list[str]:
    titles = rule_titles(telling, variant.unanswered)
    return [telling.say("variants.unanswered", titles=titles)] if titles else []


def rule_titles(telling: Telling, rules: Iterable[str]) -> list[str]:
    """Give the titles of rules, each ``profile/rule``, in quotes."""
    known = {
        f"{row['profile']}/{row['rule']}": in_language(row, "title", telling.lang) or row["rule"]
        for row in telling.plan.findings.to_dict(orient="records")
    }
    return [telling.say("variants.quoted", title=plain(known.get(key, key))) for key in rules]


def variant_name(telling: Telling, variant: Variant) -> str:
    """
    Say what a variant changes.

    Parameters
    ----------
    telling
        What it is a variant of.
    variant
        Which.
    """
    hospitals = telling.names.hospitals
    if variant.code == "together":
        facts = [_supposed(one, hospitals, telling.lang) for one in variant.supposes]
        return telling.say("variants.and").join(facts)
    named = [plain(hospitals.get(one.hospital, one.hospital)) for one in variant.supposes]
    leads = variant.changes.get("grid_leads") or ()
    return telling.say(
        f"variants.name-{variant.code}",
        grids=variant.changes.get("grids", ""),
        centers=variant.changes.get("centers", ""),
        leads=[plain(hospitals.get(key, key)) for key in leads],
        hospitals=named,
        facts="",
    )


_KIND_OF = {"level": "upgraded", "kind": "turned"}


def _supposed(one: Any, hospitals: Mapping[Any, str], lang: str) -> str:  # noqa: ANN401
    kind = _KIND_OF.get(one.column, "recognised")
    name = plain(hospitals.get(one.hospital, one.hospital))
    return say(f"variants.name-{kind}", lang, hospitals=name)


def variants_text(telling: Telling) -> list[str]:
    """
    Tell each variant that was tried in a line.

    Returns
    -------
    lines
        Empty where none was.
    """
    plan = telling.plan
    if not plan.variants:
        return []
    lines = [telling.say("variants.head")]
    for one in plan.variants:
        told = {"letter": one.letter, "name": variant_name(telling, one)}
        comma = telling.say("variants.and")
        parts = comma.join(_figures(telling, one))
        line = telling.say(
            "variants.line", verdict=verdict_text(one, telling.lang), figures=parts, **told
        )
        lines.append(f"  {line.rstrip('；; ：:')}")
    letters = [one.letter for one in plan.variants if one.changes and one.judged != NONE]
    if letters:
        lines.append(f"  {telling.say('variants.adopt', letters='|'.join(letters))}")
    return lines


def verdict_text(variant: Variant, lang: str) -> str:
    """Say how much of a variant was judged and what fails, or why it cannot be."""
    if variant.judged == NONE:
        reasons = [plain(one.text(lang), limit=300) for one in variant.reasons[:1]]
        return say("variants.verdict-none", lang, reasons=reasons)
    counts = _counted(variant.must, variant.should, lang)
    return say(f"variants.verdict-{variant.judged}", lang, **counts)


def _figures(telling: Telling, variant: Variant) -> list[str]:
    if variant.judged == NONE:
        return []
    titles = rule_titles(telling, variant.mended)
    parts = [telling.say("variants.mends", titles=titles)] if titles else []
    parts += _unanswered(telling, variant)
    known = variant.figures
    if variant.supposes:
        return [*parts, telling.say("variants.facts-first")]
    if "boundary_km" in known:
        length = f"{known['boundary_km']:,.1f}"
        parts.append(telling.say("variants.figure-boundary", value=length))
    if "travel_percent" in known:
        change = signed(known["travel_percent"])
        parts.append(telling.say("variants.figure-travel", value=change))
        moved = figure(known["moved"], "count", telling.lang)
        key = "figure-moved" if known["moved"] else "figure-still"
        parts.append(telling.say(f"variants.{key}", value=moved))
    return parts


def variants_table(telling: Telling, variants: Sequence[Variant]) -> pd.DataFrame:
    """
    Put variants side by side, one row each.

    Parameters
    ----------
    telling
        What they are variants of.
    variants
        In their order.

    Returns
    -------
    table
        Columns :data:`COLUMNS`; figures as numbers, None where a variant has none.
    """
    lang = telling.lang
    rows = []
    for one in variants:
        row: dict[str, Any] = {
            "letter": one.letter,
            "variant": variant_name(telling, one),
            "judged": telling.say(f"variants.judged-{one.judged}"),
            "must_failing": len(one.must) if one.judged != NONE else None,
            "should_failing": len(one.should) if one.judged != NONE else None,
            "mended": joined(rule_titles(telling, one.mended), lang),
            "unanswered": joined(rule_titles(telling, one.unanswered), lang),
            "reasons": " ".join(plain(reason.text(lang), limit=600) for reason in one.reasons),
        }
        for name in FIGURES:
            value = one.figures.get(name)
            decimals = 1 if name in _ONE_DECIMAL else 0
            known = None if is_missing(value) else round(float(value or 0.0), decimals)
            row[name] = int(known) if known is not None and not decimals else known
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def heads(lang: str, columns: Iterable[str] = COLUMNS) -> list[str]:
    """Say the headers of :func:`variants_table`."""
    return [word("column", f"variant_{name}", lang) for name in columns]
