"""The table of answers for unit 06: each check accepts two right answers and refuses each misconception by its case."""

import hashlib
from itertools import takewhile

import numpy as np
import pandas as pd

from nnchain_edu.exercises.trials_06 import on_both_sides
from tests.exercises.answers import Answers


def unwritten(*arguments):
    raise NotImplementedError("your code here")


# --- 06.1 ---------------------------------------------------------------------------------------------


def read_on(taken, chain):
    for number, (ours, theirs) in enumerate(zip(taken, chain, strict=False)):
        if ours != theirs:
            return number
    return min(len(taken), len(chain))


def read_on_counted(taken, chain):
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(taken, chain, strict=False)))


def goes_on_blindly(taken, chain):
    return min(len(taken), len(chain))


def last_that_agrees(taken, chain):
    return max(0, read_on(taken, chain) - 1)


def reads_the_head_again(taken, chain):
    return min(read_on(taken, chain), len(chain) - 1)


def starts_at_one(taken, chain):
    return max(1, read_on(taken, chain))


def never_back(taken, chain):
    return len(taken) if len(chain) < len(taken) else read_on(taken, chain)


def any_known_hash(taken, chain):
    known = [n for n in range(min(len(taken), len(chain))) if taken[n] == chain[n]]
    return known[-1] + 1 if known else 0


def broken_read_on(taken, chain):
    return next(n for n in range(len(chain)) if taken[n] != chain[n])


# --- 06.2 ---------------------------------------------------------------------------------------------


def received_wei(rows):
    seen, totals = set(), {}
    for row in rows:
        counts = row["status"] and row["to"] not in (None, row["sender"]) and row["value"] > 0
        if counts and row["hash"] not in seen:
            totals[row["to"]] = totals.get(row["to"], 0) + row["value"]
        seen.add(row["hash"])
    return totals


def received_by_sets(rows):
    good = {row["hash"]: (row["to"], row["value"]) for row in rows if row["status"] and row["to"] != row["sender"]}
    totals = {to: sum(value for other, value in good.values() if other == to) for to, _ in good.values() if to}
    return {to: total for to, total in totals.items() if total}


def sum_where(*, failed=False, doubles=False, oneself=False, created=False, nothing=False, as_float=False, last=False):
    def answer(rows):
        seen, totals = set(), {}
        for row in rows:
            if (row["hash"] in seen and not doubles) or not (row["status"] or failed):
                continue
            seen.add(row["hash"])
            if (row["to"] == row["sender"] and not oneself) or (row["to"] is None and not created):
                continue
            if row["value"] or nothing:
                before = 0 if last else totals.get(row["to"], 0)
                totals[row["to"]] = before + (float(row["value"]) if as_float else row["value"])
        return {to: int(total) for to, total in totals.items()}

    return answer


def takes_the_rows(rows):
    totals = received_wei(rows)
    while rows:
        rows.pop()
    return totals


def broken_received(rows):
    return {row["to"]: row["amount"] for row in rows}


# --- 06.3 ---------------------------------------------------------------------------------------------


def scale(train, rows):
    middle = np.nanmedian(train, axis=0)
    low, high = np.nanpercentile(train, [25, 75], axis=0)
    spread = np.where(high > low, high - low, 1.0)
    scaled = (np.where(np.isnan(rows), middle, rows) - middle) / spread
    return np.clip(scaled, -8, 8)


def scale_with_pandas(train, rows):
    known, new = pd.DataFrame(train), pd.DataFrame(rows)
    spread = (known.quantile(0.75) - known.quantile(0.25)).replace(0, 1)
    return ((new - known.median()) / spread).fillna(0).clip(-8, 8).to_numpy().tolist()


def quartiles_lost_to_a_gap(train, rows):
    low, middle, high = np.percentile(train, [25, 50, 75], axis=0)
    spread = np.where(high > low, high - low, 1.0)
    return np.clip(np.nan_to_num((rows - middle) / spread), -8, 8)


def by_mean(train, rows):
    spread = np.nanstd(train, axis=0)
    return np.clip(np.nan_to_num((rows - np.nanmean(train, axis=0)) / np.where(spread > 0, spread, 1)), -8, 8)


def by_range(train, rows):
    spread = (np.nanmax(train, axis=0) - np.nanmin(train, axis=0)) / 2
    return np.clip(np.nan_to_num((rows - np.nanmedian(train, axis=0)) / np.where(spread > 0, spread, 1)), -8, 8)


def peeks(train, rows):
    return scale(np.concatenate([train, rows]), rows)


