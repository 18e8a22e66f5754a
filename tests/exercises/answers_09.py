"""The table of answers for unit 09: each check accepts two right answers and refuses each misconception by its case."""

from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from scipy import sparse
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

from nnchain_edu.economy import Recipe
from nnchain_edu.lab.held_deposits import logistic_regression, nothing, rule_of_thumb
from tests.exercises.answers import Answers


def unwritten(*arguments):
    raise NotImplementedError("your code here")


# --- 09.1 ---------------------------------------------------------------------------------------------


def split_by_time(day, validate, test, lag):
    train = day + lag <= validate
    validation = (day >= validate) & (day + lag <= test)
    return train, validation, day >= test


def split_row_by_row(day, validate, test, lag):
    parts = [[], [], []]
    for d in day.tolist():
        parts[0].append(d <= validate - lag)
        parts[1].append(d in range(validate, test - lag + 1))
        parts[2].append(not d < test)
    return parts


def split_like(*, train_lag=True, validation_lag=True, strict=0, overlap=False, all_train=False):
    def answer(day, validate, test, lag):
        train = day + lag * train_lag < validate + 1 - strict
        if not train_lag:
            train = day < validate
        if all_train:
            train = day < test
        validation = (day >= validate) & (day + lag <= test if validation_lag else day < test)
        if overlap:
            validation = day >= validate
        return train, validation, day >= test

    return answer


def split_for_a_delay_of_two(day, validate, test, lag):
    return split_by_time(day, validate, test, 2)


def split_at_random(day, validate, test, lag):
    part = np.random.default_rng(0).integers(3, size=len(day))
    return part == 0, part == 1, part == 2


def split_by_row(day, validate, test, lag):
    place = np.arange(len(day))
    return split_by_time(np.sort(day), validate, test, lag) if len(place) else None


def split_short(day, validate, test, lag):
    train, validation, tested = split_by_time(day, validate, test, lag)
    return train, validation & (day + lag < test), tested


def split_sorted(day, validate, test, lag):
    parts = split_by_time(day.copy(), validate, test, lag)
    day.sort()
    return parts


def broken_split(day, validate, test, lag):
    return day[day < validate].index, day[day >= test].index, None


# --- 09.2 ---------------------------------------------------------------------------------------------


def prepare(X, train):
    filled = np.where(np.isnan(X), np.nanmedian(X[train], axis=0), X)
    mean, deviation = filled[train].mean(axis=0), filled[train].std(axis=0)
    return (filled - mean) / np.where(deviation > 0, deviation, 1)


def prepare_with_sklearn(X, train):
    imputer = SimpleImputer(strategy="median").fit(X[train])
    scaler = StandardScaler().fit(imputer.transform(X[train]))
    return scaler.transform(imputer.transform(X))


def prepare_with_pandas(X, train):
    table = pd.DataFrame(X).copy()
    table = table.fillna(table[train].median())
    return ((table - table[train].mean()) / table[train].std(ddof=0).replace(0, 1)).to_numpy().tolist()


def prepare_like(*, fill="train", scale="train", axis=0, ddof=0, mean_fill=False, by_zero=False, before=True):
    def answer(X, train):
        known = X if fill == "all" else X[train]
        middle = np.nanmean(known, axis=0) if mean_fill else np.nanmedian(known, axis=0)
        filled = np.where(np.isnan(X), middle, X)
        if fill == "apart":
            filled[~train] = np.where(np.isnan(X[~train]), np.nanmedian(X[~train], axis=0), X[~train])
        rows = filled if scale == "all" else filled[train]
        if not before:
            rows = X[train]
        mean, deviation = np.nanmean(rows, axis=axis), np.nanstd(rows, axis=axis, ddof=ddof)
        with np.errstate(all="ignore"):
            scaled = (filled - mean) / (deviation if by_zero else np.where(deviation > 0, deviation, 1))
            if scale == "apart":
                mine = filled[~train]
                spread = mine.std(axis=0)
                scaled[~train] = (mine - mine.mean(axis=0)) / np.where(spread > 0, spread, 1)
        return scaled

    return answer


def prepare_in_place(X, train):
    X[:] = prepare(X.copy(), train)
    return X


def prepare_training_rows(X, train):
    return prepare(X, train)[train]


