"""Run the command line: ``python -m gridplan``."""

from gridplan.cli import main

main(prog_name="gridplan")
