"""What a run of prepare keeps: what was asked, decided and counted."""
