"""What streets sent back against what was asked: gaps and contradictions, each a question.

Rules: (1) an id that was not sent out is asked about; (2) a unit in two workbooks with other
figures is asked about, once for a street that sent two; (3) a street that sent nothing, units left
blank and sums far from the former ones are asked about; (4) so is which base counts where streets
count others. Nothing is decided unasked, and everything that is asked is asked at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from gridplan.errors import InputError, Problem
from gridplan.intake.forms.form import Form
from gridplan.intake.forms.returned import Figures, Returned
from gridplan.intake.record.decisions import FILE, Decisions, Question, toml_key

FORMER, RETURNED, ZERO, NONE = "former", "returned", "zero", "-"


AGREED = {"base": "intake-form-base", "year": "intake-form-year"}
"""What all streets must say alike, and the sentence that asks where they do not."""


@dataclass(frozen=True)
class MergeParams:
    """
    When a street's sum is asked about.

    Parameters
    ----------
    share
        Of the former sum by which the new one may differ unasked.
    least
        Persons below which it is not asked about.
    """

    share: float = 0.1
    least: float = 500.0


@dataclass(frozen=True)
class Taken:
    """
    What is taken of one unit.

    Parameters
    ----------
    file
        It comes from.
    figures
        With residents.
    """

    file: str
    figures: Figures


Claims = dict[str, list[Taken]]


def claims_of(forms: Sequence[Form], returned: Sequence[Returned], decisions: Decisions) -> Claims:
    """
    Bring what was sent back to the ids that were sent out.

    Parameters
    ----------
    forms
        As they are made today.
    returned
        As read.
    decisions
        Asked about ids nobody knows: ``collected.ids``.

    Returns
    -------
    claims
        By id: every workbook that gives residents for it.
    """
    known = {row.id: row.name for form in forms for row in form.rows}
    claims: Claims = {}
    for one in returned:
        for name, figures in one.rows.items():
            place = name if name in known else _known(name, one, known, decisions)
            if place is not None and figures.residents is not None:
                claims.setdefault(place, []).append(Taken(one.file, figures))
    return claims


def _known(name: str, one: Returned, known: dict[str, str], decisions: Decisions) -> str | None:
    """Ask which unit an id means that was not sent out; blank rows mean none."""
    figures = one.rows[name]
    if figures.residents is None and figures.older is None:
        return None
    met = process.extract(name, list(known), scorer=fuzz.ratio, limit=3)
    near = [old] if (old := one.was.get(name)) in known else []
    near += [place for place, _, _ in met if place not in near]
    key = f"collected.ids.{name}"
    values = {"file": one.file, "row": str(figures.line), "id": name, "near": near[:3]}
    told = Problem("intake-form-id", {**values, "key": toml_key(key)})
    answer = decisions.settle(Question(key, (), told))
    if answer is not None and answer != NONE and answer not in known:
        values = {"key": toml_key(key), "value": answer, "near": near[:3], "file": FILE}
        raise InputError([Problem("intake-join-answer", values)])
    return None if answer in {None, NONE} else answer


def taken_of(
    forms: Sequence[Form], returned: Sequence[Returned], claims: Claims, decisions: Decisions
) -> dict[str, Taken]:
    """Choose one workbook for every unit; asked where two give other figures."""
    files = {one.file: one for one in returned}
    taken: dict[str, Taken] = {}
    for form in forms:
        torn = [row.id for row in form.rows if _differ(claims.get(row.id, []))]
        own = sorted({c.file for name in torn for c in claims[name]})
        whole = bool(torn) and all(files[file].street == form.street for file in own)
        street = form.street
        chosen = None
        if whole:
            key = f"collected.streets.{street}"
            chosen = _which(key, street, torn, own, claims, decisions)
        for row in form.rows:
            options = claims.get(row.id, [])
            if row.id in torn and not whole:
                names = sorted({claim.file for claim in options})
                chosen = _which(
                    f"collected.units.{row.id}", row.id, [row.id], names, claims, decisions
                )
            best = next((c for c in options if c.file == chosen), None)
            if options and (row.id not in torn or best is not None):
                taken[row.id] = best or options[-1]
    return taken


def _differ(claims: Sequence[Taken]) -> bool:
    return len({(c.figures.residents, c.figures.older) for c in claims}) > 1


def _which(
    key: str, name: str, units: Sequence[str], files: Sequence[str], claims: Claims,
    decisions: Decisions,
) -> str | None:  # fmt: skip
    shown = []
    for unit in units[:5]:
        each = [f"{c.figures.residents:,.0f} ({c.file})" for c in claims[unit]]
        shown.append(f"{unit}: {' / '.join(each)}")
    values = {"name": name, "count": f"{len(units):,}", "shown": shown, "key": toml_key(key)}
    told = Problem("intake-form-conflict", {**values, "files": list(files)})
    return decisions.settle(Question(key, tuple(files), told))


def residents_of(
    form: Form,
    taken: Mapping[str, Taken],
    claims: Claims,
    decisions: Decisions,
    params: MergeParams,
) -> dict[str, float]:
    """
    Give the residents of every unit of a street, asked about where they are missing or far off.

    Returns
    -------
    residents
        By id; those that keep the former figure are not in it, nor any of a street that is still
        asked which of its workbooks holds.
    """
    own = [row.id for row in form.rows]
    if any(name in claims and name not in taken for name in own):
        return {}
    found = {name: taken[name].figures.residents or 0.0 for name in own if name in taken}
    if not found:
        told = Problem("intake-form-missing", {"people": f"{form.residents:,.0f}"})
        _ask("missing", form.street, (FORMER,), told, decisions)
        return {}
    blank = [row for row in form.rows if row.id not in found]
    if blank:
        shown = [row.name for row in blank[:5]]
        people = f"{sum(row.residents for row in blank):,.0f}"
        values = {"count": f"{len(blank):,}", "shown": shown, "people": people}
        told = Problem("intake-form-blank", values)
        if _ask("blank", form.street, (FORMER, ZERO), told, decisions) == ZERO:
            found |= {row.id: 0.0 for row in blank}
    former = {row.id: row.residents for row in form.rows}
    total = sum((former | found).values())
    if abs(total - form.residents) > max(params.least, params.share * form.residents):
        percent = f"{100 * (total / max(form.residents, 1.0) - 1):+,.0f}"
        sums = {"before": f"{form.residents:,.0f}", "after": f"{total:,.0f}", "percent": percent}
        told = Problem("intake-form-sum", dict(sums))
        if _ask("sums", form.street, (RETURNED, FORMER), told, decisions) == FORMER:
            return {}
    return found


def _ask(
    what: str, street: str, options: tuple[str, ...], told: Problem, decisions: Decisions
) -> str | None:
    key = f"collected.{what}.{street}"
    values = {**told.values, "street": street, "key": toml_key(key)}
    return decisions.settle(Question(key, options, Problem(told.code, values)))


def settled(name: str, said: dict[str, str], decisions: Decisions) -> str:
    """
    Give what all streets say of one thing, asked about where they do not agree.

    Parameters
    ----------
    name
        ``base`` or ``year``; the answer lies under ``collected``.
    said
        By street; blanks are no answer.
    decisions
        Asked.
    """
    words = sorted({word for word in said.values() if word})
    if len(words) < 2:
        return words[0] if words else ""
    shown = [
        f"{word}: {', '.join(street for street, own in said.items() if own == word)}"
        for word in words
    ]
    told = Problem(AGREED[name], {"shown": shown, "key": f"collected.{name}"})
    return decisions.settle(Question(f"collected.{name}", tuple(words), told)) or ""
