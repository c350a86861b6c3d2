"""Integer programs and their parts: assignment, reach, transport, feasibility cuts."""
