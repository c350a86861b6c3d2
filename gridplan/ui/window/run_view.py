"""A planning run on the screen: how far it is, a button that stops it, what became of it."""

from __future__ import annotations

import logging

import streamlit as st

from gridplan.errors import InfeasibleError
from gridplan.text.language import in_language
from gridplan.ui.running.job import Job, first_key
from gridplan.ui.running.results import PASSING, Results
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.bound_chart import bound_chart
from gridplan.ui.window.session import watcher

# Seconds between two looks at a run.
_PACE = 0.7
# The same, of what is tried by itself: nobody waits for it.
_BEHIND = 2.0


def run_view(results: Results, key: str, wanted: str | None, lang: str, *, name: str = "") -> None:
    """
    Draw a run, or its place in the queue, until it ends; then the whole page is drawn again.

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
    name
        Of the kind of run, where it is not the plan of the window.
    """
    state, job = results.jobs.state(key), results.jobs.job(key)
    pace = _BEHIND if name == PASSING else _PACE
    if state == "waiting":
        st.fragment(_wait, run_every=pace)(results, key, lang, name)
    elif state == "running":
        st.fragment(_watch, run_every=pace)(results, key, lang, name)
    elif job is not None and key == wanted:
        _ended(job, lang)
    elif results.jobs.was_given_up(key):
        st.info(say("app.given-up", lang))


def _watch(results: Results, key: str, lang: str, name: str) -> None:
    jobs = results.jobs
    job = jobs.job(key)
    if jobs.state(key) != "running":
        st.rerun()
    jobs.watch(key, watcher(name))
    if job is None:  # its place is taken, its process not there yet
        st.progress(0.0, say("app.stage-start", lang))
        return
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
            seconds=f"{reached.seconds:,.0f}",
        ),
    )
    bound_chart(job.history(), lang)
    if not name:
        _take_early(results, key, job)
    if jobs.waiting:
        st.caption(say("app.others-wait", lang, count=f"{jobs.waiting:,}"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.task.kind == "plan":
            st.button(
                say("app.finishing" if job.is_finishing else "app.finish", lang),
                key="finish",
                icon=":material/flag:",
                help=say("app.finish-help", lang),
                disabled=job.is_finishing,
                on_click=job.finish,
            )
        _button(f"cancel{name}", "app.cancel", results, key, lang)


def _take_early(results: Results, key: str, job: Job) -> None:
    """Show the plan that is there early, once; the one that was asked for takes its place."""
    early = first_key(key)
    shown = st.session_state.get("shown")
    if results.result(early) is None:
        plan = job.first()
        if plan is None:
            return
        results.add(early, plan, job.task.scenario, of=key, drawn=job.task.drawn)
    elif shown:
        return  # this one, or another that was chosen meanwhile
    st.session_state["shown"] = early
    st.rerun()


def _wait(results: Results, key: str, lang: str, name: str) -> None:
    """Say who runs and who waits; offer to make room, or to wait no longer."""
    jobs = results.jobs
    if jobs.state(key) != "waiting":
        st.rerun()
    jobs.watch(key, watcher(name))
    running, own = jobs.running(), jobs.own(watcher(name))
    place, total = jobs.place(key), jobs.waiting
    st.info(
        say("app.busy", lang, running=len(running), place=place, total=total),
        icon=":material/hourglass_top:",
    )
    wait = jobs.expected_wait(key)
    if wait is not None:
        st.caption(say("app.expected-wait", lang, time=_time(wait, lang)))
    for number, job in enumerate(own):
        told = {
            "district": in_language(job.task.district, "name", lang),
            "scenario": in_language(job.task.scenario, "name", lang),
            "time": _minutes(job, lang),
        }
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(literal(say("app.own-run", lang, **told)))
            _button(f"cancel-own{name}-{number}", "app.cancel-own", results, job.key, lang)
    others = [job for job in running if job not in own]
    if others:
        longest = _minutes(others[0], lang)
        st.caption(say("app.other-runs", lang, count=len(others), time=longest))
    _button(f"leave{name}", "app.leave-queue", results, key, lang)


def _minutes(job: Job, lang: str) -> str:
    return _time(job.reached().seconds, lang)


def _time(seconds: float, lang: str) -> str:
    key, value = ("app.seconds", seconds) if seconds < 120 else ("app.minutes", seconds / 60)
    return say(key, lang, value=f"{value:,.0f}")


def _button(name: str, text: str, results: Results, key: str, lang: str) -> None:
    st.button(
        say(text, lang),
        key=name,
        icon=":material/cancel:",
        on_click=_leave,
        args=(results, key),
    )


def _leave(results: Results, key: str) -> None:
    """Give up a run or a place in the queue; if it is another than looked at, go on with that."""
    for name in ("", "passing", "variants", "phases"):
        results.jobs.leave(key, watcher(name))
    if key == st.session_state.get("job"):
        st.session_state["job"] = ""
        early = st.session_state.get("shown") == first_key(key)
        st.session_state["note"] = "cancelled-early" if early else "cancelled"


def _ended(job: Job, lang: str) -> None:
    """Say why a run ended without a plan."""
    if job.status == "refused":
        title = InfeasibleError(job.problems).title if job.infeasible else "app.bad-input"
        show_problems(job.problems, lang, title=title)
    elif job.status == "failed":
        logging.getLogger(__name__).error("a planning run failed:\n%s", job.log())
        st.error(say("app.failed", lang))
