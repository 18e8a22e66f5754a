# pragma version 0.4.3
"""
@title Model registry
@license MIT
@notice Names the model in service by the hash of its weights and of its feature recipe. Another model takes over only
        by a bonded evaluation in which it beats the one in service; whoever finds a lie in it takes half of the bond.
@dev What an evaluator claims is a bit a row: each label, and what either model predicts. The contract counts the bits
     itself. A claimed bit can be disputed for as long as the window is open: the contract takes the row out of the
     committed table, and computes the model's prediction again from the weights themselves. So a lie is decided by
     arithmetic, and a true claim cannot lose the bond. Trusted all the same: that the labeller's table is true, features
     and labels, and its rows are public; and that somebody checks each claim, and gets a dispute into a block, within
     the window. A liar who sees a dispute coming can send it first, so a lie costs half of the bond, not all. To register
     is free: whoever enters many models before a table is known may evaluate the luckiest one after; only a margin
     well above the chance of one table stands against that.

     The model is a network of two layers in whole numbers, score = output . relu(hidden . x + bias) + bias, and predicts
     "fraud" for a score above 0. Its weights come in the bytes of nets/weights.py, and stay readable in the transaction
     that registered them. A row is: account (20 bytes), day (4), features (2 each, little-endian), label (1).
"""

interface DatasetRegister:
    def holds(dataset: uint256, index: uint256, row: Bytes[192], siblings: DynArray[bytes32, 32]) -> bool: view
    def datasets(dataset: uint256) -> Dataset: view

event Registered:
    model: indexed(uint256)
    weights: bytes32
    recipe: bytes32

event Serving:
    model: indexed(uint256)

event Evaluated:
    evaluation: indexed(uint256)
    candidate: indexed(uint256)
    table: uint256
    candidate_score: uint256   # F1, in thousandths
    incumbent_score: uint256

event Lied:
    evaluation: indexed(uint256)
    row: uint256
    challenger: indexed(address)

struct Dataset:
    root: bytes32
    rows: uint256
    recipe: bytes32
    owner: address
    since: uint256

struct Model:
    weights: bytes32   # SHA-256 of the weights' bytes
    recipe: bytes32    # SHA-256 of the feature recipe
    owner: address
    since: uint256     # number of the block in which it was registered

struct Evaluation:
    evaluator: address
    candidate: uint256
    incumbent: uint256
    table: uint256
    until: uint256     # last second in which it may be disputed; 0 once it is decided

struct Claim:
    labels: uint256    # bit i of word w: row 256 * w + i
    candidate: uint256
    incumbent: uint256

# Largest sizes: features, hidden units, words of a claim; and the bytes of such a model.
MOST_FEATURES: constant(uint256) = 64
MOST_HIDDEN: constant(uint256) = 32
MOST_WORDS: constant(uint256) = 16
MOST_BYTES: constant(uint256) = 4608

# Where bytes before the features end: account and day.
KEY: constant(uint256) = 24

# Names, kinds and dimensions before the numbers of each of the four tensors.
HIDDEN_BIAS: immutable(Bytes[36])
HIDDEN_WEIGHT: immutable(Bytes[46])
OUTPUT_BIAS: immutable(Bytes[36])
OUTPUT_WEIGHT: immutable(Bytes[38])

# Fixed at the deployment: whose tables count, the network's size, the wei of a bond, the seconds of a window, and by
# how many thousandths of F1 a candidate must be better.
deployer: public(immutable(address))
datasets: public(immutable(DatasetRegister))
labeller: public(immutable(address))
features: public(immutable(uint256))
hidden: public(immutable(uint256))
bond: public(immutable(uint256))
window: public(immutable(uint256))
margin: public(immutable(uint256))

# Models and evaluations are numbered from 1.
models: public(HashMap[uint256, Model])
evaluations: public(HashMap[uint256, Evaluation])
claims: public(HashMap[uint256, HashMap[uint256, Claim]])
model_count: public(uint256)
evaluation_count: public(uint256)
champion: public(uint256)   # the model in service; 0 while there is none


