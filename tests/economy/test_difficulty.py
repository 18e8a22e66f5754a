"""The default economy is neither trivial nor impossible, by the score of a logistic regression (docs/economy.md)."""

import pytest

from nnchain_edu.studies import study
from studies.calibration import accuracy


@pytest.mark.slow
def test_the_default_is_where_the_published_tables_are():
    assert 0.89 <= accuracy(0.5) <= 0.94


@pytest.mark.slow
def test_harder_is_harder():
    easy, default, hard = accuracy(0.0, 1), accuracy(0.5, 1), accuracy(1.0, 1)
    assert easy > 0.98 and easy > default > hard > 0.82


def test_the_frozen_default_has_the_two_figures_it_was_fitted_to():
    table = study("calibration").query("difficulty == 0.5 and model == 'logistic regression'")
    assert len(table) == 3 and 0.21 < table["offenders"].mean() < 0.23
    assert 0.90 <= table["accuracy"].mean() <= 0.93
