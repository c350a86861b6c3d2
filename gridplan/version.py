"""Name and version, in one place: packaging, the command line and every plan read them here."""

PROGRAM = "gridplan"
VERSION = "0.1.0"
