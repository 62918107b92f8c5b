# Two commands: make run, make test. The work is in tools/tasks.py, which also runs on Windows.
PYTHON ?= python3

.PHONY: run test check bundle setup clean
run:
	$(PYTHON) tools/tasks.py run $(ARGS)
test:
	$(PYTHON) tools/tasks.py test $(ARGS)
check:
	$(PYTHON) tools/tasks.py check $(ARGS)
bundle:
	$(PYTHON) tools/tasks.py bundle $(ARGS)
setup:
	$(PYTHON) tools/tasks.py setup $(ARGS)
clean:
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
