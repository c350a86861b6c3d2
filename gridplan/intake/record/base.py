"""Whose residents a figure counts, and of which year: as a header or a file's name says it."""

from __future__ import annotations

import re

BASES = ("常住", "户籍", "实有", "实际管理", "服务")
"""Whose residents may be counted: permanent, registered, actual, managed, served."""


def base_in(text: str) -> str:
    """Find whose residents a text speaks of; empty if it does not say."""
    return next((word for word in BASES if word in text), "")


def year_in(text: str) -> str:
    """Find the year a text speaks of; empty if it does not say."""
    found = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    return found.group(0) if found else ""
