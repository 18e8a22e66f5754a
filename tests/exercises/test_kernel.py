"""Checks in a real Jupyter kernel: its threads, its output, its stop button."""

import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

import nnchain_edu

ROOT = Path(nnchain_edu.__file__).parents[1]
ENDLESS = 120  # seconds that an answer sleeps which nobody stops
PATIENCE = 240  # seconds for a kernel to begin or to say something, on a machine with other work to do
SET_UP = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
import nnchain_edu.exercises as exercises
exercises.__path__.append({str(ROOT / "tests" / "exercises" / "sample_units")!r})
from nnchain_edu import check
"""


def wait_for(file):
    until = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < until, f"there is no {file.name}"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A function that runs a cell in one kernel, and gives plain results, streams and errors."""
    folder = tmp_path_factory.mktemp("kernel")
    environment = {
        "NNCHAIN_EDU_HOME": str(folder / "home"),
        "IPYTHONDIR": str(folder),
        "PATH": "/usr/bin:/bin",
    }
    manager, client = start_new_kernel(startup_timeout=PATIENCE, env=environment, cwd=str(folder))
    parts = []

    def run(code, stop_at=""):
        """`stop_at`: a file; as soon as the cell has made it, the stop button is pressed."""
        parts.clear()
        request = client.execute(code)
        if stop_at:
            wait_for(folder / stop_at)
            manager.interrupt_kernel()
        while True:
            message = client.get_iopub_msg(timeout=PATIENCE)
            kind, content = message["msg_type"], message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            if kind == "status" and content["execution_state"] == "idle":
                return "\n".join(parts)
            if kind in ("execute_result", "display_data"):
                parts.append(content["data"]["text/plain"])
            elif kind == "stream":
                parts.append(content["text"])
            elif kind == "error":
                parts.append(f"{content['ename']} reached the learner")

    run(SET_UP)
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()


def test_a_broken_cell_is_named_by_its_line(kernel):
    said = kernel("def neuron(inputs, weights, bias):\n    a = 1\n    return a / 0\n\ncheck('91.1', neuron)")
    assert ": broken\n" in said and "Line 3 of the cell: return a / 0" in said


def test_a_right_answer_and_one_that_prints(kernel):
    right = "def f(x, w, b):\n    {}\n    return sum(i * j for i, j in zip(x, w)) + b{}\ncheck('91.1', f)"
    assert ": right" in kernel(right.format("pass", ""))
    said = kernel(right.format("print('loud' * 10); import os; os.system('echo shell')", " + 1"))
    assert said.count("loud" * 10) == 1 and "Printed: loud" in said and "shell" not in said.split("Printed")[0]


def test_display_and_questions_in_an_answer_do_not_hang(kernel):
    kernel("from IPython.display import display\ncheck('91.1', lambda *a: display('shown'))")
    assert "EOFError" in kernel("check('91.1', lambda *a: input('? '))")
    assert kernel("1 + 1") == "2"  # whoever hangs says nothing any more


@pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")
def test_a_loop_without_end_is_stopped(kernel):
    said = kernel("def f(x, w, b):\n    while True:\n        pass\ncheck('91.1', f)")
    assert "ran too long" in said and "of the cell: " in said


def test_the_stop_button_stops_the_check_and_the_kernel_goes_on(kernel):
    kernel("from nnchain_edu.exercises import limits\nlimits.IDLE_FACTOR = limits.CLOCK_FACTOR = 1000")
    code = "import time\ncheck('91.1', lambda x, w, b: (open('begun', 'w').close(), time.sleep(ENDLESS)))"
    started = time.perf_counter()
    said = kernel(code.replace("ENDLESS", str(ENDLESS)), stop_at="begun")
    assert said == "KeyboardInterrupt reached the learner"
    assert time.perf_counter() - started < ENDLESS
    kernel("limits.IDLE_FACTOR, limits.CLOCK_FACTOR = 3, 20")
    assert kernel("check('91.2', 16).verdict") == "'right'"


def test_a_check_works_on_another_thread(kernel):
    code = (
        "import threading\nfound = []\n"
        "thread = threading.Thread(target=lambda: found.append(check('91.2', 16).verdict))\n"
        "thread.start(); thread.join(); found"
    )
    assert kernel(code) == "['right']"
