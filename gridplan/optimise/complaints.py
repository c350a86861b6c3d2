"""Wrong arguments of the engine: every one is noted, and all are refused at once."""

from __future__ import annotations


class Complaints:
    """What is wrong with the arguments, one line for each fault, raised all at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, line: str) -> None:
        """Note one fault: the argument, which entry, what is wrong with it, what to do."""
        self._lines.append(line)

    def raise_any(self) -> None:
        """
        Go on only if nothing was noted.

        Raises
        ------
        ValueError
            With all lines.
        """
        if self._lines:
            msg = "\n".join(self._lines)
            raise ValueError(msg)
