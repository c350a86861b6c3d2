"""Phases: from today's centers to those of a later year, each phase keeping the one before."""
