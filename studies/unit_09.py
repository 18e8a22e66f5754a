"""Which detector finds the thief, what a split flatters, and what it takes to hide. `python -m studies 09`.

`fraud_settings.csv`: four settings of each model, tried on economies that are not reported; the best are used.
`fraud_models.csv`: nine models in five economies, on one split by time. `fraud_splits.csv`: four of them, taught by
rows taken otherwise. Each seed is an economy of its own, planned without a chain; it also draws the first weights.
"""

from studies import unit_09_models as models
from studies import write


def main() -> None:
    """Write all tables."""
    said = "Economies of 1,000 agents over 60 days, difficulty 0.5"
    about = f"{said}, seeds 100 and 101: average precision on validation days of every setting that was tried."
    write("09", "fraud_settings", about, models.SETTINGS_COLUMNS, models.choice_rows())
    about = (
        f"{said}, seeds 0 to 4; trained to day 30, thresholds from days 34 to 42, counted on days 46 to 60. "
        f"found_in_budget: recall with {models.BUDGET} alerts a look. cost: of that of flagging nobody, at 1 ether an "
        "offender missed and 0.1 a false alarm. honest_accuracy: of flagging nobody."
    )
    write("09", "fraud_models", about, models.COLUMNS, models.model_rows())
    about = (
        f"{said}, seeds 0 to 4: the same days (46 to 60), models taught by as many rows taken at random, by account "
        "or by time. recall_at_2_percent: offenders found where 2 % of the honest rows are flagged."
    )
    write("09", "fraud_splits", about, models.SPLIT_COLUMNS, models.split_rows())


if __name__ == "__main__":
    main()
