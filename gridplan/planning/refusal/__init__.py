"""Why there is no plan: demands that clash, with their numbers, and what was tried and helps."""
