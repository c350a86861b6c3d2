"""The steps from dropped files to a district: roles, questions, the report of what was done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from gridplan.district.sources.container import look
from gridplan.district.sources.sheets import filled_sheets
from gridplan.errors import InputError, Problem
from gridplan.intake.prepare import prepare
from gridplan.intake.record.base import BASES
from gridplan.intake.record.decisions import Question
from gridplan.intake.record.inputs import Inputs
from gridplan.intake.writing import Prepared
from gridplan.outputs.files.template_book import SHEETS, sheet_name
from gridplan.outputs.report.intake import intake_text, write_intake
from gridplan.outputs.words.safe import plain
from gridplan.text import LANGUAGES, catalogue, say
from gridplan.ui.hosting.audit import note
from gridplan.ui.intake.box import dropped_files
from gridplan.ui.intake.dropped import Dropped, every_role, proposed_role
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.setup.workspace import folder_for
from gridplan.ui.shown.literal import literal
from gridplan.ui.shown.words import in_words, show_problems
from gridplan.ui.window.here import Here
from gridplan.ui.window.links import FIRST, link

NONE, TEMPLATE = "", "template"
_BASES = {"": "auto"} | dict(
    zip(BASES, ("permanent", "registered", "actual", "managed", "served"), strict=True)
)
"""Whose residents are counted, as the files say it; what the catalogue calls each."""
_SYSTEMS = ("", "EPSG:4490", "EPSG:4326", "gcj02", "bd09")
_QUESTIONS, _ANSWERS, _PROBLEMS, _DONE = (
    f"intake-{part}" for part in ("questions", "answers", "problems", "done")
)


def intake_steps(here: Here) -> None:
    """Draw the steps."""
    lang = here.lang
    st.markdown(f"#### {say('app.intake-step-files', lang)}")
    dropped, changed = dropped_files(lang)
    if changed:
        for entry in (_QUESTIONS, _ANSWERS, _PROBLEMS, _DONE):
            st.session_state.pop(entry, None)
    if not dropped:
        st.caption(say("app.intake-empty", lang))
        return
    roles, systems = _roles(dropped, lang)
    about = _about(lang)
    _questions(lang)
    lacks = {"name": not about["name"], "people": "population" not in roles}
    for part in (part for part, lacking in lacks.items() if lacking):
        st.info(say(f"app.intake-needs-{part}", lang))
    key = "app.intake-again" if st.session_state.get(_QUESTIONS) else "app.intake-run"
    if st.button(
        say(key, lang), key="intake-run", type="primary", disabled=any(lacks.values()),
        icon=":material/play_arrow:",
    ):  # fmt: skip
        with st.spinner(say("app.intake-running", lang)):
            _run(roles, systems, about, lang)
        st.rerun()
    _told(here)


def _about(lang: str) -> dict[str, str]:
    """Draw what is asked of the district as a whole."""
    fields = st.columns([2, 1, 1, 1])
    texts = [
        column.text_input(
            say(f"app.intake-{part}", lang),
            key=f"intake-{part}",
            max_chars=most,
            help=say("app.intake-code-help", lang) if part == "code" else None,
        )
        for column, part, most in zip(fields, ("name", "code"), (60, 20), strict=False)
    ]
    base = fields[2].selectbox(
        say("app.intake-base", lang),
        _BASES,
        format_func=lambda word: say(f"app.intake-base-{_BASES[word]}", lang),
        key="intake-base",
    )
    year = fields[3].number_input(
        say("app.intake-year", lang),
        min_value=1949,
        max_value=2099,
        value=None,
        step=1,
        key="intake-year",
        help=say("app.intake-year-help", lang),
    )
    told = {"population.base": str(base or ""), "population.year": str(year or "")}
    return {"name": texts[0].strip(), "code": texts[1].strip(), **told}


def _roles(dropped: list[Dropped], lang: str) -> tuple[dict[str, str], dict[str, str]]:
    """Draw, for each file, what it is and in which coordinates; give both by role."""
    roles: dict[str, str] = {}
    systems: dict[str, str] = {}
    words = {role: say(f"intake.role-{role}", lang) for role in every_role()}
    words |= {NONE: say("app.intake-no-role", lang), TEMPLATE: say("app.intake-template", lang)}
    for number, file in enumerate(dropped):
        left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
        left.text(plain(file.name, limit=80))
        entry = f"intake-role-{number}"
        if entry not in st.session_state:
            book = file.path.suffix.lower() in (".xlsx", ".xlsm") and _is_template(file)
            role = TEMPLATE if book else proposed_role(file.name, list(roles))
            st.session_state[entry] = role
        chosen = middle.selectbox(
            say("app.intake-role", lang),
            [NONE, TEMPLATE, *every_role()],
            format_func=words.__getitem__,
            key=entry,
        )
        system = right.selectbox(
            say("app.intake-crs", lang),
            _SYSTEMS,
            format_func=lambda code: say(f"app.intake-crs-{code or 'auto'}", lang),
            key=f"intake-crs-{number}",
        )
        named = {chosen: str(file.path)}
        if chosen == TEMPLATE:
            named = {layer: f"{file.path}#{sheet}" for layer, sheet in _sheets(file).items()}
        for role, path in named.items():
            if role:
                roles[role] = path
                systems |= {role: system} if system else {}
    return roles, systems


def _is_template(file: Dropped) -> bool:
    return "population" in _sheets(file)


def _sheets(file: Dropped) -> dict[str, str]:
    """Give the filled sheets of a template by layer, whatever language it is in."""
    try:
        filled = filled_sheets(look(file.path))
    except InputError:  # whatever it is, it is no template; reading it says why
        return {}
    names = {sheet_name(layer, lang): layer for layer in SHEETS for lang in LANGUAGES}
    return {names[name]: name for name in filled if name in names}


def _questions(lang: str) -> None:
    """Draw what only the planner can decide, with the proposal chosen."""
    questions: list[Question] = st.session_state.get(_QUESTIONS, [])
    if not questions:
        return
    st.markdown(f"#### {say('app.intake-step-questions', lang)}")
    answers = st.session_state.setdefault(_ANSWERS, {})
    for number, question in enumerate(questions):
        with st.container(border=True):
            st.markdown(literal(in_words(question.told, lang)))
            options = list(question.options)
            if not options and question.key.endswith(".crs"):
                options = list(_SYSTEMS[1:])
            label = say("app.intake-answer", lang)
            entry = f"intake-answer-{number}-{question.key}"
            if options:
                at = options.index(question.proposal) if question.proposal in options else None
                answer = st.radio(
                    label, options, index=at, key=entry, horizontal=True,
                    format_func=lambda text: _option(text, lang),
                )  # fmt: skip
            else:
                answer = st.text_input(label, question.proposal, key=entry, max_chars=200)
            if answer:
                answers[question.key] = str(answer)


def _option(text: str, lang: str) -> str:
    known = catalogue(lang)
    return known.get(f"app.intake-option-{text}", known.get(f"app.intake-crs-{text}", text))


def _run(roles: dict[str, str], systems: dict[str, str], about: dict[str, str], lang: str) -> None:
    asked: list[Question] = []
    made: list[Prepared] = []
    name = about["name"]
    folder = folder_for(name)
    given: dict[str, Any] = {role: Path(path) for role, path in roles.items()}
    inputs = Inputs(**given, crs=systems, name=name, code=about["code"])
    answers = {key: about[key] for key in ("population.base", "population.year") if about[key]}
    answers |= st.session_state.get(_ANSWERS, {})
    problems = problems_of(
        name, lambda: made.append(prepare(inputs, folder, answers=answers, ask=asked.append))
    )
    note("intake", layers=len(roles), made=len(made), problems=len(problems))
    told = {question.told for question in asked}
    st.session_state[_QUESTIONS] = asked
    st.session_state[_PROBLEMS] = tuple(one for one in problems if one not in told)
    if made:
        write_intake(made[0], lang=lang)
        texts = {each: intake_text(made[0], lang=each) for each in LANGUAGES}
        st.session_state[_DONE] = (folder, texts)
        st.session_state["district-next"] = f"own/{folder.name}"
        st.session_state[_QUESTIONS] = []


def _told(here: Here) -> None:
    """Say what is wrong, or what came of it, with the report and its map."""
    lang = here.lang
    problems: tuple[Problem, ...] = st.session_state.get(_PROBLEMS, ())
    show_problems(problems, lang, title="app.intake-problems")
    done = st.session_state.get(_DONE)
    if done is None:
        return
    folder, texts = done
    st.success(say("app.intake-done", lang))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("app.intake-next", lang))
        link(here, "today")
        link(here, FIRST)
    page = folder / "intake.html"
    with st.expander(say("app.intake-report", lang), expanded=not page.is_file()):
        st.text(texts[lang])
    if page.is_file():
        st.iframe(page, height=620, alt=say("intake.map", lang))
