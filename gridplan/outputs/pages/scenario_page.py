"""``docs/scenario.md`` and the README's table of scenario keys, generated from the declarations.

Run ``python -m gridplan.outputs.pages.scenario_page`` after a change; a test holds both to them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from gridplan.outputs.words.names import section_text, word
from gridplan.planning.scenario.kinds import Choice, Key, Number, Table, Text, Texts, Whole
from gridplan.planning.scenario.rows import RowList
from gridplan.planning.scenario.scenario import GROUPS, KEYS
from gridplan.policy.profile import read_profile
from gridplan.policy.rule import Rule
from gridplan.text import say
from gridplan.text.toml_text import toml_line, toml_value

PAGE = Path("docs/scenario.md")
README = Path("README.md")
WIDTH = 100
"""Characters of a line in the blank file; Chinese ones count twice."""
BEGIN, END = "<!-- scenario keys: begin -->", "<!-- scenario keys: end -->"
EXAMPLE = """\
name_zh = "三个网格"
grids = 3
grid_grain = "community"
center_lower = 18000
close = ["c04"]
enlarge = {c02 = 30000}

[[fix]]                      # this community lies in the grid that h1 leads
communities = ["将围社区"]
lead = "h1"

[[balance]]                  # beds differ from the mean of the grids by 30 % at most
column = "hospitals.beds"
tolerance = 0.3
"""


def document() -> str:
    """Return the whole page: Chinese, then English."""
    return "\n".join([*_part("zh"), "", "---", "", *_part("en")]).rstrip() + "\n"


def with_table(readme: str) -> str:
    """Give the README with its table of keys as it should be."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    heads = [say(f"scenario.head-{head}", "en") for head in ("key", "default", "meaning")]
    rows = [
        [f"`{name}`", _default(name, key, "en"), " ".join([_help(name, "en"), *_words(key)])]
        for group in GROUPS
        for name, key in KEYS.items()
        if key.group == group
    ]
    return f"{before}{BEGIN}\n{chr(10).join(_table(heads, rows))}\n{END}{after}"


def blank_scenario(lang: str) -> str:
    """
    Give a scenario file in which every key stands as a comment, with its meaning and default.

    Parameters
    ----------
    lang
        Language of the comments.

    Returns
    -------
    text
        TOML that changes nothing as it is. A line takes effect once its mark is taken off; a key
        without a default stands there with an example.
    """
    lines = [f"# {line}" for line in textwrap.wrap(say("scenario.blank", lang), WIDTH)]
    for group in GROUPS:
        lines += ["", f"# ---- {say(f'app.group-{group}', lang)} ----"]
        for name, key in KEYS.items():
            if key.group == group:
                lines += ["", *_commented(name, key, lang)]
    return "\n".join(lines) + "\n"


def _commented(name: str, key: Key, lang: str) -> list[str]:
    values = _values(name, key, lang).replace("<br>", say("scenario.comma", lang))
    told = [say(f"keys.{name}.label", lang), _help(name, lang), values.replace("`", "")]
    if key.default is None:
        told.append(f"{say('scenario.head-default', lang)}: {_default(name, key, lang)}")
        line = f"{name} = {key.example}"
    else:
        line = toml_line(name, key.plain(key.default))
    wide = WIDTH // 2 if say("language.typography", lang) == "han" else WIDTH
    wrapped = [part for text in told for part in textwrap.wrap(text, wide)]
    return [*(f"#   {part}" for part in wrapped), f"# {line}"]


def clause_of(key: Key) -> Rule | None:
    """Give the rule a key comes from, None where none is named."""
    if not key.clause:
        return None
    profile, name = key.clause.split("/")
    return next(rule for rule in read_profile(profile) if rule.id == name)


def _part(lang: str) -> list[str]:
    def t(key: str, **values: object) -> str:
        return say(f"scenario.{key}", lang, **values)

    lines = [f"# {t('title')}", "", t("generated"), "", t("intro"), ""]
    lines += ["```toml", EXAMPLE.rstrip(), "```"]
    heads = [t(f"head-{head}") for head in ("key", "values", "default", "meaning")]
    for group in GROUPS:
        rows = [
            [
                f"`{name}`<br>{say(f'keys.{name}.label', lang)}",
                _values(name, key, lang),
                _default(name, key, lang),
                "<br>".join([_help(name, lang), *_clause(key, lang)]),
            ]
            for name, key in KEYS.items()
            if key.group == group
        ]
        lines += ["", f"## {say(f'app.group-{group}', lang)}", "", *_table(heads, rows)]
    former = [(key.formerly, name) for name, key in KEYS.items() if key.formerly]
    lines += ["", f"## {t('former')}", "", t("former-text"), ""]
    heads = [t("head-former"), t("head-key")]
    return [*lines, *_table(heads, [[f"`{old}`", f"`{new}`"] for old, new in former])]


def _help(name: str, lang: str) -> str:
    return say(f"keys.{name}.help", lang)


def _words(key: Key) -> list[str]:
    return [" | ".join(f'`"{word}"`' for word in key.words)] if isinstance(key, Choice) else []


def _default(name: str, key: Key, lang: str) -> str:
    """Write the default as a file would, or say what is taken where there is none."""
    if key.default is None:
        return say(f"keys.{name}.none", lang)
    return f"`{toml_value(key.plain(key.default))}`"


def _values(name: str, key: Key, lang: str) -> str:
    """Say of what type the values are, in which unit and range; the words of a choice."""
    unit = word("unit", key.unit, lang) if key.unit else ""
    match key:
        case Choice():
            told = [f'`"{entry}"` {say(f"keys.{name}.{entry}", lang)}' for entry in key.words]
            return "<br>".join(told)
        case Number(within=(low, high)) | Table(within=(low, high)):
            kind = "whole" if isinstance(key, Whole) else "number"
            kind = "table" if isinstance(key, Table) else kind
            parts = [say(f"scenario.type-{kind}", lang), unit, f"{low:,.10g} – {high:,.10g}"]
            return say("scenario.comma", lang).join(filter(None, parts))
        case Text(day=True):
            return say("scenario.type-day", lang)
        case RowList():
            entries = [f"`{entry}`" for entry in key.form.entries]
            return say("scenario.type-rows", lang, key=name, entries=entries)
        case Texts():
            return say("scenario.type-texts", lang)
    return say("scenario.type-text", lang)


def _clause(key: Key, lang: str) -> list[str]:
    rule = clause_of(key)
    if rule is None:
        return []
    places = filter(None, [section_text(vars(rule), lang), f"`{key.clause}`"])
    return [say("scenario.clause", lang, clause=rule.clause, places=list(places))]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    cells = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *(f"| {row} |" for row in cells)]


if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8", newline="\n")
    README.write_text(
        with_table(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n"
    )
