"""Every case of every check is needed: without it, the table of answers fails."""

import pytest

from nnchain_edu.exercises.units import unit_numbers
from tests.mutate_checks import main


@pytest.mark.slow
@pytest.mark.parametrize("number", unit_numbers())
def test_no_case_of_any_check_can_be_deleted_unnoticed(number, capsys):
    code = main([number])
    said = capsys.readouterr().out
    assert code == 0 and "without" in said, said
