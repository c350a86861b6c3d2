"""The only floor that speaks a language: a finished plan as files, maps and words."""
