"""Two nested values, as JSON has them, compared leaf by leaf."""

from __future__ import annotations

from typing import Any

from gridplan.audit.differences.difference import Difference, same

# What an entry of a list in plan.json is known by.
_KEYS = (
    *("station", "center", "hospital", "institution", "rule", "file", "layer", "code"),
    *("candidate", "grid", "subdistrict"),
)


def walk(
    found: Any,  # noqa: ANN401  # JSON
    expected: Any,  # noqa: ANN401  # JSON
    place: str,
    told: list[Difference],
    *,
    file: str,
    how: str = "others",
    within: float = 0.0,
) -> int:
    """
    Compare two nested values.

    Parameters
    ----------
    found, expected
        What stands in the file, and what should.
    place
        Where they stand; names the differences.
    told
        Every difference is added to it. Entries of a list that go by a name of their own are
        held against their namesakes; one too many or too few is one difference.
    file, how
        As in :class:`gridplan.audit.differences.difference.Difference`.
    within
        How far two numbers may be apart.

    Returns
    -------
    count
        Leaves seen.
    """

    def deeper(left: Any, right: Any, name: str) -> int:  # noqa: ANN401  # JSON
        return walk(left, right, name.lstrip("."), told, file=file, how=how, within=within)

    if isinstance(found, dict) and isinstance(expected, dict):
        keys = [*found, *(key for key in expected if key not in found)]
        return sum(deeper(found.get(key), expected.get(key), f"{place}.{key}") for key in keys)
    if isinstance(found, list) and isinstance(expected, list):
        return _lists(found, expected, place, told, (file, how, within))
    if not same(found, expected, within=within):
        told.append(Difference(file, place, found, expected, how))
    return 1


def _lists(
    found: list[Any],
    expected: list[Any],
    place: str,
    told: list[Difference],
    about: tuple[str, str, float],
) -> int:
    file, how, within = about
    ours, theirs = (
        [_label(entry, at) for at, entry in enumerate(part)] for part in (found, expected)
    )
    named = len(set(ours)) == len(ours) and len(set(theirs)) == len(theirs)
    if not named:
        ours, theirs = ([str(at) for at in range(len(part))] for part in (found, expected))
    left, right = dict(zip(ours, found, strict=True)), dict(zip(theirs, expected, strict=True))
    count = 0
    for name in [*ours, *(name for name in theirs if name not in left)]:
        where = f"{place}[{_shown(name, left, right)}]"
        if name in left and name in right:
            count += walk(left[name], right[name], where, told, file=file, how=how, within=within)
            continue
        here, there = (name if name in part else None for part in (left, right))
        told.append(Difference(file, where, here, there, how))
        count += 1
    shared = [name for name in ours if name in right]
    if named and shared != [name for name in theirs if name in left]:
        told.append(Difference(file, place, ", ".join(ours), ", ".join(theirs), how, "order"))
    return count


def _shown(name: str, *parts: dict[str, Any]) -> str:
    """Name an entry; one that goes by its position is told by what it says of itself."""
    if not name.isdigit():
        return name
    entry = next((part[name] for part in parts if name in part), None)
    return _label(entry, int(name))


def _label(entry: Any, position: int) -> str:  # noqa: ANN401  # JSON
    if not isinstance(entry, dict):
        return str(position)
    key = next((key for key in _KEYS if entry.get(key) is not None), None)
    if key is None:
        return str(position)
    if key == "rule" and entry.get("subject"):
        return f"{entry[key]} {entry['subject']}"
    return str(entry[key])
