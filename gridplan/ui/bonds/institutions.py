"""What hospitals and centers are called where they are chosen from a list, no two alike."""

from __future__ import annotations

from dataclasses import dataclass

from gridplan.district.district import District
from gridplan.outputs.words.names import is_missing, word
from gridplan.ui.intake.fields import names_of
from gridplan.ui.shown.spoken import fitted, say


@dataclass(frozen=True)
class Institutions:
    """
    The institutions of a district by what they are called.

    Parameters
    ----------
    hospitals, centers
        Names by id; no name stands twice among both.
    about
        Of each id: what it is, in words.
    streets
        Of each id: its street, empty where none is known.
    """

    hospitals: dict[str, str]
    centers: dict[str, str]
    about: dict[str, str]
    streets: dict[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Names of all by id, hospitals first."""
        return {
            **self.hospitals,
            **{k: n for k, n in self.centers.items() if k not in self.hospitals},
        }

    def id_of(self, name: object) -> str:
        """Give the id of a name; empty for none."""
        return next((key for key, told in self.names.items() if told == name), "")

    def ids_of(self, names: object) -> tuple[str, ...]:
        """Give the ids of several names."""
        if not isinstance(names, (list, tuple)):
            return ()
        return tuple(filter(None, (self.id_of(name) for name in names)))


def institutions_of(district: District, lang: str) -> Institutions:
    """Name the institutions of a district in ``zh`` or ``en``."""
    hospitals, centers = names_of(district.hospitals, lang), names_of(district.centers, lang)
    both = set(hospitals.values()) & set(centers.values())
    centers = {
        key: say("fields.name-and-id", lang, name=name, id=key) if name in both else name
        for key, name in centers.items()
    }
    about, streets = {}, {}
    street = district.units["subdistrict"]
    for layer in ("hospitals", "centers"):
        frame = getattr(district, layer)
        for key, row in frame.drop(columns="geometry").iterrows():
            level = row.get("level" if layer == "hospitals" else "class")
            kind = "hospital-level" if layer == "hospitals" else "class"
            about[str(key)] = fitted(word(kind, level, lang) or word("layer", layer, lang), lang)
            at = row.get("unit")
            known = street.get(at) if not is_missing(at) else None
            streets[str(key)] = "" if is_missing(known) else str(known)
    return Institutions(hospitals, centers, about, streets)
