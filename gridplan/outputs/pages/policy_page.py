"""``docs/policy.md``, generated from the profiles: every clause and how it is answered.

Run ``python -m gridplan.outputs.pages.policy_page`` after a change; a test holds the page to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from gridplan.outputs.words.names import figure, section_text, word
from gridplan.planning.measures import MEASURES
from gridplan.policy.assessment import FILE
from gridplan.policy.override import EXAMPLE
from gridplan.policy.profile import own_requirements, profile_names, read_profile
from gridplan.policy.rule import Rule
from gridplan.text import say
from gridplan.text.language import in_language

PAGE = Path("docs/policy.md")
ASSESSMENT = """\
[national-trial-2023.criterion-02]
answer = "partly"        # yes | partly | no
evidence = "..."
date = "2025-01-31"
"""


def document() -> str:
    """Return the whole page: Chinese, then English."""
    return "\n".join([*_part("zh"), "", "---", "", *_part("en")]).rstrip() + "\n"


def answered(rule: Rule, lang: str) -> str:
    """Say how a rule is answered: computed, with which column, or by the planner."""
    if not rule.measure:
        return say("rules.self-assessed", lang)
    measure = MEASURES[rule.measure]
    values = {
        "measure": f"`{rule.measure}`",
        "subject": word("subject-kind", rule.subject, lang),
        "columns": [f"`{name}`" for name in measure.needs],
    }
    return say("rules.column" if measure.needs else "rules.computed", lang, **values)


def _part(lang: str) -> list[str]:
    def t(key: str, **values: object) -> str:
        return say(f"rules.{key}", lang, **values)

    lines = [f"# {t('title')}", "", t("generated"), "", t("intro")]
    for name in profile_names():
        lines += ["", *_profile(name, lang)]
    lines += ["", *_own(lang)]
    lines += ["", f"## {t('overrides')}", "", t("overrides-text", example=EXAMPLE)]
    lines += ["", f"## {t('assessment')}", "", t("assessment-text")]
    lines += ["", "```toml", f"# {FILE}", ASSESSMENT.rstrip(), "```"]
    lines += ["", f"## {t('own-profile')}", "", t("own-profile-text"), ""]
    heads = ("measure", "subjects", "columns", "parameters")
    rows = [
        [
            f"`{name}`",
            ", ".join(word("subject-kind", kind, lang) for kind in measure.subjects),
            " ".join(f"`{need}`" for need in measure.needs),
            ", ".join(measure.parameters),
        ]
        for name, measure in sorted(MEASURES.items())
    ]
    return [*lines, *_table([t(f"head-{head}") for head in heads], rows)]


def _own(lang: str) -> list[str]:
    rules = own_requirements()
    source = rules[0].source
    title = in_language(source, "title", lang)
    heads = ("rule", "section", "clause", "level", "bounds", "answer")
    table = _table(
        [say(f"rules.head-{head}", lang) for head in heads], [_row(rule, lang) for rule in rules]
    )
    return [f"## {title}", "", say("rules.own-requirements", lang), "", *table]


def _profile(name: str, lang: str) -> list[str]:
    def t(key: str, **values: object) -> str:
        return say(f"rules.{key}", lang, **values)

    rules = read_profile(name)
    source = rules[0].source
    title, issuer = (in_language(source, key, lang) for key in ("title", "issuer"))
    needing = sum(bool(rule.measure and MEASURES[rule.measure].needs) for rule in rules)
    assessed = sum(not rule.measure for rule in rules)
    lines = [f"## {title}", "", f"`{name}` · {t('issuer', issuer=issuer, date=source.date)}", ""]
    computed = len(rules) - needing - assessed
    lines += [t("counts", rules=len(rules), computed=computed, columns=needing, assessed=assessed)]
    if not any(rule.verbatim for rule in rules):
        lines += ["", t("rendered")]
    heads = [t(f"head-{head}") for head in ("rule", "section", "clause", "level", "bounds")]
    rows = [_row(rule, lang) for rule in rules]
    return [*lines, "", *_table([*heads, t("head-answer")], rows)]


def _row(rule: Rule, lang: str) -> list[str]:
    clause = "<br>".join(dict.fromkeys([in_language(rule, "clause", lang), rule.clause]))
    told = [answered(rule, lang)]
    reading = in_language(rule, "reading", lang)
    if reading:
        told.append(say("rules.reading", lang, reading=reading))
    if rule.district_code:
        told.append(say("rules.only-in", lang, code=rule.district_code))
    title = in_language(rule, "title", lang)
    level = word("rule-level", rule.level, lang)
    name = f"{title}<br>`{rule.id}`"
    return [
        name,
        section_text(vars(rule), lang),
        clause,
        level,
        _bounds(rule, lang),
        "<br>".join(told),
    ]


def _bounds(rule: Rule, lang: str) -> str:
    low, high = (figure(bound, rule.unit, lang) for bound in (rule.lower, rule.upper))
    if rule.lower is None and rule.upper is None:
        return ""
    if rule.lower is None or rule.upper is None:
        return f"≥ {low}" if rule.upper is None else f"≤ {high}"
    return f"= {low}" if rule.lower == rule.upper else f"{low} – {high}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {row} |" for row in cells)]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(document(), encoding="utf-8", newline="\n")
