"""A missing browser is said, and in continuous integration it is a failure. These tests need no browser."""

import pytest

from tests.browser.conftest import need


def test_a_missing_tool_skips_at_home_with_the_reason(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is missing"):
        need(None, "Chromium is missing")


@pytest.mark.parametrize("ci", ["true", "1", "True"])
def test_a_missing_tool_fails_in_continuous_integration(monkeypatch, ci):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(pytest.fail.Exception, match="axe-core is missing"):
        need(False, "axe-core is missing")


def test_a_tool_that_is_there_is_taken(monkeypatch):
    monkeypatch.setenv("CI", "true")
    need("/usr/bin/chromium", "Chromium is missing")