def prepare_by_row_number(X, train):
    return prepare(X, np.arange(len(X)) < train.sum())


def broken_prepare(X, train):
    return X[train].fit(X)


# --- 09.3 ---------------------------------------------------------------------------------------------


def average_precision(label, score):
    total, recall = 0.0, 0.0
    for threshold in sorted(set(score.tolist()), reverse=True):
        flagged = score >= threshold
        right = (flagged & label).sum()
        if right:
            total += (right / label.sum() - recall) * right / flagged.sum()
            recall = right / label.sum()
    return float(total)


def average_precision_by_offenders(label, score):
    mine = [s for s, bad in zip(score.tolist(), label.tolist(), strict=True) if bad]
    return sum((score[label] >= s).sum() / (score >= s).sum() for s in mine) / max(1, len(mine))


def average_precision_by_sklearn(label, score):
    return average_precision_score(label, score) if label.any() else 0


def mean_of_precisions(label, score):
    return float(np.mean([label[score >= threshold].mean() for threshold in set(score.tolist())]))


def accuracy(label, score):
    return float(((score >= 0.5) == label).mean())


def roc_area(label, score):
    return roc_auc_score(label, score)


def macro(label, score):
    return (average_precision(label, score) + average_precision(~label, -score)) / 2 if label.any() else 0.0


def trapezoids(label, score):
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(label[order])
    precision, recall = np.r_[1, hits / np.arange(1, len(label) + 1)], np.r_[0, hits / label.sum()]
    return float(np.trapezoid(precision, recall))


def every_rank(label, score):
    hits = np.cumsum(label[np.argsort(-score, kind="stable")])
    best = np.minimum(np.arange(1, len(label) + 1), max(1, label.sum()))
    return float((hits / best)[: int(label.sum())].mean()) if label.any() else 0.0


def row_by_row(label, score):
    order = np.argsort(-score, kind="stable")
    hits = label[order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean()) if hits.any() else 0.0


def nan_for_nobody(label, score):
    return average_precision(label, score) if label.any() else float("nan")


def broken_precision(label, score):
    return score[label].mean() / label.count(True)


# --- 09.4 ---------------------------------------------------------------------------------------------


def ether_saved(part, threshold, alarm):
    label, score, ether = part
    frozen = score >= threshold
    return ether[frozen & label].sum() - alarm * (frozen & ~label).sum()


def choose_threshold(validation, test, alarm):
    candidates = [*validation[1], float("inf")]
    threshold = max(candidates, key=lambda least: ether_saved(validation, least, alarm))
    return threshold, ether_saved(test, threshold, alarm)


def choose_by_cost(validation, test, alarm):
    def cost(part, threshold):
        return sum(
            (ether if bad and score < threshold else 0) + (alarm if not bad and score >= threshold else 0)
            for bad, score, ether in zip(*map(list, part), strict=True)
        )

    levels = sorted(set(validation[1].tolist()))
    between = [levels[0] - 1, *((a + b) / 2 for a, b in pairwise(levels)), levels[-1] + 1]
    threshold = min(between, key=lambda least: cost(validation, least))
    return [np.float64(threshold), cost(test, max(test[1]) + 1) - cost(test, threshold)]


def choose_by(worth, tell=ether_saved, above_all=True):
    def answer(validation, test, alarm):
        candidates = [*validation[1], *([float("inf")] if above_all else [])]
        threshold = max(candidates, key=lambda least: worth(validation, least, alarm))
        return threshold, tell(test, threshold, alarm)

    return answer


def tuned_on_test(validation, test, alarm):
    threshold = max([*test[1], float("inf")], key=lambda least: ether_saved(test, least, alarm))
    return threshold, ether_saved(test, threshold, alarm)


def tuned_on_test_by_the_scores_of_validation(validation, test, alarm):
    threshold = max(sorted(validation[1]), key=lambda least: ether_saved(test, least, alarm))
    return threshold, ether_saved(test, threshold, alarm)


def swapped(validation, test, alarm):
    return choose_threshold(validation, test, alarm)[::-1]


def nobody_ever(validation, test, alarm):
    return float("inf"), 0


