"""Run the browser tests several times in a row and say whether any ever failed: `python -m tests.browser.repeat 10`."""

import subprocess
import sys
import time


def main(arguments: list[str]) -> int:
    """Arguments: how many runs (10), then anything for pytest. Exit status 0 when every run passed."""
    runs = int(arguments[0]) if arguments and arguments[0].isdigit() else 10
    further = arguments[1:] if arguments and arguments[0].isdigit() else arguments
    failed = 0
    for run in range(1, runs + 1):
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-m", "browser", "tests/browser", "-q", *further]
        status = subprocess.run(command, check=False).returncode
        failed += status != 0
        print(f"run {run} of {runs}: {'failed' if status else 'passed'}, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{runs - failed} of {runs} runs passed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
