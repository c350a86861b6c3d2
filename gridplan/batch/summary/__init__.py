"""What a batch hands in: an overview, a table for each level, rules, a map."""