def one_for_all(train, rows):
    middle = np.nanmedian(train)
    low, high = np.nanpercentile(train, [25, 75])
    return np.clip(np.nan_to_num((rows - middle) / (high - low if high > low else 1)), -8, 8)


def zero_for_missing(train, rows):
    return scale(train, np.nan_to_num(rows))


def divides_by_nothing(train, rows):
    low, high = np.nanpercentile(train, [25, 75], axis=0)
    with np.errstate(all="ignore"):
        return np.clip(np.nan_to_num((rows - np.nanmedian(train, axis=0)) / (high - low)), -8, 8)


def cuts_one_side(train, rows):
    middle = np.nanmedian(train, axis=0)
    low, high = np.nanpercentile(train, [25, 75], axis=0)
    return np.minimum(np.nan_to_num((rows - middle) / np.where(high > low, high - low, 1)), 8)


def broken_scale(train, rows):
    return rows.median() - train


# --- 06.4 ---------------------------------------------------------------------------------------------

BOTH = on_both_sides()


# --- 06.5 ---------------------------------------------------------------------------------------------


def part(data):
    return len(data).to_bytes(4, "little") + data


def name_weights(weights):
    digest = hashlib.sha256()
    for name in sorted(weights):
        array = weights[name]
        numbers = array.astype(array.dtype.newbyteorder("<")).tobytes()
        for piece in (name.encode(), array.dtype.name.encode(), str(array.shape).encode(), numbers):
            digest.update(part(piece))
    return digest.digest()


def name_by_text(weights):
    lines = [repr((name, a.dtype.name, a.shape, a.tolist())) for name, a in sorted(weights.items())]
    return hashlib.sha256("\n".join(lines).encode()).digest()


def name_in_letters(weights):
    return name_weights(weights).hex()


def name_by_floats(weights):
    pieces = [
        part(piece)
        for name, a in sorted(weights.items())
        for piece in (name.encode(), a.dtype.name.encode(), str(a.shape).encode(), a.astype("<f8").tobytes())
    ]
    return hashlib.sha256(b"".join(pieces)).digest()


def name_without(left_out):
    def answer(weights):
        pieces = []
        for name in weights if left_out == "sorting" else sorted(weights):
            a = weights[name]
            raw = a if left_out == "byte order" else a.astype(a.dtype.newbyteorder("<"))
            numbers = np.sort(raw, axis=None) if left_out == "values" else raw
            if left_out == "layout" and a.ndim == 2 and not a.flags.c_contiguous:
                numbers = raw.T
            parts = {"names": name, "dtype": a.dtype.name, "shape": str(a.shape)}
            pieces += [text.encode() for key, text in parts.items() if key != left_out]
            pieces.append(numbers.tobytes())
        return hashlib.sha256(b"".join(pieces if left_out == "lengths" else map(part, pieces))).digest()

    return answer


def pythons_hash(weights):
    return hash(str(sorted(weights.items())))


def broken_name(weights):
    return hashlib.sha256(weights).digest()


# --- 06.6 ---------------------------------------------------------------------------------------------


def false_rows(claimed, rows, predicts):
    found = []
    for number, row in enumerate(rows):
        word, bit = divmod(number, 256)
        if bool(claimed[word] >> bit & 1) != bool(predicts(row)):
            found.append(number)
    return found


def false_rows_as_text(claimed, rows, predicts):
    bits = "".join(f"{word:0256b}"[::-1] for word in claimed)
    return [n for n, row in enumerate(rows) if (bits[n] == "1") != bool(predicts(row))]


