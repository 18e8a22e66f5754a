"""Hand-ins: the log exported and signed with the learner's own key, and their verification by a teacher.

A hand-in shows that it has not been changed since its export, by anyone without the learner's key. It cannot
show who solved the exercises, or when: the learner holds the key and could sign any log, the clock is the
learner's, and the solutions are public.
"""

import json
import os
import re
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from coincurve import PrivateKey, PublicKey

from nnchain_edu.exercises.log import START, Log, canonical, hash_of, is_entry, locked

FORMAT = "nnchain-edu progress 1"
LARGEST = 10_000_000  # bytes of a hand-in that is read at all
DEEPEST = 10  # brackets within brackets; a hand-in needs three
_SIGNED = ("format", "count", "head", "public_key")
LIMITS = (
    "This shows that nothing was changed after the export. It cannot show who did the work or when: "
    "the learner holds the key and the clock, and the solutions are public."
)


class HandInError(Exception):
    """A key or a hand-in that cannot be used; the message says why."""


def learners_key(folder: Path) -> PrivateKey:
    """The learner's key (secp256k1, as Ethereum's), made on first use, readable by its owner only."""
    path = folder / "learner.key"
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / "progress.lock"):
        if not path.exists():
            part = path.with_suffix(".part")
            part.unlink(missing_ok=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(PrivateKey().to_hex() + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        try:
            return PrivateKey.from_hex(path.read_text(encoding="ascii").strip())
        except ValueError:
            raise HandInError(f"{path} holds no key. Move it away, and the next export makes a new one.") from None


def public_key(folder: Path) -> str:
    """The learner's public key, 66 hexadecimal digits: what the teacher notes down once."""
    return learners_key(folder).public_key.format().hex()


def export(log: Log) -> bytes:
    """The content of a hand-in, a JSON file: the entries, each signed, and the signature over count and head.

    Raises:
        OSError: when the folder cannot be read or written.
        HandInError: when the log is damaged, or the file of the key is.
    """
    key = learners_key(log.folder)
    reading = log.read()
    if reading.rest:
        count = len(reading.entries)
        raise HandInError(f"{log.path} is damaged after entry {count}. The next check you pass sets that aside.")
    signed = {
        "format": FORMAT,
        "count": len(reading.entries),
        "head": reading.head,
        "public_key": key.public_key.format().hex(),
    }
    entries = [{**entry, "signature": _sign(key, entry["hash"])} for entry in reading.entries]
    handin = {**signed, "signature": _sign(key, signed), "entries": entries}
    return json.dumps(handin, indent=1).encode() + b"\n"


def _sign(key: PrivateKey, data: Any) -> str:
    return key.sign(canonical(data)).hex()


def _is_signed(key: PublicKey, signature: Any, data: Any) -> bool:
    try:
        return key.verify(bytes.fromhex(signature), canonical(data))
    except (TypeError, ValueError):
        return False


@dataclass(frozen=True)
class Verification:
    """What a teacher learns about a hand-in: `faults` names the entries that were touched."""

    entries: tuple[dict, ...]
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        return not self.faults

    def __str__(self) -> str:
        if self.faults:
            return "\n".join(["Refused.", *(f"  {fault}" for fault in self.faults)])
        lines = [f"  {e['number']:>3}  {e['exercise']}  {e['time']}" for e in self.entries]
        return "\n".join([f"Sound: {len(self.entries)} entries, signed with this key.", *lines, LIMITS])


def verify(content: bytes, key: str) -> Verification:
    """Check a hand-in against the public key that the teacher noted down from the learner.

    Raises:
        HandInError: when `key` is no public key or the content no hand-in.
    """
    try:
        teachers = PublicKey(bytes.fromhex(key.strip().removeprefix("0x")))
    except ValueError:
        raise HandInError("KEY must be the public key that `progress key` prints: 66 digits.") from None
    handin = _read(content)
    signed = {name: handin[name] for name in _SIGNED}
    head_is_signed = _is_signed(teachers, handin["signature"], signed)
    entries = [_authentic(teachers, entry) for entry in handin["entries"]]
    if handin["public_key"] != teachers.format().hex() and not head_is_signed and not any(entries):
        return Verification((), ("It is signed with another key than the one you gave.",))
    faults = _compare(handin["entries"], entries, handin["count"])
    if not head_is_signed:
        faults.append("The count or the head of the log was changed: they do not fit the signature.")
    if not faults:
        faults = _follow(entries, handin["head"])
    return Verification(tuple(entry for entry in entries if entry), tuple(faults))


def is_handin(content: bytes) -> bool:
    """Whether a file's content has the form of a hand-in, sound or not."""
    try:
        return bool(_read(content))
    except HandInError:
        return False


def _read(content: bytes) -> dict:
    if len(content) > LARGEST:
        raise HandInError(f"This is no hand-in: {len(content):,} bytes are more than {LARGEST:,}.")
    if _depth(content) > DEEPEST:
        raise HandInError("This is no hand-in: it is nested too deeply.")
    try:
        handin = json.loads(content)
    except (ValueError, RecursionError):
        raise HandInError("This is no hand-in: it is not JSON.") from None
    if not isinstance(handin, dict) or handin.get("format") != FORMAT:
        raise HandInError(f"This is no hand-in: its format is not {FORMAT!r}.")
    texts = all(isinstance(handin.get(name), str) for name in ("head", "public_key", "signature"))
    count, entries = handin.get("count"), handin.get("entries")
    if not texts or type(count) is not int or not 0 <= count < 10**6 or not isinstance(entries, list):
        raise HandInError("This is no hand-in: a part of it is missing or has another form.")
    return handin


def _depth(content: bytes) -> int:
    """How deeply brackets are nested: Python's JSON reader may crash on thousands."""
    steps = (1 if bracket in b"[{" else -1 for bracket in re.findall(rb"[][{}]", content))
    return max(accumulate(steps), default=0)


def _authentic(key: PublicKey, entry: Any) -> dict | None:
    """The entry without its signature if it is as it was signed, else None."""
    if not isinstance(entry, dict):
        return None
    bare = {name: value for name, value in entry.items() if name != "signature"}
    if not is_entry(bare) or hash_of(bare) != bare["hash"]:
        return None
    return bare if _is_signed(key, entry.get("signature"), bare["hash"]) else None


def _compare(given: list[Any], entries: list[dict | None], count: int) -> list[str]:
    """Name the entries that are not as they were signed: edited, added, repeated, removed, re-ordered."""
    faults, numbers, edited = [], [], set()
    for place, (entry, raw) in enumerate(zip(entries, given, strict=True), 1):
        if entry is None:
            claimed = raw.get("number") if isinstance(raw, dict) else None
            number = claimed if type(claimed) is int and 0 < claimed <= count else place
            edited.add(number)
            known = number <= count and len(given) <= count
            faults.append(f"Entry {number} was edited." if known else f"Entry {number} was added or edited.")
        elif entry["number"] in numbers:
            faults.append(f"Entry {entry['number']} stands there more than once.")
        else:
            numbers.append(entry["number"])
    missing = set(range(1, count + 1)) - set(numbers) - edited
    faults += [f"Entry {number} was removed." for number in sorted(missing)]
    moved = [number for number, right in zip(numbers, sorted(numbers), strict=True) if number != right]
    return faults + [f"Entry {number} is not in its place: entries were re-ordered." for number in moved]


def _follow(entries: list[dict], head: str) -> list[str]:
    """Entries that are signed but are no chain: parts of two logs put together."""
    before = [START, *(entry["hash"] for entry in entries)]
    faults = [
        f"Entry {entry['number']} does not follow the one before it."
        for entry, previous in zip(entries, before, strict=False)
        if entry["previous"] != previous
    ]
    return faults if before[-1] == head else [*faults, "The head is not the hash of the last entry."]
