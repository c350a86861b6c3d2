"""The plan as numbered map sheets, as they are handed in with it (图集)."""
