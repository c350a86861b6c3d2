"""``docs/library.md``: the columns of a plan's frames, put into the page between two marks."""

from __future__ import annotations

from pathlib import Path

from gridplan.outputs.tables.frames import FRAMES
from gridplan.outputs.words.names import word
from gridplan.text import LANGUAGES, catalogue, say

PAGE = Path(__file__).resolve().parents[3] / "docs" / "library.md"
BEGIN, END = "<!-- columns: begin -->", "<!-- columns: end -->"
TWINS = {"_en": "english", "_zh": "chinese"}


def column_word(frame: str, column: str, lang: str) -> str:
    """Say what a column of a frame holds."""
    key = f"library.{frame}-{column.replace('_', '-')}"
    if key in catalogue(lang):
        return say(key, lang)
    for end, language in TWINS.items():
        if column.endswith(end):
            told = column_word(frame, column.removesuffix(end), lang)
            return say(f"library.{language}", lang, word=told)
    return word("column", column, lang)


def column_tables() -> str:
    """Write a table for each frame: the column, and what it holds in each language."""
    lines: list[str] = []
    for frame, columns in FRAMES.items():
        lines += ["", f"### `plan.{frame}`", "", "| column | holds | 含义 |", "|---|---|---|"]
        for column in columns:
            told = [column_word(frame, column, lang) for lang in reversed(LANGUAGES)]
            lines.append(f"| `{column}` | {' | '.join(told)} |")
    return "\n".join([BEGIN, *lines, "", END])


def with_tables(page: str) -> str:
    """Put the tables into the page, in place of those between the marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{column_tables()}{after}"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(with_tables(text), encoding="utf-8", newline="\n")
