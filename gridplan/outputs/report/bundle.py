"""Everything that is handed in together: the books, the atlas, the database, the plan's files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.outputs.disk.own_files import is_trace
from gridplan.outputs.report.asked import Asked
from gridplan.outputs.report.report import write_asked
from gridplan.outputs.words.moment import day
from gridplan.outputs.words.safe import file_part, plain
from gridplan.planning.scenario.file import scenario_toml
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.planning.plan import Plan

CONTENT = "handed.json"
"""What each book in a bundle is, so that it can be made again."""

WRITTEN = (
    ("text", "docx"),
    ("explanation", "docx"),
    ("tables", "xlsx"),
    ("request", "docx"),
    ("drafting", "docx"),
    ("opinions", "docx"),
    ("streets", "docx"),
    ("report", "html"),
)
"""The books of a bundle and their forms."""

FOLDERS = ("atlas", "database", "public")


def prefix_of(told: Worded) -> str:
    """Give what every name in a bundle begins with: district, scenario, date."""
    district = told.plan.district
    scenario = in_language(told.plan.scenario, "name", told.lang)
    date = told.told("bureau.date", day())
    parts = (f"{district.code}{told.names.district}", scenario, date)
    return "_".join(file_part(plain(part, limit=40), by="-") for part in parts)


def fill_bundle(
    told: Worded, phases: Mapping[int, Plan], plan_folder: Path, office: Path | None, fresh: Path
) -> tuple[str, ...]:
    """
    Fill a folder with everything that is handed in.

    Parameters
    ----------
    told
        The plan and what the office says.
    phases
        The plan of each phase by its year; empty where it was planned at once.
    plan_folder
        As it was written.
    office
        The bureau's ``report.toml``; None where it says nothing.
    fresh
        Empty.

    Returns
    -------
    warnings
        Of those who wrote.
    """
    date = told.told("bureau.date", day())
    texts = {**told.office.texts, "bureau.date": date}
    told = replace(told, office=replace(told.office, texts=texts))
    prefix = prefix_of(told)
    warnings: list[str] = []
    made = {}
    for book, form in WRITTEN:
        if book == "streets" and not len(told.plan.layout.subdistricts):
            continue
        if book in ("tables", "streets") and not len(told.plan.layout.centers):
            continue
        name = f"{prefix}_{told.say(f'report.all-{book}')}.{form}"
        warnings += write_asked(Asked(told, book, "", phases), fresh / name, form=form)
        made[name] = {"book": book, "form": form}
    for form in FOLDERS:
        name = f"{prefix}_{told.say(f'report.all-{form}')}"
        warnings += write_asked(Asked(told, phases=phases), fresh / name, form=form)
    target = fresh / f"{prefix}_{told.say('report.all-plan')}"
    shutil.copytree(plan_folder, target, ignore=_traces)
    (fresh / f"{prefix}_scenario.toml").write_text(scenario_toml(told.plan.scenario), "utf-8")
    if office is not None:
        shutil.copyfile(office, fresh / "report.toml")
        if told.office.template is not None:
            shutil.copyfile(told.office.template, fresh / told.office.template.name)
    content = {"language": told.lang, "date": date, "plan": target.name, "books": made}
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (fresh / CONTENT).write_text(text, encoding="utf-8", newline="\n")
    return tuple(dict.fromkeys(warnings))


def _traces(_: str, names: list[str]) -> list[str]:
    return [name for name in names if is_trace(name)]
