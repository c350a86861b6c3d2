"""Opinions in words: as a table to be taken along, and for a terminal."""

from __future__ import annotations

import pandas as pd

from gridplan.outputs.words.text_table import text_table
from gridplan.project.opinions import ANSWERS, OPEN, opinions
from gridplan.project.project import Project
from gridplan.text import say
from gridplan.text.language import bracketed, joined


def opinions_table(project: Project, lang: str) -> pd.DataFrame:
    """
    List the opinions with what became of each (意见采纳情况表).

    Returns
    -------
    table
        One row an opinion, in the order they came: number, day, who, what, answer, reason, and the
        scenario with the edits that answer it; columns named in ``lang``.
    """
    heads = ("number", "at", "source", "text", "answer", "reason", "revised")
    rows = []
    for one in opinions(project):
        edits = joined(one.edits, lang)
        link = one.revised + (bracketed(edits, lang) if edits else "")
        word = say(f"project.answer-{one.answer}", lang)
        told = [
            str(one.number),
            one.at.partition("T")[0],
            one.source,
            one.text,
            word,
            one.reason,
            link,
        ]
        rows.append([text or "—" for text in told])
    return pd.DataFrame(
        rows, columns=[say(f"project.opinion-{key}", lang) for key in heads], dtype=object
    )


def opinions_told(project: Project, lang: str) -> str:
    """List the opinions with what became of each."""
    table, found = opinions_table(project, lang), opinions(project)
    counts = [
        say("project.opinion-count", lang, answer=say(f"project.answer-{code}", lang), count=count)
        for code in (*ANSWERS, OPEN)
        if (count := sum(one.answer == code for one in found))
    ]
    title = say("project.opinions", lang, count=len(found), counts=joined(counts, lang))
    rows = [list(table.columns), *table.to_numpy().tolist()]
    return "\n".join([title, *(text_table(rows, header=True) if found else [])])
