"""Which findings there must be, and what each says."""
