"""The answer to what a meeting demands: its map, price, rules that turn, table; adopted by name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import streamlit as st

from gridplan.errors import Problem
from gridplan.outputs.comparing.canvas import difference_canvas
from gridplan.planning.comparing.comparison import compare_plans
from gridplan.planning.editing.whole import plan_of
from gridplan.project.opinions import OPEN, answer_opinion, opinions
from gridplan.project.revision import Revised, answered
from gridplan.project.revision_told import price_told, revision_table, turned_told
from gridplan.project.table_file import table_book
from gridplan.ui.desk.map import draw_map
from gridplan.ui.desk.work import Work, hand_of
from gridplan.ui.meeting.demands import clear, demanded_edits, demands_now
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.words import show_problems
from gridplan.ui.views.downloads import TYPES
from gridplan.ui.window import kept_scenarios as kept
from gridplan.ui.window.kept_plans import keep_made

if TYPE_CHECKING:
    from gridplan.outputs.canvas.canvas import Canvas
    from gridplan.planning.plan import Plan
    from gridplan.ui.running.result import Result
    from gridplan.ui.window.here import Here

_ENTRY, _PROBLEMS = "meeting-found", "meeting-problems"


@dataclass(frozen=True, eq=False)
class Answer:
    """
    A revision that was found.

    Parameters
    ----------
    mark
        What it answers.
    revised
        The revision and its table.
    plan
        The whole plan it makes.
    problems
        What of the demands nothing could be done for.
    canvases
        Map of what differs, by language.
    before
        The plan that was demanded of.
    """

    mark: str
    revised: Revised
    plan: Plan
    problems: tuple[Problem, ...]
    canvases: dict[str, Canvas]
    before: Plan

    def draw(self, lang: str, height: str) -> None:
        """Draw the map of what differs."""
        if lang not in self.canvases:
            compared = compare_plans([self.before, self.plan])
            self.canvases[lang] = difference_canvas(compared, 0, lang)
        place = str(self.plan.district.code)
        draw_map(self.canvases[lang], lang, kind="meeting", place=place, height=height)


def _mark(result: Result, work: Work) -> str:
    told = [asdict(one) for one in demands_now(result.key)]
    done = [edit.as_dict() for edit in work.edits]
    text = json.dumps([result.key, told, done], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def answer_now(result: Result, work: Work) -> Answer | None:
    """Give the answer that was found for what is demanded now."""
    found: Answer | None = st.session_state.get(_ENTRY)
    return found if found is not None and found.mark == _mark(result, work) else None


def find_answer(result: Result, work: Work) -> None:
    """Find the answer with few changes; what goes wrong is a sentence."""

    def find() -> None:
        demands, problems = demanded_edits(work.edited, demands_now(result.key))
        revised = answered(work.edited, demands)
        plan = plan_of(revised.revision.edited)
        mark = _mark(result, work)
        st.session_state[_ENTRY] = Answer(mark, revised, plan, problems, {}, result.plan)

    st.session_state[_PROBLEMS] = problems_of("", find)


def answer_view(here: Here, result: Result, work: Work, found: Answer) -> None:
    """Draw price, rules that turn and the table of revisions; offer to adopt it."""
    lang, revision = here.lang, found.revised.revision
    show_problems(st.session_state.get(_PROBLEMS, ()), lang, title="meeting.problems")
    left = [*found.problems, *(one for _, one in revision.conflicts), *revision.notes]
    st.markdown(f"### {say('meeting.found', lang)}")
    st.markdown(f"**{literal(price_told(found.revised, lang))}**")
    st.caption(say("meeting.not-proven", lang))
    for problem in left:
        st.warning(literal(problem.text(lang)))
    for line in turned_told(found.revised, lang):
        st.markdown(f"- {literal(line)}")
    table = revision_table(found.revised, lang)
    st.markdown(f"**{say('project.revision-title', lang)}**")
    st.table(table.map(literal).rename(columns=literal), hide_index=True, border="horizontal")
    st.download_button(
        say("meeting.table", lang),
        lambda: table_book(table, say("project.revision-title", lang)),
        file_name=f"gridplan-{_code(result)}-{say('project.revision-title', lang)}.xlsx",
        mime=TYPES[".xlsx"],
        icon=":material/download:",
        key="meeting-table",
        on_click="ignore",
    )
    _adopt_fields(here, result, work, found)


def _code(result: Result) -> str:
    return re.sub(r"[^\w-]+", "-", result.plan.district.code or "plan")


def _adopt_fields(here: Here, result: Result, work: Work, found: Answer) -> None:
    """Ask under which name the revision is kept, and which opinions it answers, and why."""
    lang = here.lang
    if here.reading is None:
        return
    project = kept.project_of(here.reading.folder)
    waiting = [one for one in opinions(project) if one.answer == OPEN] if project else []
    texts = {one.number: f"{one.number}. {one.text[:40]}" for one in waiting}
    with st.container(border=True):
        st.session_state.setdefault("meeting-name", say("meeting.name-usual", lang))
        name = st.text_input(say("meeting.name", lang), key="meeting-name", max_chars=40).strip()
        numbers: list[int] = []
        reason = ""
        if waiting:
            numbers = st.multiselect(
                say("meeting.answers", lang),
                list(texts),
                format_func=lambda number: texts.get(number, str(number)),
                placeholder=say("app.choose", lang),
                key="meeting-answers",
            )
            reason = st.text_input(say("meeting.reason", lang), key="meeting-reason").strip()
        ready = bool(name) and (bool(reason) or not numbers)

        def adopt() -> None:
            _adopt(here, result, work, found, name=name)
            _answer(here, numbers, reason, found)

        st.button(
            say("meeting.adopt", lang),
            key="meeting-adopt",
            type="primary",
            icon=":material/check:",
            disabled=not ready,
            on_click=_do,
            args=(adopt,),
        )


def _do(work: Callable[[], None]) -> None:
    st.session_state[_PROBLEMS] = problems_of("", work)


def _adopt(here: Here, result: Result, work: Work, found: Answer, *, name: str) -> None:
    """Keep the revision as a scenario with its plan, and show that."""
    if here.reading is None:
        return
    folder, asked = here.reading.folder, result.asked or result.plan.scenario
    hand = hand_of(work, result.hand)
    hand = dataclasses.replace(hand, edits=(*hand.edits, *found.revised.revision.edits))
    made = here.results.add(
        found.mark, found.plan, asked, of=result.of or result.key, hand=hand, drawn=result.drawn
    )
    parent = kept.chosen_name()
    saved = kept.keep_new(folder, name, asked, lang=here.lang)
    project = kept.project_made(folder, lang=here.lang)
    keep_made(here, project, saved, made)
    demands = found.revised.revision.demanded
    project.note("revised", scenario=parent or asked.name_zh, to=saved.name, demands=demands)
    fill_form(saved.scenario)
    clear(result.key)
    st.session_state["meeting-done"] = saved.name
    st.session_state.pop("meeting-name", None)


def _answer(here: Here, numbers: list[int], reason: str, found: Answer) -> None:
    """Say of the opinions that were chosen that the revision answers them."""
    name = st.session_state.get("meeting-done", "")
    if here.reading is None or not name:
        return
    project = kept.project_made(here.reading.folder, lang=here.lang)
    count = len(project.journal(name).done)
    first = count - len(found.revised.revision.edits)
    demanded = tuple(range(first + 1, first + 1 + found.revised.revision.demanded))
    for number in numbers:
        answer_opinion(project, number, "adopted", reason=reason, revised=name, edits=demanded)
