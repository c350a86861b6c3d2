"""Phases as tables, a workbook with a chart, a map and data; each phase a plan of its own."""
