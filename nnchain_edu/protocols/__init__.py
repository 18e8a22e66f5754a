"""How strangers agree on one chain: four protocols in one shape, the attacks on them, and the formulas they obey.

Four siblings, each about a page, each a node of one small seeded network: `proof_of_work`, `proof_of_stake`,
`delegated`, `pbft`; `protocol` runs them, `pbft_traces` breaks the last. Formulas, each beside a simulation:
`double_spend`, `selfish_mining`, `forks`, `difficulty`. Bitcoin's own bytes: `bitcoin`.
"""
