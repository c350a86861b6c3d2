"""A plan told in the bureau's own phrases, where its ``report.toml`` has any."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gridplan.outputs.office.office import Office
from gridplan.outputs.words.telling import Telling
from gridplan.text import catalogue
from gridplan.text.language import joined


@dataclass(frozen=True)
class Worded(Telling):
    """
    One plan told in one language, as one office puts it.

    Parameters
    ----------
    plan, lang
        As of :class:`~gridplan.outputs.words.telling.Telling`.
    office
        Whose phrases and facts go before gridplan's own.
    """

    office: Office = field(default_factory=Office)

    def say(self, key: str, /, **values: Any) -> str:  # noqa: ANN401  # as say
        """Say a sentence: the office's phrase of that key, else the catalogue's."""
        phrase = self.office.phrases.get(key.removeprefix("report."))
        if phrase is None or not key.startswith("report."):
            return super().say(key, **values)
        flat = {
            name: joined(value, self.lang) if isinstance(value, (list, tuple)) else value
            for name, value in values.items()
        }
        return phrase.format(**flat)

    def fitting(self, key: str, /, **values: Any) -> str:  # noqa: ANN401  # as say
        """Say a sentence in the manner of the place, or in the office's phrase."""
        if key.removeprefix("report.") in self.office.phrases:
            return self.say(key, **values)
        return super().fitting(key, **values)

    def told(self, key: str, fallback: str = "") -> str:
        """Give a text of the office by ``table.key``, else what is said without it."""
        return self.office.text(key) or fallback

    def has(self, key: str) -> bool:
        """Whether the catalogue has a sentence."""
        return key in catalogue(self.lang)
