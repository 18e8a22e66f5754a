"""Which detector finds the thief, what a split flatters, and what it takes to hide. `python -m studies 09`.

`calibration.csv`: how hard the economy is (`python -m studies.calibration`). `fraud_settings.csv`: four settings of
each model, tried on economies that are not reported; the best are used. `fraud_models.csv`: ten models in five
economies, on one split by time. `fraud_splits.csv`: four of them, taught by rows taken otherwise. `fraud_evasion.csv`
and its two companions: peel chains that hide. Each seed is an economy of its own, planned without a chain; it also
draws the first weights.
"""

from studies import calibration, unit_09_bench, write
from studies import unit_09_evasion as evasion
from studies import unit_09_models as models

SAID = "Economies of 1,000 agents over 60 days, difficulty 0.5"


def compare() -> None:
    """Write `fraud_settings.csv`, `fraud_models.csv` and `fraud_splits.csv`."""
    about = f"{SAID}, seeds 100 and 101: average precision on validation days of every setting that was tried."
    write("09", "fraud_settings", about, models.SETTINGS_COLUMNS, models.choice_rows())
    about = (
        f"{SAID}, seeds 0 to 4; trained to day 30, thresholds from days 34 to 42, counted on days 46 to 60. "
        f"found_in_budget: recall with {models.BUDGET} alerts a look. cost: of that of flagging nobody, at 1 ether an "
        "offender missed and 0.1 a false alarm. honest_accuracy: of flagging nobody."
    )
    write("09", "fraud_models", about, models.COLUMNS, models.model_rows())
    about = (
        f"{SAID}, seeds 0 to 4: the same days (46 to 60), models taught by as many rows taken at random, by account "
        "or by time. recall_at_2_percent: offenders found where 2 % of the honest rows are flagged."
    )
    write("09", "fraud_splits", about, models.SPLIT_COLUMNS, models.split_rows())


def hide(parts: tuple[list[tuple], list[tuple], list[tuple]]) -> None:
    """Write the tables of the evasion from what `evasion.rows` gives."""
    found, cost, ordinary = parts
    about = (
        f"{SAID}, seeds 0 to 4: of the accounts of {evasion.CHAINS} fresh peel chains begun on days 44 to 46, the "
        "share flagged at least once, by the threshold that cost least on validation days. training: 'evaders' had "
        f"{evasion.TAUGHT_CHAINS} other such chains of mixed behaviour among its training rows, 'usual' as many chains "
        "of usual behaviour, begun at the same times."
    )
    write("09", "fraud_evasion", about, evasion.COLUMNS, found)
    about = f"{SAID}, seeds 0 to 4: what laundering one usual loot takes: share of the loot left lying, hours, moves."
    write("09", "fraud_evasion_prices", about, evasion.PRICE_COLUMNS, cost)
    about = (
        f"{SAID}, seeds 0 to 4: ordinary offenders and the honest on test days: average precision, share of the honest "
        "rows flagged. offending_rows: offenders' rows in the training."
    )
    write("09", "fraud_evasion_ordinary", about, evasion.ORDINARY_COLUMNS, ordinary)


def main() -> None:
    """Write all tables; about 30 minutes on one core."""
    calibration.main()
    compare()
    hide(evasion.rows())
    unit_09_bench.main()


if __name__ == "__main__":
    main()
