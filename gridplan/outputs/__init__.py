"""The only floor that speaks a language: a finished plan as files, maps and words."""

from gridplan.outputs.folder import write_plan
from gridplan.outputs.maps import comparison_map, plan_map
from gridplan.outputs.offline import asset_folder, localize, standalone_html
from gridplan.outputs.summary import summary

__all__ = [
    "asset_folder",
    "comparison_map",
    "localize",
    "plan_map",
    "standalone_html",
    "summary",
    "write_plan",
]
