"""How the district is served today: whom the existing centers reach, and whom they do not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.outputs.atlas.themes import minutes_to_existing
from gridplan.outputs.report.blocks.figures import present_map
from gridplan.outputs.report.blocks.parts import Paragraph, Part, Picture, table
from gridplan.outputs.report.chapters.cells import number
from gridplan.outputs.words.names import is_missing
from gridplan.outputs.words.safe import plain
from gridplan.planning.access import access_table

if TYPE_CHECKING:
    from gridplan.outputs.office.worded import Worded
    from gridplan.outputs.style.fonts import Face
    from gridplan.planning.plan import Plan

_MOST_NAMED = 3


@dataclass(frozen=True)
class Present:
    """
    Today's state of a plan's district.

    Parameters
    ----------
    plan
        The plan; its existing centers are today's.
    """

    plan: Plan

    @property
    def centers(self) -> int:
        """Centers there are."""
        centers = self.plan.layout.centers
        return int((centers["status"] == "existing").sum()) if len(centers) else 0

    @property
    def each(self) -> float | None:
        """Residents a center; None where there is none."""
        return self.plan.district.population / self.centers if self.centers else None

    @cached_property
    def near(self) -> np.ndarray:
        """Whether each unit is within the walk of a center there is."""
        if not self.centers:
            return np.zeros(len(self.plan.district.units), dtype=bool)
        minutes = np.nan_to_num(minutes_to_existing(self.plan), nan=np.inf)
        return np.asarray(minutes <= self.plan.scenario.center_max_minutes)

    @property
    def share(self) -> float | None:
        """Percent of residents within the walk of a center there is."""
        people = self.plan.district.units["population"].to_numpy(dtype=float)
        return float(100 * people[self.near].sum() / max(people.sum(), 1.0))

    def by_street(self) -> pd.DataFrame:
        """
        Count by street.

        Returns
        -------
        table
            Index ``subdistrict``: ``population``, ``centers`` there are, ``near_percent``,
            ``beyond`` (residents beyond the walk).
        """
        people = self.plan.district.units["population"].to_numpy(dtype=float)
        rows = pd.DataFrame(
            {
                "subdistrict": self.plan.layout.units["subdistrict"].to_numpy(),
                "population": people,
                "beyond": np.where(self.near, 0.0, people),
            }
        )
        made = rows.groupby("subdistrict")[["population", "beyond"]].sum()
        made = made.reindex(self.plan.layout.subdistricts.index, fill_value=0.0)
        made["near_percent"] = 100 * (1 - made["beyond"] / made["population"].clip(lower=1.0))
        centers = self.plan.layout.centers
        now = centers[centers["status"] == "existing"] if len(centers) else centers
        counts = now["subdistrict"].value_counts() if len(now) else pd.Series(dtype=int)
        made["centers"] = counts.reindex(made.index, fill_value=0).astype(int)
        return made


def present_parts(told: Worded, present: Present, face: Face) -> list[Part]:
    """Give the chapter on the present state: text, map, table by street, what is amiss."""
    if not len(told.plan.layout.centers):
        return [Paragraph(told.fitting("report.present-none"))]
    minutes = f"{told.plan.scenario.center_max_minutes:g}"
    people = told.plan.district.population
    beyond = people * (1 - (present.share or 0.0) / 100)
    text = told.fitting(
        "report.present-text",
        residents=number(people, "persons", told),
        centers=present.centers,
        each=number(present.each, "persons", told),
        share=number(present.share, "percent", told),
        minutes=minutes,
        beyond=number(beyond, "persons", told),
    )
    parts: list[Part] = [Paragraph(text)]
    streets = present.by_street()
    if len(streets):
        parts += _worst(told, streets)
    if len(streets):
        parts.append(_table(told, streets, minutes))
    caption = told.fitting("report.map-present", district=plain(told.names.district))
    parts.append(
        Picture(caption, present_map(told, face), told.fitting("report.map-present-words"))
    )
    return parts


def _worst(told: Worded, streets: pd.DataFrame) -> list[Part]:
    order = streets[streets["beyond"] >= 1].sort_values("beyond", ascending=False, kind="stable")
    named = [
        told.say(
            "report.present-street",
            street=plain(told.names.subdistricts.get(key, key)),
            beyond=number(row["beyond"], "persons", told),
            share=told.say("language.percent", number=f"{100 - row['near_percent']:.1f}"),
        )
        for key, row in order.head(_MOST_NAMED).iterrows()
    ]
    return [Paragraph(told.fitting("report.present-worst", streets=named))] if named else []


def _table(told: Worded, streets: pd.DataFrame, minutes: str) -> Part:
    access = access_table(told.plan.layout, told.plan.scenario)["near_center_percent"]
    rows = [
        [
            plain(told.names.subdistricts.get(key, key)),
            number(row["population"], "count", told),
            str(int(row["centers"])),
            number(row["population"] / row["centers"], "count", told) if row["centers"] else "—",
            number(row["near_percent"], "percent", told),
            number(row["beyond"], "count", told),
            "—" if is_missing(access.get(key)) else number(access[key], "percent", told),
        ]
        for key, row in streets.iterrows()
    ]
    keys = ("street", "residents-persons", "centers-now", "each-now")
    heads = [told.fitting(f"report.head-{key}") for key in keys]
    heads += [told.say("report.head-near-now", minutes=minutes), told.say("report.head-beyond")]
    heads.append(told.say("report.head-near-planned", minutes=minutes))
    return table(
        told.fitting("report.table-present"),
        heads,
        rows,
        widths=(20, 14, 10, 14, 14, 14, 14),
        numeric=(1, 2, 3, 4, 5, 6),
    )
