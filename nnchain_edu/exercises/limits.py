"""Limits of time and memory on an answer."""


class Stopped(BaseException):
    """Raised inside an answer that went over a limit."""
