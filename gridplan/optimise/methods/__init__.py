"""What both engines climb, pack and cool with: knapsacks, subgradient steps, a cooling."""