@deploy
def __init__(register: address, labels_by: address, inputs: uint256, units: uint256, wei_bond: uint256, seconds: uint256, thousandths: uint256):
    """
    @notice The deployer puts the first model into service; every later one has to beat it.
    @param register The register that holds the test tables.
    @param labels_by The account whose tables count: everybody trusts its labels.
    @param inputs Features of a row, 1 to 64.
    @param units Hidden units of the network, 1 to 32.
    @param wei_bond Wei at stake in each evaluation.
    @param seconds How long an evaluation may be disputed.
    @param thousandths By how many thousandths of F1 a candidate must be better; 0 means just better.
    """
    assert 0 < inputs and inputs <= MOST_FEATURES, "1 to 64 features"
    assert 0 < units and units <= MOST_HIDDEN, "1 to 32 hidden units"
    assert wei_bond > 1 and seconds > 0, "a bond and a window are needed"
    assert thousandths < 1000, "a margin is below 1000"
    deployer = msg.sender
    datasets = DatasetRegister(register)
    labeller = labels_by
    features = inputs
    hidden = units
    bond = wei_bond
    window = seconds
    margin = thousandths
    across: bytes8 = convert(convert(inputs << 56, uint64), bytes8)  # little-endian: the first byte holds it all
    down: bytes8 = convert(convert(units << 56, uint64), bytes8)
    one: bytes8 = convert(convert(1 << 56, uint64), bytes8)
    HIDDEN_BIAS = concat(x"0b000000", b"hidden.bias", x"05000000", b"int32", x"01000000", down)
    HIDDEN_WEIGHT = concat(x"0d000000", b"hidden.weight", x"05000000", b"int16", x"02000000", down, across)
    OUTPUT_BIAS = concat(x"0b000000", b"output.bias", x"05000000", b"int64", x"01000000", one)
    OUTPUT_WEIGHT = concat(x"0d000000", b"output.weight", x"05000000", b"int16", x"01000000", down)


@external
@view
def serving() -> (bytes32, bytes32):
    """
    @notice The hashes of weights and recipe that a scorer must use. Anybody may ask.
    """
    assert self.champion > 0, "no model is in service"
    return self.models[self.champion].weights, self.models[self.champion].recipe


@external
def register(weights: Bytes[MOST_BYTES], recipe: bytes32) -> uint256:
    """
    @notice Enter a model. Anybody may call; the very first one only the deployer, and it goes into service at once.
    @param weights The bytes of its four tensors.
    @param recipe The hash of the recipe that turns chain data into its features.
    @return The model's number.
    """
    assert self._is_network(weights), "not the bytes of a network of this size"
    self.model_count += 1
    model: uint256 = self.model_count
    self.models[model] = Model(weights=sha256(weights), recipe=recipe, owner=msg.sender, since=block.number)
    log Registered(model=model, weights=self.models[model].weights, recipe=recipe)
    if model == 1:
        assert msg.sender == deployer, "the first model is the deployer's"
        self.champion = model
        log Serving(model=model)
    return model


