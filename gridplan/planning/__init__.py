"""Planning: a district and a scenario become grids, centers, groups, findings and a plan."""
