"""The API reference: built from the docstrings alone, offline (``make reference``)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gridplan.version import VERSION

project = "gridplan"
author = "gridplan"
release = VERSION
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
html_theme = "alabaster"
html_theme_options = {"description": "Medical-group grids and community health centers"}
html_show_sourcelink = False
html_copy_source = False
