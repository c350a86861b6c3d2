"""The version, in one place: packaging, the command line and every plan read it here."""

VERSION = "0.1.0"
