"""A value told in a few lines: as text at a prompt, as an inert table in a notebook."""

from __future__ import annotations

import html
from abc import abstractmethod
from collections.abc import Sequence

from gridplan.text.shown import brief, shown, visible

MOST_ROWS = 8
WIDTH = 110
Rows = Sequence[tuple[str, object]]

# html.escape leaves what a notebook's formulas and templates begin with.
_SIGNS = {ord(sign): f"&#{ord(sign)};" for sign in "$\\`{}"}


class Card:
    """
    A value whose representation is a title and at most :data:`MOST_ROWS` named lines.

    For the reader of a prompt or a notebook; names of columns and attributes stay as the code
    spells them. What a district file says is shown as text, whatever it holds.
    """

    @abstractmethod
    def _card(self) -> tuple[str, Rows]:
        """Give the title and the rows: a name and a value each."""

    def __repr__(self) -> str:
        title, rows = self._card()
        width = max((len(name) for name, _ in rows[:MOST_ROWS]), default=0)
        lines = [f"  {name:<{width}}  {_text(value)}" for name, value in rows[:MOST_ROWS]]
        return "\n".join([visible(title, limit=WIDTH), *lines])

    def _repr_html_(self) -> str:
        return self._html(*self._card())

    def _html(self, title: str, rows: Rows, *, picture: str = "") -> str:
        """Give the rows as a table, beside a picture (PNG, base 64) where there is one."""
        cells = "".join(
            f'<tr><th style="text-align:left">{_inert(name)}</th>'
            f'<td style="text-align:left">{_inert(_text(value))}</td></tr>'
            for name, value in rows[:MOST_ROWS]
        )
        caption = f'<caption style="text-align:left">{_inert(visible(title))}</caption>'
        told = f'<table class="tex2jax_ignore mathjax_ignore">{caption}{cells}</table>'
        if not picture:
            return told
        image = f'<img src="data:image/png;base64,{picture}" alt="{_inert(visible(title))}">'
        return f'<div style="display:flex;gap:1em;align-items:center">{told}{image}</div>'


def _text(value: object) -> str:
    if isinstance(value, str):
        return visible(value, limit=WIDTH)
    if isinstance(value, (list, tuple)):
        return brief(value)
    return f"{value:,}" if isinstance(value, int) else str(shown(value))


def _inert(text: str) -> str:
    escaped = html.escape(text, quote=True)
    return escaped.translate(_SIGNS)
