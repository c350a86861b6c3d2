"""The engine: partition and siting over arrays and graphs, with bounds; it knows no hospital."""
