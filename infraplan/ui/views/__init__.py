"""One view a page: asks, calls a verb of ``infraplan.workflow``, shows."""
