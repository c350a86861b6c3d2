"""Sweeps as files: results kept while it runs, table, chart, page, workbook."""
