"""Every bench of every lab answers a change within 200 ms of a quiet processor; the browser's part: `make bench`."""

import importlib
import itertools
import re
import statistics
import time
from pathlib import Path

import pytest

from nnchain_edu.lab.bench import Bench, paint
from nnchain_edu.lab.controls import Button
from nnchain_edu.lab.figures import png
from nnchain_edu.lab.state import State
from tests.lab.driving import PLAIN_FIGURES, Plain

CHANGES = 15
LABS = sorted((Path(__file__).parents[2] / "sources/labs").glob("*.py"))
SHOWN = [  # as a lab writes it: `from nnchain_edu.lab.fork_race import ForkRace` and `Bench(ForkRace())`
    (re.search(rf"from (nnchain_edu\.lab\.\w+) import .*\b{name}\b", source)[1], name)
    for source in (lab.read_text(encoding="utf-8") for lab in LABS)
    for name in re.findall(r"\bBench\((\w+)\(\)\)", source)
]


def changes(state: State) -> itertools.cycle:
    """What a learner may do, control after control: a button pressed, or another control set to its next trial."""
    rounds = [
        [("press", {"name": control.name})]
        if isinstance(control, Button)
        else [("set", {"values": {control.name: value}}) for value in control.trials()]
        for control in state.controls
    ]
    longest = max(map(len, rounds))
    return itertools.cycle([acts[turn % len(acts)] for turn in range(longest) for acts in rounds])


def seconds(action) -> float:
    begun = time.thread_time()
    action()
    return time.thread_time() - begun


def test_every_lab_with_a_bench_is_timed():
    assert len(SHOWN) >= 13  # of units 00 to 09


@pytest.mark.parametrize(("module", "name"), SHOWN, ids=[name for _, name in SHOWN])
def test_a_change_answers_within_200_ms_of_a_quiet_processor(module, name):
    bench = Bench(getattr(importlib.import_module(module), name)())
    if bench.state.prediction is not None:
        bench.act("predict", value=bench.state.prediction.trial())
    acts, taken, plain = changes(bench.state), {}, []
    for turn in range(CHANGES + 1):
        do, given = next(acts)
        took = seconds(lambda do=do, given=given: bench.act(do, **given))
        assert not bench.view["message"] and bench.view["picture"], f"{given}: {bench.view['message']}"
        if turn:  # at first fonts are loaded
            taken.setdefault(str(given.get("name", *given.get("values", ()))), []).append(took)
        if turn % 3 == 0:
            plain.append(seconds(lambda: png(paint(Plain()), quick=True)))
    one = statistics.median(plain)
    times = sorted(itertools.chain(*taken.values()))
    print(f"{name}: median {1000 * statistics.median(times):.0f} ms, a plain figure {1000 * one:.0f} ms")
    assert statistics.median(times) / one < PLAIN_FIGURES
    slow = {control: min(some) / one for control, some in taken.items() if min(some) / one >= PLAIN_FIGURES}
    assert not slow, "the median of all hides a control that is always slow"
