"""What lesson 08 says about the two studies stands in them, and sampled rows come out again."""

import pytest

from nnchain_edu.studies import study, t_interval


@pytest.fixture(scope="module")
def percent():
    table = study("federated_attacks")
    return table.groupby(["shares", "attack", "rule"]).right.mean() / 4.5


def best(shares):
    runs = study("federated_rounds").query("shares == @shares").fillna({"to_95": 1000})
    return runs.groupby(["method", "learning_rate"]).to_95.mean().groupby("method").agg(["min", "idxmin"])


def test_the_studies_are_whole():
    assert len(study("federated_rounds")) == 2 * (4 + 5 + 5) * 5 and len(study("federated_attacks")) == 2 * 8 * 5 * 5
    for name in ("federated_rounds", "federated_attacks"):
        assert "command: python -m studies 08" in study(name).attrs["made"]


def test_rounds_saved():
    iid, shards = best("IID"), best("two shards")
    assert iid["min"]["FedSGD"] == pytest.approx(53.4) and iid["min"]["E=5, B=10"] == pytest.approx(6.6)
    assert iid["min"]["FedSGD"] / iid["min"]["E=5, B=10"] == pytest.approx(8.1, abs=0.05)
    assert shards["min"]["FedSGD"] / shards["min"]["E=5, B=10"] == pytest.approx(1.7, abs=0.05)
    rates = study("federated_rounds").groupby("method").learning_rate.agg(["min", "max"])
    for method, (low, high) in rates.iterrows():  # no best rate stands at the edge of those tried
        assert all(low < found["idxmin"][method][1] < high for found in (iid, shards))
    late = study("federated_rounds").query("shares == 'two shards' and method == 'E=5, B=10' and learning_rate == 0.05")
    assert late.to_95.isna().sum() == 4
    high = study("federated_rounds").query("shares == 'two shards' and method == 'E=5, B=10' and learning_rate == 0.8")
    assert high.to_95.isna().sum() == 3


def test_students_interval():
    """By hand: 1 to 5 have mean 3 and standard deviation √2.5; t is 2.776 with four degrees of freedom."""
    middle, half = t_interval([1, 2, 3, 4, 5])
    assert middle == 3 and half == pytest.approx(2.7764 * (2.5 / 5) ** 0.5, rel=1e-4)
    assert t_interval([1, 2, 3, 4, 5], level=0.5)[1] < half
    for bad, complaint in [(([1],), "at least two runs, got 1"), (([1, 2], 1.0), "level must lie")]:
        with pytest.raises(ValueError, match=complaint):
            t_interval(*bad)


def test_blanchards_claim_and_where_our_expectation_failed(percent):
    clean, flipped = percent["IID", "nobody", "mean"], percent["IID", "sign flip"]
    assert flipped["mean"] < 12 and clean - flipped["Multi-Krum"] < 3 and 6 < clean - flipped["Krum"] <= 8
    assert all(3 < clean - flipped[rule] < 4 for rule in ("median", "trimmed mean"))
    assert percent["two shards", "sign flip"].max() < 50


def test_what_rules_cost_without_an_attack(percent):
    iid, shards = percent["IID", "nobody"], percent["two shards", "nobody"]
    assert all(iid["mean"] - iid[rule] < 1 for rule in ("median", "trimmed mean", "Multi-Krum"))
    assert 8 < iid["mean"] - iid["Krum"] < 9
    assert [round(shards[rule]) for rule in ("mean", "Multi-Krum", "median", "Krum")] == [94, 82, 78, 29]


@pytest.mark.parametrize(("attack", "taken"), [("ALIE", 40), ("inner product", 1)])
def test_on_iid_shares_krum_takes_the_alie_update_in_every_round(attack, taken):
    from nnchain_edu.federated.rules import krum
    from studies import unit_08

    took = []

    def watched(updates, hostile):
        step = krum(updates, hostile)
        took.append(bool((step == updates[-1]).all()))  # the last six are one and the same forged update
        return step

    run = unit_08.federation("IID", 0, 6).run(
        40, rule=watched, withstand=6, attack=attack, epochs=2, batch_size=10, learning_rate=0.3
    )
    assert len(list(run)) == 40 and abs(sum(took) - taken) <= 2


def test_what_gets_through_and_what_does_not(percent):
    assert (percent["IID", "nobody"] - percent["IID", "ALIE"]).max() < 1  # ALIE does no harm
    assert percent["IID", "ALIE", "Krum"] > percent["IID", "nobody", "Krum"] + 5
    got = percent["two shards", "inner product"]
    before = percent["two shards", "nobody"]
    assert all(got[rule] < 0.7 * before[rule] for rule in got.index if rule != "mean")
    assert got.idxmax() == "mean" and got["mean"] > 80


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shares", "attack", "rule", "seed"),
    [("IID", "sign flip", "Multi-Krum", 1), ("two shards", "inner product", "median", 0), ("IID", "nobody", "Krum", 2)],
)
def test_sampled_attacks_come_out_again(shares, attack, rule, seed):
    from studies import unit_08

    table = study("federated_attacks").set_index(["shares", "attack", "rule", "seed"]).right
    found = unit_08.right(shares, attack, rule, seed)
    assert abs(found - table[shares, attack, rule, seed]) <= (45 if rule in ("Krum", "median") else 14)


@pytest.mark.slow
def test_a_sampled_run_of_rounds_comes_out_again():
    from studies import unit_08

    to_95, to_97 = unit_08.rounds_to("IID", "E=5, B=10", 0.4, 4)
    assert abs(to_95 - 5) <= 2 and abs(to_97 - 9) <= 5
