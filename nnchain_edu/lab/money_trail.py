"""Unit 09's data: every second morning, the accounts that somebody has to judge, and all that was known of them then.

One table holds every account at every look; rows that are judged are `asked`. Features, histories and edges of a look
end when its day begins, so that a flat model, a recurrent one and a graph network know the same at the same time.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nnchain_edu.lab.detector import INSTITUTIONS

if TYPE_CHECKING:
    import pandas

EVERY = 2  # days from look to look
LOOKS = range(10, 61, EVERY)  # mornings on which accounts are judged
TRAIN_TO, VALIDATE, TEST = 30, (34, 42), (46, 60)  # first and last looks of each part
LAG = 4  # days until it is known who was an offender
LENGTH = 32  # events of an account's history that are kept


class Trail(NamedTuple):
    """What was known of every account at every look.

    table: indexed by (day, account), the economy's features. label: the account's scheme had begun. asked: people who
    did something since the look before; only these rows are judged. edges: (2, m), positions in the table, payer above
    payee, each pair once a look. histories: (asked rows, `LENGTH`, channels), as `economy.sequences` gives them.
    """

    table: "pandas.DataFrame"
    label: np.ndarray
    day: np.ndarray
    asked: np.ndarray
    edges: np.ndarray
    histories: np.ndarray

    @property
    def account(self) -> np.ndarray:
        """Whose row it is."""
        return self.table.index.get_level_values("account").to_numpy()


class Split(NamedTuple):
    """Which rows teach, which choose the threshold, and which are only counted: boolean, one a row of the table."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def trail(frames: Any, truth: Any, looks: range = LOOKS) -> Trail:
    """What was known at each of ``looks``: ``frames`` as `collect` gives them, ``truth`` as `Economy.run` does."""
    import pandas

    from nnchain_edu.economy import features, graph, sequences
    from nnchain_edu.economy.frames import NOBODY

    people = truth.accounts.index[~truth.accounts["role"].isin(INSTITUTIONS)]
    began, tables, asked, edges, histories, nodes = truth.accounts["began"], {}, [], [], [], 0
    for day in looks:
        table = tables[day] = features(frames, day)
        now = (table["idle"] <= looks.step * 24 * 60).to_numpy() & table.index.isin(people)
        known = graph(frames, day)
        pairs = np.unique(known.edge_index(), axis=1)
        place = pandas.Series(np.arange(len(table)) + nodes, index=table.index)
        ends = place.reindex(known.nodes).to_numpy()[pairs]  # the zero address, which is nobody's, has no place
        if NOBODY in known.nodes:
            ends = ends[:, ~np.isnan(ends).any(axis=0)]
        edges.append(ends.astype(np.int64))
        histories.append(sequences(frames, table.index[now], LENGTH, day).values)
        asked.append(now)
        nodes += len(table)
    whole = pandas.concat(tables, names=["day", "account"])
    day = whole.index.get_level_values("day").to_numpy()
    start = began.reindex(whole.index.get_level_values("account")).fillna(-1).to_numpy()
    label = (start >= 0) & (start < day)
    return Trail(whole, label, day, np.concatenate(asked), np.concatenate(edges, axis=1), np.concatenate(histories))


def split(known: Trail) -> Split:
    """By time, with `LAG` days between the parts. Who is known as an offender by then needs no judging any more."""
    account = known.account
    train = known.asked & (known.day <= TRAIN_TO)
    caught = np.isin(account, account[train & known.label])
    validation = known.asked & (known.day >= VALIDATE[0]) & (known.day <= VALIDATE[1]) & ~caught
    caught |= np.isin(account, account[validation & known.label])
    test = known.asked & (known.day >= TEST[0]) & (known.day <= TEST[1]) & ~caught
    return Split(train, validation, test)
