"""Policy as data: the rules a layout is held against, each with its clause and source."""
