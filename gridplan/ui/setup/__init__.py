"""Before a plan: district, scenario, uploads, limits."""
