"""Which district: one that came with gridplan, or a folder of the planner's own."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from gridplan.district.district import District
from gridplan.district.files.given_file import TOML_BYTES, read_inside
from gridplan.district.files.reason import UnreadableError, reason_of
from gridplan.district.files.toml_content import parse_toml
from gridplan.district.folder.read_files import read_files
from gridplan.errors import GridplanError, InputError, Problem
from gridplan.outputs.disk.whole_file import write_whole
from gridplan.outputs.words.safe import plain
from gridplan.text import say
from gridplan.text.language import in_language
from gridplan.ui.hosting.person import many
from gridplan.ui.setup.workspace import own_districts, workspace

OWN = ""  # the choice "a folder of mine"
_KEPT = "district-last"
_LARGEST = 10_000  # bytes of the file that names the district looked at last


@dataclass(frozen=True, eq=False)
class Reading:
    """
    What came of reading a district folder.

    Parameters
    ----------
    folder
        The folder.
    district
        None where there are problems.
    problems
        All of them.
    """

    folder: Path
    district: District | None
    problems: tuple[Problem, ...] = ()


def bundled(data: Path) -> dict[str, Path]:
    """Give the folders in ``data`` that hold a ``district.toml``, by their name."""
    return {path.parent.name: path.parent for path in sorted(data.glob("*/district.toml"))}


def districts(data: Path) -> dict[str, Path]:
    """Give the bundled districts, then those that planners made in the browser."""
    return bundled(data) | own_districts()


def district_name(folder: Path, lang: str) -> str:
    """Name a district folder without reading its layers; by its folder where it has no name."""
    try:
        table, _ = parse_toml(read_inside(folder, "district.toml", most=TOML_BYTES))
    except UnreadableError:
        table = {}
    return plain(in_language(table, "name", lang) or table.get("name_zh") or folder.name, limit=60)


def _choice_name(key: str, folders: dict[str, Path], lang: str) -> str:
    """Name a choice; one of the planner's own is told apart from the one it may be a copy of."""
    if not key:
        return say("app.own", lang)
    name = district_name(folders[key], lang)
    return say("app.own-suffix", lang, name=name) if key.startswith("own/") else name


def choose_district(data: Path, lang: str) -> Reading | None:
    """
    Draw the choice and read the district.

    Parameters
    ----------
    data
        Folder of the bundled districts.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    reading
        None while no folder is named.
    """
    folders = districts(data)
    if st.session_state.get("district-next") in folders:  # made or copied a moment ago
        st.session_state["district"] = st.session_state.pop("district-next")
    if "district" not in st.session_state:
        st.session_state["district"], folder = _last_district()
        st.session_state.setdefault("folder", folder)
        if not folder and st.session_state["district"] == OWN:
            st.session_state["district"] = next(iter(folders), OWN)
    # Set again on every run, so that the browser draws its name anew in another language.
    known = st.session_state["district"] in (*folders, OWN)
    st.session_state["district"] = (
        st.session_state["district"] if known else next(iter(folders), OWN)
    )
    chosen = st.selectbox(
        say("app.district", lang),
        # Where many work, a path could name another's folder: own data come by the browser.
        [*folders, *([] if many() else [OWN])],
        format_func=lambda key: _choice_name(key, folders, lang),
        key="district",
    )
    if chosen != OWN:
        _keep_last(chosen, "")
        return read_folder(folders[chosen])
    st.session_state.setdefault("folder", "")
    typed = st.text_input(
        say("app.folder", lang),
        key="folder",
        placeholder=say("app.folder-placeholder", lang),
        help=say("app.folder-help", lang),
    )
    folder = typed.strip().strip("\"'")
    _keep_last(OWN, folder)
    return read_folder(Path(folder).expanduser().absolute()) if folder else None


def _last_district() -> tuple[str, str]:
    """Give which district was looked at last, for the bare address: its key, and a typed folder."""
    try:
        if _place().stat().st_size > _LARGEST:
            return "", ""
        kept = json.loads(_place().read_text(encoding="utf-8"))
        return str(kept["district"]), str(kept["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", ""


def _keep_last(district: str, folder: str) -> None:
    """
    Keep which district is looked at, where that has changed in this window.

    Parameters
    ----------
    district
        Its key in the choice.
    folder
        What was typed as a folder.
    """
    now = (district, folder)
    before = st.session_state.get(_KEPT)
    st.session_state[_KEPT] = now
    if before in (None, now):
        return  # what opens by itself was not chosen
    text = json.dumps({"district": district, "folder": folder}, ensure_ascii=False)
    try:
        write_whole(_place(), lambda fresh: fresh.write_text(text, encoding="utf-8"))
    except InputError:  # a full or read-only disk must not stop the planner
        logging.getLogger(__name__).warning("the last district could not be kept")


def _place() -> Path:
    return workspace() / "last.json"


def read_folder(folder: Path) -> Reading:
    """Read a district folder; again only if one of its files has changed."""
    return _read(str(folder), _signature(folder))


def _signature(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file that is read: enough to see that one was edited."""
    try:
        return tuple(
            (str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in read_files(folder)
        )
    except (OSError, ValueError):
        return ()


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: str, signature: tuple[tuple[str, int, int], ...]) -> Reading:  # noqa: ARG001
    from gridplan.district.folder.read import read_district

    path = Path(folder)
    try:
        return Reading(path, read_district(path))
    except GridplanError as error:
        return Reading(path, None, error.problems)
    except Exception as error:  # no folder may take the page down; the log has the rest
        logging.getLogger(__name__).exception("reading %s", folder)
        values = {"folder": folder, "reason": reason_of(error)}
        return Reading(path, None, (Problem("folder-unreadable", values),))
