"""A file between kernel and page, in pieces: whole, in order, no larger than agreed; errors become messages."""

import pytest

from nnchain_edu.lab.file_exchange import FileExchange


@pytest.fixture
def exchange():
    taken, sent = [], []

    def take(content):
        if content == b"bad":
            raise ValueError("it is bad")
        if content == b"worse":
            raise OSError("no disk")
        taken.append(content)
        return f"{len(content)} bytes taken"

    words = {"give": "Download", "take": "Bring back", "about": "about"}
    made = FileExchange("A file", "a.zip", lambda: b"content", take, largest=10, words=words)
    made.taken, made.sent = taken, sent
    made.send = lambda content, buffers=None: sent.append((content, buffers))
    return made


def test_a_download_is_one_message(exchange):
    exchange.act({"do": "give"})
    assert exchange.sent == [({"made": 7}, [b"content"])] and exchange.line.startswith("a.zip: 7 bytes")


def test_a_file_arrives_in_pieces(exchange):
    exchange.act({"do": "take", "at": 0, "size": 5}, [memoryview(b"abc")])
    assert exchange.sent == [({"next": 3}, None)] and not exchange.taken
    exchange.act({"do": "take", "at": 3, "size": 5}, [memoryview(b"de")])
    assert exchange.taken == [b"abcde"] and exchange.line == "5 bytes taken"
    assert exchange.sent[-1] == ({"done": True}, None)


@pytest.mark.parametrize(
    "pieces, why",
    [
        ([(0, 11, b"abc")], "at most 10 are accepted"),
        ([(3, 5, b"abc")], "did not arrive whole"),
        ([(0, 5, b"abc"), (2, 5, b"de")], "did not arrive whole"),
        ([(0, 5, b"abcdef")], "did not arrive whole"),
        ([(0, 5, b"")], "did not arrive whole"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_the_next_file_begins_afresh(exchange, pieces, why):
    for at, size, piece in pieces:
        exchange.act({"do": "take", "at": at, "size": size}, [piece])
    assert why in exchange.message and not exchange.taken
    exchange.act({"do": "take", "at": 0, "size": 2}, [b"ab"])
    assert exchange.taken == [b"ab"] and exchange.message == ""


@pytest.mark.parametrize("content, said", [(b"bad", "That did not work: it is bad."), (b"worse", "OSError: no disk.")])
def test_an_error_is_a_message(exchange, content, said):
    exchange.act({"do": "take", "at": 0, "size": len(content)}, [content])
    assert exchange.message == said and exchange.line == ""


def test_its_text_is_always_the_same(exchange):
    exchange.act({"do": "give"})
    assert repr(exchange) == "A file: run this cell, and two buttons appear."
