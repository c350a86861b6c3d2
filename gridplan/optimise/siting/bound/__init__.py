"""Lagrangian bounds: knapsacks at sites, prices, the cheapest set of sites."""
