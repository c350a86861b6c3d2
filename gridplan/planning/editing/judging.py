"""Rules held against a layout while it is edited: only those that read what an edit changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import pandas as pd

from gridplan.planning.checks.checks import Known, findings_table, rule_findings, settled_rules
from gridplan.planning.editing.laid.ground import Ground
from gridplan.planning.editing.laid.live import SMALL, Live
from gridplan.planning.layout.layout import Layout
from gridplan.policy.rule import Rule

Row = dict[str, Any]
_WATCHED = ("units", *SMALL)
_TABLES = ("hospitals", "groups", "stations", "wishes")


class _Columns:
    """A table that tells which of its columns are read; how many rows it has is its index."""

    def __init__(self, name: str, table: pd.DataFrame, tell: Callable[[str], None]) -> None:
        self._name, self._table, self._tell = name, table, tell

    def __getitem__(self, name: Any) -> Any:  # noqa: ANN401  # a column, or some of the rows
        if isinstance(name, str):
            self._tell(f"{self._name}.{name}")
            return self._table[name]
        self._tell(f"{self._name}.index")
        if pd.api.types.is_bool_dtype(getattr(name, "dtype", object)):
            # Some of the rows: what of them is read is yet to be seen.
            return _Columns(self._name, self._table[name], self._tell)
        self._tell(self._name)
        return self._table[name]

    @property
    def loc(self) -> _Rows:
        """Rows by their labels."""
        return _Rows(self._name, self._table, self._tell)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # as of a table
        """Give a column, or ``default`` where there is none."""
        self._tell(f"{self._name}.{name}")
        return self._table.get(name, default)

    def __contains__(self, name: object) -> bool:
        return name in self._table

    def __len__(self) -> int:
        self._tell(f"{self._name}.index")
        return len(self._table)

    @property
    def index(self) -> pd.Index:
        """Of the table."""
        self._tell(f"{self._name}.index")
        return self._table.index

    @property
    def empty(self) -> bool:
        """Whether the table has no rows."""
        return not len(self)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever else a table can do
        self._tell(self._name)
        self._tell(f"{self._name}.index")
        return getattr(self._table, name)


class _Rows:
    """The rows of a table by label, telling which column is read of them."""

    def __init__(self, name: str, table: pd.DataFrame, tell: Callable[[str], None]) -> None:
        self._name, self._table, self._tell = name, table, tell

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401  # rows, or rows and a column
        self._tell(f"{self._name}.index")
        one = isinstance(key, tuple) and len(key) == 2 and isinstance(key[1], str)
        self._tell(f"{self._name}.{key[1]}" if one else self._name)
        return self._table.loc[key]


class _Watched:
    """A layout that tells which of its parts are read while a rule is judged."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # any field of a layout
        if name in _WATCHED:
            return _Columns(name, getattr(self._layout, name), self.read.add)
        if name == "proposed":
            self.read.add("hospitals")
        elif name in _TABLES:
            self.read.add(name)
        return getattr(self._layout, name)


@dataclass(frozen=True, eq=False)
class Judged:
    """
    Every rule held against one layout, without what a reader must know of the figures.

    Parameters
    ----------
    ground, live
        What was judged.
    rules
        In the order of the findings.
    rows
        Findings by the key of the rule.
    read
        Parts of the layout each rule read, by its key.
    """

    ground: Ground
    live: Live
    rules: tuple[Rule, ...]
    rows: Mapping[str, list[Row]]
    read: Mapping[str, frozenset[str]]

    @cached_property
    def findings(self) -> pd.DataFrame:
        """As :func:`gridplan.planning.checks.checks.check` gives them, ``quick``."""
        return findings_table(self.live.layout, self.rules, self.rows, self.ground.scenario)


def judge(ground: Ground, live: Live, before: Judged | None = None) -> Judged:
    """
    Hold the rules against a layout.

    A rule is judged anew only if some part of the layout that it read is another by now: what it
    read decides what it says.

    Parameters
    ----------
    ground, live
        The district and the layout.
    before
        The layout before it; None judges every rule.
    """
    changed = None if before is None else live.changed(before.live)
    rules = (
        settled_rules(ground.rules, ground.district, ground.scenario)
        if before is None
        else before.rules
    )
    rows: dict[str, list[Row]] = {}
    read: dict[str, frozenset[str]] = {}
    for rule in rules:
        if before is not None and changed is not None and not (before.read[rule.key] & changed):
            rows[rule.key], read[rule.key] = before.rows[rule.key], before.read[rule.key]
            continue
        watched = _Watched(live.layout)
        known = Known(cast(Layout, watched), live.measured, None)
        rows[rule.key] = rule_findings(known, rule, ground.scenario, ground.assessment)
        counted = {"units.grid"} if rule.measure in live.measured else set()
        read[rule.key] = frozenset(watched.read | counted)
    return Judged(ground, live, rules, rows, read)


@dataclass(frozen=True)
class Turned:
    """
    One finding that an edit changes.

    Parameters
    ----------
    rule, subject_kind, subject
        Which.
    before, after
        State of the finding (``passed``, ``failed``, ``borderline`` ...); None where the subject
        was not or is no more.
    value_before, value_after
        Its figure.
    """

    rule: str
    subject_kind: str
    subject: str
    before: str | None
    after: str | None
    value_before: float | None
    value_after: float | None


def turned(before: Judged, after: Judged) -> tuple[Turned, ...]:
    """List the findings whose state or figure is another, in the order of the rules."""
    found = []
    for rule in after.rules:
        old, new = before.rows[rule.key], after.rows[rule.key]
        if old is new:
            continue
        was = {(row["subject_kind"], row["subject"]): row for row in old}
        now = {(row["subject_kind"], row["subject"]): row for row in new}
        for kind, subject in dict.fromkeys([*was, *now]):
            one, other = was.get((kind, subject), {}), now.get((kind, subject), {})
            states = one.get("state"), other.get("state")
            values = one.get("value"), other.get("value")
            if states[0] != states[1] or values[0] != values[1]:
                found.append(Turned(rule.id, kind, subject, *states, *values))
    return tuple(found)
