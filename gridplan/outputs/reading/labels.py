"""What plans that were read from folders are called beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gridplan.text.language import bracketed, in_language

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


def labels_of(plans: Sequence[Plan], folders: Sequence[Path], *, lang: str) -> tuple[str, ...]:
    """
    Name plans by their scenarios; where two are called the same, by their folders too.

    Parameters
    ----------
    plans
        As read.
    folders
        Where each was read from.
    lang
        ``zh`` or ``en``.
    """
    names = [str(in_language(plan.scenario, "name", lang)) for plan in plans]
    return tuple(
        name if names.count(name) == 1 else f"{name}{bracketed(folder.resolve().name, lang)}"
        for name, folder in zip(names, folders, strict=True)
    )
