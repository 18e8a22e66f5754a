import numpy as np
import pytest

from nnchain_edu.federated.fixed_point import pack, unpack
from nnchain_edu.federated.masking import PRIME, Client, MaskingError, add, recover, share, stream, unmask

LENGTH, THRESHOLD = 4, 3


@pytest.fixture
def group():
    """Five clients whose secrets are shared out, and an update of 60 numbers each."""
    clients = {number: Client(number, LENGTH) for number in range(5)}
    for client in clients.values():
        client.share_out(clients, THRESHOLD)
    updates = {number: np.random.default_rng(number).integers(-1000, 1000, 60) for number in clients}
    return clients, updates


def upload(clients, updates, who):
    publics = {number: client.public for number, client in clients.items()}
    return {number: clients[number].masked(pack(updates[number]), publics) for number in who}


@pytest.mark.parametrize("who", [[0, 1, 2, 3, 4], [0, 2, 4], [1, 2, 3], [4, 0, 3, 1]], ids=str)
def test_the_sum_comes_out_exactly_whoever_drops_out(group, who):
    clients, updates = group
    total = add(*upload(clients, updates, who).values())
    plain = unmask(total, who, clients, THRESHOLD)
    assert (unpack(plain, 60, count=len(who)) == sum(updates[number] for number in who)).all()


def test_too_few_uploads_stay_hidden(group):
    clients, updates = group
    total = add(*upload(clients, updates, [0, 1]).values())
    with pytest.raises(MaskingError, match="2 clients uploaded, at least 3"):
        unmask(total, [0, 1], clients, THRESHOLD)


def test_nobody_gives_both_secrets_of_one_client(group):
    """A client whose key was recovered as a drop-out uploads late: with its own mask too, its update would be seen."""
    clients, updates = group
    unmask(add(*upload(clients, updates, [0, 1, 2, 3]).values()), [0, 1, 2, 3], clients, THRESHOLD)
    with pytest.raises(MaskingError, match="gave a share of client 4's 'key' already"):
        clients[0].give("own", 4)
    with pytest.raises(MaskingError, match="gave a share of client 1's 'own' already"):
        clients[0].give("key", 1)


def test_with_both_secrets_a_late_upload_is_bare(group):
    clients, updates = group
    late = upload(clients, updates, [4])[4]
    key = recover({n: clients[n].held["key"][4] for n in (0, 1, 2)})
    own = recover({n: clients[n].held["own"][4] for n in (0, 1, 2)})
    forged = Client(4, LENGTH, key=type(clients[4].key).from_int(key), own=own)
    mask = forged.masked([0] * LENGTH, {number: client.public for number, client in clients.items()})
    assert [(a - b) % 2**256 for a, b in zip(late, mask, strict=True)] == pack(updates[4])


def test_what_is_uploaded_looks_like_noise():
    """The bits of many masked words of one same update: half of them set, within five standard deviations."""
    clients = {number: Client(number, 64) for number in range(3)}
    publics = {number: client.public for number, client in clients.items()}
    words = clients[0].masked([0] * 64, publics)
    ones = sum(word.bit_count() for word in words)
    assert abs(ones - 64 * 128) < 5 * (64 * 256 / 4) ** 0.5


def test_shares_give_the_secret_back_from_any_three_and_not_from_two():
    secret = 123456789
    shares = share(secret, 3, range(5))
    for some in ([0, 1, 2], [4, 2, 0], [1, 3, 4], [0, 1, 2, 3, 4]):
        assert recover({h: shares[h] for h in some}) == secret
    assert recover({h: shares[h] for h in (0, 1)}) != secret


def test_two_shares_fit_every_secret():
    """With threshold 3, two shares say nothing: for every other secret there is a third share that fits."""
    shares = share(1, 3, range(5))
    seen = {h: shares[h] for h in (0, 1)}
    for wrong in (0, 2, PRIME - 1):
        third = _solve(seen, wrong)
        assert 0 <= third < PRIME and recover({**seen, 2: third}) == wrong


def _solve(seen, secret):
    """The share of holder 2 under which `seen` and it give `secret`: linear in the share."""
    at0, at1 = recover({**seen, 2: 0}), recover({**seen, 2: 1})
    return (secret - at0) * pow(at1 - at0, -1, PRIME) % PRIME


@pytest.mark.parametrize("threshold", [0, 6])
def test_a_threshold_that_cannot_be(threshold):
    with pytest.raises(MaskingError, match="threshold must be"):
        share(5, threshold, range(5))


def test_two_halves_cannot_be_asked_for_different_secrets():
    """With a threshold of half, one half gives a client's key and the other its own mask, each in good faith."""
    clients = {number: Client(number, LENGTH) for number in range(4)}
    with pytest.raises(MaskingError, match="more than half of the 4 clients, got 2"):
        clients[3].share_out(clients, 2)
    for kind, secret in (("key", clients[3].key.to_int()), ("own", clients[3].own)):
        for holder, value in share(secret, 2, clients).items():
            clients[holder].held[kind][3] = value
    assert recover({n: clients[n].give("key", 3) for n in (0, 1)}) == clients[3].key.to_int()
    assert recover({n: clients[n].give("own", 3) for n in (2, 3)}) == clients[3].own


def test_masks_serve_once(group):
    """Under the same masks twice, two uploads would differ by what the two updates differ by."""
    clients, updates = group
    first = upload(clients, updates, [0])[0]
    assert upload(clients, updates, [0])[0] == first  # the same once more tells nothing new
    with pytest.raises(MaskingError, match="client 0 put its masks on another update already"):
        clients[0].masked(pack(updates[1]), {})


def test_an_update_of_another_length_is_refused():
    with pytest.raises(MaskingError, match="client 0's update must have 4 words, got 3"):
        Client(0, LENGTH).masked([1, 2, 3], {})


def test_the_stream_is_repeatable_and_of_its_length():
    assert stream(b"\x01" * 32, 5) == stream(b"\x01" * 32, 9)[:5]
    assert len(set(stream(b"\x01" * 32, 9))) == 9
