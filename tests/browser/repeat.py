"""Run the browser tests several times in a row and say whether any ever failed: `python -m tests.browser.repeat 10`."""

import subprocess
import sys
import time


def main(arguments: list[str]) -> int:
    """Arguments: how many runs (10), then anything for pytest. Exit status 0 when every run passed."""
    runs = int(arguments[0]) if arguments and arguments[0].isdigit() else 10
    further = arguments[1:] if arguments and arguments[0].isdigit() else arguments
    failures = 0
    for run in range(1, runs + 1):
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-m", "browser", "tests/browser", "-q", *further]
        status = subprocess.run(command, check=False).returncode
        failures += status != 0
        # below zero: a signal ended pytest, which is no verdict of its own
        verdict = f"failed with status {status}" if status else "passed"
        print(f"run {run} of {runs}: {verdict}, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{runs - failures} of {runs} runs passed")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
