from nnchain_edu.lab.neuron_bench import NeuronState
from tests.lab.driving import drive


def test_the_bench_survives_its_extremes():
    drive(NeuronState)


def test_the_contract_gives_the_neurons_verdict():
    state = NeuronState()
    state.set(rate_weight=2.0, ether_weight=-1.5, bias=-3.0)
    for row in (1, 17, 40):
        state.set(row=row)
        state.send()
        says = "spam" if state.scores[row - 1] > 0 else "honest"
        assert f"so {says};" in state.text() and f"The contract says {says}: block " in state.text()
