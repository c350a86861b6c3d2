"""Differences between what is written and what follows from the inputs."""
