"""What a reader must know of a figure: rows without what it is counted from, rows not real."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from gridplan.district.district import INDEXES
from gridplan.district.schema.labels import below
from gridplan.errors import SHOWN, Problem, problem_from
from gridplan.planning.layout.layout import Layout
from gridplan.planning.measures import Measure
from gridplan.planning.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Caveats:
    """
    The caveats of every figure of one layout.

    Parameters
    ----------
    layout, scenario
        What was measured, and what the planner wrote.
    """

    layout: Layout
    scenario: Scenario

    def of(self, measure: Measure, kind: str, subject: str) -> tuple[Problem, ...]:
        """
        List what must be known of the figure of one subject.

        Parameters
        ----------
        measure
            Its needs, what it reads and what it tells of itself.
        kind, subject
            Of the finding; only rows that the subject's figure is counted from are named.

        Returns
        -------
        caveats
            ``rows-lack`` for each column with empty cells, ``rows-labelled`` for each kind of label
            below the layer's own, then what the measure tells and what the planner wrote.
        """
        found = []
        for need in measure.needs:
            found += self._lacking(need, kind, subject)
        found += self._labelled((*measure.needs, *measure.reads), kind, subject)
        if measure.tells is not None:
            found += measure.tells(self.layout, subject)
        if measure.quotes is not None:
            found += measure.quotes(self.scenario, subject)
        return tuple(found)

    def _lacking(self, need: str, kind: str, subject: str) -> list[Problem]:
        layer, _, column = need.partition(".")
        if layer not in INDEXES or not column:
            return []
        frame = self._rows(layer, kind, subject)
        if column not in frame:
            return []
        empty = frame.index[frame[column].isna()]
        if not len(empty) or len(empty) == len(getattr(self.layout.district, layer)):
            return []  # nobody brought the column: that is another thing, and said as such
        return [
            Problem(
                "rows-lack",
                {"layer": layer, "column": column, "of": len(frame), **_named(frame, empty)},
            )
        ]

    def _labelled(self, reads: Iterable[str], kind: str, subject: str) -> list[Problem]:
        abouts: dict[str, list[str]] = {}
        for read in reads:
            layer, _, about = read.partition(".")
            if len(self._below.get(layer, ())):
                abouts.setdefault(layer, ["row"]).append(about)
        found = []
        for layer, kinds in abouts.items():
            frame = self._rows(layer, kind, subject)
            worse = self._below[layer]
            worse = worse[worse["about"].isin(kinds) & worse["row"].isin(frame.index)]
            for (about, label), some in worse.groupby(["about", "label"], sort=False):
                values = {"layer": layer, "about": about, "label": label, "of": len(frame)}
                found.append(Problem("rows-labelled", values | _named(frame, some["row"])))
        return found

    @cached_property
    def _below(self) -> dict[str, pd.DataFrame]:
        # A layer that was derived while reading has no label to fall short of.
        labels = {source.layer: source.label for source in self.layout.district.layers}
        return {
            layer: below(getattr(self.layout.district, layer), labels[layer])
            for layer in INDEXES
            if layer in labels
        }

    def _rows(self, layer: str, kind: str, subject: str) -> pd.DataFrame:
        """Give the rows of a layer that the figure of a subject is counted from."""
        frame: pd.DataFrame = getattr(self.layout.district, layer)
        if layer == "centers":
            frame = frame[frame.index.isin(self.layout.centers.index)]
        if kind in ("grid", "group"):
            frame = frame[frame.index.isin(self._of_grid(layer, kind, subject))]
        elif kind == "center" and layer == "centers":
            frame = frame[frame.index == subject]
        elif kind == "subdistrict" and layer in ("units", "centers"):
            street = self.layout.units["subdistrict"]
            place = frame.index if layer == "units" else frame["unit"]
            frame = frame[(street.reindex(place) == subject).to_numpy()]
        return frame

    def _of_grid(self, layer: str, kind: str, grid: str) -> pd.Index:
        if kind == "group" and layer == "hospitals":
            group = next((one for one in self.layout.groups if one.grid == grid), None)
            return pd.Index([] if group is None else [group.lead, *group.members])
        frame = getattr(self.layout, layer, None)
        if frame is None or "grid" not in frame:
            return getattr(self.layout.district, layer).index
        return frame.index[frame["grid"] == grid]


def _named(frame: pd.DataFrame, keys: Iterable[object]) -> dict[str, Any]:
    """Name the first few rows in both languages, and count them."""
    ids = list(keys)
    names = [_name(frame.loc[key], key) for key in ids[:SHOWN]]
    english = [_name(frame.loc[key], key, english=True) for key in ids[:SHOWN]]
    told: dict[str, Any] = {"rows": names, "count": len(ids)}
    return told if names == english else {**told, "rows_en": english}


def _name(row: pd.Series, key: object, *, english: bool = False) -> str:
    given = row.get("name_en") if english else None
    given = row.get("name") if given is None or pd.isna(given) or not given else given
    return str(key) if given is None or pd.isna(given) or not given else str(given)


def caveats_written(caveats: Iterable[Problem]) -> str | None:
    """Write caveats as text that a table can hold: a JSON list of codes and values."""
    told = [entry.as_data() for entry in caveats]
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")) if told else None


def caveats_read(text: str | None) -> tuple[Problem, ...]:
    """Read what :func:`caveats_written` wrote."""
    entries: list[Mapping[str, Any]] = json.loads(text) if text else []
    return tuple(map(problem_from, entries))
