"""Residents as streets corrected them, in place of those of the file, before they are spread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.errors import InputError, Problem
from gridplan.intake.forms.conflicts import (
    MergeParams,
    Taken,
    claims_of,
    residents_of,
    settled,
    taken_of,
)
from gridplan.intake.forms.form import Form, form_ids, forms_of
from gridplan.intake.forms.returned import read_returned
from gridplan.intake.places.ground import Ground
from gridplan.intake.record.base import year_in
from gridplan.intake.record.decisions import Decisions
from gridplan.intake.record.ledger import Ledger
from gridplan.intake.residents.spreading import largest_remainder

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


class Revision:
    """
    What streets are asked, and what they said.

    Parameters
    ----------
    folder
        Of the workbooks that came back; None while none has.
    ground
        Streets, for units that do not name theirs.
    district
        Name of the district: it stands for the street where there are none.
    decisions, ledger
        Asked and told.
    params
        When a sum is asked about.

    Attributes
    ----------
    forms
        What each street is asked; after :meth:`revised`.
    files
        Name and sha256 of every workbook.
    base, year
        Whose residents, of which year, as the streets agree or the planner decided.
    """

    def __init__(
        self,
        folder: Path | None,
        ground: Ground | None,
        district: str,
        decisions: Decisions,
        ledger: Ledger,
        *,
        params: MergeParams | None = None,
    ) -> None:
        self._returned = [] if folder is None else read_returned(folder)
        self._merging = folder is not None
        self._ground = ground if ground is not None and ground.role == "subdistricts" else None
        self._district = district
        self._decisions, self._ledger = decisions, ledger
        self._params = params or MergeParams()
        self.forms: tuple[Form, ...] = ()
        self.files = {one.file: one.sha256 for one in self._returned}
        self.base = self.year = ""

    def streets(self, named: Sequence[str | None] | None, shapes: Shapes) -> list[str]:
        """
        Give the street of each unit: named, else the one it lies in or nearest to.

        Parameters
        ----------
        named
            (n,) by the file; None if it has no such column.
        shapes
            (n,) of the units, metres.
        """
        if self._ground is None:
            located = [self._district] * len(shapes)
        else:
            tree = shapely.STRtree(self._ground.shapes)
            near = tree.nearest(shapely.point_on_surface(shapes))
            located = [self._ground.names[at] for at in near]
        if named is None:
            return located
        return [name or place for name, place in zip(named, located, strict=True)]

    def revised(
        self,
        people: Floats,
        *,
        ids: Sequence[str],
        communities: Sequence[str | None] | None,
        streets: Sequence[str],
        older: bool,
    ) -> tuple[Floats, bool]:
        """
        Make the forms of these units and put in what came back.

        Parameters
        ----------
        people
            (n, 1 or 2) persons; with ``older`` the second column counts those of 65 or older.
        ids, communities, streets
            Of each unit.

        Returns
        -------
        people, older
            A row of the form that stands for several units shares its figure among them as they
            had it before.
        """
        communities = communities if communities is not None else [None] * len(ids)
        rows = form_ids(ids, communities, streets)
        names = [community or unit for community, unit in zip(communities, ids, strict=True)]
        self.forms = forms_of(rows, names, streets, people[:, 0], people[:, 1] if older else None)
        if not self._merging:
            return people, older
        if not any(name in rows for one in self._returned for name in one.rows):
            problem = Problem("intake-forms-foreign", {"files": list(self.files)[:5]})
            raise InputError([problem])
        claims = claims_of(self.forms, self._returned, self._decisions)
        taken = taken_of(self.forms, self._returned, claims, self._decisions)
        self._agree()
        position: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            position.setdefault(row, []).append(at)
        people = people.copy()
        used: dict[str, Taken] = {}
        for form in self.forms:
            before = float(people[:, 0].sum())
            found = residents_of(form, taken, claims, self._decisions, self._params)
            for row, residents in found.items():
                people[position[row], 0] = largest_remainder(residents, people[position[row], 0])
            own = {row: taken[row] for row in found if row in taken}
            self._tell(form, found, own, (before, float(people[:, 0].sum())))
            used |= own
        return self._with_older(people, used, position, older=older)

    def _agree(self) -> None:
        filled = [one for one in self._returned if one.filled]
        self.base = settled("base", {one.file: one.base for one in filled}, self._decisions)
        years = {one.file: year_in(one.date) for one in filled}
        self.year = settled("year", years, self._decisions)

    def _tell(
        self, form: Form, found: dict[str, float], own: dict[str, Taken], sums: tuple[float, float]
    ) -> None:
        """Write the line of a street, and what it remarked."""
        if not found:
            self._ledger.add("checked", "units", "intake-form-kept", residents=sums,
                             street=form.street, people=f"{form.residents:,.0f}")  # fmt: skip
            return
        files = sorted({one.file for one in own.values()})
        senders = {one.file: one for one in self._returned}
        from_ = [
            " ".join(filter(None, [file, senders[file].sender, senders[file].sent]))
            for file in files
        ]
        former = {row.id: row.residents for row in form.rows}
        total = sum((former | found).values())
        centers = [one.figures.centers for one in own.values() if one.figures.centers is not None]
        self._ledger.add(
            "joined", "units", "intake-form-merged", rows=(len(form.rows), len(found)),
            residents=sums, subjects=from_, street=form.street, files=from_,
            before=f"{form.residents:,.0f}", after=f"{total:,.0f}",
            centers=f"{sum(centers):,.0f}" if centers else "-",
        )  # fmt: skip
        remarks = [f"{row}: {one.figures.remark}" for row, one in own.items() if one.figures.remark]
        if remarks:
            self._ledger.add("checked", "units", "intake-form-remarks", subjects=remarks,
                             street=form.street)  # fmt: skip

    def _with_older(
        self,
        people: Floats,
        used: dict[str, Taken],
        position: dict[str, list[int]],
        *,
        older: bool,
    ) -> tuple[Floats, bool]:
        """Put in those of 65 or older: where the file had none, only if every unit tells them."""
        given = {
            row: float(one.figures.older)
            for row, one in used.items()
            if one.figures.older is not None
        }
        if not given:
            return people, older
        if not older:
            without = [row for row in position if row not in given]
            if without:
                self._ledger.add("dropped", "units", "intake-form-older-some", subjects=without)
                return people, False
            people = np.column_stack([people, np.zeros(len(people))])
        for row, total in given.items():
            at = position[row]
            share = people[at, 1] if people[at, 1].sum() > 0 else people[at, 0]
            people[at, 1] = largest_remainder(total, share)
        people[:, 1] = np.minimum(people[:, 1], people[:, 0])
        return people, True
