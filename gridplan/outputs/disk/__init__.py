"""Files and folders replaced whole or not at all."""
