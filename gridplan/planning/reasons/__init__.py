"""Why here, why not: whom each center serves, what closing it costs, who could stand in."""
