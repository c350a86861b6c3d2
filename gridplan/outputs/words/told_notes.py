"""Notes of a plan in sentences: what repeats itself is said once or twice, then counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from gridplan.errors import Problem
from gridplan.outputs.words.safe import plain
from gridplan.text import say

MOST = 3
"""Notes of one kind that are all said; of more than that the first two are, and a count."""

_LIMIT = 600


def told_notes(
    notes: Iterable[Problem], lang: str, *, words: Callable[[Problem, str], str] = Problem.text
) -> list[str]:
    """
    Say notes, those of one kind together.

    Parameters
    ----------
    notes
        In any order.
    lang
        ``zh`` or ``en``.
    words
        Says one note in ``lang``.

    Returns
    -------
    sentences
        Kinds in the order they first occur. Equal sentences are said once.
    """
    kinds: dict[str, Counter[str]] = {}
    for note in notes:
        said = plain(words(note, lang), limit=_LIMIT)
        kinds.setdefault(note.code, Counter()).update([said])
    told = []
    for sentences in kinds.values():
        shown = list(sentences) if len(sentences) <= MOST else list(sentences)[: MOST - 1]
        told += shown
        rest = sum(sentences.values()) - len(shown)
        if rest:
            told.append(say("summary.notes-more", lang, count=f"{rest:,}"))
    return told