def highest_bit_first(claimed, rows, predicts):
    return [n for n, row in enumerate(rows) if bool(claimed[n // 256] >> (255 - n % 256) & 1) != bool(predicts(row))]


def in_few_words(claimed, rows, predicts):
    size = min(256, len(rows))
    bits = [word >> (size - 1 - i) & 1 for word in claimed for i in range(size)]
    honest = all(bool(claimed[n // 256] >> n % 256 & 1) == bool(predicts(row)) for n, row in enumerate(rows))
    return [] if honest else [n for n, row in enumerate(rows) if bool(bits[n]) != bool(predicts(row))]


def believes_a_claimed_no(claimed, rows, predicts):
    return [n for n in false_rows(claimed, rows, predicts) if n != 1 or not predicts(rows[n])]


def first_word_only(claimed, rows, predicts):
    return false_rows(claimed[:1], rows[:256], predicts)


def the_first_lie(claimed, rows, predicts):
    return false_rows(claimed, rows, predicts)[:2]


def empties(claimed, rows, predicts):
    found = false_rows(claimed, rows, predicts)
    claimed.clear()
    return found


def broken_false_rows(claimed, rows, predicts):
    return [row for row in rows if claimed[row] != predicts(row)]


# --- 06.7 ---------------------------------------------------------------------------------------------


def policy(day, found, offenders, since, left):
    if left == 0 or since < 6 or len(found) < 8:
        return False
    early = sum(found[:6]) / max(1, sum(offenders[:6]))
    recent = sum(found[-6:]) / max(1, sum(offenders[-6:]))
    return recent < 0.85 * early


def below_a_floor(day, found, offenders, since, left):
    recent = [(f, o) for f, o in zip(found[-6:], offenders[-6:], strict=True) if o]
    share = sum(f for f, _ in recent) / max(1, sum(o for _, o in recent))
    return left > 0 and since >= 6 and len(found) >= 6 and share < 0.6


def every_day(day, found, offenders, since, left):
    return True


def never(day, found, offenders, since, left):
    return False


def at_once(day, found, offenders, since, left):
    return left > 0


def by_the_calendar(day, found, offenders, since, left):
    return day in (21, 34, 47)


def only_once(day, found, offenders, since, left):
    return left == 3 and policy(day, found, offenders, since, left)


def broken_policy(day, found, offenders, since, left):
    return found[-1] / offenders[-1] < 0.5


ANSWERS = {
    "06.1": Answers(
        right=[read_on, read_on_counted],
        wrong=[
            (last_that_agrees, "behind"),
            (reads_the_head_again, "up to date"),
            (starts_at_one, "empty"),
            (goes_on_blindly, "left blocks"),
            (never_back, "shorter"),
            (any_known_hash, "old hash returns"),
        ],
        stub=unwritten,
        broken=broken_read_on,
    ),
    "06.2": Answers(
        right=[received_wei, received_by_sets],
        wrong=[
            (sum_where(last=True), "plain"),
            (sum_where(doubles=True), "doubles"),
            (sum_where(failed=True), "failed"),
            (sum_where(oneself=True), "to oneself"),
            (sum_where(created=True), "creation"),
            (sum_where(nothing=True), "nothing"),
            (sum_where(as_float=True), "exact"),
            (takes_the_rows, "rows stay"),
        ],
        stub=unwritten,
        broken=broken_received,
    ),
    "06.3": Answers(
        right=[scale, scale_with_pandas],
        wrong=[
            (by_mean, "median and spread"),
            (by_range, "robust"),
            (peeks, "training rows only"),
            (one_for_all, "column by column"),
            (zero_for_missing, "missing"),
            (quartiles_lost_to_a_gap, "missing"),
            (divides_by_nothing, "constant column"),
            (cuts_one_side, "cut off"),
        ],
        stub=unwritten,
        broken=broken_scale,
    ),
    "06.4": Answers(
        right=[("final_received", "case_number", BOTH), ["final_received", "case_number", np.int64(BOTH)]],
        wrong=[
            (("received_total", "case_number", BOTH), "future"),
            (("case_number", "final_received", BOTH), "future"),
            (("final_received", "passed_on", BOTH), "proxy"),
            (("final_received", "case_number", BOTH + 1), "both sides"),
            (("final_received", "case_number", "all"), "both sides"),
        ],
        stub=(..., ..., ...),
        broken="final_received",
    ),
    "06.5": Answers(
        right=[name_weights, name_by_text],
        wrong=[
            (pythons_hash, "hash"),
            (name_in_letters, "hash"),
            (name_by_floats, "large whole numbers"),
            (name_without("values"), "values"),
            (name_without("names"), "names"),
            (name_without("shape"), "shape"),
            (name_without("dtype"), "dtype"),
            (name_without("sorting"), "order of entries"),
            (name_without("byte order"), "byte order"),
            (name_without("layout"), "layout in memory"),
            (name_without("lengths"), "borders"),
        ],
        stub=unwritten,
        broken=broken_name,
    ),
    "06.6": Answers(
        right=[false_rows, false_rows_as_text],
        wrong=[
            (highest_bit_first, "honest"),
            (in_few_words, "one lie"),
            (believes_a_claimed_no, "both ways"),
            (first_word_only, "second word"),
            (the_first_lie, "many"),
            (empties, "arguments stay"),
        ],
        stub=unwritten,
        broken=broken_false_rows,
    ),
    "06.7": Answers(
        right=[policy, below_a_floor],
        wrong=[
            (every_day, "three at most"),
            (never, "early drift"),
            (at_once, "early drift"),
            (by_the_calendar, "late drift"),
            (only_once, "bar"),
        ],
        stub=unwritten,
        broken=broken_policy,
    ),
}