def chosen_on_both(validation, test, alarm):
    both = tuple(np.concatenate(columns) for columns in zip(validation, test, strict=True))
    threshold, _ = choose_threshold(both, test, alarm)
    return threshold, ether_saved(test, threshold, alarm)


def a_half(validation, test, alarm):
    return 0.5, ether_saved(test, 0.5, alarm)


def f1(part, threshold, alarm):
    label, score, _ = part
    frozen = score >= threshold
    return 2 * (frozen & label).sum() / max(1, frozen.sum() + label.sum())


def alarms_added(part, threshold, alarm):
    return ether_saved(part, threshold, -alarm)


def least_saved(part, threshold, alarm):
    return -ether_saved(part, threshold, alarm) if threshold < 1 else -np.inf


def alarm_times_ether(part, threshold, alarm):
    label, score, ether = part
    frozen = score >= threshold
    return ether[frozen & label].sum() - alarm * ether[frozen & ~label].sum()


def heads(part, threshold, alarm):
    label, score, _ = part
    frozen = score >= threshold
    return alarm * ((frozen & label).sum() - (frozen & ~label).sum())


def on_a_coarse_grid(validation, test, alarm):
    threshold = max((0, 0.25, 0.5, 0.75, 1.01), key=lambda least: ether_saved(validation, least, alarm))
    return threshold, ether_saved(test, threshold, alarm)


def on_a_fine_grid(validation, test, alarm):
    grid = [*np.linspace(0, 1, 101), float("inf")]
    threshold = max(grid, key=lambda least: ether_saved(validation, least, alarm))
    return threshold, ether_saved(test, threshold, alarm)


def by_rank(validation, test, alarm):
    label, score, ether = validation
    order = np.argsort(-score, kind="stable")
    gains = np.r_[0, np.cumsum(np.where(label, ether, -alarm)[order])]
    best = int(gains.argmax())
    threshold = score[order][best - 1] if best else float("inf")
    return threshold, ether_saved(test, threshold, alarm)


def share_of_loot(part, threshold, alarm):
    label, _, ether = part
    return ether_saved(part, threshold, alarm) / ether[label].sum()


def cost_left(part, threshold, alarm):
    label, score, ether = part
    frozen = score >= threshold
    return ether[~frozen & label].sum() + alarm * (frozen & ~label).sum()


def told_on_validation(validation, test, alarm):
    threshold, _ = choose_threshold(validation, test, alarm)
    return threshold, ether_saved(validation, threshold, alarm)


def broken_choice(validation, test, alarm):
    return max(validation.score), 0


# --- 09.5 ---------------------------------------------------------------------------------------------


def gcn_step(edge_index, H, W):
    A = np.eye(len(H))
    A[edge_index[0], edge_index[1]] = 1
    A[edge_index[1], edge_index[0]] = 1
    degree = A.sum(axis=1)
    return A / np.sqrt(np.outer(degree, degree)) @ H @ W


def gcn_step_with_sets(edge_index, H, W):
    near = {i: {i} for i in range(len(H))}
    for a, b in edge_index.T.tolist():
        near[a].add(b)
        near[b].add(a)
    rows = [sum(H[j] / (len(near[i]) * len(near[j])) ** 0.5 for j in near[i]) @ W for i in near]
    return torch.tensor(np.array(rows))


def gcn_step_sparse(edge_index, H, W):
    ends = np.concatenate([edge_index, edge_index[::-1], np.tile(np.arange(len(H)), (2, 1))], axis=1)
    A = sparse.csr_matrix((np.ones(ends.shape[1]), ends), shape=(len(H), len(H)))
    A.data[:] = 1  # doubles were added up
    scale = sparse.diags(np.asarray(A.sum(1)).ravel() ** -0.5)
    return scale @ A @ scale @ sparse.csr_matrix(H @ W)


def step_like(*, loops=1.0, ways=(True, True), scale="both", weights=True, count=False, own_degree=True):
    def answer(edge_index, H, W):
        A = np.zeros((len(H), len(H)))
        for a, b in edge_index.T.tolist():
            for (row, column), wanted in zip(((b, a), (a, b)), ways, strict=True):
                if wanted and not (count and a == b and row == a and A[row, column] and ways == (True, True)):
                    A[row, column] = A[row, column] + 1 if count else 1
        before = A.sum(1)
        if loops == 1.0 and not count:
            np.fill_diagonal(A, 1)
        elif loops:
            A += loops * np.eye(len(A))
        degree = np.maximum(A.sum(1) if own_degree else before, 1)
        factor = {"both": np.sqrt(np.outer(degree, degree)), "rows": degree[:, None], "no": 1.0}[scale]
        return A / factor @ H @ W if weights else A / factor @ H

    return answer


