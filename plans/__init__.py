"""What was promised? Plans, targets, projects and their sources. Knows nothing of scenarios or maps."""
