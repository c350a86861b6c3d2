"""gridplan plans a district's medical-group grids and community health centers, with proof."""

from gridplan.version import VERSION as __version__

__all__ = ["__version__"]
