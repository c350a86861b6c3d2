"""What the bureau adds of its own to what is handed in: ``report.toml``."""