def loop_twice(edge_index, H, W):
    A = np.zeros((len(H), len(H)))
    A[edge_index[0], edge_index[1]] = A[edge_index[1], edge_index[0]] = 1
    A += np.eye(len(H))
    degree = A.sum(1)
    return A / np.sqrt(np.outer(degree, degree)) @ H @ W


def forgets_the_lonely(edge_index, H, W):
    step = gcn_step(edge_index, H, W)
    step[[i for i in range(len(H)) if i not in edge_index]] = 0
    return step


def with_relu(edge_index, H, W):
    return np.maximum(gcn_step(edge_index, H, W), 0)


def power_of_each_entry(edge_index, H, W):
    A = np.eye(len(H))
    A[edge_index[0], edge_index[1]] = A[edge_index[1], edge_index[0]] = 1
    with np.errstate(all="ignore"):
        D = np.diag(A.sum(1)) ** -0.5
        return D @ A @ D @ H @ W


def without_the_root(edge_index, H, W):
    A = np.eye(len(H))
    A[edge_index[0], edge_index[1]] = A[edge_index[1], edge_index[0]] = 1
    degree = A.sum(1)
    return A / np.outer(degree, degree) @ H @ W


def broken_step(edge_index, H, W):
    return W @ H


# --- 09.6 ---------------------------------------------------------------------------------------------


def importance(predict, quality, X, label, repeats, rng):
    whole, means = quality(label, predict(X)), []
    for column in range(X.shape[1]):
        drops = []
        for _ in range(repeats):
            shuffled = X.copy()
            shuffled[:, column] = rng.permutation(X[:, column])
            drops.append(whole - quality(label, predict(shuffled)))
        means.append(sum(drops) / repeats)
    return means


def importance_by_rows(predict, quality, X, label, repeats, rng):
    columns = range(X.shape[1])
    drops = np.zeros((repeats, len(columns)))
    for turn in range(repeats):
        order = rng.permutation(len(X))
        for column in columns:
            other = np.where(np.arange(len(columns)) == column, X[order], X)
            drops[turn, column] = quality(label, predict(X)) - quality(label, predict(other))
    return drops.mean(axis=0)


def never_below_zero(predict, quality, X, label, repeats, rng):
    return [max(0, mean) for mean in importance(predict, quality, X, label, repeats, rng)]


def by_a_generator_of_its_own(predict, quality, X, label, repeats, rng):
    return importance(predict, quality, X, label, repeats, np.random.default_rng())


def importance_like(change, *, labels=False, sign=1, once=False, summed=False, place=False):
    def answer(predict, quality, X, label, repeats, rng):
        whole, found = quality(label, predict(X)), []
        for column in range(X.shape[1]):
            drops, kept = [], X[:, column].copy()
            for _ in range(1 if once else repeats):
                table = X if place else X.copy()
                if not labels:
                    change(table, column, rng)
                other = rng.permutation(label) if labels else label
                drops.append(sign * (whole - quality(other, predict(table))))
                if place == "restored":
                    X[:, column] = kept
            found.append(sum(drops) / (1 if summed else len(drops)))
        return found

    return answer


def shuffle(table, column, rng):
    table[:, column] = rng.permutation(table[:, column])


def shuffle_all(table, column, rng):
    table[:] = rng.permuted(table, axis=0)


def to_zero(table, column, rng):
    table[:, column] = 0


def with_replacement(table, column, rng):
    table[:, column] = rng.choice(table[:, column], len(table))


def one_shuffle_asked_again(predict, quality, X, label, repeats, rng):
    whole, means = quality(label, predict(X)), []
    for column in range(X.shape[1]):
        shuffled = X.copy()
        shuffled[:, column] = rng.permutation(X[:, column])
        means.append(np.mean([whole - quality(label, predict(shuffled)) for _ in range(repeats)]))
    return means


