"""What the fields that take several ids offer: hospitals, centers, policy profiles."""

from __future__ import annotations

from gridplan.district.district import District
from gridplan.policy.place import AUTO
from gridplan.policy.profile import profile_names, read_profile
from gridplan.text import say
from gridplan.text.language import in_language


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
        sources = {name: read_profile(name)[0].source for name in profile_names()}
        titles = {name: in_language(source, "title", lang) for name, source in sources.items()}
        return {AUTO: say("app.profiles-auto", lang), **titles}
    if district is None:
        return {}
    layer = district.centers
    if offered == "hospitals":
        layer = district.hospitals[district.hospitals["eligible"].astype(bool)]
    rows = layer.to_dict(orient="index")
    return {str(index): in_language(row, "name", lang) or str(index) for index, row in rows.items()}
