"""A planning run on the screen: how far it is, a button that stops it, what became of it."""

from __future__ import annotations

import logging

import streamlit as st

from gridplan.errors import InfeasibleError
from gridplan.text import say
from gridplan.ui.job import Job
from gridplan.ui.results import Results
from gridplan.ui.words import show_problems

# Seconds between two looks at a run.
_PACE = 0.7


def run_view(results: Results, key: str, wanted: str | None, lang: str) -> None:
    """
    Draw a run until it ends; then the whole page is drawn again.

    Parameters
    ----------
    results
        Knows the job.
    key
        Its fingerprint.
    wanted
        Fingerprint of what the fields say now; a refusal is shown only while they say the same.
    lang
        ``zh`` or ``en``.
    """
    job = results.job(key)
    if job is None:
        return
    if job.poll() == "running":
        st.fragment(_watch, run_every=_PACE)(results, key, lang)
    elif key == wanted:
        _ended(job, lang)


def _watch(results: Results, key: str, lang: str) -> None:
    job = results.job(key)
    if job is None or job.poll() != "running":
        st.rerun()
    reached = job.reached()
    stage = say(f"app.stage-{reached.stage}", lang)
    gap = "" if reached.gap is None else say("app.gap", lang, gap=f"{100 * reached.gap:.2f}")
    st.progress(
        reached.overall,
        say(
            "app.progress",
            lang,
            stage=stage,
            percent=f"{100 * reached.fraction:.0f}",
            gap=gap,
            seconds=f"{reached.seconds:.0f}",
        ),
    )
    st.button(
        say("app.cancel", lang),
        key="cancel",
        icon=":material/cancel:",
        on_click=_cancel,
        args=(results, key),
    )


def _cancel(results: Results, key: str) -> None:
    results.forget(key)
    st.session_state["job"] = ""
    st.session_state["note"] = "cancelled"


def _ended(job: Job, lang: str) -> None:
    """Say why a run ended without a plan."""
    if job.status == "refused":
        title = InfeasibleError(job.problems).title if job.infeasible else "app.bad-input"
        show_problems(job.problems, lang, title=title)
    elif job.status == "failed":
        logging.getLogger(__name__).error("a planning run failed:\n%s", job.log())
        st.error(say("app.failed", lang))
