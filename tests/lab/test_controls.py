import math

import numpy
import pytest

from nnchain_edu.lab import Choice, Prediction, Slider, Toggle

RATE = Slider("rate", "Learning rate", 0.1, 2.5, 0.1, 0.5)
COUNT = Slider("count", "Clients", 1, 20, 1, 5)
METHOD = Choice("method", "Method", ("plain", "momentum", 3), "plain")


@pytest.mark.parametrize(("given", "kept"), [(0.1, 0.1), (2.5, 2.5), (0.30000000000000004, 0.3), (1, 1.0)])
def test_slider_keeps_values_on_its_grid(given, kept):
    assert RATE.check(given) == kept
    assert RATE.check(numpy.float64(given)) == kept


@pytest.mark.parametrize("bad", [0.05, 2.6, 0.15, math.nan, math.inf, "0.5", None, True, [0.5]])
def test_slider_refuses_and_says_what_it_accepts(bad):
    with pytest.raises(ValueError, match=r"rate \(Learning rate\) accepts 0\.1 to 2\.5 in steps of 0\.1; .+ was given"):
        RATE.check(bad)


def test_whole_numbers_stay_whole():
    assert [type(value) for value in COUNT.trials()] == [int, int, int]
    assert COUNT.trials() == (1, 5, 20)
    assert COUNT.decimals == 0 and RATE.decimals == 1


@pytest.mark.parametrize("declared", [(1, 0, 1, 0), (0, 1, 0, 0), (0, 1, 0.5, 2), (0, 1, 0.3, 0), (0, 1, 0.5, 0.2)])
def test_slider_is_declared_consistently(declared):
    with pytest.raises(ValueError, match="x"):
        Slider("x", "X", *declared)


def test_choice():
    assert METHOD.check(3) == 3
    assert METHOD.trials() == ("plain", "momentum", 3)
    with pytest.raises(ValueError, match=r"method \(Method\) accepts 'plain', 'momentum', 3; 'adam' was given"):
        METHOD.check("adam")
    with pytest.raises(ValueError, match="method"):
        Choice("method", "Method", ("plain",), "adam")
    with pytest.raises(ValueError, match="each different"):
        Choice("method", "Method", ("1", 1), 1)


def test_toggle():
    toggle = Toggle("on", "On")
    assert toggle.trials() == (False, True)
    with pytest.raises(ValueError, match=r"on \(On\) accepts True or False; 1 was given"):
        toggle.check(1)


def test_prediction_of_a_number():
    asked = Prediction("How many?", low=0, high=40)
    assert asked.check("3,5") == asked.check(" 3.5 ") == 3.5
    with pytest.raises(ValueError, match="a number"):
        asked.check("many")
    with pytest.raises(ValueError, match="a number"):
        asked.check("nan")
    with pytest.raises(ValueError, match="from 0 to 40"):
        asked.check("41")
    assert asked.check(asked.trial()) == 0.5
    assert Prediction("?", low=3, high=9).trial() == 3


def test_prediction_of_a_choice():
    asked = Prediction("Does it?", kind="choice", options=("yes", "no"))
    assert asked.check("no") == "no"
    with pytest.raises(ValueError, match="yes, no"):
        asked.check("")
    with pytest.raises(ValueError, match="options"):
        Prediction("Does it?", kind="choice")
    with pytest.raises(ValueError, match="kind"):
        Prediction("Does it?", kind="text")
