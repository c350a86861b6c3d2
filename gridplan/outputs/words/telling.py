"""A plan and the language in which it is told: what every table, map and page is made from."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gridplan.outputs.words.manner import fitting, manner
from gridplan.outputs.words.names import Names
from gridplan.text import say
from gridplan.text.language import in_language

if TYPE_CHECKING:
    from gridplan.planning.plan import Plan


@dataclass(frozen=True)
class Telling:
    """
    One plan told in one language.

    Parameters
    ----------
    plan
        The plan.
    lang
        ``zh`` or ``en``.
    whole
        The plan that this one is a part of, whose institutions it may name; None if it is whole.
    """

    plan: Plan
    lang: str
    whole: Plan | None = field(default=None, kw_only=True)

    @cached_property
    def names(self) -> Names:
        """What its grids, centers, hospitals and streets are called; made once."""
        if self.whole is None:
            return Names.of(self.plan, self.lang)
        district = in_language(self.plan.district, "name", self.lang)
        return dataclasses.replace(Names.of(self.whole, self.lang), district=district)

    @cached_property
    def manner(self) -> str:
        """In which words the place is spoken of: :func:`~gridplan.outputs.words.manner.manner`."""
        return manner(self.plan)

    def say(self, key: str, /, **values: Any) -> str:  # noqa: ANN401  # as say
        """Say a sentence of the catalogue: :func:`gridplan.text.say` in this language."""
        return say(key, self.lang, **values)

    def fitting(self, key: str, /, **values: Any) -> str:  # noqa: ANN401  # as say
        """Say a sentence in the manner of the place, where the catalogue has it so."""
        return fitting(key, self.lang, self.manner, **values)
