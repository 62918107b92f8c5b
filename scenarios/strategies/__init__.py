"""How each kind of facility is sited; ``solve(scenario, profile, ground, quotas, clock)`` returns a Solution."""
