"""The chapters that the books of a plan are put together from."""