@external
@payable
def evaluate(candidate: uint256, table: uint256, claimed: DynArray[Claim, MOST_WORDS]) -> uint256:
    """
    @notice Claim, under a bond, that a model beats the one in service. Anybody may call.
    @param candidate The model's number.
    @param table A table of the labeller, committed after both models were registered.
    @param claimed For each 256 rows of the table: the labels, and what either model predicts; 0 beyond the last row.
    @return The evaluation's number. Until its window closes it can be disputed.
    """
    incumbent: uint256 = self.champion
    assert msg.value == bond, "send exactly the bond"
    assert 0 < candidate and candidate <= self.model_count and candidate != incumbent, "no such candidate"
    # of two models with the same weights a dispute could reach the candidate's bits only
    assert self.models[candidate].weights != self.models[incumbent].weights, "these weights serve already"
    data: Dataset = staticcall datasets.datasets(table)
    assert data.owner == labeller, "the table is not the labeller's"
    assert data.since > max(self.models[candidate].since, self.models[incumbent].since), "the table was known before"
    assert data.recipe == self.models[candidate].recipe, "the candidate reads rows of another recipe"
    assert data.recipe == self.models[incumbent].recipe, "the incumbent reads rows of another recipe"
    assert len(claimed) == (data.rows + 255) // 256, "one word for each 256 rows"

    self.evaluation_count += 1
    number: uint256 = self.evaluation_count
    fraud: uint256 = 0           # rows labelled fraud
    flagged: uint256[2] = [0, 0]  # rows that candidate and incumbent call fraud
    found: uint256[2] = [0, 0]    # of these, rightly
    for word: uint256 in range(len(claimed), bound=MOST_WORDS):
        said: Claim = claimed[word]
        rest: uint256 = data.rows - 256 * word
        if rest < 256:
            assert (said.labels | said.candidate | said.incumbent) >> rest == 0, "a bit beyond the last row"
        fraud += self._ones(said.labels)
        flagged[0] += self._ones(said.candidate)
        flagged[1] += self._ones(said.incumbent)
        found[0] += self._ones(said.candidate & said.labels)
        found[1] += self._ones(said.incumbent & said.labels)
        self.claims[number][word] = said
    assert fraud > 0, "a table without fraud tells nothing"

    # F1 = 2 * found / (flagged + fraud); both fractions are compared over one denominator, and nothing is rounded
    new: uint256 = flagged[0] + fraud
    old: uint256 = flagged[1] + fraud
    assert found[0] * old > found[1] * new, "the candidate does not beat the incumbent"
    assert 2000 * found[0] * old >= 2000 * found[1] * new + margin * new * old, "the candidate wins by too little"
    self.evaluations[number] = Evaluation(
        evaluator=msg.sender, candidate=candidate, incumbent=incumbent, table=table, until=block.timestamp + window
    )
    log Evaluated(
        evaluation=number,
        candidate=candidate,
        table=table,
        candidate_score=2000 * found[0] // new,
        incumbent_score=2000 * found[1] // old,
    )
    return number