def the_same_seed_each_time(predict, quality, X, label, repeats, rng):
    seed = int(rng.integers(1000))

    def anew(table, column, _):
        shuffle(table, column, np.random.default_rng(seed))

    return importance_like(anew)(predict, quality, X, label, repeats, rng)


def score_before_label(predict, quality, X, label, repeats, rng):
    return importance(predict, lambda label, score: quality(score, label), X, label, repeats, rng)


def as_a_share(predict, quality, X, label, repeats, rng):
    whole = quality(label, predict(X))
    return [drop / whole for drop in importance(predict, quality, X, label, repeats, rng)]


def leaves_the_last_shuffled(predict, quality, X, label, repeats, rng):
    found = importance(predict, quality, X.copy(), label, repeats, rng)
    X[:, 0] = rng.permutation(X[:, 0])
    return found


def broken_importance(predict, quality, X, label, repeats, rng):
    return [quality(label, predict(X[:, [column]])) for column in X.columns]


# --- 09.7 ---------------------------------------------------------------------------------------------


def detector(table, label, alarm):
    recipe = Recipe().fit(table)
    model = LogisticRegression(C=0.3, max_iter=3000).fit(recipe.transform(table), label)

    def freeze(today):
        p = model.predict_proba(recipe.transform(today))[:, 1]
        return p * today["deposit"] > (1 - p) * alarm

    return freeze


class Weighing:
    """The same thought as an object, by PyTorch, with tensors and lists."""

    def __init__(self, table, label, alarm):
        self.recipe, self.alarm = Recipe(indicators=False).fit(table), alarm
        X, y = torch.tensor(self.recipe.transform(table)), torch.tensor(label, dtype=torch.float32)
        torch.manual_seed(0)
        self.model = torch.nn.Linear(X.shape[1], 1)
        optimiser = torch.optim.Adam(self.model.parameters(), lr=0.02, weight_decay=0.02)
        for _ in range(400):
            optimiser.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(self.model(X)[:, 0], y).backward()
            optimiser.step()

    def __call__(self, today):
        with torch.no_grad():
            p = torch.sigmoid(self.model(torch.tensor(self.recipe.transform(today)))[:, 0])
        return (p * torch.tensor(today["deposit"].to_numpy()) > (1 - p) * self.alarm).tolist()


def weighing(table, label, alarm):
    return Weighing(table, label, alarm)


def freeze_all(table, label, alarm):
    return lambda today: [True] * len(today)


def only_the_largest(table, label, alarm):
    rule = rule_of_thumb(table, label, alarm)
    return lambda today: rule(today) & (today["deposit"].to_numpy() > 5)


def knows_the_practice(table, label, alarm):
    """Remembers the guilty of the days that it was shown: no help with accounts that come later."""
    guilty = set(table.index.get_level_values("account")[label])
    return lambda today: today.index.get_level_values("account").isin(guilty)


def broken_detector(table, label, alarm):
    return lambda today: today["no such column"] > 1


