"""The command line: each command is one call of the library, and says what went wrong in words."""

from __future__ import annotations

import io
import sys

import click

from gridplan.cli.batch import batch
from gridplan.cli.comparing import compare, sensitivity
from gridplan.cli.inputs import assessment, check, import_kong, scenario
from gridplan.cli.options import debug_option
from gridplan.cli.phasing import phase
from gridplan.cli.plans import plan, repair
from gridplan.cli.preparing import prepare
from gridplan.cli.projects import project
from gridplan.cli.results import localisation, locate, report, verify, why
from gridplan.cli.sweeping import sweep
from gridplan.cli.variants import variants
from gridplan.version import VERSION

_EPILOG = """\b
Examples:
  gridplan prepare my --population 人口.xlsx --subdistricts 街道.shp
  gridplan check data/guangming              is the data sound? what was repaired?
  gridplan scenario > my.toml                every decision there is, to be changed line by line
  gridplan plan data/guangming               plan it; results in out/guangming
  gridplan plan data/guangming --lang en --scenario my.toml --out out/mine
  gridplan plan data/guangming --alternatives 3     grids to choose between
  gridplan plan data/guangming --drawn drawn.xlsx   grids drawn by hand, as they are
  gridplan phase data/guangming                     which centers open in which year
  gridplan variants data/guangming                  what else could be decided, side by side
  gridplan compare out/guangming out/mine           two plans side by side
  gridplan sweep data/guangming --centers 44..66:2  how many centers: the cost curve
  gridplan sensitivity out/guangming                which rules turn if the facts are otherwise
  gridplan plan data/guangming --adopt B            plan one of them
  gridplan repair data/guangming drawn.csv          mend grids drawn by hand
  gridplan report out/guangming --format docx       the report to hand in
  gridplan locate out/guangming --lon 113.9 --lat 22.75
  gridplan why out/guangming --center N014          why here, and who could stand in
  gridplan verify out/guangming --district data/guangming
  gridplan project new work data/guangming          scenarios, plans and edits that are kept
  gridplan batch data --out out/all                every district of a folder, and the levels above
\b
Exit codes: 0 done (a rule that fails is a finding, not an error);
            1 verify found altered files; 2 bad input; 3 no plan can meet the demands;
            4 a fault of gridplan itself (--debug tells where); 5 verify checked nothing,
            another version wrote the files; 130 stopped by Ctrl+C.
"""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="gridplan")
@debug_option
def main() -> None:
    """
    Plan a district's medical-group grids and community health centers, with proof.

    A district is a folder with district.toml and its layers (docs/district-folder.md); a scenario
    is a small TOML file with the planner's choices. The plan comes out as maps, tables and
    plan.json, each rule with its figure, clause and pass or fail, or what is missing to answer it.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not cost the answer.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


for command in (
    prepare,
    check,
    scenario,
    plan,
    phase,
    variants,
    compare,
    sweep,
    sensitivity,
    repair,
    report,
    locate,
    why,
    localisation,
    verify,
    project,
    batch,
    assessment,
    import_kong,
):
    main.add_command(command)