@external
def dispute(evaluation: uint256, index: uint256, row: Bytes[192], siblings: DynArray[bytes32, 32], weights: Bytes[MOST_BYTES]):
    """
    @notice Show that a claimed bit is false; the evaluation is void, and the caller gets half of the bond. The other
            half is destroyed, so that a liar who disputes the own lie still pays. Anybody may call, the bond is no risk
            of theirs.
    @param index The row's position in the test table.
    @param row The row.
    @param siblings The proof that it stands there.
    @param weights The bytes of the model that is lied about; empty where the lie is about the label.
    """
    claim: Evaluation = self.evaluations[evaluation]
    assert claim.until > 0, "nothing to dispute here"
    assert block.timestamp <= claim.until, "the window is closed"
    assert len(row) == KEY + 2 * features + 1, "a row has another length"
    assert staticcall datasets.holds(claim.table, index, row, siblings), "the row is not proven"
    assert self._lies(claim, self.claims[evaluation][index // 256], index % 256, row, weights), "the claim holds here"

    self.evaluations[evaluation].until = 0
    log Lied(evaluation=evaluation, row=index, challenger=msg.sender)
    raw_call(msg.sender, b"", value=bond // 2)
    raw_call(empty(address), b"", value=bond - bond // 2)


@external
def conclude(evaluation: uint256):
    """
    @notice Once nobody has disputed it for the whole window, carry the evaluation out: the candidate goes into service,
            and the evaluator gets the bond back. Anybody may call. Where another model took over meanwhile, only the
            bond goes back.
    """
    claim: Evaluation = self.evaluations[evaluation]
    assert claim.until > 0, "nothing to conclude here"
    assert block.timestamp > claim.until, "the window is still open"
    self.evaluations[evaluation].until = 0
    if self.champion == claim.incumbent:
        self.champion = claim.candidate
        log Serving(model=claim.candidate)
    raw_call(claim.evaluator, b"", value=bond)


@external
@view
def predicts(weights: Bytes[MOST_BYTES], row: Bytes[192]) -> bool:
    """
    @notice What the network with these weights says about a row. Anybody may ask; a dispute asks the same.
    """
    assert self._is_network(weights), "not the bytes of a network of this size"
    assert len(row) == KEY + 2 * features + 1, "a row has another length"
    return self._predicts(concat(weights, empty(bytes32)), concat(row, empty(bytes32)))


@internal
@view
def _lies(claim: Evaluation, said: Claim, bit: uint256, row: Bytes[192], weights: Bytes[MOST_BYTES]) -> bool:
    label: uint256 = convert(slice(row, len(row) - 1, 1), uint256)
    assert label < 2, "a label is 0 or 1"
    if len(weights) == 0:
        return (said.labels >> bit) & 1 != label
    named: bytes32 = sha256(weights)
    predicted: uint256 = convert(self._predicts(concat(weights, empty(bytes32)), concat(row, empty(bytes32))), uint256)
    if named == self.models[claim.candidate].weights:
        return (said.candidate >> bit) & 1 != predicted
    assert named == self.models[claim.incumbent].weights, "these are the weights of neither model"
    return (said.incumbent >> bit) & 1 != predicted


@internal
@view
def _is_network(weights: Bytes[MOST_BYTES]) -> bool:
    """
    @dev Whether the four tensors stand there with the names, kinds and sizes that `_predicts` reads.
    """
    second: uint256 = 36 + 4 * hidden
    third: uint256 = second + 46 + 2 * hidden * features
    fourth: uint256 = third + 36 + 8
    if len(weights) != fourth + 38 + 2 * hidden:
        return False
    return (
        slice(weights, 0, 36) == HIDDEN_BIAS
        and slice(weights, second, 46) == HIDDEN_WEIGHT
        and slice(weights, third, 36) == OUTPUT_BIAS
        and slice(weights, fourth, 38) == OUTPUT_WEIGHT
    )


@internal
@view
def _predicts(weights: Bytes[MOST_BYTES + 32], row: Bytes[224]) -> bool:
    """
    @dev Both arguments have 32 spare bytes at the end, since numbers are read from 32 bytes at a time. The largest sum
         is below 2**64 and the arithmetic has 256 bits: nothing overflows, whatever the weights.
    """
    hidden_bias: uint256 = 36
    hidden_weight: uint256 = hidden_bias + 4 * hidden + 46
    output_bias: uint256 = hidden_weight + 2 * hidden * features + 36
    output_weight: uint256 = output_bias + 8 + 38
    inputs: int256[MOST_FEATURES] = empty(int256[MOST_FEATURES])
    for i: uint256 in range(features, bound=MOST_FEATURES):
        inputs[i] = self._little(extract32(row, KEY + 2 * i), 2)
    score: int256 = self._little(extract32(weights, output_bias), 8)
    for unit: uint256 in range(hidden, bound=MOST_HIDDEN):
        total: int256 = self._little(extract32(weights, hidden_bias + 4 * unit), 4)
        first: uint256 = hidden_weight + 2 * unit * features
        for i: uint256 in range(features, bound=MOST_FEATURES):
            total += self._little(extract32(weights, first + 2 * i), 2) * inputs[i]
        if total > 0:
            score += total * self._little(extract32(weights, output_weight + 2 * unit), 2)
    return score > 0


@internal
@pure
def _little(word: bytes32, size: uint256) -> int256:
    """
    @dev The signed little-endian number in the first `size` bytes.
    """
    rest: uint256 = convert(word, uint256)
    number: uint256 = 0
    for place: uint256 in range(size, bound=8):
        number |= (rest >> 248) << (8 * place)
        rest <<= 8
    return convert(number, int256) - (2 * convert(number >> (8 * size - 1), int256) << (8 * size - 1))


@internal
@pure
def _ones(word: uint256) -> uint256:
    """
    @dev How many bits are set: added up in pairs, fours, eights and sixteens, then all at once by one multiplication.
    """
    count: uint256 = word - ((word >> 1) & (max_value(uint256) // 3))
    count = (count & (max_value(uint256) // 5)) + ((count >> 2) & (max_value(uint256) // 5))
    count = (count + (count >> 4)) & (max_value(uint256) // 17)
    count = (count & (max_value(uint256) // 257)) + ((count >> 8) & (max_value(uint256) // 257))
    return unsafe_mul(count, max_value(uint256) // 65535) >> 240
