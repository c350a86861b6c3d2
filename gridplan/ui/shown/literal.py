"""Text of the planner's files shown letter for letter where Streamlit would read Markdown."""

from __future__ import annotations

import re

from gridplan.outputs.words.safe import plain

# A word joiner, which takes no room, parts what Markdown would turn into a link by itself.
_JOINER = "\u2060"
_LINKS = re.compile(r"://|www\.|@", re.IGNORECASE)


def literal(value: object, *, limit: int = 2000) -> str:
    """
    Give a value as Markdown that shows its letters and nothing else.

    Parameters
    ----------
    value
        A name, a note, a sentence with user text in it.
    limit
        Characters kept.

    Returns
    -------
    markdown
        One line. Every ASCII sign but letters, digits and blanks is a character reference, so no
        emphasis, link, image, formula, colour directive or icon name is left.
    """
    text = _LINKS.sub(lambda found: _JOINER.join(found.group()), plain(value, limit=limit))
    text = text.replace("@", f"{_JOINER}@{_JOINER}")
    return "".join(
        f"&#{ord(c)};" if c.isascii() and not c.isalnum() and c != " " else c for c in text
    )
