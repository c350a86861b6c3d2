"""The forms a report is written in: a file each, named by what its files end in.

Each has ``MIME``, its type for a browser; ``OFFERED``, whether the page offers it beside the files
of a plan; and ``write(plan, path, lang)``, which gives what the reader must be told. A further form
is one more file here: command, page and messages know it by its name.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

FORMATS = tuple(sorted(found.name for found in pkgutil.iter_modules(__path__)))
"""Every form there is; none is loaded before it is asked for."""

DEFAULT = "docx"


def form_of(name: str) -> Any:  # noqa: ANN401  # a module
    """Load a form by its name, one of :data:`FORMATS`."""
    return import_module(f"{__name__}.{name}")


def is_folder(name: str) -> bool:
    """Whether a form is a folder of files: its module has ``FOLDER = True``."""
    return bool(getattr(form_of(name), "FOLDER", False))