ANSWERS = {
    "09.1": Answers(
        right=[split_by_time, split_row_by_row],
        wrong=[
            (split_at_random, "days together"),
            (split_by_row, "rows in any order"),
            (split_like(overlap=True), "validation ends"),
            (split_like(all_train=True), "training ends"),
            (split_like(train_lag=False), "labels before validation"),
            (split_like(validation_lag=False), "labels before the test"),
            (split_like(strict=1), "labels of that morning"),
            (split_short, "all that is known"),
            (split_for_a_delay_of_two, "other days"),
            (lambda day, *asked: split_by_time(day, 4, 7, 2), "other days"),
            (split_sorted, "arguments stay"),
        ],
        stub=unwritten,
        broken=broken_split,
    ),
    "09.2": Answers(
        right=[prepare, prepare_with_sklearn, prepare_with_pandas],
        wrong=[
            (prepare_training_rows, "all rows"),
            (prepare_like(scale="all"), "training rows alone"),
            (prepare_like(axis=None), "column by column"),
            (prepare_like(ddof=1), "deviation"),
            (prepare_like(scale="apart"), "test rows alike"),
            (prepare_by_row_number, "rows in any order"),
            (prepare_like(mean_fill=True), "gaps"),
            (prepare_like(before=False), "gaps"),
            (prepare_like(fill="all"), "gaps"),
            (prepare_like(fill="apart"), "gaps in the test"),
            (prepare_like(by_zero=True), "constant column"),
            (prepare_in_place, "arguments stay"),
        ],
        stub=unwritten,
        broken=broken_prepare,
    ),
    "09.3": Answers(
        right=[average_precision, average_precision_by_offenders, average_precision_by_sklearn],
        wrong=[
            (mean_of_precisions, "weighed by recall"),
            (accuracy, "order alone"),
            (roc_area, "not the ROC"),
            (macro, "offenders only"),
            (trapezoids, "steps"),
            (every_rank, "mean over the offenders"),
            (row_by_row, "equal scores"),
            (nan_for_nobody, "nobody"),
        ],
        stub=unwritten,
        broken=broken_precision,
    ),
    "09.4": Answers(
        right=[choose_threshold, choose_by_cost],
        wrong=[
            (swapped, "something is frozen"),
            (nobody_ever, "something is frozen"),
            (tuned_on_test, "not on the test"),
            (tuned_on_test_by_the_scores_of_validation, "not on the test"),
            (a_half, "not a half"),
            (choose_by(f1), "not F1"),
            (choose_by(alarms_added), "alarms cost"),
            (choose_by(least_saved), "most, not least"),
            (choose_by(heads), "ether, not heads"),
            (choose_by(alarm_times_ether), "alarm, not ether"),
            (choose_by(alarm_times_ether, alarm_times_ether), "alarm, not ether"),
            (chosen_on_both, "validation alone"),
            (on_a_coarse_grid, "cheapest"),
            (on_a_fine_grid, "any scale"),
            (by_rank, "equal scores"),
            (choose_by(ether_saved, above_all=False), "nothing pays"),
            (told_on_validation, "saved on the test"),
            (choose_by(ether_saved, share_of_loot), "saved on the test"),
            (choose_by(ether_saved, cost_left), "saved on the test"),
        ],
        stub=unwritten,
        broken=broken_choice,
    ),
    "09.5": Answers(
        right=[gcn_step, gcn_step_with_sets, gcn_step_sparse],
        wrong=[
            (power_of_each_entry, "numbers"),
            (step_like(weights=False), "weights"),
            (step_like(loops=0), "itself"),
            (step_like(ways=(True, False)), "both ways"),
            (step_like(ways=(False, True)), "both ways"),
            (step_like(scale="no"), "scaled"),
            (step_like(scale="rows"), "root of both degrees"),
            (step_like(own_degree=False), "degrees with loops"),
            (with_relu, "no activation"),
            (without_the_root, "step"),
            (step_like(count=True), "payments twice"),
            (loop_twice, "to itself"),
            (forgets_the_lonely, "alone"),
        ],
        stub=unwritten,
        broken=broken_step,
    ),
    "09.6": Answers(
        right=[importance, importance_by_rows],
        wrong=[
            (score_before_label, "label first"),
            (importance_like(shuffle, labels=True), "labels"),
            (importance_like(shuffle_all), "one column"),
            (importance_like(shuffle, place=True), "one column"),
            (importance_like(with_replacement), "each value once"),
            (importance_like(to_zero), "same values"),
            (importance_like(shuffle, once=True), "repeats"),
            (one_shuffle_asked_again, "shuffled anew"),
            (the_same_seed_each_time, "shuffled anew"),
            (importance_like(shuffle, sign=-1), "sign"),
            (importance_like(shuffle, summed=True), "mean drop"),
            (as_a_share, "mean drop"),
            (never_below_zero, "below zero"),
            (by_a_generator_of_its_own, "the generator given"),
            (leaves_the_last_shuffled, "arguments stay"),
        ],
        stub=unwritten,
        broken=broken_importance,
    ),
    "09.7": Answers(
        right=[detector, weighing],
        wrong=[
            (nothing, "better than nothing"),
            (freeze_all, "better than nothing"),
            (only_the_largest, "rule of thumb"),
            (rule_of_thumb, "rule of thumb"),
            (knows_the_practice, "better than nothing"),
            (logistic_regression, "logistic regression"),
        ],
        stub=unwritten,
        broken=broken_detector,
    ),
}
