# Every target calls the launcher, which needs nothing but Python's standard library.
# Windows has no make: there, `py course.py lab` and `py course.py test` are the same commands.
PYTHON ?= python3

.PHONY: new help lab test test-slow test-all build study book lint bench
help:
	@$(PYTHON) course.py

lab test test-slow test-all build study book lint bench:
	@$(PYTHON) course.py $@ $(ARGS)

new:
	@$(PYTHON) course.py new $(UNIT) $(SLUG)
