"""The assignment model as an integer program, contiguity added as cutting planes."""
