"""What the benches of lab 09 show: scores of held deposits by three models, and the surroundings of some alerts.

    python -m studies.unit_09_bench

Writes `fraud_scores.npz` and `alerts.json` beside the benches. All models learn on the mornings up to day 32 and score
days 35 to 60 of economies of 1,000 agents (`held_deposits.world`).
"""

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from nnchain_edu.economy import Recipe
from nnchain_edu.lab.detector import fit
from nnchain_edu.lab.held_deposits import START, World, known_rows, world
from nnchain_edu.lab.threshold_bench import FILE, MODELS
from studies import show_progress, unit_09_alerts

AGENTS = 1000
SEEDS = range(20, 24)


def scored(here: World, seed: int) -> dict[str, np.ndarray]:
    """Each model's score of every row: how much it takes the deposit for loot, 0 to 1."""
    past = known_rows(here)
    recipe = Recipe().fit(here.table[past])
    inputs, label = recipe.transform(here.table), here.label[past]
    linear = LogisticRegression(C=0.3, max_iter=3000).fit(inputs[past], label)
    forest = RandomForestClassifier(300, min_samples_leaf=2, random_state=seed).fit(inputs[past], label)
    chances = (linear.predict_proba(inputs)[:, 1], forest.predict_proba(inputs)[:, 1], mlp(inputs, past, label, seed))
    return dict(zip(MODELS, chances, strict=True))


def mlp(inputs: np.ndarray, past: np.ndarray, label: np.ndarray, seed: int) -> np.ndarray:
    """The detector of unit 06: offenders are repeated until they are a third, so its scores are no probabilities."""
    import torch

    model = fit(inputs[past], label, seed, epochs=20)
    with torch.no_grad():
        return torch.softmax(model(torch.tensor(inputs)), 1)[:, 1].numpy()


def main() -> None:
    """Write both files; about a minute."""
    parts: dict[str, list] = {name: [] for name in ("label", *MODELS)}
    for done, seed in enumerate(SEEDS, 1):
        here = world(seed, AGENTS)
        asked = here.day >= START
        parts["label"].append(here.label[asked])
        for name, score in scored(here, seed).items():
            parts[name].append(np.rint(score[asked] * 1000).astype(np.float32) / 1000)
        show_progress(done, len(SEEDS), f"scores, economy {seed}")
    np.savez_compressed(FILE, **{name: np.concatenate(part) for name, part in parts.items()})
    unit_09_alerts.main()


if __name__ == "__main__":
    main()
