"""Many scenarios of one district, planned all, each kept as soon as it is done."""
