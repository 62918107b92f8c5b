"""One verb of the command line a file; found by ``infraplan.cli.discover``. Files with ``_`` are shared parts."""
