"""Variants in words and tables: the line that heads every output, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.outputs.words.names import Names, figure, is_missing, signed, word
from gridplan.outputs.words.safe import plain
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


def headline(plan: Plan, lang: str) -> list[str]:
    """
    Say what fails and what would pass, before anything else is said of a plan.

    Parameters
    ----------
    plan
        With the variants that were tried, if any were.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    lines
        One; a second where the best variant has other grids than were asked for. Empty for a plan
        that no rule judges.
    """
    return headline_of(plan, plan.variants, lang)


def headline_of(plan: Plan, variants: Sequence[Variant], lang: str) -> list[str]:
    """
    Say the same with variants that the plan does not carry.

    Parameters
    ----------
    plan, lang
        As for :func:`headline`.
    variants
        That were tried for it.
    """
    if not len(plan.findings) or "state" not in plan.findings:
        return []
    must, should = (_failing(plan, level) for level in ("must", "should"))
    if not must and not should:
        return [_sentence([say("variants.headline-none", lang)], lang)]
    first = [say("variants.headline", lang, **_counted(must, should, lang))]
    if not variants:
        return [_sentence(first, lang)]
    best = best_of(variants)
    if best is None:
        first.append(say("variants.nothing-mends", lang, count=len(variants)))
        return [_sentence(first, lang)]
    first += [_best(plan, best, lang), *_unanswered(plan, best, lang)]
    lines, asked = [_sentence(first, lang)], len(plan.layout.grids)
    if round(best.figures.get("grids", asked)) != asked:
        lines.append(_sentence([_with_grids(plan, variants, asked, lang)], lang))
    return lines


def _best(plan: Plan, best: Variant, lang: str) -> str:
    told = {"letter": best.letter, "name": variant_name(plan, best, lang)}
    if not best.must and not best.should:
        return say("variants.best-none", lang, **told)
    left = _left(best, lang)
    return say("variants.best-some", lang, left=left, **told)


def _with_grids(plan: Plan, variants: Sequence[Variant], asked: int, lang: str) -> str:
    best = best_of(variants, grids=asked)
    if best is None:
        return say("variants.with-grids-nothing", lang, grids=asked)
    told = {"grids": asked, "letter": best.letter, "name": variant_name(plan, best, lang)}
    if not best.must and not best.should:
        return say("variants.with-grids-none", lang, **told)
    left = _left(best, lang)
    return say("variants.with-grids", lang, left=left, **told)


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


def _unanswered(plan: Plan, variant: Variant, lang: str) -> list[str]:
    titles = rule_titles(plan, variant.unanswered, lang)
    return [say("variants.unanswered", lang, titles=titles)] if titles else []


def rule_titles(plan: Plan, rules: Iterable[str], lang: str) -> list[str]:
    """Give the titles of rules, each ``profile/rule``, in quotes."""
    known = {
        f"{row['profile']}/{row['rule']}": in_language(row, "title", lang) or row["rule"]
        for row in plan.findings.to_dict(orient="records")
    }
    return [say("variants.quoted", lang, title=plain(known.get(key, key))) for key in rules]


def variant_name(plan: Plan, variant: Variant, lang: str) -> str:
    """
    Say what a variant changes.

    Parameters
    ----------
    plan
        What it is a variant of.
    variant
        Which.
    lang
        ``zh`` or ``en``.
    """
    hospitals = Names.of(plan, lang).hospitals
    if variant.code == "together":
        facts = [_supposed(one, hospitals, lang) for one in variant.supposes]
        return say("variants.and", lang).join(facts)
    named = [plain(hospitals.get(one.hospital, one.hospital)) for one in variant.supposes]
    leads = variant.changes.get("grid_leads") or ()
    return say(
        f"variants.name-{variant.code}",
        lang,
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


def variants_text(plan: Plan, lang: str) -> list[str]:
    """
    Tell each variant that was tried in a line.

    Returns
    -------
    lines
        Empty where none was.
    """
    if not plan.variants:
        return []
    lines = [say("variants.head", lang)]
    for one in plan.variants:
        told = {"letter": one.letter, "name": variant_name(plan, one, lang)}
        comma = say("variants.and", lang)
        parts = comma.join(_figures(plan, one, lang))
        line = say("variants.line", lang, verdict=verdict_text(one, lang), figures=parts, **told)
        lines.append(f"  {line.rstrip('；; ：:')}")
    letters = [one.letter for one in plan.variants if one.changes and one.judged != NONE]
    if letters:
        lines.append(f"  {say('variants.adopt', lang, letters='|'.join(letters))}")
    return lines


def verdict_text(variant: Variant, lang: str) -> str:
    """Say how much of a variant was judged and what fails, or why it cannot be."""
    if variant.judged == NONE:
        reasons = [plain(one.text(lang), limit=300) for one in variant.reasons[:1]]
        return say("variants.verdict-none", lang, reasons=reasons)
    counts = _counted(variant.must, variant.should, lang)
    return say(f"variants.verdict-{variant.judged}", lang, **counts)


def _figures(plan: Plan, variant: Variant, lang: str) -> list[str]:
    if variant.judged == NONE:
        return []
    titles = rule_titles(plan, variant.mended, lang)
    parts = [say("variants.mends", lang, titles=titles)] if titles else []
    parts += _unanswered(plan, variant, lang)
    known = variant.figures
    if variant.supposes:
        return [*parts, say("variants.facts-first", lang)]
    if "boundary_km" in known:
        length = f"{known['boundary_km']:,.1f}"
        parts.append(say("variants.figure-boundary", lang, value=length))
    if "travel_percent" in known:
        change = signed(known["travel_percent"])
        parts.append(say("variants.figure-travel", lang, value=change))
        moved = figure(known["moved"], "count", lang)
        key = "figure-moved" if known["moved"] else "figure-still"
        parts.append(say(f"variants.{key}", lang, value=moved))
    return parts


def variants_table(plan: Plan, variants: Sequence[Variant], lang: str) -> pd.DataFrame:
    """
    Put variants side by side, one row each.

    Parameters
    ----------
    plan
        What they are variants of.
    variants
        In their order.
    lang
        Language of the words.

    Returns
    -------
    table
        Columns :data:`COLUMNS`; figures as numbers, None where a variant has none.
    """
    rows = []
    for one in variants:
        row: dict[str, Any] = {
            "letter": one.letter,
            "variant": variant_name(plan, one, lang),
            "judged": say(f"variants.judged-{one.judged}", lang),
            "must_failing": len(one.must) if one.judged != NONE else None,
            "should_failing": len(one.should) if one.judged != NONE else None,
            "mended": joined(rule_titles(plan, one.mended, lang), lang),
            "unanswered": joined(rule_titles(plan, one.unanswered, lang), lang),
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
