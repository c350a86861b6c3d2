"""Rules applied to a layout: findings, conflicts, caveats."""
