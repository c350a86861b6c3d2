"""The first page: what is proposed, five figures, what fails and its cure, what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gridplan.outputs.report.blocks.findings import bounds
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Table, table
from gridplan.outputs.report.chapters.cells import failing, number
from gridplan.outputs.tables.tables import coverage, sources_table
from gridplan.outputs.tables.variants import headline, variant_name
from gridplan.outputs.words.names import figure, is_missing
from gridplan.outputs.words.safe import plain
from gridplan.planning.layout.variant import GRIDS, NONE
from gridplan.text.language import in_language, joined

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.report.chapters.present import Present


def summary_parts(told: Worded, present: Present) -> list[Part]:
    """
    Give the page a superior reads first.

    Parameters
    ----------
    told
        The plan and what the office says.
    present
        How the district is served today.
    """
    return [
        Paragraph(proposal(told), small=True),
        figures_table(told, present),
        *_failed(told),
        *_asked(told),
        *caution(told),
    ]


def proposal(told: Worded) -> str:
    """Say in a sentence or two what is proposed."""
    layout = told.plan.layout
    parts = []
    residents = number(told.plan.district.population, "persons", told)
    if len(layout.grids):
        known = told.names.hospitals
        leads = [plain(known.get(lead, lead)) for lead in layout.grids["lead"].dropna()]
        key = "proposal-grids" if len(layout.grids) > 1 else "proposal-one-grid"
        values = {"residents": residents, "grids": len(layout.grids), "leads": leads}
        parts.append(told.fitting(f"report.{key}", **values))
    centers = layout.centers
    if len(centers):
        new = int((centers["status"] == "new").sum())
        values = {
            "existing": len(centers) - new,
            "new": new,
            "centers": len(centers),
            "regional": int((centers["class"] == "regional").sum()),
        }
        key = "proposal-centers" if new else "proposal-centers-kept"
        parts.append(told.fitting(f"report.{key}", **values))
    return joined(parts, told.lang, "gap")


def figures_table(told: Worded, present: Present) -> Table:
    """Give the five figures, today's beside the plan's."""
    layout, scenario = told.plan.layout, told.plan.scenario
    centers, people = layout.centers, told.plan.district.population
    minutes = f"{scenario.center_max_minutes:g}"
    rows = []
    if len(centers):
        share = number(coverage(told.plan)["center"], "percent", told)
        each = number(people / len(centers), "persons", told)
        rows = [
            ("centers", str(present.centers), str(len(centers)), {}),
            ("each", number(present.each, "persons", told), each, {}),
            ("near", number(present.share, "percent", told), share, {"minutes": minutes}),
        ]
    if len(layout.grids):
        most = 100 * layout.grids["deviation"].astype(float).abs().max()
        rows.append(("balance", "—", number(most, "percent", told), {}))
        drive = layout.grids["mean_minutes_to_lead"].astype(float)
        weight = layout.grids["population"].astype(float)
        mean = float((drive * weight).sum() / max(weight.sum(), 1.0))
        rows.append(("drive", "—", number(mean, "minutes", told), {}))
    heads = [told.say(f"report.head-{key}") for key in ("indicator", "now", "planned")]
    cells = [
        [told.fitting(f"report.figure-{key}", **values), now, planned]
        for key, now, planned, values in rows
    ]
    return table(
        told.say("report.table-figures"), heads, cells, widths=(52, 24, 24), numeric=(1, 2)
    )


def _failed(told: Worded) -> list[Part]:
    """Say what fails and what would pass, then what would cure each must-rule."""
    parts: list[Part] = [Paragraph(line, small=True) for line in headline(told)]
    must = failing(told, "must")
    if not must:
        return parts
    heads = [told.say(f"report.head-{key}") for key in ("rule-must", "value", "bounds", "cure")]
    cures = [cure(told, f"{row['profile']}/{row['rule']}") for row in must]
    cells = [
        [
            plain(in_language(row, "title", told.lang) or row["rule"]),
            figure(row["value"], row["unit"] or "", told.lang),
            bounds(row, told.lang),
            text,
        ]
        for row, text in zip(must, _once(told, cures), strict=True)
    ]
    made = table(
        told.say("report.table-must"),
        heads,
        cells,
        widths=(30, 13, 15, 42),
        marked=range(len(must)),
    )
    return [*parts, made]


def _once(told: Worded, texts: list[str]) -> list[str]:
    """Say what is said just above only once."""
    above = ["", *texts[:-1]]
    same = told.say("report.same-as-above")
    return [same if one == before else one for one, before in zip(texts, above, strict=True)]


def cure(told: Worded, rule: str) -> str:
    """Say which of what was tried lets a rule pass, and at which price."""
    able = [one for one in told.plan.variants if rule in one.mended and one.judged != NONE]
    if not able:
        key = "cure-none" if told.plan.variants else "cure-untried"
        return told.say(f"report.{key}")
    texts = []
    for one in sorted(able, key=lambda one: one.rank)[:2]:
        key = "cure-fact" if one.supposes else "cure-choice"
        name = plain(variant_name(told, one))
        text = told.say(f"report.{key}", letter=one.letter, name=name)
        moved = one.figures.get("moved")
        if not one.supposes and not is_missing(moved) and moved:
            text += told.say("report.cure-moved", residents=figure(moved, "persons", told.lang))
        if one.judged == GRIDS:
            text += told.say("report.cure-grids-only")
        texts.append(text)
    return joined(texts, told.lang, "semicolon")


def _asked(told: Worded) -> list[Part]:
    layout = told.plan.layout
    keys: list[tuple[str, dict[str, Any]]] = []
    if len(layout.grids):
        keys.append(("asked-grids", {"grids": len(layout.grids)}))
    new = int((layout.centers["status"] == "new").sum()) if len(layout.centers) else 0
    if new:
        keys.append(("asked-centers", {"new": new}))
    if failing(told, "must"):
        keys.append(("asked-rules", {"count": len(failing(told, "must"))}))
    if new:
        keys.append(("asked-means", {}))
    if not keys:
        return []
    asked = [told.fitting(f"report.{key}", **values) for key, values in keys]
    numbered = [
        told.say("report.asked-numbered", number=at, text=text) for at, text in enumerate(asked, 1)
    ]
    text = told.say("report.asked", asked=joined(numbered, told.lang, "semicolon"))
    return [Paragraph(text, small=True)]


def caution(told: Worded) -> list[Part]:
    """Say which data are modelled, where some are."""
    sources = sources_table(told.plan)
    modelled = [
        told.fitting(f"outputs.layer-{key.replace('_', '-')}")
        for key in sources.loc[sources["label"] == "modelled", "layer"]
    ]
    if not modelled:
        return []
    return [Paragraph(told.say("report.caution-short", layers=modelled), strong=True, small=True)]
