"""Files as given: opened safely, every fault noted."""
