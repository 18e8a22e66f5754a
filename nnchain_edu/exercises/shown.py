"""How values, calls and places of a learner's code are put into words: short, safe and the same each time."""

import linecache
import os
import re
import reprlib
import sysconfig
from pathlib import Path
from types import CodeType, FunctionType, MethodType, TracebackType
from typing import Any

LONGEST = 160  # characters of one shown value
_PACKAGE = str(Path(__file__).resolve().parents[1])
_LIBRARIES = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
_NOT_LEARNERS = tuple(os.path.join(folder, "") for folder in (_PACKAGE, *_LIBRARIES))
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_CELL = re.compile(r"ipykernel_|<ipython-input|^<stdin>|^<cell")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Short(reprlib.Repr):
    """Numbers of NumPy as plain ones, functions as their name or, where they have none, their text."""

    def repr1(self, value: Any, level: int) -> str:
        if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and hasattr(value, "item"):
            value = value.item()
        if isinstance(value, FunctionType | MethodType):
            return _lambda(value.__code__) if value.__name__ == "<lambda>" else value.__name__
        return super().repr1(value, level)


def _lambda(code: CodeType) -> str:
    """`lambda x: x * x`, read back from its line; "a function" where it is spread over several."""
    spots = [spot for spot in code.co_positions() if None not in spot and spot[2] < spot[3]]
    if not spots or {(first, last) for first, last, _, _ in spots} != {(spots[0][0], spots[0][0])}:
        return "a function"
    line = linecache.getline(code.co_filename, spots[0][0]).encode()  # the columns count bytes
    body = line[min(spot[2] for spot in spots) : max(spot[3] for spot in spots)].decode(errors="replace")
    return f"lambda {', '.join(code.co_varnames[: code.co_argcount])}: {body}" if body else "a function"


_short = _Short()
_short.maxlist = _short.maxtuple = _short.maxset = _short.maxfrozenset = _short.maxdeque = _short.maxdict = 8
_short.maxlevel = 4
_short.maxstring = _short.maxother = _short.maxlong = LONGEST


def shorten(text: str, longest: int = LONGEST) -> str:
    """The text without unprintable characters and memory addresses, cut in the middle where too long."""
    text = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", _ADDRESS.sub("", text[: 50 * longest]))
    if len(text) <= longest:
        return text
    head = (longest - 5) * 2 // 3
    return f"{text[:head]} ... {text[-(longest - 5 - head) :]}"


def show(value: Any) -> str:
    """A short `repr` that never raises, whatever the value does in its own `__repr__`."""
    try:
        if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 2000:
            return f"a whole number of about {int(value.bit_length() * 0.30103)} digits"
        text = _short.repr(value)
        return " ".join(shorten(text).split()) if isinstance(text, str) else f"<{kind_of(value)}>"
    except BaseException:
        return f"<{kind_of(value)} that cannot be shown>"


def kind_of(value: Any) -> str:
    """The name of a value's type, such as "int"."""
    return shorten(type.__dict__["__name__"].__get__(type(value)), 60)


def show_call(name: str, args: tuple, kwargs: dict) -> str:
    """A call as the learner would write it: `area(2, height=3)`."""
    parts = [show(value) for value in args] + [f"{key}={show(value)}" for key, value in kwargs.items()]
    return shorten(f"{name}({', '.join(parts)})", 2 * LONGEST)


def show_error(error: BaseException) -> str:
    """Type and text of an exception, on one line."""
    name = kind_of(error)
    try:
        text = " ".join(shorten(str(error), 2 * LONGEST).split())
    except BaseException:
        text = ""
    return f"{name}: {text}" if text else name


def is_learners(filename: str) -> bool:
    """Whether code of this file is the learner's: neither ours, nor Python's, nor an installed library's."""
    if filename.startswith("<") and not _CELL.search(filename):
        return False
    if filename.startswith(_NOT_LEARNERS):
        return False
    return "site-packages" not in filename and "dist-packages" not in filename


def place(filename: str, line: int) -> tuple[str, str]:
    """Label and text of a line of the learner's code: ("Line 3 of the cell", "return total / count")."""
    source = " ".join(shorten(linecache.getline(filename, line)).split())
    where = "the cell" if _CELL.search(filename) else Path(filename).name
    return f"Line {line} of {where}", source


def find_line(trace: TracebackType | None, test: CodeType | None) -> tuple[str, int] | None:
    """File and line of the innermost frame of the learner's in a traceback; the case's test is ours."""
    ours, found = _nested(test), None
    while trace is not None:
        code = trace.tb_frame.f_code
        if code not in ours and is_learners(code.co_filename):
            found = (code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def passes_through(trace: TracebackType | None, answer: Any, test: CodeType | None) -> bool:
    """Whether a traceback enters a method of the answer: of the object, or of an instance of the class."""
    ours = _nested(test)
    while trace is not None:
        code, variables = trace.tb_frame.f_code, trace.tb_frame.f_locals
        of_ours = code in ours or code.co_filename.startswith(_NOT_LEARNERS[0])
        first = variables.get(code.co_varnames[0]) if code.co_argcount and not of_ours else None
        if first is not None and (first is answer or (isinstance(answer, type) and type(first) is answer)):
            return True
        trace = trace.tb_next
    return False


def _nested(code: CodeType | None) -> set[CodeType]:
    if code is None:
        return set()
    inner = [_nested(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return {code}.union(*inner)
