"""Every case of every check is needed: without it, the table of answers fails."""

import pytest

from tests.mutate_checks import main


@pytest.mark.slow
def test_no_case_of_any_check_can_be_deleted_unnoticed(capsys):
    assert main([]) == 0, capsys.readouterr().out
