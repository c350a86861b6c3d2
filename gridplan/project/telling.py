"""Projects told: the list of scenarios with what each changes and what its plan comes to."""

from __future__ import annotations

from typing import Any

from gridplan.errors import InputError
from gridplan.outputs.reading.content import read_values
from gridplan.outputs.tables.scenario_rows import scenario_rows
from gridplan.outputs.words.text_table import text_table
from gridplan.planning.scenario.scenario import Scenario
from gridplan.project.kept.plans import NONE
from gridplan.project.kept.scenarios import NAMES
from gridplan.project.project import Project
from gridplan.project.versions import STAGES, versions
from gridplan.text import say
from gridplan.text.language import bracketed, joined

FIGURES = ("grids", "centers", "failed")


def listed(project: Project, lang: str) -> dict[str, Any]:
    """
    Give a project as plain values.

    Returns
    -------
    values
        ``name``, ``district`` (fingerprint) and ``scenarios``: each with ``name``, ``parent``,
        ``notes``, ``tags``, ``changes`` (key, before, after), ``edits`` (how many hold), ``plan``
        (``state``, ``reasons`` in words, ``made``) and ``figures`` of the plan: ``grids``,
        ``centers`` and ``failed`` (must-rules), None without a plan.
    """
    return {
        "name": project.name,
        "district": project.district_fingerprint,
        "scenarios": [_scenario(project, name, lang) for name in project.scenarios()],
    }


def _scenario(project: Project, name: str, lang: str) -> dict[str, Any]:
    kept, state = project.scenario(name), project.plan_state(name)
    return {
        "name": name,
        "parent": kept.parent,
        "notes": kept.notes,
        "tags": list(kept.tags),
        "changes": [
            {"key": one.key, "before": one.before, "after": one.after}
            for one in project.difference(name)
        ],
        "edits": len(project.journal(name).done),
        "plan": {
            "state": state.state,
            "reasons": [reason.text(lang) for reason in state.reasons],
            "made": state.made,
        },
        "figures": figures_of(project, name) if state.state != NONE else None,
    }


def figures_of(project: Project, name: str) -> dict[str, int] | None:
    """Count grids, centers and must-rules that fail in a scenario's plan; None if unreadable."""
    try:
        values = read_values(project.plan_folder(name) / "plan.json")
    except InputError:
        return None
    findings = [row for row in values.get("findings", []) if isinstance(row, dict)]
    failed = [row for row in findings if row.get("passed") is False and row.get("level") == "must"]
    return {
        "grids": len(values.get("grids", [])),
        "centers": len(values.get("centers", [])),
        "failed": len(failed),
    }


def list_told(project: Project, lang: str) -> str:
    """List the scenarios of a project as a table, what is stale below it with its reasons."""
    heads = ("name", "parent", "changes", "edits", *FIGURES, "plan", "tags")
    rows = [[say(f"project.head-{key}", lang) for key in heads]]
    reasons = []
    for one in listed(project, lang)["scenarios"]:
        figures = one["figures"] or {}
        rows.append(
            [
                one["name"],
                one["parent"] or "—",
                str(len(one["changes"])),
                str(one["edits"]),
                *(f"{figures[key]:,}" if key in figures else "—" for key in FIGURES),
                say(f"project.plan-{one['plan']['state']}", lang),
                joined(one["tags"], lang) or "—",
            ]
        )
        reasons += [
            say("project.reason", lang, name=one["name"], reason=reason)
            for reason in one["plan"]["reasons"]
        ]
    title = say("project.title", lang, name=project.name, count=len(rows) - 1)
    return "\n".join([title, *text_table(rows, header=True), *reasons])


def scenario_told(project: Project, name: str, lang: str) -> str:
    """Tell one scenario: notes, changes against its parent, plan and edits."""
    kept, state = project.scenario(name), project.plan_state(name)
    lines = [say("project.scenario", lang, name=kept.name)]
    for key, value in (("parent", kept.parent), ("notes", kept.notes)):
        lines += [say(f"project.{key}", lang, value=value)] if value else []
    lines += [say("project.tags", lang, value=joined(kept.tags, lang))] if kept.tags else []
    lines.append(say("project.plan", lang, state=say(f"project.plan-{state.state}", lang)))
    lines += [f"  {reason.text(lang)}" for reason in state.reasons]
    lines.append(say("project.edits", lang, count=len(project.journal(kept.name).done)))
    before = project.scenario(kept.parent).scenario if _has_parent(project, kept.parent) else None
    changed = change_rows(before or Scenario(), kept.scenario, lang)
    against = kept.parent if before else say("project.defaults", lang)
    lines.append(say("project.changes", lang, count=len(changed), parent=against))
    heads = [say(f"project.head-{key}", lang) for key in ("key", "before", "after")]
    return "\n".join([*lines, *(text_table([heads, *changed], header=True) if changed else [])])


def _has_parent(project: Project, parent: str) -> bool:
    return bool(parent) and parent in project.scenarios()


def change_rows(before: Scenario, after: Scenario, lang: str) -> list[list[str]]:
    """Tell the decisions that differ: what it is called with its key, before, after."""
    pairs = zip(scenario_rows(before, lang), scenario_rows(after, lang), strict=True)
    return [
        [label + bracketed(key, lang), one, other]
        for (label, key, one), (_, _, other) in pairs
        if key not in NAMES and one != other
    ]


def versions_told(project: Project, lang: str) -> str:
    """List the frozen versions, and what of them was changed since."""
    lines = []
    found = versions(project)
    for one in found:
        values = {"name": one.name, "scenario": one.scenario, "at": one.at[:10]}
        stage = say(f"project.stage-{one.stage}", lang) if one.stage in STAGES else one.stage
        lines.append(say("project.version", lang, stage=stage, **values))
        if one.changed:
            lines.append(say("project.version-changed", lang, files=one.changed[:5]))
    return "\n".join([say("project.versions", lang, count=len(found)), *lines])
