"""Where? Positions, datums, boundaries, the H3 grid, population, geocoding. Knows nothing of plans."""
