"""Rules of the planner's own: typed in a table or uploaded; they count from the next plan."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from gridplan.errors import InputError
from gridplan.outputs.words.names import word
from gridplan.outputs.words.safe import plain
from gridplan.planning.checks.checks import SUBJECTS_OF, scenario_rules
from gridplan.planning.scenario.scenario import Scenario
from gridplan.policy.profile import read_profile_file
from gridplan.policy.rule import LEVELS, Rule
from gridplan.text.language import in_language
from gridplan.ui.bonds.rule_rows import LIKE, Document, rules_table, rules_toml, shapes
from gridplan.ui.intake.dropped import plain_name
from gridplan.ui.intake.tables import own_note
from gridplan.ui.setup.district_choice import Reading
from gridplan.ui.setup.scenario_form import fill_form
from gridplan.ui.setup.upload import problems_of
from gridplan.ui.shown.spoken import say
from gridplan.ui.shown.table_editor import table_editor
from gridplan.ui.shown.words import show_problems
from gridplan.ui.window.here import Here
from gridplan.ui.window.own_copy import change_district

BEGINNING = "rules-"
"""What the names of such files begin with, so that none is taken for another file of a district."""
TYPED = f"{BEGINNING}local.toml"
_COUNT = "own-rules-count"
_NAMES = {"title": "document", "issuer": "issuer"}


def own_rules_view(here: Here) -> None:
    """Draw the files in use, the table, and the field for a file."""
    reading, scenario, lang = here.reading, here.scenario, here.lang
    if reading is None or reading.district is None or scenario is None:
        return
    st.caption(say("bonds.own-about", lang))
    _files(reading, scenario, lang)
    st.markdown(f"#### {say('bonds.own-typed', lang)}")
    own_note(reading, lang)
    _typed(reading, scenario, lang)
    with st.expander(say("bonds.own-upload", lang)):
        _upload(reading, scenario, lang)


def _read(path: Path) -> tuple[Rule, ...]:
    """Read rules that are kept; none where they cannot be read any more, which planning tells."""
    try:
        return read_profile_file(path, subjects_of=SUBJECTS_OF)
    except InputError:
        return ()


def _files(reading: Reading, scenario: Scenario, lang: str) -> None:
    """List the files that count, and those of the district that do not; each with its button."""
    there = sorted(path.name for path in reading.folder.glob(f"{BEGINNING}*.toml"))
    for name in dict.fromkeys([*scenario.profile_files, *there]):
        used, rules = name in scenario.profile_files, _read(reading.folder / name)
        if name == TYPED and not rules:
            continue
        title = in_language(rules[0].source, "title", lang) if rules else name
        told = {"title": plain(title, limit=60), "count": f"{len(rules):,}"}
        rest = tuple(other for other in scenario.profile_files if other != name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(say("bonds.own-file" if used else "bonds.own-file-unused", lang, **told))
            st.button(
                say("bonds.own-leave" if used else "bonds.own-take", lang),
                key=f"own-rules-use-{name}",
                on_click=_use,
                args=(scenario, rest if used else (*rest, name)),
            )


def _use(scenario: Scenario, names: tuple[str, ...]) -> None:
    fill_form(dataclasses.replace(scenario, profile_files=names))


def _typed(reading: Reading, scenario: Scenario, lang: str) -> None:
    """Draw the rules that are typed, and keep them."""
    path = reading.folder / TYPED
    rules = _read(path) if path.is_file() else ()
    document = Document.of(rules)
    left, right = st.columns(2)
    mark = f"{reading.folder.name}-{hash(document)}"
    wanted = Document(
        *(
            " ".join(
                column.text_input(
                    say(f"bonds.own-{_NAMES[part]}", lang),
                    value=getattr(document, part),
                    max_chars=200,
                    key=f"own-rules-{part}-{mark}",
                ).split()
            )
            for column, part in ((left, "title"), (right, "issuer"))
        )
    )
    known = shapes(lang)
    config: dict[str, Any] = {
        "title": _text("title", lang),
        LIKE: st.column_config.SelectboxColumn(
            say("bonds.own-like", lang), options=list(known), help=say("bonds.own-like-help", lang)
        ),
        "level": st.column_config.SelectboxColumn(
            say("bonds.own-level", lang), options=[word("rule-level", one, lang) for one in LEVELS]
        ),
        "lower": _number("lower", lang),
        "upper": _number("upper", lang),
        "clause": _text("clause", lang),
        "section": _text("section", lang),
    }
    now = rules_table(rules, lang)
    edited = table_editor(f"own-rules-{lang}", now, columns=config, rows="dynamic")
    changed = wanted != document and len(rules) > 0
    if edited is None and not changed:
        return
    content, count = rules_toml(now if edited is None else edited, wanted, lang)
    if not count and not rules:
        return  # a row that is not whole yet
    _keep(reading, scenario, lang, {TYPED: content}, used=count > 0)


def _text(part: str, lang: str) -> Any:  # noqa: ANN401  # Streamlit's own type
    return st.column_config.TextColumn(say(f"bonds.own-{part}", lang), max_chars=400)


def _number(part: str, lang: str) -> Any:  # noqa: ANN401  # as above
    return st.column_config.NumberColumn(say(f"bonds.own-{part}", lang), format="localized")


def _upload(reading: Reading, scenario: Scenario, lang: str) -> None:
    """Draw the field for a file in the form of the bundled ones."""
    st.caption(say("bonds.own-upload-about", lang))
    file = st.file_uploader(
        say("bonds.own-upload", lang),
        type=["toml"],
        key=f"own-rules-file-{st.session_state.get(_COUNT, 0)}",
        label_visibility="collapsed",
    )
    if file is None:
        return
    name = plain_name(file.name)
    name = name if name.startswith(BEGINNING) else f"{BEGINNING}{name}"
    _keep(reading, scenario, lang, {name: file.getvalue()}, used=True)


def _keep(
    reading: Reading, scenario: Scenario, lang: str, file: Mapping[str, bytes], *, used: bool
) -> None:
    """Check rules as planning does, write their file and let it count; or say what is wrong."""
    [(name, content)] = file.items()
    rest = tuple(other for other in scenario.profile_files if other != name)
    wanted = dataclasses.replace(scenario, profile_files=(*rest, name) if used else rest)
    problems = problems_of(name, partial(_check, reading, wanted, name, content))
    if not problems:
        problems = change_district(reading, wanted, lang, lambda _: file)
    show_problems(problems, lang, title="app.tables-problems")
    if not problems:
        st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
        fill_form(wanted)
        st.rerun()


def _check(reading: Reading, scenario: Scenario, name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        path.write_bytes(content)
        read_profile_file(path, subjects_of=SUBJECTS_OF)
        code = reading.district.code if reading.district else ""
        own = {name: path} if name in scenario.profile_files else {}
        scenario_rules(scenario, reading.folder, code=code, own_profiles=own)
