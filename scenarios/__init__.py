"""What if? Assumptions, and the allocation that follows from them. Knows nothing of maps or screens."""
