"""Plans of one district held against each other."""
