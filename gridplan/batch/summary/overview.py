"""What a batch comes to on one page: what is asked first of many districts."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from gridplan.batch.levels import DISTRICT
from gridplan.batch.roll_up import MUST, RollUp
from gridplan.batch.summary.tables import scenario_names
from gridplan.outputs.words.names import is_missing
from gridplan.text import say
from gridplan.text.language import in_language, joined

ITEM = "overview-item"
"""Column of the items; the others are the scenarios by their names."""
_FEW = 5
"""As many districts or rules as are named in an entry."""
_SUMMED = (
    *("residents", "grids", "groups", "centers", "existing_centers", "new_centers"),
    *("regional_centers", "stations"),
)


def overview_of(rolled: RollUp, lang: str) -> pd.DataFrame:
    """
    Give what is asked first, scenario by scenario.

    Parameters
    ----------
    rolled
        All levels.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    table
        Column :data:`ITEM`, and a column a scenario; texts. Sums and shares are those of the
        districts planned; one that a district lacks is not told.
    """
    names = scenario_names(rolled, lang)
    told = {key: _scenario(rolled, key, lang) for key in names}
    items = list(dict.fromkeys(item for one in told.values() for item in one))
    columns = {names[key]: [one.get(item, "—") for item in items] for key, one in told.items()}
    return pd.DataFrame({ITEM: [say(f"batch.item-{item}", lang) for item in items], **columns})


def _scenario(rolled: RollUp, scenario: str, lang: str) -> dict[str, str]:
    districts = rolled.levels.xs((scenario, DISTRICT), level=("scenario", "level"))
    planned = districts[districts["planned"] > 0]
    called = [in_language(row, "name", lang) or row["code"]
              for row in districts.reset_index().to_dict(orient="records")]  # fmt: skip
    named = pd.Series(called, districts.index)
    told = {"planned": say("batch.of", lang, count=len(planned), all=len(districts))}
    if len(planned) < len(districts):
        told["unplanned"] = _few(named[districts["planned"] == 0], lang)
    for key in _SUMMED:
        values = planned[key]
        if len(values) and not values.isna().any() and (values.sum() or key != "stations"):
            told[key.replace("_", "-")] = f"{values.sum():,.0f}"
    if "residents" in told and told.get("centers", "0") != "0":
        told["each"] = f"{planned['residents'].sum() / planned['centers'].sum():,.0f}"
    told |= _reached(planned, named, lang)
    told |= _must(rolled, scenario, planned, named, lang)
    return told


def _reached(planned: pd.DataFrame, named: pd.Series, lang: str) -> dict[str, str]:
    """Tell who is within the walk: of all residents, and where the fewest are."""
    share = planned["nearest_percent"]
    if not len(share) or share.isna().any() or not planned["residents"].sum():
        return {}
    all_of = 100 * planned["residents_nearest"].sum() / planned["residents"].sum()
    below = share.astype(float)[share.astype(float).round(1) < round(all_of, 1)]
    least = below.sort_values(kind="stable").head(_FEW)
    texts = [say("batch.with-share", lang, name=named[key], percent=f"{value:.1f}")
             for key, value in least.items()]  # fmt: skip
    told = {"reached": f"{all_of:.1f}%"}
    return told | ({"least-reached": _list(texts, lang)} if texts else {})


def _must(
    rolled: RollUp, scenario: str, planned: pd.DataFrame, named: pd.Series, lang: str
) -> dict[str, str]:
    """Tell which districts hold the rules that must hold, and which rules fail most."""
    if not len(planned):
        return {}
    failing = planned[planned["must_failed"].astype(float) > 0]
    passing = len(planned) - len(failing)
    told = {"must": say("batch.of", lang, count=passing, all=len(planned))}
    if len(failing):
        most = failing["must_failed"].astype(int).sort_values(ascending=False, kind="stable")
        told["must-failing"] = _few((named[key] for key in most.index), lang)
    rules = rolled.rules.reset_index()
    rules = rules[(rules["scenario"] == scenario) & (rules["level"] == MUST)]
    rules = rules[rules["failed"] > 0].sort_values("failed", ascending=False, kind="stable")
    most_failed = rules.head(_FEW).to_dict(orient="records")
    texts = [
        say("batch.with-count", lang, name=in_language(row, "title", lang), count=row["failed"])
        for row in most_failed
    ]
    return told | ({"must-rules": joined(texts, lang, "semicolon")} if texts else {})


def _list(names: Iterable[str], lang: str) -> str:
    return say("batch.between", lang).join(names)


def _few(names: Iterable[str], lang: str) -> str:
    every = [name for name in names if not is_missing(name)]
    text = _list(every[:_FEW], lang)
    return text if len(every) <= _FEW else say("batch.and-more", lang, names=text, count=len(every))
