"""Own data on the page: files that are dropped, questions, tables that are corrected."""
