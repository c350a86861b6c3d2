"""What the fields that take several ids offer: hospitals, centers, policy profiles."""

from __future__ import annotations

from gridplan.district.district import District
from gridplan.outputs.words.names import is_missing
from gridplan.policy.profile import profile_names, read_profile


def choices(offered: str, district: District | None, lang: str) -> dict[str, str]:
    """
    Give what a field of ids offers.

    Parameters
    ----------
    offered
        ``hospitals``, those that may lead; ``centers``; or ``profiles``.
    district
        Of the hospitals and centers; None offers none.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    names
        Name by id, in the order of the layer.
    """
    if offered == "profiles":
        end = "zh" if lang == "zh" else "en"
        return {
            name: getattr(read_profile(name)[0].source, f"title_{end}") for name in profile_names()
        }
    if district is None:
        return {}
    layer = district.centers
    if offered == "hospitals":
        layer = district.hospitals[district.hospitals["eligible"].astype(bool)]
    column = "name_en" if lang == "en" and "name_en" in layer else "name"
    return {
        str(index): str(index) if is_missing(name) or not name else str(name)
        for index, name in layer.get(column, layer["name"]).items()
    }
