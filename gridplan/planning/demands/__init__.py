"""What a planner asks of the grids beyond balance and leads: fixed, barred, together, and so on."""
