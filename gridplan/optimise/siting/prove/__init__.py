"""Proof: branch and bound over sites, reduced-cost fixing, why no siting exists."""
